#!/usr/bin/env python3
"""Makes the samples of other kinds out of those in .xlsx, their cells in the same places, so that the same is expected of them.

    make_foreign.py [--out FOLDER]

.xls, .ods and LibreOffice's own .xlsx come from LibreOffice (`soffice`), whose bytes differ from run to run; .xlsb is written here, as
LibreOffice writes none.  Needs openpyxl.
"""
import argparse
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import zipfile
from datetime import date, datetime, timedelta

import openpyxl

from samples_book import rewrite

CONVERTED = [("accepted/assessment-small", ("xls", "ods")), ("accepted/messy-2007", ("xls", "ods")), ("accepted/dates-1904", ("xls",)), ("accepted/wide-groups", ("xls", "ods")), ("accepted/shown-ids", ("xls", "ods")),
             ("rejected/planted-faults", ("xls", "ods"))]
ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


# ---- .xlsb --------------------------------------------------------------------------------------------------------------

def packed(x, least=1):
    out = bytearray()
    while True:
        out.append(x & 0x7F | (0x80 if x > 0x7F else 0))
        x >>= 7
        if not x:
            return bytes(out)


def record(kind, content=b""):
    return packed(kind) + packed(len(content)) + content


def wide(text):
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


DAYS = "yyyy\\-mm\\-dd"


def cell(column, value, code, formula, tables, epoch):
    """A cell's record; a formula's has an empty formula behind its value."""
    strings, formats = tables
    moment = isinstance(value, (date, datetime))
    head = struct.pack("<II", column, formats.setdefault(DAYS if moment else code, len(formats)))
    tail = struct.pack("<HII", 0, 0, 0) if formula else b""
    if moment:
        day = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        value = (day - epoch).total_seconds() / 86400
    if isinstance(value, bool):
        return record(0x0A if formula else 0x04, head + bytes([value]) + tail)
    if isinstance(value, (int, float)):
        return record(0x09 if formula else 0x05, head + struct.pack("<d", value) + tail)
    if value in ERRORS:
        return record(0x0B if formula else 0x03, head + bytes([ERRORS[value]]) + tail)
    if formula:
        return record(0x08, head + wide(value) + tail)
    return record(0x07, head + struct.pack("<I", strings.setdefault(value, len(strings))))


def sheet_bin(values, formulas, tables, epoch):
    rows = b""
    for r, (row, meant) in enumerate(zip(values.iter_rows(), formulas.iter_rows(values_only=True))):
        cells = [cell(c, x.value, x.number_format, isinstance(m, str) and m.startswith("="), tables, epoch) for c, (x, m) in enumerate(zip(row, meant)) if x.value is not None]
        if cells:
            rows += record(0x00, struct.pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0)) + b"".join(cells)
    size = struct.pack("<IIII", 0, max(0, values.max_row - 1), 0, max(0, values.max_column - 1))
    return record(0x81) + record(0x94, size) + record(0x91) + rows + record(0x92) + record(0x82)


def styles_bin(formats):
    """A style of cells for each number format, General first."""
    own = [(163 + n, code) for n, code in enumerate(formats) if n > 0]
    codes = b"".join(record(0x2C, struct.pack("<H", number) + wide(code)) for number, code in own)
    cells = b"".join(record(0x2F, struct.pack("<HHHHHBBHH", 0xFFFF, number, 0, 0, 0, 0, 0, 0, 0)) for number in [0] + [number for number, _ in own])
    return (record(0x116) + record(0x267, struct.pack("<I", len(own))) + codes + record(0x268)
            + record(0x269, struct.pack("<I", len(formats))) + cells + record(0x26A) + record(0x117))


