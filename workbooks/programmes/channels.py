"""Channels (handbook 10): what could still be won, and in which order; channels without customers, developed ones or anything elsewhere."""
import random
from fractions import Fraction as F

from make_programmes import number
from oracle import shown


def expected(sheets, as_of):
    rows = [(r, *(number(r.get(k)) or F(0) for k in ("customers_total", "customers_developed", "tonnes_developed", "competitor_tonnes"))) for r in sheets["channels"]]
    out = []
    for row, a, b, c, others in rows:
        same = [(y, z) for other, _, y, z, _ in rows if other["channel_type"] == row["channel_type"] and other is not row]
        d = c / b if b else None
        if d is None and sum(y for y, _ in same):
            d = F(sum(z for _, z in same)) / sum(y for y, _ in same)
        e = None if d is None else d * a
        ratio = lambda x, y: None if not y else shown(x / y, 4)
        show = lambda x: None if x is None else shown(x, 4)
        win = None if e is None else e - c
        out.append(({"region": row["region"], "channel_type": row["channel_type"], "tonnes_per_customer": show(d), "estimated_tonnes": show(e), "customer_share": ratio(b, a),
                     "volume_share": ratio(c, e), "customers_to_win": int(a - b), "tonnes_to_win": show(win), "known_share": ratio(c, c + others)}, win))
    order = sorted(range(len(out)), key=lambda n: (out[n][1] is None, -(out[n][1] or 0)))
    for place, n in enumerate(order, 1):
        out[n][0]["order"] = place
    return {"rows": [x for x, _ in out]}


def books():
    r = random.Random(10)
    rows = []
    for region in ("涪陵", "岳阳", "南通", "湛江"):
        for kind, size in (("乡镇零售店", 15), ("种植大户", 33), ("供销社", 40), ("连锁店", 60)):
            total = r.randint(4, 60)
            developed = r.choice((0, r.randint(1, total), total))
            tonnes = F(round(developed * size * r.uniform(0.6, 1.4) * 10), 10) if developed else 0
            rows.append({"region": region, "channel_type": kind, "customers_total": total, "customers_developed": developed, "tonnes_developed": tonnes,
                         "competitor_tonnes": r.choice((None, 0, r.randint(10, 400)))})
    rows += [{"region": "南宁", "channel_type": "电商", "customers_total": 6, "customers_developed": 0, "tonnes_developed": 0, "competitor_tonnes": None},
             {"region": "南宁", "channel_type": "种植大户", "customers_total": 0, "customers_developed": 0, "tonnes_developed": 0, "competitor_tonnes": 0},
             {"region": "南宁", "channel_type": "合作社", "customers_total": 7, "customers_developed": 3, "tonnes_developed": 100, "competitor_tonnes": None},
             {"region": "涪陵", "channel_type": "合作社", "customers_total": 7, "customers_developed": 3, "tonnes_developed": 100, "competitor_tonnes": 1}]
    return {"channels-small": {"channels": rows}}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    channels-small 渠道盘点结果 O7 99 渠道盘点结果 F4
"""
