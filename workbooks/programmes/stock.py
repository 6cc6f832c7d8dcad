"""Stock (handbook 6): orders, turnover and flags; items at every bound of the 1.5 times rule, with dealers and without."""
from fractions import Fraction as F

from make_programmes import Fault, dealers, number
from oracle import plain, shown


def expected(sheets, as_of):
    left_out = {row["dealer_id"] for rows in sheets.values() for row in rows if any(isinstance(x, Fault) for x in row.values())}
    return {"items": [advise(row) for row in sheets["stock"] if row["dealer_id"] not in left_out]}


def advise(row):
    opening, bought, closing = (number(row[k]) for k in ("opening", "purchased", "closing"))
    transit, days = number(row.get("in_transit")) or F(0), number(row.get("period_days")) or F(30)
    sales = opening + bought - closing
    safety = F(3, 2) * sales
    flags = [flag for flag, yes in (("stockout", closing == 0 and sales > 0), ("slow", sales == 0 and closing > 0), ("overstock", closing > safety)) if yes]
    return {"dealer_id": row["dealer_id"], "product": row["product"], "sales": plain(sales), "safety_stock": plain(safety),
            "suggested_order": plain(max(F(0), safety - closing - transit)),
            "turnover_days": shown((opening + closing) / 2 / sales * days, 2) if sales else None, "flags": flags}


ISSUES = {"partial-stock": [{"code": "row-check", "resource": "stock", "field": "closing", "value": "130.5"},
                            {"code": "constraint-error", "resource": "stock", "field": "in_transit", "value": "-1"}]}
WHO = [("D001", "涪陵丰禾农资", "涪陵"), ("D002", "岳阳金穗农资", "岳阳"), ("D003", "南通绿源化肥", "南通"), ("D004", "涪陵春雨农资", "涪陵"), ("D005", "岳阳田源农资", "岳阳"),
       ("D006", "南通惠农农资", "南通")]
LARGE, SMALL, COATED = "大颗粒尿素", "小颗粒尿素", "包膜尿素"
ITEMS = [  # dealer, product, opening, purchased, closing, in transit, days
    ("D001", LARGE, 100, 200, 120, 30, 30),
    ("D001", SMALL, 100, 200, 120, 150, 30),            # closing and in transit are just the safety stock
    ("D001", COATED, 100, 200, 120, "149.999", 31),     # a kilogram less
    ("D002", LARGE, 40, "60.5", 0, None, None),         # sold out
    ("D002", SMALL, 40, 60, 0, 150, 30),                # sold out, but enough is on the way
    ("D002", COATED, 0, 0, 0, None, 30),                # nothing at all
    ("D003", SMALL, 25, 0, 25, None, None),             # slow
    ("D003", LARGE, 10, 100, 80, 0, 31),
    ("D004", LARGE, 10, 90, 60, None, 30),              # just the safety stock
    ("D004", SMALL, 10, "90.001", "60.001", None, 30),  # a kilogram more
    ("D004", COATED, 0, "0.001", 0, None, 30),          # a kilogram sold
    ("D005", LARGE, "3.5", 20, 13, 2, 365),             # 286.785714… days
    ("D005", SMALL, "0.41", 100, "0.41", 0, 25),        # 0.1025 days
    ("D005", COATED, "19.99", 100, 0, 10, 12),
    ("D006", LARGE, 1, "39.005", "0.005", 0, 7),        # 0.17587… days
    ("D006", SMALL, "33.333", "66.667", "12.345", "6.789", 91)]


def rows():
    keys = ("dealer_id", "product", "opening", "purchased", "closing", "in_transit", "period_days")
    return [dict(zip(keys, item)) for item in ITEMS]


def books():
    who = dealers(*WHO)
    for n, dealer in enumerate(who):
        dealer["market_class"] = "ABC"[n % 3]
        dealer["channel_mode"] = ("regional_distributor", "joint_sales_agency", "chain_store")[n // 2]
        dealer["outlets"] = 20
    faulty = [row | ({"closing": Fault("130.5")} if row["dealer_id"] == "D002" and row["product"] == LARGE else {}) | ({"in_transit": Fault("-1")} if row["dealer_id"] == "D004" and row["product"] == SMALL else {})
              for row in rows()]
    return {"partial-stock": {"dealers": who, "stock": faulty}, "stock-small": {"dealers": who, "stock": rows()}, "stock-without-dealers": {"stock": rows()}}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    stock-small 库存建议 O6 400 库存建议 G4
    stock-small 进销存报表 I6 400 进销存报表 M4
"""
