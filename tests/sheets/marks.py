#!/usr/bin/env python3
"""marks.py ANNOTATED: do the marks of the annotated faulty-small show in a spreadsheet program, and are they gone when the cells are mended?

Draws the user's sheets with LibreOffice, counts the pixels in the marks' colour, mends every faulty cell, and counts again.
Exit status 0: they show and go; 1: they don't; 2: it could not be tried.
"""
import datetime
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.worksheet.properties import PageSetupProperties

FILL = (0xFF, 0xC7, 0xCE)
MENDED = {
    "经销商档案": {"H4": 900, "L6": "低", "K7": "二类", "H8": 465, "I9": 700, "Q10": 5},
    "月度提货": {"D19": 48, "C32": 200, "B40": "2007-02", "A99": "D007", "A100": "D001"},
    "违规记录": {"B3": datetime.date(2007, 2, 28)},
    "进销存": {"E4": 100},
    "渠道盘点": {"D5": 7},
}


def drawn(source, mended, work):
    """The pixels in the marks' colour on the drawn sheets, by sheet."""
    pixels = {}
    for title in MENDED:
        book = openpyxl.load_workbook(source)
        for sheet in list(book):
            if sheet.title != title:
                book.remove(sheet)
        sheet = book[title]
        for cell, value in MENDED[title].items() if mended else ():
            sheet[cell].value = value
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        path = work / "one.xlsx"
        book.save(path)
        profile = f"-env:UserInstallation=file://{work}/profile"
        subprocess.run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", work, path], check=True, capture_output=True, timeout=180)
        subprocess.run(["pdftoppm", "-r", "50", work / "one.pdf", work / "page"], check=True, timeout=120)
        pixels[title] = 0
        for page in sorted(work.glob("page*.ppm")):
            pixels[title] += count(page.read_bytes())
            page.unlink()
    return pixels


def count(ppm):
    """The pixels of a P6 picture that are near to the fill."""
    *_, body = ppm.split(b"\n", 3)
    near = [frozenset(range(c - 2, c + 3)) for c in FILL]
    return sum(r in near[0] and g in near[1] and b in near[2] for r, g, b in zip(body[::3], body[1::3], body[2::3]))


def main(source):
    with tempfile.TemporaryDirectory() as work:
        before, after = (drawn(source, mended, Path(work)) for mended in (False, True))
    bad = [f"{t}: {before[t]} marked pixels before, {after[t]} after the mend" for t in MENDED if not before[t] or after[t]]
    print("\n".join(bad) or f"{Path(source).name}: the marks of {len(before)} sheets show, and are gone after the mend")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except (OSError, IndexError, subprocess.SubprocessError) as error:
        print(f"could not be tried: {error}", file=sys.stderr)
        sys.exit(2)
