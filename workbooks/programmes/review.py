"""The business review (handbook 7): attainments, gaps and opportunities; metrics at their targets, ties, divisors of 0, weights of 0 and negative figures."""
import random
from fractions import Fraction as F

from make_programmes import dealers, number
from oracle import plain, shown


def expected(sheets, as_of):
    rows = []
    for row in sheets["review"]:
        target, actual, weight = number(row["target"]), number(row["actual"]), number(row.get("weight"))
        over, under = (actual, target) if row["direction"] == "higher" else (target, actual)
        ratio = None if under == 0 else F(over) / under
        chance = None if ratio is None or ratio >= 1 or row["dimension"] == "sales" else (F(1) if weight is None else weight) * (1 - ratio)
        rows.append((row, actual - target, ratio, chance))
    out = []
    for row, gap, ratio, chance in rows:
        better = sum(1 for other, _, _, c in rows if other["dealer_id"] == row["dealer_id"] and c is not None and chance is not None and c > chance)
        out.append({"dealer_id": row["dealer_id"], "dimension": row["dimension"], "metric": row["metric"], "gap": plain(gap), "attainment": None if ratio is None else shown(ratio, 4),
                    "opportunity_rank": None if chance is None else better + 1})
    return {"metrics": out}


WHO = [("D001", "涪陵丰禾农资", "涪陵"), ("D002", "岳阳金穗农资", "岳阳"), ("D003", "南通绿源化肥", "南通"), ("D004", "涪陵春雨农资", "涪陵")]
KINDS = [("coverage", "乡镇覆盖率", "%", "higher", 80), ("terminal", "铺货率", "%", "higher", 90), ("inventory", "库存天数", "天", "lower", 18), ("logistics", "到货天数", "天", "lower", 3),
         ("finance", "应收周转", "次", "higher", 6), ("team", "业务员人数", "人", "higher", 6), ("sales", "销量", "吨", "higher", 3000)]


def books():
    def row(who, kind, target, actual, weight=None, metric=None):
        dimension, name, unit, direction, _ = KINDS[kind]
        return {"dealer_id": who, "dimension": dimension, "metric": metric or name, "unit": unit, "direction": direction, "target": target, "actual": actual, "weight": weight}

    rows = [row("D001", 0, 80, 80), row("D001", 1, 90, "89.999999", 3), row("D001", 2, 18, 18), row("D001", 3, 3, "3.000001"),           # at the target, and just off it
            row("D001", 5, 6, 0, 1), row("D001", 6, 3000, 1500, 9),                                                                   # nothing attained; a result, however heavy
            row("D002", 0, 80, 72, 2), row("D002", 1, 90, 72), row("D002", 2, 18, "22.5", None), row("D002", 4, 6, 3, "0.4"),            # four of 0.2: all first
            row("D002", 5, 10, "8.1"), row("D002", 3, 3, 4, 0), row("D002", 6, "3000.5", "3800.75"),                                  # then the fifth; a weight of 0 ranks last
            row("D003", 0, 0, 5), row("D003", 2, 18, 0), row("D003", 2, 0, 5, None, "积压库存"), row("D003", 4, 6, "-1.5", "0.5"),        # divisors of 0; a target of 0; below 0
            row("D003", 5, 3, 2, "0.3", "导购人数"), row("D003", 5, 6, 4, "0.3"), row("D003", 6, 0, 0)]                                  # thirds, which tie though doubles don't hold them
    r = random.Random(7)
    for dimension in range(len(KINDS)):
        target = KINDS[dimension][4]
        rows.append(row("D004", dimension, target, F(round(target * r.uniform(0.6, 1.3) * 10), 10), r.choice((None, 1, 2, "1.5"))))
    return {"review-small": {"dealers": dealers(*WHO), "review": rows}}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    review-small 生意回顾结果 P8 3 生意回顾结果 G4
"""
