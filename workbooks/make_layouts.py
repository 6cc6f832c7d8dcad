#!/usr/bin/env python3
"""Makes the samples whose purchases are laid out wide: the months across in each of the usual ways, of the same meaning as a long sheet.

    make_layouts.py [--out FOLDER]

Needs xlsxwriter and openpyxl.  What is expected comes from oracle.py, which gets the records and never sees a layout.
"""
import argparse
import os
from datetime import date
from fractions import Fraction as F

import oracle
from make_samples import COVER, YEAR, plain_grids, small
from samples_book import Formula, Writer, dump, letter, numbered

PLAN, ACTUAL, FAULT = "planned_tonnes", "actual_tonnes", "supplier_fault"
WORDS = {PLAN: "计划", ACTUAL: "实际", FAULT: "我方原因"}
FULL = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
CHINESE = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]


class Wide:
    """A sheet as a dictionary of cells, and where each value stands."""

    def __init__(self, dealers, purchases, sheet="月度提货"):
        self.sheet, self.dealers, self.cells, self.merged, self.at = sheet, dealers, {}, [], {}
        self.of = {(p.dealer, p.month[1]): p for p in purchases}

    def put(self, row, column, value):
        if value is not None:
            self.cells[row, column] = value

    def value(self, dealer, month, field):
        p = self.of.get((dealer.id, month))
        return None if p is None else {PLAN: p.planned, ACTUAL: p.actual, FAULT: "是" if p.fault else None}[field]

    def fill(self, top, columns, id_column=0, name_column=1, only=None):
        """A row a dealer; `columns` are (column, month, field)."""
        for n, dealer in enumerate(only or self.dealers):
            self.put(top + n, id_column, dealer.id)
            if name_column is not None:
                self.put(top + n, name_column, dealer.name)
            for column, month, field in columns:
                self.put(top + n, column, self.value(dealer, month, field))
                self.at[dealer.id, month, field] = (top + n, column)
        return top + len(only or self.dealers)

    def issue(self, severity, code, row, column, field=None):
        return {"severity": severity, "code": code, "sheet": self.sheet, "resource": "purchases", "row": row + 1, "column": letter(column), "field": field, "cell": f"{letter(column)}{row + 1}"}

    def write(self, w):
        ws = w.file.add_worksheet(self.sheet)
        w.sheets[self.sheet] = ws
        for (r, c, r2, c2) in self.merged:
            ws.merge_range(r, c, r2, c2, None, w.head)
        for (r, c), value in sorted(self.cells.items()):
            w.put(ws, r, c, value, w.of["tonnes"] if isinstance(value, F) else None, self.sheet)
        ws.set_column(0, 0, 14)
        return ws


def blocks(months=range(1, 13), first=2, gap=0, fields=(PLAN, ACTUAL)):
    """(column, month, field) of a block a field."""
    out, column = [], first
    for field in fields:
        for m in months:
            out.append((column, m, field))
            column += 1
        column += gap
    return out


def wide_blocks(model):
    """计划1月 … 实际12月 in one row; our fault for the one month that needs it."""
    s = Wide(*model)
    s.put(0, 0, f"{YEAR}年度月度提货")
    columns = blocks() + [(26, 8, FAULT)]
    for c, label in enumerate(["经销商编号", "经销商名称"] + [f"{WORDS[f]}{m}月" for _, m, f in columns]):
        s.put(1, c, label)
    s.fill(2, columns)
    return s, [s.issue("info", "coerced", 1, 2, "month"), s.issue("warning", "extra-label", 1, 1)]


def wide_groups(model):
    """A group merged above its months and its total; titles and a unit above, a row of totals below. The year is in the title alone."""
    s = Wide(*model)
    s.put(0, 0, f"{YEAR}年度经销商提货计划与实际".translate(FULL))
    s.put(1, 0, "单位：吨")
    s.put(3, 0, "经销商编号")
    s.put(3, 1, "经销商名称")
    s.merged += [(3, 0, 4, 0), (3, 1, 4, 1), (3, 2, 3, 14), (3, 15, 3, 27)]
    s.put(3, 2, "计划提货量（吨）")
    s.put(3, 15, "实际提货量（吨）")
    s.put(3, 28, "我方原因")
    columns = blocks(gap=1) + [(28, 8, FAULT)]
    for c, m, f in columns:
        s.put(4, c, f"{CHINESE[m - 1]}月" if f == PLAN else f"{m:02d}月份".translate(FULL))
    s.put(4, 14, "合计")
    s.put(4, 27, "合计")
    end = s.fill(5, columns)
    for c in (14, 27):
        for r in range(5, end):
            s.put(r, c, Formula(f"=SUM({letter(c - 12)}{r + 1}:{letter(c - 1)}{r + 1})", sum(s.cells.get((r, k), 0) for k in range(c - 12, c))))
    s.put(end, 0, "合计")
    for c, m, f in columns[:24]:
        s.put(end, c, sum(s.cells.get((r, c), F(0)) for r in range(5, end)))
    return s, [s.issue("info", "coerced", 4, 2, "month"), s.issue("warning", "extra-label", 4, 1), s.issue("info", "totals-row", 4, 14), s.issue("info", "totals-row", 4, 27),
               s.issue("info", "totals-row", end, 0, "dealer_id")]


