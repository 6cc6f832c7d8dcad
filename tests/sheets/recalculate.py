#!/usr/bin/env python3
"""Does a spreadsheet program come to the figures that stand in a workbook?

    recalculate.py BOOK.xlsx ...                                       every formula, calculated afresh, gives its cached value
    recalculate.py --plant BOOK.xlsx                                   ... and a wrong cached value is found
    recalculate.py --change SHEET CELL VALUE --expect-change SHEET CELL BOOK.xlsx    a formula follows its input

LibreOffice keeps cached values when it converts, so a copy without the <v> of any formula cell is converted and its figures are
compared with the original's: money and tonnes to the cent, ratios to a millionth, texts exactly.  Cells listed on the about
sheet under "以缓存值为准的单元格" / "Cells whose cached value governs" may be off by cents.  Standard library and soffice only.
Exit codes: 0 as it should be, 1 differences, 2 it could not be tried.
"""
import argparse
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from xml.parsers import expat

GOVERNED_BY_MAX = 0.05                               # cents that fell the other way, and sums of them; more is another fault
ABOUT = ("计算说明", "说明", "About")
GOVERNED = ("以缓存值为准的单元格", "Cells whose cached value governs")
TIMEOUT_S = 240


class CannotTry(Exception):
    """LibreOffice or the workbook doesn't let us check."""


def local(name):
    return name.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


# ---- reading ------------------------------------------------------------------------------------------------------------

def parts_of(z):
    """{sheet name: part}, by the workbook's relationships; strict and transitional, whatever the prefixes."""
    rels = {}
    for e in ET.fromstring(z.read("_rels/.rels")):
        if e.get("Type", "").endswith("/officeDocument"):
            main = e.get("Target").lstrip("/")
    folder = posixpath.dirname(main)
    for e in ET.fromstring(z.read(f"{folder}/_rels/{posixpath.basename(main)}.rels".lstrip("/"))):
        target = e.get("Target")
        rels[e.get("Id")] = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target)), e.get("Type", "")
    out = {}
    for e in ET.fromstring(z.read(main)).iter():
        if local(e.tag) == "sheet":
            rid = next(v for k, v in e.attrib.items() if local(k) == "id" and "}" in k)
            part, kind = rels[rid]
            if kind.endswith("/worksheet"):
                out[e.get("name")] = part
    shared = next((p for p, kind in rels.values() if kind.endswith("/sharedStrings")), None)
    return out, shared


def text_of(e):
    """The text of a string item: its t and those of its runs, without phonetic hints."""
    out = []
    for child in e:
        if local(child.tag) == "t":
            out.append(child.text or "")
        elif local(child.tag) == "r":
            out += [t.text or "" for t in child if local(t.tag) == "t"]
    return "".join(out)


def read_book(path):
    """{sheet: {cell: (value, is it a formula)}}; numbers as float, texts and errors as str, booleans as bool, nothing as None."""
    with zipfile.ZipFile(path) as z:
        parts, shared = parts_of(z)
        strings = [text_of(e) for e in ET.fromstring(z.read(shared)) if local(e.tag) == "si"] if shared and shared in z.namelist() else []
        out = {}
        for name, part in parts.items():
            cells = out[name] = {}
            at = 0, 0
            with z.open(part) as f:
                for event, e in ET.iterparse(f, ("start", "end")):
                    tag = local(e.tag)
                    if event == "start":
                        if tag == "row":
                            at = int(e.get("r") or at[0] + 1), 0
                        continue
                    if tag == "c":
                        ref = e.get("r")
                        if ref:
                            at = at[0], column_of(ref)
                        else:
                            at = at[0], at[1] + 1
                            ref = f"{letter(at[1])}{at[0]}"
                        cells[ref] = value_of(e, strings)
                    elif tag == "row":
                        e.clear()
        return out


