#!/usr/bin/env python3
"""Makes a workbook for each kind of fault in the sheets of the other programmes, and what must be said of it: rejected/<code>/<sheet>.xlsx.

    make_faults.py [--out FOLDER]

Those of one programme alone stand in its file (`FAULTS` in programmes/NAME.py).  What is expected stands beside the rows, from the contract alone: (severity, code, sheet, row from 0, field).  Needs xlsxwriter.
"""
import argparse
import json
import os
from datetime import date

import make_programmes
from make_programmes import COVER, HERE, Fault, dealers, error, schema, spelt, title
from samples_book import Grid, Writer

D1, D2 = "D001", "D002"
KNOWN = dealers((D1, "涪陵丰禾农资经营部", "涪陵"))
CREDIT = {"dealer_id": D1, "first_sale_on": date(2006, 1, 5), "period_sales": 360000, "period_days": 360, "term_days": 30, "current_sales": 400000}
INVOICE = {"invoice_no": "F-1", "dealer_id": D1, "invoice_date": date(2007, 3, 1), "due_date": date(2007, 4, 1), "amount": 1000}
STOCK = {"dealer_id": D1, "product": "大颗粒尿素", "opening": 10, "purchased": 20, "closing": 5}
ROI = {"dealer_id": D1, "revenue": 1000, "cost_of_goods": 800, "inventory": 100}
REVIEW = {"dealer_id": D1, "dimension": "coverage", "metric": "铺货率", "direction": "higher", "target": 80, "actual": 60}
PLAN = {"dealer_id": D1, "objective": "增长", "goal": "扩大网点", "action": "拜访", "measure": "新开店数", "direction": "higher", "target": 10}
ACCOUNT = {"account_id": "K01", "name": "青山农场", "sales": 100}
CHANNEL = {"region": "涪陵", "channel_type": "乡镇零售店", "customers_total": 10, "customers_developed": 4, "tonnes_developed": 60}
VISIT = {"dealer_id": D1, "date": date(2007, 3, 5), "kind": "call"}
APPLICANT = {"applicant_id": "A01", "name": "合川农资商行", "annual_tonnes": 12000, "capital": "high", "sales_staff": 5, "storage_tonnes": 800, "willingness": "strong",
             "confidence": "strong", "reputation": "high", "disruptions": 0, "awareness": "high", "philosophy": "full", "outlets": 12, "current_business": "good",
             "ability": "strong", "store": "good"}


