"""Applicants (handbook 4): the card, vetoes and grades, and applicants at every bound."""
import random
from fractions import Fraction as F

from oracle import plain, shown

# (characteristic, weight, column, rule): bands of a number from the top, or the points of each category; None is a veto
TONNES = [(30000, 10, "tonnes-30000-up"), (20000, 8, "tonnes-20000-30000"), (10000, 6, "tonnes-10000-20000"), (0, 3, "tonnes-below-10000")]
STAFF = [(8, 5, "staff-8-up"), (6, 4, "staff-6-8"), (4, 3, "staff-4-6"), (3, 2, "staff-3"), (0, 1, "staff-below-3")]
STORAGE = [(2000, 5, "storage-2000-up"), (1500, 4, "storage-1500-2000"), (1000, 3, "storage-1000-1500"), (500, 2, "storage-500-1000"), (0, 1, "storage-below-500")]
OUTLETS = [(40, 10, "outlets-40-up"), (25, 8, "outlets-25-40"), (10, 6, "outlets-10-25"), (0, 3, "outlets-below-10")]
CARD = [
    ("annual_tonnes", 10, "annual_tonnes", TONNES), ("capital", 5, "capital", {"high": 5, "medium": 3, "low": 1}), ("sales_staff", 5, "sales_staff", STAFF),
    ("storage", 5, "storage_tonnes", STORAGE), ("willingness", 10, "willingness", {"strong": 10, "average": 6, "none": None}),
    ("confidence", 5, "confidence", {"strong": 5, "weak": 3}), ("reputation", 10, "reputation", {"high": 10, "average": 6, "very_low": None}),
    ("discipline", 5, "disruptions", [(1, 0, "cases"), (0, 5, "no-case")]), ("awareness", 5, "awareness", {"high": 5, "medium": 3, "low": 1}),
    ("philosophy", 10, "philosophy", {"full": 10, "partial": 6, "none": 0}), ("outlets", 10, "outlets", OUTLETS),
    ("current_business", 5, "current_business", {"good": 5, "average": 3, "poor": 0}), ("ability", 5, "ability", {"strong": 5, "average": 4, "weak": 3}),
    ("store", 10, "store", {"good": 10, "average": 6, "poor": 4})]
GRADES = [(90, "premier", "key"), (75, "excellent", "ordinary"), (60, "good", "problem"), (-1, "general", "below_problem")]


def expected(sheets, as_of):
    return {"applicants": [assess(row) for row in sheets["applicants"]]}


def assess(row):
    characteristics, total, vetoes = [], 0, []
    for name, weight, column, rule in CARD:
        value = row[column]
        if isinstance(rule, dict):
            points, reason, said = rule[value], f"{name}-{value}", value
            if points is None:
                points, reason = 0, f"veto-{name}"
                vetoes.append(name)
        else:
            x = F(str(value))
            points, reason = next((p, r) for low, p, r in rule if x >= low)
            said = plain(x)
        total += points
        characteristics.append({"id": name, "value": said, "points": shown(points, 2), "weight": shown(weight, 2), "reason": reason})
    _, grade, treated = next(g for g in GRADES if total >= g[0])
    if vetoes:
        grade = treated = None
    return {"applicant_id": row["applicant_id"], "characteristics": characteristics, "total": shown(total, 2), "grade": grade, "treated_as": treated,
            "vetoed": bool(vetoes), "vetoes": vetoes}


NAMES = ["宜昌沃土农资", "荆州大地农资", "芜湖长江农资", "安庆春雨农资", "黄石金穗农资", "泸州丰禾农资", "九江绿源农资", "南宁田源农资", "湛江惠农化肥", "南通富民农资",
         "岳阳青禾农资", "涪陵嘉禾农资", "宜昌盛丰农资", "=荆州广禾农资"]


def books():
    r = random.Random(4)
    rows = []
    for n, name in enumerate(NAMES):
        good = r.random() ** 0.5
        row = {"applicant_id": f"A{n + 1:02d}", "name": name}
        for _, _, column, rule in CARD:
            if isinstance(rule, dict):
                values = [v for v, p in rule.items() if p is not None]
                row[column] = values[0] if r.random() < good else r.choice(values)
            elif column == "disruptions":
                row[column] = 0 if r.random() < good else r.randint(1, 3)
            else:
                low, _, _ = rule[0] if r.random() < good else r.choice(rule)
                at = low + r.choice((0, 0, 1))
                step = "0.1" if column in ("annual_tonnes", "storage_tonnes") else 1          # just below a bound as well as on it
                row[column] = str(F(at) - F(step)) if r.random() < 0.25 and at > 1 and step == 1 else shown(F(at) - F(step), 1) if r.random() < 0.25 and at > 1 else at
        rows.append(row)
    rows[2]["willingness"] = "none"
    rows[5]["reputation"], rows[5]["willingness"] = "very_low", "none"
    rows[0] |= {"annual_tonnes": 30000, "capital": "high", "sales_staff": 8, "storage_tonnes": 2000, "willingness": "strong", "confidence": "strong", "reputation": "high",
                "disruptions": 0, "awareness": "high", "philosophy": "full", "outlets": 40, "current_business": "good", "ability": "strong", "store": "good"}
    rows[1] |= rows[0] | {"applicant_id": "A02", "name": NAMES[1], "annual_tonnes": "19999.9", "outlets": 24, "disruptions": 1}      # 100 - 4 - 4 - 5 = 87
    rows[3] |= rows[0] | {"applicant_id": "A04", "name": NAMES[3], "philosophy": "none"}                                              # exactly 90
    return {"applicants-small": {"applicants": rows}}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    applicants-small 新经销商结果 J6 100 新经销商结果 E6
"""