def wide_pairs(model):
    """Each month merged over its plan, actual and fault; labels with years, untidy numbers, blank rows between."""
    s = Wide(*model)
    s.put(0, 0, "提货明细")
    columns = []
    for m in range(1, 13):
        first = 1 + 3 * (m - 1)
        s.put(2, first, (f"{YEAR}年{m}月", f"{YEAR}-{m:02d}", date(YEAR, m, 1))[m % 3])
        s.merged.append((2, first, 2, first + 2))
        for k, f in enumerate((PLAN, ACTUAL, FAULT)):
            s.put(3, first + k, WORDS[f])
            columns.append((first + k, m, f))
    s.put(2, 37, "全年合计")
    s.merged.append((2, 37, 2, 38))
    s.put(3, 37, "计划")
    s.put(3, 38, "实际")
    s.put(3, 0, "经销商编码")
    half = len(s.dealers) // 2
    end = s.fill(4, columns, name_column=None, only=s.dealers[:half])
    end = s.fill(end + 2, columns, name_column=None, only=s.dealers[half:])
    for r in range(4, end):
        s.put(r, 37, F(999))
    first = s.at[s.dealers[0].id, 1, ACTUAL]
    s.put(*first, f"{oracle.plain(s.cells[first])}吨".translate(FULL))
    return s, [s.issue("info", "coerced", 2, 1, "month"), s.issue("info", "coerced", *first, ACTUAL), s.issue("info", "totals-row", 2, 37), s.issue("info", "totals-row", 2, 38)]


def wide_actuals(model):
    """Actual tonnes alone, English months, the dealer behind its name; a month without tonnes is left empty."""
    dealers, purchases = model
    purchases = [p for p in purchases if p.actual != 0]
    s = Wide(dealers, purchases)
    for c, label in enumerate(["序号", "名称", "Dealer ID", "Jan", "Feb", "Mar", "April", "May", "June", "Jul", "Aug", "Sept", "October", "Nov", "Dec", "年度合计"]):
        s.put(0, c, label)
    end = s.fill(1, blocks(first=3, fields=(ACTUAL,)), id_column=2)
    for r in range(1, end):
        s.put(r, 0, r)
    return s, [s.issue("info", "coerced", 0, 3, "month"), s.issue("warning", "extra-label", 0, 0), s.issue("warning", "extra-label", 0, 1), s.issue("info", "totals-row", 0, 15)]


def book_of(dealers, purchases, violations):
    return oracle.Book(YEAR, date(YEAR, 12, 31), dealers, purchases, None, violations)


def write(path, dealers, sheets, violations, cover=COVER):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    grids = plain_grids(dealers, None, None, violations)
    w = Writer(path)
    if cover:
        w.cover(cover)
    w.grid(grids[0])
    for sheet in sheets:
        sheet.write(w)
    if violations is not None:
        w.grid(grids[1])
    w.close()
    return grids


def accepted(out):
    small_book = oracle.read_plain(os.path.join(out, "accepted/assessment-small.xlsx"))
    alone = small("wide-actuals", 6)
    for name, make, cover in (("blocks", wide_blocks, COVER), ("groups", wide_groups, None), ("pairs", wide_pairs, None), ("actuals", wide_actuals, COVER)):
        if name == "actuals":
            dealers, purchases = [d._replace(network=False) for d in alone[0]], [p._replace(planned=None, fault=False) for p in alone[1]]
            violations = alone[3]
        else:
            dealers, purchases, violations = small_book.dealers, small_book.purchases, small_book.violations
        sheet, issues = make((dealers, purchases))
        path = os.path.join(out, f"accepted/wide-{name}.xlsx")
        grids = write(path, dealers, [sheet], violations, cover)
        issues += [grids[0].issue("warning", "no-scorecard", n, "channel_mode") for n, d in enumerate(dealers) if oracle.CARD_OF[d.mode] is None]
        dump(path.replace(".xlsx", ".expected.json"), oracle.calculate(book_of(dealers, purchases, numbered(violations, grids[-1]))) | {"issues": issues})
        print("made", name)


