"""Return on investment (handbook 7, Result): dealers with a profit, a loss, a cent of capital and none."""
from fractions import Fraction as F

from make_programmes import dealers, number
from oracle import shown

EXPENSES = ("warehousing", "transport", "wages", "marketing", "interest", "other_expenses")
TIED_UP = ("inventory", "receivables", "prepayments", "fixed_assets")


def expected(sheets, as_of):
    return {"dealers": [returned(row) for row in sheets["roi"]]}


def returned(row):
    get = lambda *fields: sum((number(row.get(field)) or F(0) for field in fields), F(0))
    revenue, gross = get("revenue"), get("revenue") - get("cost_of_goods")
    net, capital = gross + get("other_income") - get(*EXPENSES), get(*TIED_UP) - get("payables")
    by = lambda x, y, there: shown(x / y, 4) if there else None
    return {"dealer_id": row["dealer_id"], "gross_profit": shown(gross, 2), "net_profit": shown(net, 2), "capital": shown(capital, 2), "roi": by(net, capital, capital > 0),
            "gross_margin": by(gross, revenue, revenue != 0), "net_margin": by(net, revenue, revenue != 0), "capital_turns": by(revenue, capital, capital > 0)}


WHO = [("D001", "涪陵丰禾农资", "涪陵"), ("D002", "岳阳金穗农资", "岳阳"), ("D003", "南通绿源化肥", "南通"), ("D004", "涪陵春雨农资", "涪陵"), ("D005", "岳阳田源农资", "岳阳"),
       ("D006", "南通惠农农资", "南通"), ("D007", "涪陵富民农资", "涪陵"), ("D008", "岳阳青禾农资", "岳阳"), ("D009", "南通嘉禾农资", "南通")]
KEYS = ("revenue", "cost_of_goods", "other_income") + EXPENSES + TIED_UP + ("payables",)
FIGURES = [
    (1000000, 900000, 20000, 8000, 15000, 30000, 5000, 6000, 1000, 120000, 150000, 30000, 80000, 60000),
    (500000, 470000, None, None, None, 36000, None, None, None, 90000, 60000, None, None, None),                 # a loss
    (200000, 188000, None, None, None, None, None, None, None, 20000, None, None, None, 30000),                  # capital below 0
    (100000, 90000, None, 1000, None, None, None, None, None, 50000, None, None, None, "50000.00"),              # capital 0
    ("0.05", "0.04", None, None, None, None, None, None, None, 50000, None, None, None, "49999.99"),            # a cent of capital
    (0, 0, 2000, None, None, 3000, None, None, 500, 10000, None, None, 40000, 0),                                # no revenue
    ("640000.005", "560000", "1250.5", "4200.25", 9800, 21000, 3500, "1120.75", None, 80000, 64000, 16000, 40000, 0),   # half a cent of gross profit
    (800000, 800000, 30000, 10000, 10000, 10000, None, None, None, 100000, 100000, None, None, None),            # neither profit nor loss
    (300000, 310000, None, None, None, None, None, None, None, None, None, None, None, None)]                    # a loss, and nothing is tied up


def books():
    rows = [{"dealer_id": who[0]} | dict(zip(KEYS, figures)) for who, figures in zip(WHO, FIGURES)]
    return {"roi-small": {"dealers": dealers(*WHO), "roi": rows}}


ISSUES = {"roi-small": [{"severity": "warning", "code": "no-capital", "resource": "roi", "field": field, "cell": cell} for field, cell in (("payables", "O5"), ("payables", "O6"), ("dealer_id", "A11"))]}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    roi-small 投入产出结果 O6 600000 投入产出结果 E4
"""
