#!/usr/bin/env python3
"""Pictures of the added sheets of annotated workbooks, and whether anything in them is cut.

    pictures.py --to FOLDER [--name NAME] BOOK.xlsx

Every added sheet and the dealers sheet is rendered by LibreOffice; the first page of each becomes FOLDER/NAME-SHEET.png.  Fails (1)
where a page shows ### or where a number or a short text is wider than its column.  Needs soffice, pdftoppm, pdftotext and openpyxl.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from datetime import date, datetime
from xml.parsers import expat

import openpyxl
from openpyxl.utils import get_column_letter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import recalculate as office  # noqa: E402

ADDED = {"总览": "overview", "月度销售报表": "monthly-sales", "Overview": "overview", "Monthly sales": "monthly-sales", "月度销售明细": "monthly-rows", "Monthly sales rows": "monthly-rows", "考核结果": "assessment", "激励结果": "incentives", "校验结果": "issues", "计算说明": "about", "Assessment": "assessment", "Incentives": "incentives", "Issues": "issues", "About": "about"}
DEALERS = {"经销商档案", "dealers", "经销商", "经销商资料", "dealer list"}
BESIDE = {"考核得分", "评级", "激励合计", "Total", "Grade", "Incentives"}
BYTES_MAX, SHORT = 150_000, 30                          # a picture's size; up to so many half widths a text is short


# ---- a copy that shows one sheet ----------------------------------------------------------------------------------------

BEFORE_PAGE_SETUP = {"headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture",
                     "oleObjects", "controls", "webPublishItems", "tableParts", "extLst", "AlternateContent"}


def top_level(data):
    """[(tag, start)] of a sheet's children, and where its closing tag begins."""
    found, depth, end = [], 0, 0
    p = expat.ParserCreate()

    def start(name, _):
        nonlocal depth
        if depth == 1:
            found.append((office.local(name), p.CurrentByteIndex))
        depth += 1

    def stop(_):
        nonlocal depth, end
        depth -= 1
        if depth == 0:
            end = p.CurrentByteIndex

    p.StartElementHandler, p.EndElementHandler = start, stop
    p.Parse(data, True)
    return found, end


def one_page_wide(data, wide):
    """The sheet fitted to the width of a page, unless it says itself how it is printed."""
    if re.search(rb"fitToPage\s*=\s*[\"'](1|true)", data):
        return data
    prefix = re.search(rb"<([A-Za-z0-9_]+:)?worksheet\b", data).group(1) or b""
    setup = b'<%spageSetup paperSize="%d" orientation="landscape" fitToWidth="1" fitToHeight="0"/>' % (prefix, 8 if wide else 9)
    data = re.sub(rb"<%spageSetup\b[^>]*?(/>|>\s*</%spageSetup>)" % (prefix, prefix), b"", data)
    children, end = top_level(data)
    at = next((i for tag, i in children if tag in BEFORE_PAGE_SETUP), end)
    data = data[:at] + setup + data[at:]
    fit = b'<%spageSetUpPr fitToPage="1"/>' % prefix
    if children[0][0] != "sheetPr":
        return data[:children[0][1]] + b"<%ssheetPr>%s</%ssheetPr>" % (prefix, fit, prefix) + data[children[0][1]:]
    data = re.sub(rb"<%spageSetUpPr\b[^>]*/>" % prefix, b"", data)
    begin = children[0][1]
    head = data[begin:data.index(b">", begin) + 1]
    if head.endswith(b"/>"):
        return data[:begin] + head[:-2] + b">" + fit + b"</%ssheetPr>" % prefix + data[begin + len(head):]
    close = data.index(b"</%ssheetPr>" % prefix, begin)
    return data[:close] + fit + data[close:]


