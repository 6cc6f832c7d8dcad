#!/usr/bin/env python3
"""Do the added lists survive their users: sorted, filtered, copied away?

    sorting.py BOOK.xlsx ...          every list sorted by every column, both ways, filtered, copied, sorted back: no figure changes or goes wrong
    sorting.py --plant BOOK.xlsx      ... and look-ups by place, put in the place of one column's formulas, are found

A list is a table named dealerbook_…; its first column numbers the rows.  LibreOffice sorts the rows as a user does, formulas included, calculates
what depends on them, and then: each row has the same figures as before, found by its number, and so has the rest of its sheet and every other added
sheet; filtered, the totals above the headings are those of the rows in view and nothing else changes; the sheet copied into a new workbook holds the
same values; sorted by its numbers again, all is as it was.  Needs LibreOffice and its Python module (Debian: python3-uno).
Exit codes: 0 as it should be, 1 something differs, 2 it could not be tried.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
import zipfile

from recalculate import CannotTry, letter, local, parts_of, soffice

try:
    import uno
    from com.sun.star.beans import PropertyValue
    from com.sun.star.sheet import TableFilterField
    from com.sun.star.sheet.FilterOperator import EQUAL
    from com.sun.star.table import TableSortField
    from com.sun.star.uno import RuntimeException
except ImportError:
    print("could not be tried: this Python has no module uno (Debian: python3-uno)", file=sys.stderr)
    sys.exit(2)

START_S = 60
DIFFERENCES_SHOWN = 12
SUBTOTAL = re.compile(r"SUBTOTAL\((\d+)[,;]\$?([A-Z]+)\$?\d+:")


# ---- the office -----------------------------------------------------------------------------------------------------------

def prop(name, value):
    p = PropertyValue()
    p.Name, p.Value = name, value
    return p


class Office:
    """LibreOffice with a profile of its own, reached through a pipe that nobody else knows."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="sorting-")
        pipe = f"dealerbook-{os.getpid()}"
        self.process = subprocess.Popen(
            [soffice(), f"-env:UserInstallation=file://{self.folder.name}/profile", "--headless", "--norestore", "--nolockcheck",
             "--nodefault", f"--accept=pipe,name={pipe};urp;"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
        until = time.monotonic() + START_S
        while True:
            try:
                there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception as e:                                          # not there yet: pyuno's exceptions have no common base
                if time.monotonic() > until or self.process.poll() is not None:
                    self.__exit__()
                    raise CannotTry("LibreOffice did not start") from e
                time.sleep(0.2)
        self.desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
        return self

    def __exit__(self, *_):
        try:
            self.desktop.terminate()
            self.process.wait(20)
        except Exception:                                                   # it is gone, or never came
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()

    def open(self, url):
        document = self.desktop.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True),))
        if document is None:
            raise CannotTry(f"LibreOffice does not open {url}")
        return document


# ---- what is in a workbook ------------------------------------------------------------------------------------------------

def close(document):
    try:
        document.close(True)
    except RuntimeException:                                                # the office is gone, which is told where it was noticed
        pass


class List:
    """An added list: where it stands, counted from 0."""

    def __init__(self, name, sheet, area):
        self.name, self.sheet = name, sheet
        self.top, self.last, self.right = area.StartRow, area.EndRow, area.EndColumn

    @property
    def first(self):
        return self.top + 1


def added_sheets(path):
    """The names of our sheets: those with our hidden name on them."""
    with zipfile.ZipFile(path) as z:
        names = list(parts_of(z)[0])
        root = ET.fromstring(z.read("xl/workbook.xml"))
    sheets = [e.get("name") for e in root.iter() if local(e.tag) == "sheet"]
    ours = [e for e in root.iter() if local(e.tag) == "definedName" and e.get("name") == "_dealerbook.sheet"]
    found = [sheets[int(e.get("localSheetId"))] for e in ours]
    return [name for name in found if name in names]


def lists_of(document):
    ranges = document.DatabaseRanges
    found = []
    for name in ranges.ElementNames:
        if name.lower().startswith("dealerbook_"):
            area = ranges.getByName(name).DataArea
            found.append(List(name, document.Sheets.getByIndex(area.Sheet).Name, area))
    return found


