#!/usr/bin/env python3
"""Makes the samples of the programmes and what is expected of them, always the same bytes; one file a programme under programmes/.

    make_programmes.py [--out FOLDER] [--only NAME] [--check BOOK.expected.json]

A programme's file has `books()`: for each workbook its sheets, each a list of rows {field: value} in canonical values; and `expected(sheets, as_of)`:
the contract's `results.<programme>`, calculated from the handbook alone and knowing nothing of the program.  Numbers are ints, Fractions or
decimal texts.  A `Fault` goes into its cell as it is; its issue stands in `ISSUES` under the workbook, which is then called partial-…; warnings
stand there with their severity.  `LIVE` says which cells of the added sheet must follow which; `FAULTS` has workbooks with a kind of fault each
(make_faults.py).  Labels and the spelling of categories come from schemas/tables.  Needs xlsxwriter.

--check reads the rows of a plain workbook and compares with the results beside it: so the oracle itself is held against the contract's examples.
"""
import argparse
import importlib
import json
import os
import sys
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction as F

import oracle
from samples_book import Grid, Writer

HERE = os.path.dirname(os.path.abspath(__file__))
AS_OF = date(2007, 12, 31)
COVER = [("考核年度", 2007), ("截止日期", AS_OF), ("编制人", "渠道管理部"), ("公司", "示例化肥有限公司")]


class Fault(str):
    """A text that goes into its cell as it is."""


def schema(resource):
    with open(os.path.join(HERE, "..", "schemas", "tables", resource + ".json"), encoding="utf-8") as f:
        return json.load(f)


def title(resource):
    with open(os.path.join(HERE, "..", "schemas", "datapackage.json"), encoding="utf-8") as f:
        return next(r["title"] for r in json.load(f)["resources"] if r["name"] == resource)


def error(code, resource, *places):
    """What is expected of a faulty workbook: an error at each of these rows and fields."""
    return [("error", code, resource, row, field) for row, field in places]


def number(x):
    """A figure of a row: exact; nothing is nothing."""
    return None if x in (None, "") else F(str(x)) if not isinstance(x, F) else x


def spelt(field, value):
    """A canonical value as a person writes it."""
    if value is None or isinstance(value, (date, Fault)):
        return value
    if "categories" in field:
        return next(c["label"] for c in field["categories"] if c["value"] == value)
    if field["type"] == "boolean":
        return "是" if value else "否"
    return float(number(value)) if field["type"] in ("number", "integer") else str(value)


def dealers(*who):
    """Rows of the dealers sheet for (id, name, region): all else as it may be."""
    return [{"dealer_id": i, "name": n, "region": r, "channel_mode": "regional_distributor", "network_customer": False, "target_tonnes": 1000, "total_urea_tonnes": 2000,
             "brand_influence": "second", "service_level": "medium", "capital_strength": "average", "creditworthiness": "medium"} for i, n, r in who]


def write(path, sheets):
    w = Writer(path)
    w.cover(COVER)
    for resource, rows in sheets.items():
        table = schema(resource)
        used = [f for f in table["fields"] if f.get("constraints", {}).get("required") or any(r.get(f["name"]) is not None for r in rows)]
        g = Grid(title(resource), resource, [f["name"] for f in used], above=[f"2007年{title(resource)}"], labels={f["name"]: f["title"] for f in used})
        for row in rows:
            g.add(**{f["name"]: spelt(f, row.get(f["name"])) for f in used})
        w.grid(g)
    w.close()


def read(path):
    """The sheets of a plain workbook, and its as-of date."""
    import openpyxl
    wb = openpyxl.load_workbook(path, data_only=True)
    cover = {r[0]: r[1] for r in wb["封面"].iter_rows(values_only=True, max_col=2) if r[0]} if "封面" in wb.sheetnames else {}
    sheets = {}
    for name in [n[:-5] for n in os.listdir(os.path.join(HERE, "..", "schemas", "tables"))]:
        if title(name) not in wb.sheetnames:
            continue
        fields, at, rows = schema(name)["fields"], None, []
        for row in wb[title(name)].iter_rows(values_only=True):
            if at is None:
                at = {f["name"]: row.index(f["title"]) for f in fields if f["title"] in row} if fields[0]["title"] in row else None
            elif any(v is not None for v in row):
                rows.append({f["name"]: meant(f, row[at[f["name"]]]) for f in fields if f["name"] in at})
        sheets[name] = rows
    return sheets, oracle.day(cover.get("截止日期")) or AS_OF


