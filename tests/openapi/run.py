#!/usr/bin/env python3
"""Holds the running server against its own description with schemathesis: no answer that isn't described, and no 500.

    tests/openapi/run.py PROGRAM [SCHEMATHESIS]

Starts PROGRAM on a free port over an empty folder, once with its token and once without. The seed is fixed.
"""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
TOKEN = "a-token-for-schemathesis"
SEED = "20071231"
EXAMPLES = os.environ.get("OPENAPI_EXAMPLES", "60")
SECONDS_MAX = 300
# Bytes that were made up are no workbook, and names that were made up have no page, run or schema: to refuse them is right.
LEFT_OUT = "positive_data_acceptance"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until_ready(address, server):
    for _ in range(200):
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/readyz") as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.05)
    sys.exit("the server isn't ready after ten seconds")


def schemathesis(program, address, *more):
    command = [program, "run", f"{address}/openapi.json", "--seed", SEED, "--max-examples", EXAMPLES, "--checks", "all",
               "--exclude-checks", LEFT_OUT, "--continue-on-failure", "--warnings", "off", "--no-color", *more]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE)}
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(command, cwd=folder, env=environment, timeout=SECONDS_MAX).returncode


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    tool = str(pathlib.Path(sys.argv[2]).absolute()) if len(sys.argv) > 2 else "schemathesis"
    address = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as data:
        settings = {
            "DEALERBOOK_LISTEN": address.removeprefix("http://"),
            "DEALERBOOK_DATA": data,
            "DEALERBOOK_ADMIN_TOKEN": TOKEN,
            "RUST_LOG": "error",
            # Wrong tokens are tried over and over; how they are slowed down is tested elsewhere.
            "DEALERBOOK_BAD_TOKEN_DELAY_SECONDS_MAX": "0",
        }
        server = subprocess.Popen([program, "serve"], env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
        try:
            until_ready(address, server)
            print("-- with the token", flush=True)
            signed_in = schemathesis(tool, address, "-H", f"Authorization: Bearer {TOKEN}")
            print("-- without a token", flush=True)
            stranger = schemathesis(tool, address, "--phases", "examples,coverage", "--mode", "positive")
        finally:
            server.terminate()
            server.wait(timeout=40)
    if signed_in or stranger:
        sys.exit("the server and its description differ, see above")


if __name__ == "__main__":
    main()
