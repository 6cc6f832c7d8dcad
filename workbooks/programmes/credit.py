"""Credit (handbook 5): limits, ageing and decisions; dealers at every bound, with receivables and without."""
import calendar
import random
from datetime import date, timedelta
from fractions import Fraction as F

from make_programmes import AS_OF, Fault, dealers, number
from oracle import rounded, shown


def months_later(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def expected(sheets, as_of):
    left_out = {row["dealer_id"] for rows in sheets.values() for row in rows if any(isinstance(x, Fault) for x in row.values())}
    bills = sheets.get("receivables")
    listed = [row for row in sheets["credit"] if row["dealer_id"] not in left_out]
    strangers = [] if bills is None else dict.fromkeys(bill["dealer_id"] for bill in bills if bill["dealer_id"] not in {row["dealer_id"] for row in sheets["credit"]} | left_out)
    unlisted = [(who, aged(who, bills, as_of)) for who in strangers]
    return {"dealers": [grant(row, bills, as_of) for row in listed],
            "unlisted": [{"dealer_id": who, "outstanding": shown(sum(ageing.values()), 2), "overdue": shown(sum(ageing.values()) - ageing["not_due"], 2)}
                         for who, ageing in unlisted if any(ageing.values())]}


def aged(who, receivables, as_of):
    """What a dealer owes by age, invoice by invoice."""
    ageing = dict.fromkeys(("not_due", "d1_30", "d31_60", "d61_90", "over_90"), F(0))
    for bill in receivables:
        if bill["dealer_id"] != who or bill["invoice_date"] > as_of:
            continue
        paid = number(bill.get("paid")) or 0
        if bill.get("paid_on") and bill["paid_on"] > as_of:
            paid = 0
        late = (as_of - bill["due_date"]).days
        key = "not_due" if late <= 0 else "d1_30" if late <= 30 else "d31_60" if late <= 60 else "d61_90" if late <= 90 else "over_90"
        ageing[key] += number(bill["amount"]) - paid
    return ageing


def grant(row, receivables, as_of):
    get = lambda field, otherwise=0: F(otherwise) if number(row.get(field)) is None else number(row[field])
    before = get("sales_at_last_adjustment")
    coefficient = get("finance_adjustment", 1) * (1 if before == 0 else get("current_sales") / before)
    limit = get("period_sales") / get("period_days") * get("term_days") * coefficient
    outstanding, overdue, ageing = get("outstanding"), get("overdue"), None
    if receivables is not None:
        ageing = aged(row["dealer_id"], receivables, as_of)
        outstanding = sum(ageing.values())
        overdue = outstanding - ageing["not_due"]
    new = as_of < months_later(row["first_sale_on"], 3)
    limit = F(0) if new or overdue > 0 else rounded(limit, 2)
    over = outstanding + get("order_amount") > limit
    exception = over and bool(row.get("exception_approver"))
    reasons = [r for r, yes in (("new-customer", new), ("overdue", overdue > 0), ("over-limit", over), ("exception", exception)) if yes]
    return {"dealer_id": row["dealer_id"], "growth_coefficient": shown(coefficient, 4), "limit": shown(limit, 2), "outstanding": shown(outstanding, 2),
            "overdue": shown(overdue, 2), "available": shown(limit - outstanding, 2), "decision": "exception" if exception else "hold" if over else "release",
            "reasons": reasons, "ageing": ageing and {k: shown(v, 2) for k, v in ageing.items()}}


WARNINGS = [{"severity": "warning", "code": "row-check", "resource": "receivables", "field": "paid", "value": "1500.01"},
            {"severity": "warning", "code": "row-check", "resource": "receivables", "field": "paid", "value": "-20"},
            {"severity": "warning", "code": "row-check", "resource": "receivables", "field": "due_date", "value": "2007-11-30"},
            {"severity": "warning", "code": "unlisted-receivables", "resource": "receivables", "field": "dealer_id", "value": "D011", "count": 2},
            {"severity": "warning", "code": "unlisted-receivables", "resource": "receivables", "field": "dealer_id", "value": "D012", "count": 2}]
ISSUES = {"partial-credit": [{"code": "type-error", "resource": "receivables", "field": "amount", "cell": "E6", "value": "12a"}, *WARNINGS], "credit-small": WARNINGS}
WHO = [("D001", "涪陵丰禾农资", "涪陵"), ("D002", "岳阳金穗农资", "岳阳"), ("D003", "南通绿源化肥", "南通"), ("D004", "涪陵春雨农资", "涪陵"), ("D005", "岳阳田源农资", "岳阳"),
       ("D006", "南通惠农农资", "南通"), ("D007", "涪陵富民农资", "涪陵"), ("D008", "岳阳青禾农资", "岳阳"), ("D009", "南通嘉禾农资", "南通"), ("D010", "涪陵盛丰农资", "涪陵"),
       ("D011", "岳阳沃土农资", "岳阳"), ("D012", "南通兴农农资", "南通"), ("D013", "涪陵天成农资", "涪陵")]


def books():
    base = {"first_sale_on": date(2003, 4, 1), "period_sales": 900000, "period_days": 90, "term_days": 30, "current_sales": 330000, "sales_at_last_adjustment": 300000}
    rows = [
        base | {"dealer_id": "D001", "finance_adjustment": "1.05", "order_amount": 100000},
        base | {"dealer_id": "D002", "order_amount": 50000},                                              # over the limit by its invoices
        base | {"dealer_id": "D003", "first_sale_on": date(2007, 10, 1), "order_amount": 20000},          # new until 1 January
        base | {"dealer_id": "D004", "first_sale_on": date(2007, 9, 30), "order_amount": 330000},         # no longer new on 30 December; exactly the limit
        base | {"dealer_id": "D005", "order_amount": 1000, "exception_approver": "销售副总经理"},
        base | {"dealer_id": "D006", "sales_at_last_adjustment": None, "current_sales": 0, "finance_adjustment": "0.9"},
        base | {"dealer_id": "D007", "sales_at_last_adjustment": 0, "period_sales": 365000, "period_days": 365, "term_days": 45, "order_amount": "45000.01"},
        base | {"dealer_id": "D008", "period_sales": "500.05", "period_days": 3, "term_days": 3, "current_sales": 150, "sales_at_last_adjustment": 100},    # 750.075 is 750.08
        base | {"dealer_id": "D009", "term_days": 0},
        base | {"dealer_id": "D010", "first_sale_on": date(2007, 12, 1), "order_amount": 8000, "exception_approver": "总经理"}]
    r = random.Random(5)
    bills = []

    def bill(who, late, amount, paid=None, term=30, **more):
        due = AS_OF - timedelta(days=late)
        bills.append({"invoice_no": f"F{len(bills) + 1:04d}", "dealer_id": who, "invoice_date": due - timedelta(days=term), "due_date": due, "amount": amount, "paid": paid, **more})

    for late in (0, -9, 30):
        bill("D001", late, "40000.25", "40000.25" if late > 0 else 0)
    bill("D002", -20, 250000)
    bill("D002", -1, "70000.01", 1000)
    for late in (1, 30, 31, 60, 61, 90, 91, 400):                                                        # every bound of the classes
        bill("D005", late, 1000 + late, 100)
    bill("D006", 5, 3000, 3000, paid_on=date(2008, 1, 4))                                                # paid after the as-of date: still owed
    bill("D006", -5, -200)                                                                               # a credit note
    bill("D009", -40, 5000, term=30)                                                                     # dated after the as-of date: left out
    bill("D008", -3, "750.08")
    for _ in range(12):
        bill(r.choice(("D001", "D002", "D006")), -r.randint(0, 25), r.randint(1, 900) * 10)
    bill("D009", -10, 1500, "1500.01")                                                                   # paid a cent beyond its amount
    bill("D009", -10, "1500.02", "1500.02")                                                              # just its amount
    bill("D010", -10, 100, -20)                                                                          # paid with the other sign
    bill("D010", -10, -100, -100, term=0)                                                                # a red invoice, due on its own day
    bill("D010", 31, 50, 50, term=-1)                                                                    # due before its date
    bill("D011", 45, "608032.58", 1000)                                                                  # no credit row: listed below the dealers
    bill("D011", -12, "0.01")
    bill("D012", -5, 700)                                                                                # comes to nothing, in two classes
    bill("D012", 5, -700)
    bill("D013", 5, 900, 900)                                                                            # all paid: not listed
    bill("D013", -40, 5000)                                                                              # dated after the as-of date
    without = [{k: v for k, v in row.items() if k != "exception_approver" or row["dealer_id"] != "D010"} for row in rows]
    for row, (outstanding, overdue) in zip(without, [(120000, 0), (320000, 0), (0, 0), (0, 0), (5000, 800), (0, 0), (0, 0), ("750.08", 0), (10, 0), (0, 0)]):
        row |= {"outstanding": outstanding, "overdue": overdue}
    faulty = [row | ({"amount": Fault("12a")} if n == 3 else {}) for n, row in enumerate(bills)]          # D002 is left out whole
    return {"partial-credit": {"dealers": dealers(*WHO), "credit": rows, "receivables": faulty}, "credit-small": {"dealers": dealers(*WHO), "credit": rows, "receivables": bills}, "credit-without-receivables": {"credit": without}}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    credit-small 信用额度结果 M12 999999 信用额度结果 G4
"""