def meant(field, value):
    if isinstance(value, datetime):
        return value.date()
    if value is None:
        return None
    if "categories" in field:
        return next(c["value"] for c in field["categories"] if value in (c["label"], c["value"]))
    if field["type"] == "boolean":
        return value in ("是", True)
    return F(Decimal(f"{value:.15g}")) if isinstance(value, (int, float)) else value


def year_warnings(sheets):
    """What is warned of the year, where dealers stand with purchases or shipments."""
    if "dealers" not in sheets or not {"purchases", "shipments"} & set(sheets):
        return []

    def moves(resource, day, tonnes):
        if resource not in sheets:
            return None
        months = resource == "purchases"
        days = [(r["dealer_id"], date(*oracle.month(r[day]), 1) if months else r[day], number(r[tonnes])) for r in sheets[resource]]
        return [oracle.Move(who, first, oracle.month_end(first.year, first.month) if months else first, t) for who, first, t in days]

    dealers = [(d["dealer_id"], d.get("joined_on")) for d in sheets["dealers"]]
    return oracle.year_warnings(AS_OF.year, AS_OF, dealers, moves("purchases", "month", "actual_tonnes"), moves("shipments", "date", "tonnes"))


def dump(path, expected):
    """One line for each member of each list, so that a difference reads well."""
    def text(x, pad):
        if isinstance(x, list) and x and isinstance(x[0], dict):
            return "[\n" + ",\n".join(f"{pad} {json.dumps(m, ensure_ascii=False)}" for m in x) + f"\n{pad}]"
        if isinstance(x, dict) and any(isinstance(v, (dict, list)) for v in x.values()):
            return "{\n" + ",\n".join(f"{pad} {json.dumps(k)}: {text(v, pad + ' ')}" for k, v in x.items()) + f"\n{pad}}}"
        return json.dumps(x, ensure_ascii=False)

    with open(path, "w", encoding="utf-8") as f:
        f.write(text(expected, "") + "\n")


def programmes():
    names = sorted(n[:-3] for n in os.listdir(os.path.join(HERE, "programmes")) if n.endswith(".py"))
    return {name: importlib.import_module(f"programmes.{name}") for name in names}


def check(path):
    with open(path, encoding="utf-8") as f:
        want = json.load(f)["results"]
    sheets, as_of = read(path.replace(".expected.json", ".xlsx"))
    found = []
    for name, programme in programmes().items():
        if name in want:
            got = programme.expected(sheets, as_of)
            lines = list(oracle.differences(got, want[name], name))
            print(f"{os.path.basename(path)}: {name} {'as expected' if not lines else f'{len(lines)} differences'}")
            found += lines
    print("\n".join("    " + line for line in found[:40]))
    return not found


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--out", default=HERE)
    p.add_argument("--only")
    p.add_argument("--check", metavar="BOOK.expected.json")
    p.add_argument("--live", action="store_true", help="prints which cells must follow which, a line each")
    a = p.parse_args()
    sys.path.insert(0, HERE)
    sys.modules["make_programmes"] = sys.modules[__name__]              # one module, one kind of fault
    if a.check:
        sys.exit(not check(a.check))
    if a.live:
        print("\n".join(line.strip() for own in programmes().values() for line in getattr(own, "LIVE", "").strip().splitlines()))
        return
    for name, programme in programmes().items():
        if a.only not in (None, name):
            continue
        issues = getattr(programme, "ISSUES", {})
        for book, sheets in programme.books().items():
            found = [{"severity": "error"} | issue for issue in issues.get(book, [])] + year_warnings(sheets)
            path = os.path.join(a.out, "rejected" if any(i["severity"] == "error" for i in found) else "accepted", book)
            write(path + ".xlsx", sheets)
            dump(path + ".expected.json", {"period": 2007, "as_of": str(AS_OF), "results": {name: programme.expected(sheets, AS_OF)},
                                           "issues": found})
            print("made", book)


if __name__ == "__main__":
    main()