BOOKS = {
    "row-check/credit": ({"credit": [CREDIT | {"outstanding": 100, "overdue": 200}]}, error("row-check", "credit", (0, "overdue"))),
    "row-check/stock": ({"stock": [STOCK, STOCK | {"product": "小颗粒尿素", "closing": 31}]}, error("row-check", "stock", (1, "closing"))),
    "row-check/channels": (
        {"channels": [CHANNEL | {"customers_developed": 11}, CHANNEL | {"region": "岳阳", "customers_developed": 0}]},
        error("row-check", "channels", (0, "customers_developed"), (1, "customers_developed"))),
    "no-capital/roi": ({"roi": [ROI | {"payables": 100}]}, [("warning", "no-capital", "roi", 0, "payables")]),
    # Said once of the column, at its label: the row above the first.
    "appeal-not-lodged/dealers": (
        {"dealers": [KNOWN[0] | {"appeal": "二月少计一车"}], "stock": [STOCK]}, [("warning", "appeal-not-lodged", "dealers", -1, "appeal")]),
    "unique-error/applicants": ({"applicants": [APPLICANT, APPLICANT | {"name": "永川供销"}]}, error("unique-error", "applicants", (1, "applicant_id"))),
    "unique-error/credit": ({"credit": [CREDIT, CREDIT | {"current_sales": 1}]}, error("unique-error", "credit", (1, "dealer_id"))),
    "unique-error/receivables": ({"credit": [CREDIT], "receivables": [INVOICE, INVOICE]}, error("unique-error", "receivables", (1, "invoice_no"))),
    "unique-error/roi": ({"roi": [ROI, ROI]}, error("unique-error", "roi", (1, "dealer_id"))),
    "unique-error/accounts": ({"accounts": [ACCOUNT, ACCOUNT | {"name": "另一家"}]}, error("unique-error", "accounts", (1, "account_id"))),
    "primary-key/stock": ({"stock": [STOCK, STOCK | {"closing": 6}]}, error("primary-key", "stock", (1, "dealer_id"))),
    "primary-key/channels": ({"channels": [CHANNEL, CHANNEL]}, error("primary-key", "channels", (1, "region"))),
    "foreign-key/other-sheets": (
        {"dealers": KNOWN, "credit": [CREDIT | {"dealer_id": D2}], "receivables": [INVOICE | {"dealer_id": D2}], "stock": [STOCK | {"dealer_id": D2}],
         "roi": [ROI | {"dealer_id": D2}], "review": [REVIEW | {"dealer_id": D2}], "plans": [PLAN | {"dealer_id": D2}], "visits": [VISIT | {"dealer_id": D2}]},
        [("warning", "foreign-key", r, 0, "dealer_id") for r in ("credit", "receivables", "stock", "roi", "review", "plans", "visits")]),
    "constraint-error/applicants": (
        {"applicants": [APPLICANT | {"capital": Fault("很高"), "sales_staff": -1, "disruptions": -2, "store": None}]},
        error("constraint-error", "applicants", (0, "capital"), (0, "sales_staff"), (0, "disruptions"), (0, "store"))),
    "constraint-error/credit": (
        {"credit": [CREDIT | {"period_days": 0, "term_days": -1, "finance_adjustment": 0, "first_sale_on": None}]},
        error("constraint-error", "credit", (0, "period_days"), (0, "term_days"), (0, "finance_adjustment"), (0, "first_sale_on"))),
    "constraint-error/stock": (
        {"stock": [STOCK | {"opening": -1, "in_transit": -1, "product": None}]},
        error("constraint-error", "stock", (0, "opening"), (0, "in_transit"), (0, "product"))),
    "constraint-error/review": (
        {"review": [REVIEW | {"dimension": Fault("渠道力"), "direction": Fault("更好"), "target": None}]},
        error("constraint-error", "review", (0, "dimension"), (0, "direction"), (0, "target"))),
    "constraint-error/plans": (
        {"plans": [PLAN | {"direction": Fault("升"), "action": None}]}, error("constraint-error", "plans", (0, "direction"), (0, "action"))),
    "constraint-error/channels": (
        {"channels": [CHANNEL | {"customers_total": -5, "customers_developed": None, "channel_type": None}]},
        error("constraint-error", "channels", (0, "customers_total"), (0, "customers_developed"), (0, "channel_type"))),
    "constraint-error/visits": ({"dealers": KNOWN, "visits": [VISIT | {"kind": Fault("微信")}]}, error("constraint-error", "visits", (0, "kind"))),
    "type-error/accounts": ({"accounts": [ACCOUNT | {"sales": Fault("约一百"), "potential": Fault("1.234,5")}]}, error("type-error", "accounts", (0, "sales"), (0, "potential"))),
    "type-error/applicants": ({"applicants": [APPLICANT | {"outlets": Fault("12a"), "annual_tonnes": Fault("很多")}]}, error("type-error", "applicants", (0, "annual_tonnes"), (0, "outlets"))),
    "type-error/receivables": (
        {"credit": [CREDIT], "receivables": [INVOICE | {"due_date": Fault("2007-02-30"), "amount": Fault("一千")}]},
        error("type-error", "receivables", (0, "due_date"), (0, "amount"))),
    "type-error/plans": ({"plans": [PLAN | {"due_on": Fault("年底"), "done": Fault("快了"), "weight": Fault("重")}]}, error("type-error", "plans", (0, "due_on"), (0, "done"), (0, "weight"))),
    "type-error/visits": ({"dealers": KNOWN, "visits": [VISIT | {"date": Fault("三月五日")}]}, error("type-error", "visits", (0, "date"))),
    "type-error/roi": ({"roi": [ROI | {"revenue": Fault("一百万"), "wages": Fault("?")}]}, error("type-error", "roi", (0, "revenue"), (0, "wages"))),
}


def write(path, sheets, issues):
    """The workbook and what is expected of it."""
    w, grids = Writer(path + ".xlsx"), {}
    w.cover(COVER)
    for resource, rows in sheets.items():
        named = {field for _, _, of, _, field in issues if of == resource}
        fields = [f for f in schema(resource)["fields"] if f.get("constraints", {}).get("required") or f["name"] in named or any(r.get(f["name"]) is not None for r in rows)]
        g = grids[resource] = Grid(title(resource), resource, [f["name"] for f in fields], labels={f["name"]: f["title"] for f in fields})
        for row in rows:
            g.add(**{f["name"]: spelt(f, row.get(f["name"])) for f in fields})
        w.grid(g)
    w.close()
    found = [grids[of].issue(severity, code, row, field) for severity, code, of, row, field in issues]
    lines = ",\n  ".join(json.dumps(issue, ensure_ascii=False) for issue in found)
    with open(path + ".expected.json", "w", encoding="utf-8") as f:
        f.write('{\n "issues": [\n  ' + lines + "\n ]\n}\n")


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--out", default=os.path.join(HERE, "rejected"))
    out = a.parse_args().out
    books = dict(BOOKS)
    for programme in make_programmes.programmes().values():
        books |= getattr(programme, "FAULTS", {})
    for name, (sheets, issues) in books.items():
        path = os.path.join(out, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, sheets, issues)
    print(f"{len(books)} workbooks")


if __name__ == "__main__":
    main()