def used(sheet):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    return sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)


def values(sheet):
    return used(sheet).getDataArray()


def same(a, b):
    if a == b:
        return True
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))
    return a in ("", None) and b in ("", None)


def differences(what, before, after, rows=None):
    """Where two pictures of a sheet differ; `rows`: of the second, the row in which each row of the first stands now."""
    found = []
    for n, row in enumerate(before):
        now = after[rows.get(n, n) if rows else n] if n < len(after) else ()
        if row == now:
            continue
        for c, a in enumerate(row):
            b = now[c] if c < len(now) else ""
            if not same(a, b):
                found.append(f"{what}: {letter(c + 1)}{n + 1} was {a!r} and is {b!r}")
    return found


# ---- the checks ------------------------------------------------------------------------------------------------------------

class Book:
    def __init__(self, office, path):
        self.office, self.path = office, path
        # A copy, whose lock nobody leaves behind.
        own = os.path.join(office.folder.name, os.path.basename(path))
        shutil.copyfile(path, own)
        self.document = office.open(uno.systemPathToFileUrl(own))
        self.names = added_sheets(path)
        # Charts are of no concern here, and drawing them takes long.
        for name in self.names:
            charts = self.sheet(name).Charts
            for chart in charts.ElementNames:
                charts.removeByName(chart)
        self.document.calculateAll()
        self.lists = lists_of(self.document)
        self.before = self.picture(self.names)
        self.readers = self.who_reads()
        self.sorts = self.states = 0

    def close(self):
        close(self.document)

    def sheet(self, name):
        return self.document.Sheets.getByName(name)

    def picture(self, names):
        return {name: values(self.sheet(name)) for name in names}

    def who_reads(self):
        """{sheet: the added sheets whose figures may come of it}, over any number of steps."""
        self.formulas = {name: used(self.sheet(name)).getFormulaArray() for name in self.names}
        formulas = {name: "\n".join(text for row in rows for text in row if text.startswith("=")) for name, rows in self.formulas.items()}
        def names(text, name):
            return f"${name}." in text or f"'{name.replace(chr(39), chr(39) * 2)}'." in text or f"{name}." in text or f"'{name}'!" in text
        direct = {name: {other for other in self.names if other != name and names(formulas[other], name)} for name in self.names}
        out = {}
        for name in self.names:
            todo, seen = [name], set()
            while todo:
                for reader in direct[todo.pop()]:
                    if reader not in seen:
                        seen.add(reader)
                        todo.append(reader)
            out[name] = seen - {name}
        return out

    def content(self, of):
        """What a list and all that reads it hold: two books that agree on it are alike to the check."""
        read = ((name, tuple(text for row in self.formulas[name] for text in row if text.startswith("="))) for name in sorted(self.readers[of.sheet]))
        return hash((of.name, of.sheet, self.formulas[of.sheet], *read))

    def body(self, of):
        return self.sheet(of.sheet).getCellRangeByPosition(0, of.first, of.right, of.last)

    def sort(self, of, column, ascending):
        field = TableSortField()
        field.Field, field.IsAscending, field.IsCaseSensitive = column, ascending, False
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        uno.invoke(self.body(of), "sort", ((prop("SortFields", fields), prop("ContainsHeader", False)),))
        self.document.calculate()

    def check_sorting(self, of):
        before = self.before[of.sheet]
        numbers = [row[0] for row in before[of.first:of.last + 1]]
        if numbers == [""]:
            return []                                                        # an empty list has one blank row
        found = []
        if numbers != [float(n + 1) for n in range(len(numbers))]:
            return [f"{of.name}: the first column doesn't number the rows"]
        seen = {tuple(numbers)}
        for column in range(of.right + 1):
            for ascending in (True, False):
                self.sort(of, column, ascending)
                self.sorts += 1
                now = tuple(row[0] for row in self.sheet(of.sheet).getCellRangeByPosition(0, of.first, 0, of.last).getDataArray())
                if sorted(now, key=str) != sorted(numbers, key=str):
                    found.append(f"{of.name}: sorted by {before[of.top][column]!r}, rows are missing")
                    continue
                if now in seen:
                    continue
                seen.add(now)
                self.states += 1
                order = {of.first + int(number) - 1: of.first + place for place, number in enumerate(now)}
                what = f"{of.sheet} sorted by {before[of.top][column]!r}"
                found += differences(f"{what}: {of.sheet}", before, values(self.sheet(of.sheet)), order)
                for name in self.readers[of.sheet]:
                    found += differences(f"{what}: {name}", self.before[name], values(self.sheet(name)))
                if len(found) > DIFFERENCES_SHOWN:
                    return found
        self.sort(of, 0, True)
        after = self.picture(self.names)
        for name in self.names:
            found += differences(f"{of.sheet} sorted by its numbers again: {name}", self.before[name], after[name])
        return found

    def check_filter(self, of):
        """Rows of one value of a column that has several are left in view."""
        before = self.before[of.sheet]
        rows = before[of.first:of.last + 1]
        columns = [c for c in range(1, of.right + 1) if 1 < len({row[c] for row in rows}) and any(isinstance(row[c], str) and row[c] for row in rows)]
        if not columns:
            return []
        column = min(columns, key=lambda c: (len({row[c] for row in rows}), c))
        texts = [row[column] for row in rows if isinstance(row[column], str) and row[column]]
        text = min(set(texts), key=lambda t: (texts.count(t), t))
        if text in ("–",):
            return []
        field = TableFilterField()
        field.Field, field.Operator, field.IsNumeric, field.StringValue = column, EQUAL, False, text
        area = self.sheet(of.sheet).getCellRangeByPosition(0, of.top, of.right, of.last)
        descriptor = area.createFilterDescriptor(True)
        descriptor.ContainsHeader, descriptor.FilterFields = True, (field,)
        area.filter(descriptor)
        self.document.calculate()
        shown = [n for n in range(of.first, of.last + 1) if not self.sheet(of.sheet).Rows.getByIndex(n).IsFiltered]
        after = self.picture([of.sheet, *self.readers[of.sheet]])
        what = f"{of.sheet} filtered by {before[of.top][column]!r} = {text!r}"
        found = [] if 0 < len(shown) < len(rows) else [f"{what}: {len(shown)} of {len(rows)} rows are in view"]
        found += self.totals(what, of, shown, after[of.sheet])
        above = of.top - 1
        now = [row if n != above else before[above] for n, row in enumerate(after[of.sheet])]
        found += differences(f"{what}: {of.sheet}", before, now)
        for name in self.readers[of.sheet]:
            found += differences(f"{what}: {name}", self.before[name], after[name])
        area.filter(area.createFilterDescriptor(True))
        self.document.calculate()
        return found + differences(f"{what}, and no more: {of.sheet}", before, values(self.sheet(of.sheet)))

    def totals(self, what, of, shown, after):
        """Every sum above the headings is that of the rows in view."""
        found = []
        formulas = self.sheet(of.sheet).getCellRangeByPosition(0, of.top - 1, of.right, of.top - 1).getFormulaArray()[0]
        for column, formula in enumerate(formulas):
            told = SUBTOTAL.search(formula)
            if not told:
                if formula.startswith("=") and re.search(r"\b(SUM|COUNTA|AVERAGE)\(", formula):
                    found.append(f"{what}: the total {letter(column + 1)}{of.top} doesn't follow: {formula}")
                continue
            kind, source = told.groups()
            at = column_number(source)
            cells = [after[n][at] for n in shown]
            numbers = [cell for cell in cells if isinstance(cell, float)]
            expected = {"109": sum(numbers), "103": float(sum(1 for cell in cells if cell != "")), "102": float(len(numbers)),
                        "101": sum(numbers) / len(numbers) if numbers else ""}[kind]
            now = after[of.top - 1][column]
            is_near = isinstance(expected, float) and isinstance(now, float) and abs(now - expected) <= 0.0051
            if not (is_near or same(now, expected)):
                found.append(f"{what}: the total {letter(column + 1)}{of.top} is {now!r}, not {expected!r}")
        return found

    def check_copy(self, of):
        """All cells of the sheet, copied and put into a new workbook: what they look up elsewhere comes along as it was."""
        here = self.document.CurrentController
        here.setActiveSheet(self.sheet(of.sheet))
        here.select(used(self.sheet(of.sheet)))
        copied = here.getTransferable()
        other = self.office.open("private:factory/scalc")
        try:
            other.CurrentController.insertTransferable(copied)
            return differences(f"{of.sheet} in a new workbook", self.before[of.sheet], values(other.Sheets.getByIndex(0)))
        finally:
            close(other)

    def plant(self):
        """Look-ups by place in the place of one column's formulas, as a sheet had them once, or a running sum that leans on the rows above; gives the list."""
        of = self.plant_look_ups() or self.plant_running_sum()
        if of is None:
            raise CannotTry(f"{os.path.basename(self.path)}: no list looks anything up on another or has a running sum")
        self.document.calculateAll()
        self.before = self.picture(self.names)
        self.readers = self.who_reads()
        return of

    def plant_running_sum(self):
        for of in self.lists:
            for column in range(of.right + 1):
                cells = self.sheet(of.sheet).getCellRangeByPosition(column, of.first, column, of.last)
                told = re.match(r"=ROUND\(SUMPRODUCT\(\(\(\$([A-Z]+)\$\d+:.*<=\$?A\d", cells.getFormulaArray()[0][0])
                if told:
                    cells.setFormulaArray(tuple((f"=SUM({told[1]}${of.first + 1}:{told[1]}{n + 1})",) for n in range(of.first, of.last + 1)))
                    return of
        return None

    def plant_look_ups(self):
        for of in self.lists:
            for other in self.lists:
                for column in range(of.right + 1):
                    cells = self.sheet(of.sheet).getCellRangeByPosition(column, of.first, column, of.last)
                    if other.sheet != of.sheet and other.last == of.last and "MATCH(" in cells.getFormulaArray()[0][0] and f"{other.sheet}" in cells.getFormulaArray()[0][0]:
                        head = [str(cell) for cell in self.before[other.sheet][other.top]]
                        own = str(self.before[of.sheet][of.top][column])
                        source = head.index(own) if own in head else 1
                        place = f"'{other.sheet}'"
                        cells.setFormulaArray(tuple((f"=${place}.{letter(source + 1)}{n + 1}",) for n in range(of.first, of.last + 1)))
                        return other
        return None


