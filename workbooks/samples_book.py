"""How the samples are written: grids of cells, their addresses, the faults planted in them, and the same bytes every time."""
import json
import os
import re
import zipfile
from collections import namedtuple
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction as F

import xlsxwriter

import oracle

MADE = datetime(2008, 1, 7)                                             # the date of every document; nothing of the clock gets in
FIELDS = {
    "dealers": ["dealer_id", "name", "region", "market_class", "channel_mode", "joined_on", "network_customer", "target_tonnes", "total_urea_tonnes", "outlets", "brand_influence",
                "service_level", "capital_strength", "creditworthiness", "previous_grade", "falsified_documents", "deposit", "last_year_tonnes"],
    "purchases": ["dealer_id", "month", "planned_tonnes", "actual_tonnes", "supplier_fault"],
    "shipments": ["shipment_no", "date", "dealer_id", "product", "tonnes", "amount"],
    "violations": ["dealer_id", "date", "kind", "confirmed", "note"],
    "receivables": ["invoice_no", "dealer_id", "invoice_date", "due_date", "amount", "paid", "paid_on"]}
TITLE = {"dealers": "经销商档案", "purchases": "月度提货", "shipments": "发货流水", "violations": "违规记录", "receivables": "应收账款"}
LABEL = {r: dict(zip(FIELDS[r], oracle.LABELS[TITLE[r]])) for r in FIELDS}
ZH = {v: k for k, v in oracle.WORDS.items()}
FORMAT_OF = {"date": "date", "joined_on": "date", "invoice_date": "date", "due_date": "date", "paid_on": "date", "paid": "money", "deposit": "money", "amount": "money", "target_tonnes": "tonnes", "total_urea_tonnes": "tonnes", "last_year_tonnes": "tonnes",
             "planned_tonnes": "tonnes", "actual_tonnes": "tonnes", "tonnes": "tonnes", "outlets": "whole"}

Formula = namedtuple("Formula", "text value")        # value None: no cached value at all; "": an empty text
Bare = namedtuple("Bare", "value")                   # a value in a cell without a number format (a date as its serial)
Raw = namedtuple("Raw", "text")                      # a number written with exactly these digits


def letter(column):
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def yes(x):
    return None if x is None else "是" if x else "否"


def plain_row(resource, x):
    """A record in the declared spellings."""
    if resource == "dealers":
        return [x.id, x.name, x.region, x.market, ZH[x.mode], x.joined, yes(x.network), x.target, x.total, x.outlets, ZH.get(x.brand), ZH_HML[x.service], ZH_CAPITAL[x.capital],
                ZH_HML[x.credit], ZH.get(x.previous), "是" if x.falsified else None, x.deposit, x.last_year]
    if resource == "purchases":
        return [x.dealer, f"{x.month[0]}年{x.month[1]}月", x.planned, x.actual, "是" if x.fault else None]
    if resource == "shipments":
        return [x.no, x.date, x.dealer, x.product, x.tonnes, x.amount]
    if resource == "receivables":
        return [x.no, x.dealer, x.date, x.due, x.amount, x.paid, x.paid_on]
    return [x.dealer, x.date, ZH[x.kind], yes(x.confirmed), x.note]


ZH_HML = {"high": "高", "medium": "中", "low": "低"}
ZH_CAPITAL = {"high": "高", "fairly_high": "较高", "average": "一般", "low": "低"}


class Grid:
    """One sheet: lines above the header, the header, and rows of cells by field."""

    def __init__(self, sheet, resource, columns, above=(), labels=None):
        self.sheet, self.resource, self.columns, self.above = sheet, resource, list(columns), list(above)
        self.labels = {**LABEL.get(resource, {}), **(labels or {})}
        self.rows, self.faults, self.infos, self.notes = [], [], [], []

    @property
    def header_row(self):
        return len(self.above) + 1

    def add(self, **cells):
        """A row; gives its index."""
        self.rows.append(cells)
        return len(self.rows) - 1

    def add_record(self, record):
        return self.add(**dict(zip(FIELDS[self.resource], plain_row(self.resource, record))))

    def row_of(self, index):
        return self.header_row + 1 + index

    def cell(self, index, field):
        return f"{letter(self.columns.index(field))}{self.row_of(index)}"

    def issue(self, severity, code, index, field):
        return {"severity": severity, "code": code, "sheet": self.sheet, "resource": self.resource, "row": self.row_of(index), "column": letter(self.columns.index(field)),
                "field": field, "cell": self.cell(index, field)}

    KEEP = object()

    def plant(self, index, field, value, code, severity="error"):
        """Puts a faulty value into a cell (KEEP: it is faulty as it stands) and expects this issue of it."""
        if value is not Grid.KEEP:
            self.rows[index][field] = value
        (self.infos if severity == "info" else self.faults).append(self.issue(severity, code, index, field))


def numbered(violations, grid):
    """Violations with their rows in the sheet that they make up."""
    return [v._replace(row=grid.row_of(n)) for n, v in enumerate(violations)]


