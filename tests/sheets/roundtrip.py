#!/usr/bin/env python3
"""roundtrip.py DEALERBOOK SAMPLE...: annotate, save with LibreOffice, annotate again: is everything there once, and the same?

Compared are the user's sheets (cells, notes, the cells that rules of ours stand on) and the titles and cells of the added sheets.
Exit status 0: the same; 1: it differs; 2: it could not be tried.
"""
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

STAMP = "dealerbook"
# What names the upload, which the save has made another, and what compares with it.
OF_THE_UPLOAD = {"上传文件", "上传文件 SHA-256", "与上次结果相比"}


def annotate(program, source, out):
    done = subprocess.run([program, "run", source, "-o", out], capture_output=True, text=True)
    if done.returncode > 1 or not out.is_file():
        raise OSError(f"{source.name} is not annotated: {done.stderr.strip() or done.stdout.strip()}")
    return out


def saved(source, work):
    folder = work / "saved"
    profile = f"-env:UserInstallation=file://{work}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", folder, source]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / source.name


def value(cell):
    """A cell's value, as far as both programs spell it the same."""
    if isinstance(cell.value, bool):
        return str(cell.value)
    if isinstance(cell.value, (int, float)):
        return f"{cell.value:.9g}"
    return "" if cell.value is None else str(cell.value).replace("\r\n", "\n")


def note(cell):
    """Our part of a note without the line that names the upload."""
    if cell.comment is None:
        return ""
    lines = cell.comment.text.replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if "SHA-256" not in line).strip()


def content(path):
    """By sheet: its cells, notes, and the cells under rules of ours."""
    book, sheets = openpyxl.load_workbook(path, data_only=True), {}
    for sheet in book.worksheets:
        cells, notes, marked = {}, {}, []
        for row in sheet.iter_rows():
            for cell in row:
                if value(cell):
                    cells[cell.coordinate] = value(cell)
                if note(cell):
                    notes[cell.coordinate] = note(cell)
        for at, rules in sheet.conditional_formatting._cf_rules.items():
            marked += [str(at.sqref) for rule in rules if STAMP in "".join(rule.formula)]
        for at, text in list(cells.items()):
            if at.startswith("A") and text in OF_THE_UPLOAD:
                cells.pop("B" + at[1:], None)
        places = sorted(coordinate for ranges in marked for coordinate in expanded(ranges))
        sheets[sheet.title] = {"cells": cells, "notes": notes, "marks": places}
    return sheets


def expanded(ranges):
    for piece in ranges.split():
        for row in openpyxl.utils.cell.rows_from_range(piece):
            yield from row


def differences(first, second):
    out = []
    if list(first) != list(second):
        out.append(f"sheets: {list(first)} and then {list(second)}")
    for title in first.keys() & second.keys():
        for kind in ("cells", "notes"):
            one, two = first[title][kind], second[title][kind]
            for at in sorted(one.keys() | two.keys()):
                if one.get(at) != two.get(at):
                    out.append(f"{title}!{at} {kind}: {one.get(at)!r} and then {two.get(at)!r}")
        if first[title]["marks"] != second[title]["marks"]:
            out.append(f"{title} marks: {first[title]['marks']} and then {second[title]['marks']}")
    return out


def main(program, *samples):
    failed = False
    for sample in map(Path, samples):
        with tempfile.TemporaryDirectory() as work:
            work = Path(work)
            # The first save calculates what no program has calculated yet, and so mends it.
            once = annotate(program, saved(sample, work), work / "once.xlsx")
            twice = annotate(program, saved(once, work), work / "twice.xlsx")
            first, second = content(once), content(twice)
            found = differences(first, second)
            notes = sum(len(sheet["notes"]) for sheet in first.values())
            marks = sum(len(sheet["marks"]) for sheet in first.values())
        print("\n".join(found[:20]) or f"{sample.name}: {len(first)} sheets, {notes} notes and {marks} marks are the same after a save by LibreOffice")
        failed |= bool(found)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, IndexError, subprocess.SubprocessError) as error:
        print(f"could not be tried: {error}", file=sys.stderr)
        sys.exit(2)