def xlsb(source, target):
    values, formulas = (openpyxl.load_workbook(source, data_only=only) for only in (True, False))
    epoch = datetime(1899, 12, 30)
    strings, formats, parts, bundle, rels, types = {}, {"General": 0}, {}, b"", "", ""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for n, ws in enumerate(values.worksheets, 1):
        parts[f"xl/worksheets/sheet{n}.bin"] = sheet_bin(ws, formulas[ws.title], (strings, formats), epoch)
        state = {"visible": 0, "hidden": 1, "veryHidden": 2}[ws.sheet_state]
        bundle += record(0x9C, struct.pack("<II", state, n) + wide(f"rId{n}") + wide(ws.title))
        rels += f'<Relationship Id="rId{n}" Type="{kind}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        types += f'<Override PartName="/xl/worksheets/sheet{n}.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
    n = len(values.worksheets)
    rels += f'<Relationship Id="rId{n + 1}" Type="{kind}/styles" Target="styles.bin"/><Relationship Id="rId{n + 2}" Type="{kind}/sharedStrings" Target="sharedStrings.bin"/>'
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    package = "http://schemas.openxmlformats.org/package/2006"
    parts["xl/workbook.bin"] = record(0x83) + record(0x99, struct.pack("<II", 0, 0) + wide("")) + record(0x8F) + bundle + record(0x90) + record(0x84)
    parts["xl/styles.bin"] = styles_bin(formats)
    parts["xl/sharedStrings.bin"] = record(0x9F, struct.pack("<II", len(strings), len(strings))) + b"".join(record(0x13, b"\0" + wide(s)) for s in strings) + record(0xA0)
    parts["xl/_rels/workbook.bin.rels"] = f'{head}<Relationships xmlns="{package}/relationships">{rels}</Relationships>'.encode()
    parts["_rels/.rels"] = f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{kind}/officeDocument" Target="xl/workbook.bin"/></Relationships>'.encode()
    parts["[Content_Types].xml"] = (f'{head}<Types xmlns="{package}/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
                                    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}'
                                    '<Override PartName="/xl/styles.bin" ContentType="application/vnd.ms-excel.styles"/>'
                                    '<Override PartName="/xl/sharedStrings.bin" ContentType="application/vnd.ms-excel.sharedStrings"/></Types>').encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as z:
        for name in sorted(parts):
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), parts[name], zipfile.ZIP_DEFLATED)


# ---- dialects of .xlsx --------------------------------------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
DAY = datetime(1899, 12, 30)


def strict(name, text):
    """ISO 29500 strict: namespaces of its own, and dates in ISO 8601."""
    if name.startswith("xl/worksheets/") and name.endswith(".xml"):
        text = re.sub(r'<c r="(F\d+)"( s="\d+")? t="n"><v>(3\d{4})</v></c>',
                      lambda m: f'<c r="{m[1]}"{m[2] or ""} t="d"><v>{(DAY + timedelta(days=int(m[3]))).date().isoformat()}</v></c>', text)
    if name == "xl/workbook.xml":
        text = text.replace("<workbook ", '<workbook conformance="strict" ', 1)
    strict_office = "http://purl.oclc.org/ooxml/officeDocument"
    return text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(f"{OFFICE}/relationships", f"{strict_office}/relationships")


def prefixed(name, text):
    """Every element of a spreadsheet's part with a prefix, as some libraries write them."""
    if MAIN not in text or not name.startswith("xl/") or name.endswith(".rels"):
        return text
    return re.sub(r"<(/?)([A-Za-z])", r"<\1x:\2", text).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')


KSO = (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{OFFICE}/custom-properties" xmlns:vt="{OFFICE}/docPropsVTypes">'
       '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer"><vt:lpwstr>2052-12.1.0.16929</vt:lpwstr></property></Properties>')


def wps(name, text):
    """What WPS adds: its name and build, namespaces of its own on sheets, an extension in the styles."""
    if name == "docProps/app.xml":
        return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="{OFFICE}/extended-properties"><Application>WPS 表格</Application></Properties>'
    if name == "xl/workbook.xml":
        return re.sub(r"<workbookPr\b[^>]*/>", '<fileVersion appName="xl" lastEdited="3" lowestEdited="5" rupBuild="9302"/><workbookPr/>', text, count=1)
    if name.startswith("xl/worksheets/sheet"):
        return text.replace(f'<worksheet xmlns="{MAIN}"', f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships" xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
                            'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
                            'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"', 1)
    if name == "xl/styles.xml":
        return text.replace("</styleSheet>", '<extLst><ext uri="{EB79DEF2-80B8-43e5-95BD-54CBDDF9020C}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
                                             '<x14:slicerStyles defaultSlicerStyle="SlicerStyleLight1"/></ext></extLst></styleSheet>')
    if name == "_rels/.rels":
        return text.replace("</Relationships>", f'<Relationship Id="rId90" Type="{OFFICE}/relationships/custom-properties" Target="docProps/custom.xml"/></Relationships>')
    if name == "[Content_Types].xml":
        return text.replace("</Types>", '<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>')
    return text


