# An S3 server for the tests of one process, on a port of its own, gone when its standard input ends. Says its address when it is up,
# then `done` after each order: `create NAME`, `stop`, `start` (with all that it had).
import logging
import sys
import urllib.request

try:
    from moto.server import ThreadedMotoServer
except ImportError:
    print("missing")
    sys.exit()

logging.getLogger("werkzeug").setLevel(logging.ERROR)


def begin(port):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    return server


server = begin(0)
port = server.get_host_and_port()[1]
address = f"http://127.0.0.1:{port}"
print(address, flush=True)
for line in sys.stdin:
    order, _, name = line.strip().partition(" ")
    if order == "create":
        # A name alone could be one of several services; the signature's scope tells which.
        scope = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/s3/aws4_request"}
        urllib.request.urlopen(urllib.request.Request(f"{address}/{name}", method="PUT", headers=scope))
    elif order == "stop":
        server.stop()
    elif order == "start":
        server = begin(port)
    else:
        sys.exit(f"no such order: {line}")
    print("done", flush=True)
