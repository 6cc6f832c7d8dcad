"""Joint business plans (handbook 8): scores, statuses and overdue actions; rows at every bound, capped ones, rows that are not scored."""
import random
from datetime import date, timedelta
from fractions import Fraction as F

from make_programmes import AS_OF, dealers, number
from oracle import shown


def light(ratio):
    return None if ratio is None else "green" if ratio >= 1 else "amber" if ratio >= F(4, 5) else "red"


def expected(sheets, as_of):
    rows, plans = [], {}
    for row in sheets["plans"]:
        target, actual = number(row["target"]), number(row.get("actual"))
        over, under = (actual, target) if row["direction"] == "higher" else (target, actual)
        ratio = None if actual is None or under == 0 else min(F(over) / under, F(6, 5))
        overdue = row.get("due_on") is not None and row["due_on"] < as_of and not row.get("done")
        weight = number(row.get("weight"))
        plans.setdefault(row["dealer_id"], []).append((ratio, F(1) if weight is None else weight, overdue))
        rows.append({"dealer_id": row["dealer_id"], "measure": row["measure"], "attainment": None if ratio is None else shown(ratio, 4), "status": light(ratio), "overdue": overdue})
    scored = []
    for who, own in plans.items():
        weights = sum(w for r, w, _ in own if r is not None)
        mean = F(sum(r * w for r, w, _ in own if r is not None)) / weights if weights else None
        scored.append({"dealer_id": who, "score": None if mean is None else shown(mean * 100, 2), "status": light(mean), "overdue_actions": sum(late for _, _, late in own)})
    return {"dealers": scored, "rows": rows}


WHO = [("D001", "涪陵丰禾农资", "涪陵"), ("D002", "岳阳金穗农资", "岳阳"), ("D003", "南通绿源化肥", "南通"), ("D004", "涪陵春雨农资", "涪陵"), ("D005", "岳阳田源农资", "岳阳"), ("D006", "南通惠农农资", "南通")]
GOALS = {"D001": ("成为涪陵第一", "年销 400 吨", "深度分销"), "D002": ("稳住岳阳", "年销 250 吨", "价格稳定"), "D003": ("打开南通市场", "年销 150 吨", None), "D004": ("做强乡镇网络", "网点 60 家", "加密网点"),
         "D005": ("降低库存", "库存 15 天", "按周补货"), "D006": ("建立农技服务", "每月一场农民会", "示范田")}
ACTIONS = [("新开零售店", "新开店数", "higher", "渠道经理"), ("按周补货", "库存天数", "lower", "仓储主管"), ("召开农民会", "农民会场次", "higher", "农技员"), ("清理欠款", "应收天数", "lower", "财务主管")]


def books():
    rows = []

    def add(who, kind, target, actual, weight=None, days=None, done=None, action=None, budget=None):
        objective, goal, strategy = GOALS[who]
        what, measure, direction, owner = ACTIONS[kind]
        rows.append({"dealer_id": who, "objective": objective, "goal": goal, "strategy": strategy, "action": action or what, "owner": owner, "due_on": None if days is None else AS_OF - timedelta(days=days),
                     "budget": budget, "measure": measure, "direction": direction, "target": target, "actual": actual, "weight": weight, "done": done})

    add("D002", 2, 10, 8, 1, 0, False, budget=12000)                          # exactly amber; due on the as-of date
    add("D002", 0, 100000, "79999.9", None, 1)                                # just below amber, shown as 0.8000; overdue by a day
    add("D001", 0, 10, 9, 2, 31, False, budget=8000)                          # the handbook's example: amber and capped come to 100.00
    add("D001", 1, 18, 12, 1, 0)
    add("D003", 0, 100000, "99999.9")                                         # just below green, shown as 1.0000, and the score as 100.00
    add("D003", 2, 12, None, 3, 200, False)                                   # no actual: not scored, but overdue
    add("D003", 3, 30, 0)                                                     # a divisor of 0: not scored
    add("D002", 1, 15, 15, 0, 400, True)                                      # exactly green, of no weight; done
    add("D004", 0, 10, 20, "0.5", None)                                       # above the cap; no due date
    add("D004", 2, 12, "14.4", 1, -30)                                        # exactly the cap
    add("D004", 1, 0, 5, 1, -30)                                              # a target of 0 where lower is better
    add("D004", 3, 30, 45, 2, 10, False, "清理欠款")
    add("D004", 0, 3, 1, 1, 10, False, "清理欠款")                            # the same action on a second row
    add("D005", 1, 15, None, 1, 5, True)                                      # nothing is scored
    add("D005", 0, 5, 4, 0)
    r = random.Random(8)
    for n in range(10):
        kind = r.randrange(4)
        target = r.randint(3, 40)
        add("D006", kind, target, F(round(target * r.uniform(0.5, 1.4) * 10), 10), r.choice((None, 2, "1.5")), r.randint(-40, 40), r.choice((True, False, None)), f"{ACTIONS[kind][0]}（第 {n + 1} 期）", r.choice((None, 5000)))
    return {"plans-small": {"dealers": dealers(*WHO), "plans": rows}}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    plans-small 计划积分卡 W8 1 计划积分卡 R8
    plans-small 计划积分卡 W8 1 计划积分卡 AA37
    plans-small 计划积分卡 I4 39300 计划积分卡 K4
"""