def dialect(source, target, change):
    shutil.copyfile(source, target)

    def part(name, data):
        return change(name, data.decode()).encode() if name.endswith((".xml", ".rels")) else data

    part.extra = {"docProps/custom.xml": KSO.encode()} if change is wps else {}
    rewrite(target, part)


# ---- LibreOffice --------------------------------------------------------------------------------------------------------

def convert(source, kind, target):
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        subprocess.run(["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, source], check=True, capture_output=True)
        shutil.move(os.path.join(folder, os.path.splitext(os.path.basename(source))[0] + "." + kind), target)


def expect(source, target, change=lambda issues: issues):
    with open(source, encoding="utf-8") as f:
        expected = f.read()
    meant = json.loads(expected)
    if "issues" in meant and (issues := change(meant["issues"])) != meant["issues"]:
        meant["issues"] = issues
        expected = json.dumps(meant, ensure_ascii=False, indent=1) + "\n"
    with open(target, "w", encoding="utf-8") as f:
        f.write(expected)


def calculated(issues):
    """LibreOffice calculates every formula that it saves; the one among the purchases then differs from the shipments."""
    differs = {"severity": "warning", "code": "reconciliation"}
    return [i | differs if i["code"] == "uncached-formula" else i for i in issues if i["code"] != "uncached-formula" or i["field"] == "actual_tonnes"]


def shown_ids(source, target):
    """The ids as numbers that a format shows as they were, and deposits whose format speaks of another unit."""
    # Formulas as their values: openpyxl keeps no results.
    book = openpyxl.load_workbook(source + ".xlsx", data_only=True)
    for ws in book.worksheets:
        for row in ws.iter_rows():
            for c in row:
                if isinstance(c.value, str) and re.fullmatch(r"D\d{3}", c.value):
                    c.value, c.number_format = int(c.value[1:]), '"D"000'
    dealers = book["经销商档案"]
    column = next(c.column for c in dealers[2] if c.value == "保证金")
    deposits = [dealers.cell(r, column) for r in range(3, dealers.max_row + 1) if isinstance(dealers.cell(r, column).value, (int, float))]
    for c in deposits:
        c.number_format = '0"万元"'
    book.save(target + ".xlsx")
    first = deposits[0]
    unit = {"severity": "warning", "code": "unit-mismatch", "sheet": "经销商档案", "resource": "dealers", "row": first.row, "column": first.column_letter, "field": "deposit", "cell": first.coordinate, "count": len(deposits)}
    expect(source + ".expected.json", target + ".expected.json", lambda issues: issues + [unit])


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--out", default=os.path.dirname(os.path.abspath(__file__)))
    p.add_argument("--only-own", action="store_true", help="leave out what LibreOffice makes")
    a = p.parse_args()
    out = a.out
    shown_ids(os.path.join(out, "accepted/assessment-small"), os.path.join(out, "accepted/shown-ids"))
    for name, kinds in [] if a.only_own else CONVERTED:
        source, base = os.path.join(out, name), os.path.basename(name)
        folder = os.path.join(out, os.path.dirname(name))
        for kind in kinds:
            convert(source + ".xlsx", kind, os.path.join(folder, f"{base}-{kind}.{kind}"))
            expect(source + ".expected.json", os.path.join(folder, f"{base}-{kind}.expected.json"), calculated)
    for name in ("accepted/assessment-small", "accepted/messy-2007", "accepted/shown-ids", "rejected/planted-faults"):
        source = os.path.join(out, name)
        xlsb(source + ".xlsx", source + "-xlsb.xlsb")
        # A formula without a result isn't written: its cell is empty.
        empty = {"code": "constraint-error"}
        expect(source + ".expected.json", source + "-xlsb.expected.json", lambda issues: [i | empty if i["code"] == "uncached-formula" else i for i in issues])
    for name, change in (("accepted/assessment-small", strict), ("rejected/faulty-small", strict), ("rejected/faulty-small", prefixed), ("accepted/assessment-small", prefixed), ("rejected/faulty-small", wps)):
        source = os.path.join(out, name)
        dialect(source + ".xlsx", f"{source}-{change.__name__}.xlsx", change)
        expect(source + ".expected.json", f"{source}-{change.__name__}.expected.json")
    if a.only_own:
        return
    source = os.path.join(out, "accepted/messy-2007")
    convert(source + ".xlsx", "xlsx", source + "-libreoffice.xlsx")
    expect(source + ".expected.json", source + "-libreoffice.expected.json")


if __name__ == "__main__":
    main()