class Writer:
    """An .xlsx of grids, its bytes fixed."""

    def __init__(self, path, options=None):
        self.path, self.patches = path, []
        self.file = xlsxwriter.Workbook(path, options or {})
        self.file.set_properties({"created": MADE, "author": "渠道管理部", "title": os.path.splitext(os.path.basename(path))[0]})
        f = self.file.add_format
        look = {"border": 1, "border_color": "#BFBFBF"}
        self.title, self.small = f({"bold": True, "font_size": 16, "align": "center"}), f({"italic": True, "font_color": "#666666"})
        self.head = f({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E78", "border": 1, "align": "center", "text_wrap": True})
        self.of = {"text": f(look), "date": f(look | {"num_format": "yyyy-mm-dd"}), "tonnes": f(look | {"num_format": "#,##0.000"}), "money": f(look | {"num_format": "#,##0.00"}),
                   "whole": f(look | {"num_format": "0"}), "bold": f({"bold": True, "top": 1})}
        self.sheets = {}

    def cover(self, rows, name="封面", title="经销商年度考核资料"):
        ws = self.file.add_worksheet(name)
        ws.set_column(0, 1, 18)
        ws.write(0, 0, title, self.title)
        for n, (label, value) in enumerate(rows, 2):
            ws.write(n, 0, label)
            self.put(ws, n, 1, value, self.of["date"] if isinstance(value, date) else None, name)
        self.sheets[name] = ws
        return ws

    def put(self, ws, row, column, value, style, sheet):
        if isinstance(value, Bare):
            return self.put(ws, row, column, value.value, None, sheet)
        if value is None:
            if style:
                ws.write_blank(row, column, None, style)
        elif isinstance(value, Formula):
            ws.write_formula(row, column, value.text, style, "" if value.value is None else float(value.value) if isinstance(value.value, (F, Decimal)) else value.value)
            if value.value == "":
                self.patches.append((sheet, f"{letter(column)}{row + 1}", "blank-text", None))
        elif isinstance(value, Raw):
            ws.write_number(row, column, float(value.text), style)
            self.patches.append((sheet, f"{letter(column)}{row + 1}", "number", value.text))
        elif isinstance(value, bool):
            ws.write_boolean(row, column, value, style)
        elif isinstance(value, (datetime, date)):
            ws.write_datetime(row, column, value if isinstance(value, datetime) else datetime(value.year, value.month, value.day), self.of["date"])
        elif isinstance(value, str):
            ws.write_string(row, column, value, style)
        else:
            ws.write_number(row, column, float(value) if isinstance(value, (F, Decimal)) else value, style)

    def grid(self, g, widths=None, merge=True, before_close=None):
        ws = self.file.add_worksheet(g.sheet)
        self.sheets[g.sheet] = ws
        for n, line in enumerate(g.above):
            if line and n == 0 and merge:
                ws.merge_range(0, 0, 0, min(7, len(g.columns) - 1), line, self.title)
            elif line:
                ws.write_string(n, 0, line, self.small)
        top = len(g.above)
        for k, field in enumerate(g.columns):
            label = g.labels.get(field, field)
            if label:
                ws.write_string(top, k, label, self.head)
        for n, cells in enumerate(g.rows):
            for k, field in enumerate(g.columns):
                if cells.get("_bold") and field in cells:
                    self.put(ws, top + 1 + n, k, cells[field], self.of["bold"], g.sheet)
                elif field in cells:
                    self.put(ws, top + 1 + n, k, cells[field], self.of[FORMAT_OF.get(field, "text")], g.sheet)
        for k, field in enumerate(g.columns):
            ws.set_column(k, k, (widths or {}).get(field, 24 if field in ("name", "note") else 14))
        ws.freeze_panes(top + 1, 2)
        return ws

    def close(self):
        self.file.close()
        if self.patches:
            patch_cells(self.path, self.patches)


def rewrite(path, change):
    """Writes a package again with `change(name, bytes)` applied to every part; gives the parts' names.  {name: bytes} of `change.extra` come last."""
    with zipfile.ZipFile(path) as z:
        parts = [(i.filename, z.read(i)) for i in z.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in [(n, change(n, d)) for n, d in parts] + sorted(getattr(change, "extra", {}).items()):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            z.writestr(info, data)


def sheet_parts(path):
    """{sheet name: part name}, in the way xlsxwriter numbers them."""
    with zipfile.ZipFile(path) as z:
        names = re.findall(r'<sheet name="([^"]*)"', z.read("xl/workbook.xml").decode())
    return {n.replace("&amp;", "&"): f"xl/worksheets/sheet{k}.xml" for k, n in enumerate(names, 1)}


def patch_cells(path, patches):
    parts, todo = sheet_parts(path), {}
    for sheet, cell, kind, text in patches:
        todo.setdefault(parts[sheet], []).append((cell, kind, text))

    def change(name, data):
        if name not in todo:
            return data
        xml = data.decode()
        for cell, kind, text in todo[name]:
            if kind == "blank-text":
                xml, n = re.subn(rf'<c r="{cell}"( s="\d+")?>(<f>[^<]*</f>)<v></v></c>', rf'<c r="{cell}"\1 t="str">\2<v></v></c>', xml)
            else:
                xml, n = re.subn(rf'(<c r="{cell}"(?: s="\d+")?>)<v>[^<]*</v>', rf"\g<1><v>{text}</v>", xml)
            assert n == 1, (name, cell, kind)
        return xml.encode()

    rewrite(path, change)


def dump(path, expected):
    """The expected results: one dealer, one issue a line, so that a difference reads well."""
    def block(items, indent):
        pad = " " * indent
        return "[\n" + ",\n".join(pad + " " + json.dumps(x, ensure_ascii=False) for x in items) + f"\n{pad}]" if items else "[]"

    parts = [f' "{k}": {json.dumps(expected[k])}' for k in ("policy", "period", "as_of") if k in expected]
    if "results" in expected:
        a, i = expected["results"]["assessment"], expected["results"]["incentives"]
        parts.append(f' "results": {{\n  "assessment": {{"dealers": {block(a["dealers"], 2)}}},\n  "incentives": {{"dealers": {block(i["dealers"], 2)}, "total": "{i["total"]}"}}\n }}')
    if "issues" in expected:
        parts.append(f' "issues": {block(expected["issues"], 1)}')
    with open(path, "w", encoding="utf-8") as f:
        f.write("{\n" + ",\n".join(parts) + "\n}\n")
    with open(path, encoding="utf-8") as f:
        json.load(f)