def value_of(cell, strings):
    v = next((x for x in cell if local(x.tag) == "v"), None)
    formula = any(local(x.tag) == "f" for x in cell)
    kind, text = cell.get("t", "n"), None if v is None else v.text
    if kind == "inlineStr":
        return text_of(next(x for x in cell if local(x.tag) == "is")), formula
    if kind == "str":
        return text or "", formula
    if text is None:
        return None, formula
    if kind == "s":
        return strings[int(text)], formula
    if kind == "b":
        return text.strip() in ("1", "true"), formula
    if kind in ("e", "d"):
        return text, formula
    return float(text), formula


def column_of(ref):
    n = 0
    for c in ref:
        if c.isalpha():
            n = n * 26 + ord(c.upper()) - 64
    return n


def letter(n):
    text = ""
    while n:
        n, rest = divmod(n - 1, 26)
        text = chr(65 + rest) + text
    return text


# ---- editing: by byte offsets, so that everything else stays as it is --------------------------------------------------------

def cell_spans(data):
    """[(ref, start, end, has formula, [(start, end) of its v])] of the cells of a sheet."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise CannotTry("a sheet in UTF-16")
    found, here, stack, at = [], None, [], [0, 0]
    p = expat.ParserCreate()

    def end_of(index):
        """Behind the tag that begins here; quotes may hold a '>'."""
        quote = None
        while True:
            c = data[index:index + 1]
            if quote:
                quote = None if c == quote else quote
            elif c in (b'"', b"'"):
                quote = c
            elif c == b">":
                return index + 1
            index += 1

    def start(name, attributes):
        nonlocal here
        tag = local(name)
        stack.append((tag, p.CurrentByteIndex))
        if tag == "row":
            at[:] = [int(attributes.get("r") or at[0] + 1), 0]
        elif tag == "c":
            at[1] = column_of(attributes["r"]) if attributes.get("r") else at[1] + 1
            here = [attributes.get("r") or f"{letter(at[1])}{at[0]}", p.CurrentByteIndex, 0, False, []]
        elif tag == "f" and here and stack[-2][0] == "c":
            here[3] = True

    def end(_):
        nonlocal here
        tag, begun = stack.pop()
        if tag == "v" and here:
            here[4].append((begun, end_of(p.CurrentByteIndex)))
        elif tag == "c":
            here[2] = end_of(p.CurrentByteIndex)
            found.append(tuple(here))
            here = None

    p.StartElementHandler, p.EndElementHandler = start, end
    p.Parse(data, True)
    return found


def without_values(data):
    """The sheet with no <v> in any formula cell."""
    cuts = [span for _, _, _, formula, values in cell_spans(data) if formula for span in values]
    out, at = [], 0
    for a, b in cuts:
        out.append(data[at:a])
        at = b
    return b"".join(out) + data[at:]


def with_value(data, ref, value):
    """The sheet with another plain value in one cell, its style kept."""
    for cell, a, b, _, _ in cell_spans(data):
        if cell == ref:
            old = data[a:b]
            head = re.match(rb"<([A-Za-z0-9_]*:?)c\b", old)
            prefix = head.group(1)
            style = re.search(rb'\ss\s*=\s*("[^"]*"|\'[^\']*\')', old[:old.index(b">")])
            try:
                float(value)
                kind, inner = b"", b"<%sv>%s</%sv>" % (prefix, value.encode(), prefix)
            except ValueError:
                text = value.replace("&", "&amp;").replace("<", "&lt;").encode()
                kind, inner = b' t="inlineStr"', b'<%sis><%st>%s</%st></%sis>' % (prefix, prefix, text, prefix, prefix)
            new = b'<%sc r="%s"%s%s>%s</%sc>' % (prefix, ref.encode(), b" s=" + style.group(1) if style else b"", kind, inner, prefix)
            return data[:a] + new + data[b:]
    raise CannotTry(f"no cell {ref} to change")


def with_cached(data, ref, text):
    """The sheet with another cached value in one formula cell."""
    for cell, _, _, _, values in cell_spans(data):
        if cell == ref and values:
            a, b = values[0]
            old = data[a:b]
            return data[:a] + old[:old.index(b">") + 1] + text.encode() + old[old.rindex(b"</"):] + data[b:]
    raise CannotTry(f"no cached value in {ref}")


def copy_with(path, to, change):
    """A copy of the package with `change(part, bytes)` for its worksheets."""
    with zipfile.ZipFile(path) as z, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as out:
        sheets = set(parts_of(z)[0].values())
        for info in z.infolist():
            data = z.read(info)
            out.writestr(info.filename, change(info.filename, data) if info.filename in sheets else data)


# ---- LibreOffice --------------------------------------------------------------------------------------------------------

def soffice():
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found:
        raise CannotTry("LibreOffice (soffice) is not installed")
    return found


def convert(path, folder):
    """The workbook as LibreOffice writes it; its own profile, so that nobody's settings or running office get in."""
    target = os.path.join(folder, "out")
    os.makedirs(target, exist_ok=True)
    command = [soffice(), f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", target, path]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT_S, start_new_session=True)
    except subprocess.TimeoutExpired as e:
        raise CannotTry(f"LibreOffice did not finish within {TIMEOUT_S} s") from e
    out = os.path.join(target, os.path.splitext(os.path.basename(path))[0] + ".xlsx")
    if not os.path.exists(out):
        raise CannotTry(f"LibreOffice gave no file: {done.stdout.decode(errors='replace').strip()[-500:]}")
    return out


def recalculated(path, change=lambda part, data: data):
    """The cells of the workbook after `change`, every formula calculated afresh."""
    with tempfile.TemporaryDirectory(prefix="recalculate-") as folder:
        bare = os.path.join(folder, "bare.xlsx")
        copy_with(path, bare, lambda part, data: without_values(change(part, data)))
        return read_book(convert(bare, folder))


# ---- comparing ----------------------------------------------------------------------------------------------------------

def governed(book):
    """{(sheet, cell)} whose cached value governs, as the about sheet lists them."""
    out = set()
    for name in ABOUT:
        rows = {}
        for ref, (value, _) in book.get(name, {}).items():
            if value not in (None, ""):
                rows.setdefault(int(re.sub(r"\D", "", ref)), {})[column_of(ref)] = value
        begun = None
        for n in sorted(rows):
            values = [str(rows[n][k]).strip() for k in sorted(rows[n])]
            if begun is None:
                if any(v.rstrip("：:").startswith(GOVERNED) for v in values):
                    begun = n
                continue
            if n > begun + 1 and out and n - 1 not in rows:
                break                                                   # a blank row ends the section
            for sheet, cell in zip(values, values[1:]):
                if sheet in book and re.fullmatch(r"\$?[A-Z]{1,3}\$?\d+", cell):
                    out.add((sheet, cell.replace("$", "")))
    return out


def same(cached, fresh):
    """Money and tonnes to the cent, small figures to a millionth; an empty text is as good as nothing."""
    if cached in (None, "") or fresh in (None, ""):
        return cached in (None, "") and fresh in (None, "")
    if isinstance(cached, str) or isinstance(fresh, str):
        return cached == fresh
    a, b = float(cached), float(fresh)
    return abs(a - b) <= min(0.004, 1e-6 * max(1.0, abs(a)))


def compare(book, fresh, only=None):
    """The lines of what differs, the number of formulas compared, the number left out."""
    free, differs, count, left = governed(book), [], 0, 0
    for sheet, cells in book.items():
        if only and sheet not in only:
            continue
        if sheet not in fresh:
            differs.append(f"{sheet}: the sheet is gone after the conversion")
            continue
        for ref, (value, formula) in cells.items():
            if not formula:
                continue
            now = fresh[sheet].get(ref, (None, False))[0]
            if (sheet, ref) in free:
                left += 1
                if isinstance(value, float) and isinstance(now, float) and abs(value - now) > GOVERNED_BY_MAX:
                    differs.append(f"{sheet}!{ref}: its cached value {value!r} governs, but {now!r} is further off than cents can be")
                continue
            count += 1
            if value is None:
                differs.append(f"{sheet}!{ref}: no cached value")
                continue
            if not same(value, now):
                differs.append(f"{sheet}!{ref}: cached {value!r}, calculated {now!r}")
    return differs, count, left


def check(path, only=None):
    book = read_book(path)
    differs, count, left = compare(book, recalculated(path), only)
    print(f"{os.path.basename(path)}: {count} formulas calculated afresh, {left} left out (their cached value governs), {len(differs)} differ")
    for line in differs[:50]:
        print("   ", line)
    return not differs


def check_planted(path, only=None):
    """A wrong cached value in one formula cell must be found."""
    book = read_book(path)
    free = governed(book)
    spots = [(s, r) for s, cells in book.items() if not only or s in only for r, (v, f) in cells.items() if f and isinstance(v, float) and (s, r) not in free]
    if not spots:
        raise CannotTry(f"{os.path.basename(path)}: no formula with a number to plant a wrong value in")
    sheet, ref = spots[len(spots) // 2]
    wrong = book[sheet][ref][0] + 0.01
    with zipfile.ZipFile(path) as z:
        part = parts_of(z)[0][sheet]
    with tempfile.TemporaryDirectory(prefix="recalculate-") as folder:
        planted = os.path.join(folder, os.path.basename(path))
        copy_with(path, planted, lambda p, data: with_cached(data, ref, repr(wrong)) if p == part else data)
        differs, _, _ = compare(read_book(planted), recalculated(planted), only)
    hit = [x for x in differs if x.startswith(f"{sheet}!{ref}:")]
    print(f"{os.path.basename(path)}: a wrong cent planted in {sheet}!{ref} was {'found' if hit else 'NOT FOUND'}")
    return bool(hit)


def check_change(path, change, expect):
    """A change of an input moves the figure that depends on it."""
    sheet, ref, value = change
    with zipfile.ZipFile(path) as z:
        parts = parts_of(z)[0]
    for s, c in (change[:2], expect):
        if s not in parts:
            raise CannotTry(f"no sheet {s}: there are {', '.join(parts)}")
    before = recalculated(path)
    after = recalculated(path, lambda p, data: with_value(data, ref, value) if p == parts[sheet] else data)
    old, new = (b[expect[0]].get(expect[1], (None,))[0] for b in (before, after))
    print(f"{os.path.basename(path)}: {sheet}!{ref} = {value} moves {expect[0]}!{expect[1]} from {old!r} to {new!r}" if old != new else
          f"{os.path.basename(path)}: {sheet}!{ref} = {value} does NOT move {expect[0]}!{expect[1]}, still {old!r}")
    return old != new


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("books", nargs="+", metavar="BOOK.xlsx")
    p.add_argument("--plant", action="store_true", help="plant a wrong cached value and require that it is found")
    p.add_argument("--change", nargs=3, metavar=("SHEET", "CELL", "VALUE"))
    p.add_argument("--expect-change", nargs=2, metavar=("SHEET", "CELL"))
    p.add_argument("--sheet", action="append", help="compare this sheet only (may be repeated)")
    a = p.parse_args()
    if bool(a.change) != bool(a.expect_change):
        p.error("--change and --expect-change belong together")
    ok = True
    try:
        for path in a.books:
            path = os.path.abspath(path)
            ok &= check_change(path, a.change, a.expect_change) if a.change else check_planted(path, a.sheet) if a.plant else check(path, a.sheet)
    except (CannotTry, OSError, zipfile.BadZipFile, ET.ParseError) as e:
        print(f"could not be tried: {e}", file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
