"""Accounts (handbook 9): ABC by sales, plan classes by sales and potential; accounts exactly at the bounds."""
import random
from fractions import Fraction as F

from make_programmes import number
from oracle import shown


def expected(sheets, as_of):
    rows = [(row, number(row["sales"]), number(row.get("potential"))) for row in sheets["accounts"]]
    total = sum(s for _, s, _ in rows)
    mean = F(total) / len(rows)
    gaps = [p - s for _, s, p in rows if p is not None]
    mean_gap = F(sum(gaps)) / len(gaps) if gaps else None
    running, share = F(0), {}
    for row, sales, _ in sorted(rows, key=lambda r: -r[1]):
        before, running = running, running + sales
        abc = "D" if sales <= 0 else "A" if before / total < F(80, 100) else "B" if before / total < F(95, 100) else "C"
        share[row["account_id"]] = abc, shown(sales / total, 4), shown(running / total, 4)
    out = []
    for row, sales, potential in rows:
        abc, own, cumulative = share[row["account_id"]]
        names = {(True, True): "priority", (True, False): "established", (False, True): "promising", (False, False): "general"}
        plan = None if potential is None else names[sales >= mean, potential - sales >= mean_gap]
        out.append({"account_id": row["account_id"], "abc": abc, "plan_class": plan, "share": own, "cumulative_share": cumulative})
    return {"accounts": out}


NAMES = ["新田农资店", "桥头供销社", "河口化肥店", "东门农资店", "西山合作社", "南坪种植大户", "北滩农资站", "龙泉合作社", "石桥农资店", "白沙供销社", "青山种植大户", "黄坡农资店",
         "双河化肥店", "大树农资站", "平湖合作社", "高峰农资店"]


def books():
    r = random.Random(9)
    sales = [400000, 250000, 150000, 80000, 70000, 20000, 10000, 8000, "5000.50", "5000.50", "1999.00", 0, 0]        # in all 1,000,000: 80% and 95% lie on a bound
    rows = [{"account_id": f"K{n + 1:02d}", "name": NAMES[n], "sales": s} for n, s in enumerate(sales)]
    for row in rows:
        row["potential"] = None if r.random() < 0.15 else number(row["sales"]) + r.choice((5000, 20000, 60000, 120000))
    r.shuffle(rows)
    return {"accounts-small": {"accounts": rows}}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    accounts-small 客户分类结果 G9 400000 客户分类结果 H9
    accounts-small 客户分类结果 G9 400000 客户分类结果 I9
"""
