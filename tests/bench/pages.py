#!/usr/bin/env python3
"""Pages over a run of many dealers: how long the server takes for each, and how large it is.

    tests/bench/pages.py DEALERBOOK [--dealers 10000] [--times 40]

DEALERBOOK is a release build.  Each page is asked for so many times, lists at different places and dealers one after the other; the
time is a client's on the same machine, from the request to the last byte, so the server's and a little more.  Fails where a page's
95th percentile is above 200 ms or a page is above 300 kB.  Needs xlsxwriter.
"""
import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "..", "workbooks"))
from everything import sheets  # noqa: E402
from make_programmes import write  # noqa: E402

MILLISECONDS_MAX, BYTES_MAX, TOKEN = 200, 300_000, "a-token-for-the-bench"
SHEETS = ("dealers", "purchases", "violations", "credit", "stock", "visits")


class Browser:
    """A connection that is signed in."""

    def __init__(self, host):
        self.connection, self.cookie = http.client.HTTPConnection(host, timeout=600), ""
        status, headers, _ = self.ask("POST", "/sign-in", urllib.parse.urlencode({"token": TOKEN}), {"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 303, status
        self.cookie = headers["Set-Cookie"].split(";")[0]

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, {"Accept": "text/html", "Cookie": self.cookie, **(headers or {})})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()


def started(program, folder):
    out = open(os.path.join(folder, "out"), "w+")
    environment = {**os.environ, "DEALERBOOK_ADMIN_TOKEN": TOKEN, "RUST_LOG": "warn"}
    server = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", "--data", os.path.join(folder, "data")], stdout=out, env=environment)
    for _ in range(200):
        found = re.search(r"http://(127\.0\.0\.1:\d+)", open(out.name).read())
        if found:
            return server, found[1]
        time.sleep(0.1)
    server.kill()
    sys.exit("the server did not start")


def uploaded(host, book):
    connection = http.client.HTTPConnection(host, timeout=600)
    body = open(book, "rb").read()
    connection.request("POST", "/v1/runs?on_error=partial", body, {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"})
    answer = connection.getresponse()
    assert answer.status == 200, (answer.status, answer.read()[:500])
    answer.read()
    return answer.headers["Location"].rsplit("/", 1)[1]


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("program")
    a.add_argument("--dealers", type=int, default=10_000)
    a.add_argument("--times", type=int, default=40)
    asked = a.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = os.path.join(folder, "book.xlsx")
        all_sheets = sheets(asked.dealers)
        write(book, {name: all_sheets[name] for name in SHEETS})
        server, host = started(os.path.abspath(asked.program), folder)
        try:
            sys.exit(measured(Browser(host), uploaded(host, book), asked))
        finally:
            server.terminate()
            server.wait()


def measured(browser, run, asked):
    dealer = lambda n: f"D{n * 251 % asked.dealers + 1:05d}"
    pages = {
        "start": lambda n: "/",
        "runs": lambda n: "/runs",
        "answer": lambda n: f"/runs/{run}",
        "scores": lambda n: f"/runs/{run}/scores?page={n + 1}",
        "scores, found": lambda n: f"/runs/{run}/scores?q={urllib.parse.quote('岳阳')}&page={n + 1}",
        "dealer": lambda n: f"/runs/{run}/dealers/{dealer(n)}",
        "programme stock": lambda n: f"/runs/{run}/programmes/stock?page={n + 1}",
        "settlements": lambda n: "/settlements",
        "settlement": lambda n: f"/runs/{run}/settlement?page={n + 1}",
        "settlement, dealer": lambda n: f"/runs/{run}/settlement?dealer={dealer(n)}",
        "accrual": lambda n: f"/runs/{run}/accrual?month=2007-06",
        "what if": lambda n: f"/runs/{run}/what-if",
        "policy": lambda n: "/policies/handbook",
        "tokens": lambda n: "/admin/tokens",
        "audit": lambda n: "/admin/audit",
        "help": lambda n: "/help",
    }
    failed = 0
    print(f"{'page':22}{'first':>10}{'median':>10}{'p95':>10}{'bytes':>10}")
    for name, path in pages.items():
        times, largest, status = [], 0, 200
        for n in range(asked.times):
            begun = time.perf_counter()
            status, _, body = browser.ask("GET", path(n))
            times.append((time.perf_counter() - begun) * 1000)
            largest = max(largest, len(body))
            if status != 200:
                break
        if status != 200:
            print(f"{name:22}answered with {status}")
            failed = 1
            continue
        p95 = statistics.quantiles(times, n=20)[-1]
        bad = p95 > MILLISECONDS_MAX or largest > BYTES_MAX
        failed |= bad
        print(f"{name:22}{times[0]:8.1f}ms{statistics.median(times):8.1f}ms{p95:8.1f}ms{largest:10d}{'  TOO MUCH' if bad else ''}")
    return int(failed)


if __name__ == "__main__":
    main()