def only(path, to, sheet, wide):
    """A copy in which every other sheet is hidden."""
    with zipfile.ZipFile(path) as z:
        parts, _ = office.parts_of(z)
        book = next(e for e in z.namelist() if re.fullmatch(r"(xl/)?workbook\d*\.xml", e))
        names = re.findall(r"<(?:\w+:)?sheet\s[^>]*>", z.read(book).decode())
        with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as out:
            for info in z.infolist():
                data = z.read(info)
                if info.filename == book:
                    text, keep = data.decode(), 0
                    for n, tag in enumerate(names):
                        mine = re.search(r'\bname="([^"]*)"', tag).group(1) == escaped(sheet)
                        keep = n if mine else keep
                        plain = re.sub(r'\sstate="[^"]*"', "", tag)
                        text = text.replace(tag, plain if mine else plain.replace("sheet ", 'sheet state="hidden" ', 1), 1)
                    text = re.sub(r'\s(activeTab|firstSheet)="\d+"', "", text)
                    data = re.sub(r"<((?:\w+:)?workbookView)\b", rf'<\1 activeTab="{keep}" firstSheet="{keep}"', text).encode()
                elif info.filename == parts[sheet]:
                    data = one_page_wide(data, wide)
                out.writestr(info.filename, data)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def to_pdf(paths, folder):
    """All of them in one run of LibreOffice."""
    command = [office.soffice(), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf:calc_pdf_Export", "--outdir", folder, *paths]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=office.TIMEOUT_S, start_new_session=True)
    except subprocess.TimeoutExpired as e:
        raise office.CannotTry("LibreOffice did not finish") from e
    for p in paths:
        if not os.path.exists(p.replace(".xlsx", ".pdf")):
            raise office.CannotTry(f"no PDF of {os.path.basename(p)}: {done.stdout.decode(errors='replace')[-300:]}")


def picture(pdf, to):
    """The first page, or as much of its upper part as makes a small file that can still be read."""
    info = subprocess.run(["pdfinfo", "-f", "1", "-l", "1", pdf], stdout=subprocess.PIPE, check=True, timeout=120).stdout.decode(errors="replace")
    width, height = (float(x) / 72 for x in re.search(r"size:\s+([\d.]+) x ([\d.]+)", info).groups())
    for dpi, part in ((100, 1), (100, 0.7), (100, 0.5), (90, 0.4), (80, 0.3), (80, 0.2)):
        crop = ["-x", "0", "-y", "0", "-W", str(int(width * dpi)), "-H", str(int(height * dpi * part))]
        subprocess.run(["pdftoppm", "-png", "-r", str(dpi), "-f", "1", "-l", "1", "-singlefile", *crop, pdf, to], check=True, timeout=120)
        if os.path.getsize(to + ".png") <= BYTES_MAX:
            break
    return os.path.getsize(to + ".png")


# ---- widths -------------------------------------------------------------------------------------------------------------

def units(text):
    """Its width in digits: CJK and full-width characters count two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def shown(value, code):
    """Roughly what stands in the cell."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (datetime, date)):
        return "0000-00-00"
    if not isinstance(value, (int, float)):
        return str(value)
    if code in (None, "General", "@"):
        return f"{value:.10g}"
    section = code.split(";")[0]
    literal = "".join(re.findall(r'"([^"]*)"', section)) + "".join(re.findall(r"\\(.)", section))
    section = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", section)
    if not re.search(r"[0#]", section):
        return "0000-00-00" if re.search(r"[ymdhs]", section, re.I) else str(value)
    percent = "%" in section
    places = len(re.search(r"\.([0#?]*)", section).group(1)) if "." in section else 0
    text = f"{value * 100 if percent else value:{',' if ',' in section else ''}.{places}f}"
    return text + "%" * percent + literal


def columns(ws):
    """{column number: width}."""
    default = ws.sheet_format.defaultColWidth or ws.sheet_format.baseColWidth or 8.43
    out = {}
    for d in ws.column_dimensions.values():
        for n in range(d.min or 0, (d.max or 0) + 1):
            if n <= 200:
                out[n] = 0 if d.hidden else d.width or default
    return out, default


def cut(ws, beside_only=False):
    """The cells whose content does not fit."""
    widths, default = columns(ws)
    merged = {}
    for r in ws.merged_cells.ranges:
        merged[(r.min_row, r.min_col)] = r.max_col
    wanted = None
    if beside_only:
        wanted = {c.column for row in ws.iter_rows(max_row=25) for c in row if isinstance(c.value, str) and c.value in BESIDE and c.column > 4}
    found = []
    for row in ws.iter_rows():
        filled = {c.column for c in row if c.value not in (None, "")}
        for c in row:
            if c.value in (None, "") or (wanted is not None and c.column not in wanted) or c.alignment.wrap_text or c.alignment.shrink_to_fit or c.alignment.textRotation:
                continue
            last = merged.get((c.row, c.column), c.column)
            room = sum(widths.get(n, default) for n in range(c.column, last + 1))
            if room == 0:
                continue
            text = shown(c.value, c.number_format)
            need = max(units(line) for line in text.split("\n")) * (c.font.sz or 11) / 11 * (1.08 if c.font.b else 1)
            number = not isinstance(c.value, str)
            if number and need > room or not number and units(text) <= SHORT and need > room and last + 1 in filled:
                found.append(f"{ws.title}!{c.coordinate}: {text!r} needs {need:.1f}, its column {get_column_letter(c.column)} has {room:.1f}")
    return found


# ---- the run ------------------------------------------------------------------------------------------------------------

def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("book")
    p.add_argument("--to", required=True)
    p.add_argument("--name")
    p.add_argument("--sheet", action="append", help="these sheets instead of the added ones")
    a = p.parse_args()
    name = a.name or os.path.splitext(os.path.basename(a.book))[0]
    os.makedirs(a.to, exist_ok=True)
    wb = openpyxl.load_workbook(a.book, data_only=True)
    # A programme's list is a table whose name says which.
    names = ADDED | {s: table.removeprefix("dealerbook_") for s in wb.sheetnames for table in wb[s].tables if table.startswith("dealerbook_") and s not in ADDED}
    added = [s for s in wb.sheetnames if (s in a.sheet if a.sheet else s in names)]
    dealers = [] if a.sheet else [s for s in wb.sheetnames if unicodedata.normalize("NFKC", s).strip().lower() in DEALERS]
    if not added:
        print(f"{name}: no added sheet in {', '.join(wb.sheetnames)}")
        sys.exit(1)
    bad = []
    try:
        with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
            made = []
            for n, s in enumerate(added + dealers):
                widths, default = columns(wb[s])
                wide = sum(widths.get(k, default) for k in range(1, wb[s].max_column + 1)) > 170
                made.append((s, os.path.join(folder, f"{n}.xlsx")))
                only(a.book, made[-1][1], s, wide)
            to_pdf([path for _, path in made], folder)
            for n, (s, path) in enumerate(made):
                pdf = path.replace(".xlsx", ".pdf")
                text = subprocess.run(["pdftotext", "-layout", pdf, "-"], stdout=subprocess.PIPE, check=True, timeout=120).stdout.decode(errors="replace")
                bad += [f"{s}: ### on a page: {line.strip()[:120]}" for line in text.splitlines() if "##" in line][:10]
                if not text.strip():
                    bad.append(f"{s}: an empty page")
                size = picture(pdf, os.path.join(a.to, f"{name}-{names.get(s, 'dealers' if s in dealers else f'sheet{n}')}"))
                if size > BYTES_MAX:
                    bad.append(f"{s}: the picture has {size} bytes")
                bad += cut(wb[s], beside_only=s in dealers)[:20]
    except (office.CannotTry, OSError, subprocess.SubprocessError) as e:
        print(f"could not be tried: {e}", file=sys.stderr)
        sys.exit(2)
    print(f"{name}: {len(made)} sheets drawn, {len(bad)} faults of layout")
    for line in bad:
        print("   ", line)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
