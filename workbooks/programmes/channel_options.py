"""Choosing a channel (handbook 11): weighted factors, ranks, ties and margins."""
from fractions import Fraction as F

from make_programmes import error, number
from oracle import shown


def expected(sheets, as_of):
    totals = {}
    for row in sheets["channel_options"]:
        totals[row["option"]] = totals.get(row["option"], F(0)) + number(row["weight"]) * number(row["score"]) / 100
    ranked = sorted(totals.values(), reverse=True)
    out = []
    for option, total in totals.items():
        rank = ranked.index(total) + 1
        out.append({"option": option, "total": shown(total, 2), "rank": rank, "margin": shown(total - ranked[1], 2) if rank == 1 and len(ranked) > 1 else None})
    return {"options": out}


def book(weights, scores):
    return {"channel_options": [{"option": option, "factor": factor, "weight": weight, "score": score}
                                for option, of in scores.items() for (factor, weight), score in zip(weights.items(), of)]}


def books():
    weights = {"覆盖面": 40, "成本": "22.5", "控制力": "17.5", "服务能力": 15, "资金风险": 5}
    scores = {"零售店直供": (60, 50, 95, 70, 40), "区域经销": (80, 70, "60.2", 66, 72), "区域总经销": (75, 82, 40, 60, "88.5"), "连锁店直供": (45, 40, 90, "81.02", 55),
              "=联销代理": (80, 70, "60.2", 66, 72)}
    return {"channel_options-small": book(weights, scores)}


def option(option, *scores):
    return [{"option": option, "factor": f, "weight": w, "score": s} for f, w, s in scores]


OPTIONS = option("区域经销", ("成本", 60, 80), ("覆盖", 40, 70)) + option("零售店直供", ("成本", 60, 50), ("覆盖", 40, 90))

# Workbooks with one kind of fault each, and what must be said of it.
FAULTS = {
    "row-check/channel-options-sum": (
        {"channel_options": option("区域经销", ("成本", 60, 80), ("覆盖", 30, 70))}, error("row-check", "channel_options", (0, "weight"))),
    "row-check/channel-options-differ": (
        {"channel_options": OPTIONS[:2] + option("零售店直供", ("成本", 50, 50), ("覆盖", 50, 90))}, error("row-check", "channel_options", (2, "weight"))),
    "primary-key/channel-options": ({"channel_options": OPTIONS + OPTIONS[:1]}, error("primary-key", "channel_options", (4, "option"))),
    "constraint-error/channel-options": (
        {"channel_options": option("区域经销", ("成本", 60, 101), ("覆盖", 40, 0))}, error("constraint-error", "channel_options", (0, "score"), (1, "score"))),
}
