#!/usr/bin/env python3
"""A workbook with every sheet, for so many dealers, and what it costs: the whole run beside a bare streaming read of the same cells.

    tests/bench/everything.py DEALERBOOK [--dealers 5000] [--rounds 3] [--read PROGRAM] [--keep BOOK.xlsx]

PROGRAM reads every cell of a workbook once and nothing else (peers/floor of the shared folder, built in release); without it only our own figures
are printed.  CPU is user + system of a whole process; compare only figures of one run.  Needs xlsxwriter.
"""
import argparse
import os
import random
import statistics
import sys
import tempfile
from datetime import date, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "workbooks"))
from make_programmes import write  # noqa: E402

REGIONS = ["涪陵", "岳阳", "南通", "湛江", "黄石", "遵义", "泸州", "安庆"]
DIMENSIONS = ["coverage", "terminal", "inventory", "logistics", "finance", "team", "sales"]


def sheets(n):
    """Rows of every sheet, the same for the same number of dealers."""
    r = random.Random(2007)
    ids = [f"D{i:05d}" for i in range(1, n + 1)]
    day = lambda: date(2007, 1, 1) + timedelta(r.randrange(365))
    money = lambda most: round(r.random() * most, 2)
    dealers, purchases = [], []
    for i, who in enumerate(ids):
        network = i % 2 == 0
        months = [round(r.random() * 60, 3) for _ in range(12)]
        dealers.append({"dealer_id": who, "name": f"{REGIONS[i % 8]}农资{i}", "region": REGIONS[i % 8], "market_class": r.choice("ABC"),
                        "channel_mode": r.choice(["joint_sales_agency", "general_distributor", "regional_distributor", "chain_store"]), "network_customer": network,
                        "target_tonnes": r.randrange(200, 500), "total_urea_tonnes": round(sum(months) + r.randrange(300), 3), "outlets": r.randrange(60),
                        "brand_influence": r.choice(["first", "second", "third"]), "service_level": r.choice(["high", "medium", "low"]),
                        "capital_strength": r.choice(["high", "fairly_high", "average", "low"]), "creditworthiness": r.choice(["high", "medium", "low"]),
                        "previous_grade": r.choice(["core", "key", "ordinary", "problem"])})
        purchases += [{"dealer_id": who, "month": f"2007-{m:02d}", "planned_tonnes": 30 if network else None, "actual_tonnes": t} for m, t in enumerate(months, 1)]
    return {
        "dealers": dealers,
        "purchases": purchases,
        "violations": [{"dealer_id": r.choice(ids), "date": day(), "kind": r.choice(["price", "promotion", "cross_region"])} for _ in range(n // 2)],
        "credit": [{"dealer_id": who, "first_sale_on": date(2006, 1, 1), "period_sales": money(9e5), "period_days": 360, "term_days": 30, "current_sales": money(9e5),
                    "order_amount": money(5e4)} for who in ids],
        "receivables": [{"invoice_no": f"F{k:07d}", "dealer_id": r.choice(ids), "invoice_date": date(2007, 3, 1), "due_date": day() + timedelta(60), "amount": money(5e4),
                         "paid": 0} for k in range(3 * n)],
        "stock": [{"dealer_id": who, "product": p, "opening": 10, "purchased": r.randrange(90), "closing": r.randrange(10)} for who in ids for p in ("大颗粒尿素", "小颗粒尿素")],
        "roi": [{"dealer_id": who, "revenue": money(1e6), "cost_of_goods": money(9e5), "inventory": money(2e5) + 1} for who in ids],
        "review": [{"dealer_id": who, "dimension": d, "metric": f"指标{d}", "direction": "higher", "target": 80, "actual": r.randrange(1, 120)} for who in ids for d in DIMENSIONS[:2]],
        "plans": [{"dealer_id": who, "objective": "增长", "goal": "扩大网点", "action": "拜访", "due_on": day(), "measure": "新开店数", "direction": "higher", "target": 10,
                   "actual": r.randrange(15)} for who in ids],
        "accounts": [{"account_id": f"K{k:05d}", "name": f"农场{k}", "sales": money(1e5), "potential": money(2e5)} for k in range(n)],
        "channels": [{"region": g, "channel_type": f"渠道{k}", "customers_total": 50, "customers_developed": r.randrange(1, 50), "tonnes_developed": r.randrange(900)}
                     for g in REGIONS for k in range(10)],
        "channel_options": [{"option": o, "factor": f, "weight": w, "score": r.randrange(1, 101)} for o in ("区域经销", "零售店直供") for f, w in (("成本", 60), ("覆盖", 40))],
        "visits": [{"dealer_id": who, "date": day(), "kind": k} for who in ids for k in ("call",) * 8 + ("visit",) * 4],
    }


def cpu(command):
    """CPU seconds and peak megabytes of a whole process."""
    pid = os.fork()
    if pid == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1), os.dup2(quiet, 2)
        os.execv(command[0], command)
    _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"failed: {' '.join(command)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("program")
    a.add_argument("--dealers", type=int, default=5000)
    a.add_argument("--rounds", type=int, default=3)
    a.add_argument("--read")
    a.add_argument("--keep")
    a = a.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        book = a.keep or os.path.join(folder, "everything.xlsx")
        write(book, sheets(a.dealers))
        rounds = []
        for _ in range(a.rounds):
            ours = cpu([a.program, "run", book, "-o", os.path.join(folder, "answer.xlsx")])
            rounds.append((ours, cpu([a.read, book]) if a.read else None))
        print(f"{a.dealers} dealers, every sheet, {os.path.getsize(book) / 1e6:.1f} MB")
        print(f"ours: {statistics.median(o[0] for o, _ in rounds):.2f} s CPU, {max(o[1] for o, _ in rounds):.0f} MB")
        if a.read:
            print(f"ours / a bare read: {statistics.median(o[0] / read[0] for o, read in rounds):.2f}")


if __name__ == "__main__":
    main()
