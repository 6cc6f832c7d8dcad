#!/usr/bin/env python3
"""Fetches the settlement workbooks of a few samples from a server of its own, for check.sh.

    rebates.py PROGRAM FOLDER

Writes FOLDER/rebates-NAME.xlsx and prints their paths.  Standard library only.
"""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

TOKEN = "a-token-for-the-sheets"
ACCEPTED = pathlib.Path(__file__).resolve().parents[2] / "workbooks" / "accepted"
# name, sample, what is asked of the run, what is asked of its settlement
BOOKS = [
    ("progressive-2007", "progressive-2007", "policy=progressive", ""),
    ("progressive-2007-en", "progressive-2007", "policy=progressive", "?lang=en"),
    ("dealers-200", "dealers-200", "", ""),
    ("messy-2007", "messy-2007", "", ""),
    ("alone", "assessment-small", "", "?dealer_id=D001"),
]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def ask(address, body=None, **headers):
    request = urllib.request.Request(address, data=body, headers={"Authorization": f"Bearer {TOKEN}", **headers})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def until_ready(address, server):
    for _ in range(100):
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode}")
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=5)
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the server isn't ready after ten seconds")


def fetch(address, folder):
    for name, sample, query, wanted in BOOKS:
        workbook = (ACCEPTED / f"{sample}.xlsx").read_bytes()
        result = json.loads(ask(f"{address}/v1/runs?{query}", workbook, Accept="application/json"))
        path = folder / f"rebates-{name}.xlsx"
        path.write_bytes(ask(f"{address}/v1/runs/{result['run']['id']}/rebates.xlsx{wanted}"))
        print(path)


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    address = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as data:
        settings = {"DEALERBOOK_LISTEN": address.removeprefix("http://"), "DEALERBOOK_DATA": data, "DEALERBOOK_ADMIN_TOKEN": TOKEN}
        server = subprocess.Popen([program, "serve"], env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until_ready(address, server)
            fetch(address, folder)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