def column_number(text):
    n = 0
    for c in text:
        n = n * 26 + ord(c) - 64
    return n - 1


def check(office, path, known):
    """`known`: the lists that other books have had to the letter, which aren't looked at again."""
    begun = time.monotonic()
    book = Book(office, path)
    try:
        found = [] if book.lists else ["there is no list"]
        new = {book.content(of): of for of in book.lists if book.content(of) not in known}
        known.update(new)
        for of in new.values():
            found += book.check_copy(of)
            found += book.check_sorting(of)
            found += book.check_filter(of)
        print(f"{os.path.basename(path)}: {len(new)} lists, {len(book.lists) - len(new)} more that are as in another book, {book.sorts} sorts, {book.states} orders compared, {len(found)} differences, {time.monotonic() - begun:.1f} s", flush=True)
        for line in found[:DIFFERENCES_SHOWN]:
            print("   ", line)
        return not found
    finally:
        book.close()


def check_planted(office, path):
    book = Book(office, path)
    try:
        of = book.plant()
        found = book.check_sorting(of)
        print(f"{os.path.basename(path)}: a fault planted on {of.sheet} was {'found' if found else 'NOT FOUND'}")
        for line in found[:1]:
            print("   ", line)
        return bool(found)
    finally:
        book.close()


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("books", nargs="+")
    p.add_argument("--plant", action="store_true", help="plant look-ups by place and require that they are found")
    a = p.parse_args()
    begun, ok, known = time.monotonic(), True, {}
    try:
        with Office() as office:
            for path in map(os.path.abspath, a.books):
                ok &= check_planted(office, path) if a.plant else check(office, path, known)
    except (CannotTry, OSError, zipfile.BadZipFile, ET.ParseError) as e:
        print(f"could not be tried: {e}", file=sys.stderr)
        sys.exit(2)
    except RuntimeException as e:
        print(f"could not be tried: LibreOffice broke off: {e}", file=sys.stderr)
        sys.exit(2)
    print(f"{len(a.books)} workbooks in {time.monotonic() - begun:.0f} s")
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
