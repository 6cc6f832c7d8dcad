#!/usr/bin/env python3
"""Makes seeds of workbooks: the unzipped text that harness.rs takes.
    tests/fuzz/seeds.py FOLDER WORKBOOK...      one seed a workbook into FOLDER; those above 400 kB of text are left out
"""
import pathlib
import sys
import zipfile

RECORD, UNIT, MOST = b"\x1e", b"\x1f", 400_000
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
made = 0
for path in map(pathlib.Path, sys.argv[2:]):
    text = b""
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            content = book.read(name)
            if RECORD not in content and UNIT not in content:
                text += name.encode() + UNIT + content + RECORD
    if len(text) <= MOST:
        (folder / (path.stem + ".seed")).write_bytes(text)
        made += 1
print(f"{made} seeds in {folder}")