def faults(out):
    """A fault of each kind in the cells of months; each issue at the real cell, those of a dealer once."""
    dealers, purchases, _, violations = small("wide-faults", 6)
    purchases = [p._replace(fault=False) for p in purchases]
    network = dealers[0]
    s, found = wide_blocks((dealers, purchases))
    del s.cells[1, 26]
    found = found[1:]
    at = s.at

    def plant(dealer, month, field, value, code):
        cell = at[dealers[dealer].id, month, field]
        if value is None:
            s.cells.pop(cell)
        else:
            s.cells[cell] = value
        found.append(s.issue("error", code, *cell, field))

    plant(1, 3, ACTUAL, "12a", "type-error")
    plant(1, 4, ACTUAL, "1.234,5", "type-error")
    plant(1, 5, PLAN, F(-3), "constraint-error")
    s.cells[at[dealers[1].id, 6, PLAN]] = F(20)
    plant(1, 6, ACTUAL, None, "constraint-error")                            # a plan without an actual
    plant(2, 1, ACTUAL, Formula("=1/0", "#DIV/0!"), "cell-error")
    plant(2, 2, ACTUAL, Formula("=B1", None), "uncached-formula")
    plant(0, 7, PLAN, None, "row-check")                                     # a network customer's plan
    end = 2 + len(dealers)
    for c, value in enumerate([dealers[3].id, dealers[3].name] + [F(5)] * 24):
        s.put(end, c, value)
        s.put(end + 1, c, "D999" if c == 0 else value)
        if c:
            s.put(end + 2, c, value)
    found += [s.issue("error", "primary-key", end, 0, "dealer_id"), s.issue("error", "foreign-key", end + 1, 0, "dealer_id"), s.issue("error", "constraint-error", end + 2, 0, "dealer_id")]
    assert network.network
    path = os.path.join(out, "rejected/wide-faults.xlsx")
    write(path, dealers, [s], violations)
    dump(path.replace(".xlsx", ".expected.json"), {"issues": found})
    # the same with on_error=partial: of the dealers without a fault
    rest = [d for d in dealers[4:]]
    path = os.path.join(out, "rejected/partial-wide.xlsx")
    grids = write(path, dealers, [s], violations)
    ids = {d.id for d in rest}
    book = book_of(rest, [p for p in purchases if p.dealer in ids], [v for v in numbered(violations, grids[-1]) if v.dealer in ids])
    dump(path.replace(".xlsx", ".expected.json"), oracle.calculate(book) | {"issues": found})


def unclear(out):
    """No year anywhere, months without their actual tonnes, months twice without a group: told at the header, and not read."""
    dealers, purchases, _, violations = small("wide-unclear")
    s, _ = wide_blocks((dealers, purchases))
    del s.cells[0, 0]
    del s.cells[1, 26]
    path = os.path.join(out, "rejected/missing-label/months-without-year.xlsx")
    write(path, dealers, [s], violations, cover=None)
    dump(path.replace(".xlsx", ".expected.json"), {"issues": [s.issue("error", "missing-label", 1, 2, "month"), s.issue("warning", "extra-label", 1, 1)]})
    s, _ = wide_blocks((dealers, purchases))
    for c in [*range(20, 27)]:
        for r in range(1, 2 + len(dealers)):
            s.cells.pop((r, c), None)
    path = os.path.join(out, "rejected/missing-label/months-without-actual.xlsx")
    write(path, dealers, [s], violations)
    dump(path.replace(".xlsx", ".expected.json"), {"issues": [s.issue("error", "missing-label", 1, c, ACTUAL) for c in range(8, 14)] + [s.issue("warning", "extra-label", 1, 1)]})
    s, _ = wide_blocks((dealers, purchases))
    del s.cells[1, 26]
    for c in range(2, 26):
        s.cells[1, c] = f"{(c - 2) % 12 + 1}月"
    path = os.path.join(out, "rejected/duplicate-label/months-twice.xlsx")
    write(path, dealers, [s], violations)
    dump(path.replace(".xlsx", ".expected.json"),
         {"issues": [s.issue("warning", "extra-label", 1, 1), *[s.issue("error", "duplicate-label", 1, c, ACTUAL) for c in range(14, 26)]]})


def a_sheet_a_month(out):
    """2007年1月 … 2007年3月, each with dealers and tonnes: not read, but it is said how to put them together."""
    dealers, purchases, _, violations = small("sheet-a-month")
    sheets = []
    for m in (1, 2, 3):
        s = Wide(dealers, purchases, f"{YEAR}年{m}月")
        for c, label in enumerate(["经销商编号", "经销商名称", "计划提货量", "实际提货量"]):
            s.put(0, c, label)
        s.fill(1, [(2, m, PLAN), (3, m, ACTUAL)])
        sheets.append(s)
    path = os.path.join(out, "accepted/sheet-a-month.xlsx")
    write(path, dealers, sheets, violations)
    first = "把各表的行合并到一张“月度提货”，加一列“月份”；或每家经销商一行，1月至12月横排"
    dump(path.replace(".xlsx", ".expected.json"),
         {"issues": [{"severity": "warning", "code": "extra-sheet", "sheet": s.sheet, "suggestion": first if s is sheets[0] else None} for s in sheets]})


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--out", default=os.path.dirname(os.path.abspath(__file__)))
    out = p.parse_args().out
    accepted(out)
    faults(out)
    unclear(out)
    a_sheet_a_month(out)


if __name__ == "__main__":
    main()
