"""Keeping dealers and early warning (handbook 12): every bound of calls, visits, first orders and warnings, by shipments and by purchases."""
import calendar
from datetime import date, timedelta
from fractions import Fraction as F

from make_programmes import AS_OF, dealers, number
from oracle import shown

GAP_DAYS_MAX, FIRST_ORDERS_MAX, DROP_BELOW, DROP_MONTHS, SILENT_MONTHS, YOUNG_DAYS = 61, F(4, 100), F(70, 100), 3, 2, 31


def before(month, n):
    year, m = divmod(month[0] * 12 + month[1] - 1 - n, 12)
    return year, m + 1


def of(day):
    """The month of a day, or of a month as people write it."""
    return (day.year, day.month) if isinstance(day, date) else tuple(int(part) for part in day.rstrip("月").replace("年", "-").split("-"))


def trend(tonnes, month):
    """The month's change against the mean of the months before it; None where that is not above 0."""
    mean = sum(tonnes.get(before(month, n), 0) for n in range(1, DROP_MONTHS + 1)) / F(DROP_MONTHS)
    return tonnes.get(month, F(0)) / mean - 1 if mean > 0 else None


def expected(sheets, as_of):
    tonnes = {d["dealer_id"]: {} for d in sheets["dealers"]}
    ledger = moves(sheets.get("shipments", []), "date", "tonnes", as_of)
    bought_by_month = moves(sheets.get("purchases", []), "month", "actual_tonnes", as_of)
    rows = ledger if "shipments" in sheets else bought_by_month
    for who, day, t in rows:
        tonnes[who][of(day)] = tonnes[who].get(of(day), F(0)) + t
    bought = {who: sorted(m for m, t in months.items() if t > 0) for who, months in tonnes.items()}
    latest = max((m for months in bought.values() for m in months), default=None)
    regions = {}
    for d in sheets["dealers"]:
        for month, t in tonnes[d["dealer_id"]].items():
            region = regions.setdefault(d["region"], {})
            region[month] = region.get(month, F(0)) + t
    year = as_of.year
    orders = {who: sorted({day for w, day, t in rows if w == who and t > 0}) for who in tonnes}
    earlier = {who for who, day, t in ledger + bought_by_month if t > 0 and day.year < year}
    ordered = {who: [day for day in days if day.year == year] for who, days in orders.items()}
    out = []
    for d in sheets["dealers"]:
        who = d["dealer_id"]
        mine = [v for v in sheets["visits"] if v["dealer_id"] == who]
        out.append({"dealer_id": who} | contacts(d, mine, year, as_of) | {"first_order_only": first_only(d, ordered[who], who in earlier, as_of),
                                                                           "warnings": warnings(tonnes[who], bought[who], regions.get(d["region"], {}), latest)})
    buyers = sum(bool(days) for days in ordered.values())
    share = F(sum(d["first_order_only"] for d in out), buyers) if buyers else None
    return {"dealers": out, "first_order_only_share": None if share is None else shown(share, 4), "first_order_only_ok": None if share is None else share <= FIRST_ORDERS_MAX}


def moves(rows, day, tonnes, as_of):
    """Dealer, day (of a month the first) and tonnes of what isn't dated after the as-of date."""
    days = [(r["dealer_id"], r[day] if isinstance(r[day], date) else date(*of(r[day]), 1), number(r[tonnes])) for r in rows]
    return [(who, when, t) for who, when, t in days if when <= as_of]


def first_only(dealer, ordered, bought_before, as_of):
    """The first order ever lies in the period, and there is no second one."""
    joined, last_year = dealer.get("joined_on"), number(dealer.get("last_year_tonnes")) or 0
    established = joined is not None and joined.year < as_of.year and last_year > 0
    return len(ordered) == 1 and not bought_before and not established and (as_of - ordered[0]).days > YOUNG_DAYS


def contacts(dealer, rows, year, as_of):
    first, last = max(date(year, 1, 1), dealer.get("joined_on") or date.min), min(date(year, 12, 31), as_of)
    within = [r for r in rows if first <= r["date"] <= last]
    calls = [r["date"] for r in within if r["kind"] == "call"]
    visits = sorted(r["date"] for r in within if r["kind"] == "visit")
    months = [(year, m) for m in range(first.month, last.month + 1)] if first <= last else []
    missed = [f"{y}-{m:02}" for y, m in months if (y, m) not in {of(day) for day in calls}]
    points = [first, *visits, last]
    gap = max((b - a).days for a, b in zip(points, points[1:])) if first <= last else None
    return {"calls": len(calls), "months_without_call": missed, "visits": len(visits), "longest_gap_days": gap, "call_ok": not missed, "visit_ok": gap is None or gap <= GAP_DAYS_MAX}


def warnings(tonnes, bought, region, latest):
    if latest is None:
        return []
    change, region_change = trend(tonnes, latest), trend(region, latest)
    drop = change is not None and change + 1 < DROP_BELOW
    silent = bool(bought) and not any(before(latest, n) in bought for n in range(SILENT_MONTHS))
    figure = lambda x: None if x is None else shown(x, 4)
    return [{"code": code, "month": f"{latest[0]}-{latest[1]:02}", "change": figure(change), "region_change": figure(region_change)} for code, applies in (("drop", drop), ("silent", silent)) if applies]


# ---- the samples --------------------------------------------------------------------------------------------------------

DAY = timedelta(days=1)
NAMES = "丰禾 金穗 绿源 春雨 田源 惠农 富民 青禾 嘉禾 盛丰 沃土 兴农 天成 瑞丰 禾盛 裕农 永丰 新谷 广田 润禾 丰泰 农友 大地 禾田 百丰 泽农 禾兴".split()


def every(first, days, last=date(2007, 12, 31)):
    return [first + n * days * DAY for n in range((last - first).days // days + 1)]


def monthly(*without):
    return [date(2007, m, 8 + m) for m in range(1, 13) if m not in without]


def base(regions, more):
    rows = dealers(*[(f"D{n:03}", name + "农资", region) for n, (name, region) in enumerate(zip(NAMES, regions), 1)])
    modes = ["regional_distributor", "joint_sales_agency", "general_distributor", "direct_store"]
    for n, row in enumerate(rows):
        row |= {"channel_mode": modes[n % 4], "market_class": "ABC"[n % 3], "outlets": 20, "joined_on": date(2003, 3, 1), "target_tonnes": 400, "total_urea_tonnes": 2000} | more.get(row["dealer_id"], {})
    return rows


def book(who, contacts):
    rows = [{"dealer_id": d, "date": day, "kind": kind} for d, (calls, visits) in contacts.items() for kind, days in (("call", calls), ("visit", visits)) for day in days]
    return {"dealers": who, "violations": [], "visits": sorted(rows, key=lambda r: (r["date"], r["dealer_id"], r["kind"]))}


def by_shipments():
    """27 dealers, 25 of which ordered in the period, one of them for the first time and never again: exactly 4%."""
    regions = [("涪陵", "岳阳", "南通")[n % 3] for n in range(27)]
    regions[26] = "湛江"
    joined = {"D004": {"joined_on": date(2007, 5, 16)}, "D005": {"joined_on": date(2007, 10, 31)}, "D006": {"joined_on": date(2008, 1, 1)}, "D007": {"joined_on": date(2007, 12, 31)},
              "D013": {"last_year_tonnes": 500}, "D016": {"last_year_tonnes": 0}, "D017": {"joined_on": date(2007, 2, 1), "last_year_tonnes": 300}}
    who = base(regions, joined)
    every_61 = every(date(2007, 1, 1), 61)
    contacts = {d["dealer_id"]: (monthly(), every_61) for d in who}
    contacts |= {
        "D002": (monthly(12), [date(2007, 3, 3), *every(date(2007, 5, 3), 61)]),                    # exactly 61 days from 1 January; no call in the as-of month
        "D003": (monthly(1, 7), [date(2007, 3, 4), *every(date(2007, 5, 4), 61)]),                  # 62 days from 1 January
        "D004": (monthly(1, 2, 3, 4, 5), every(date(2007, 5, 10), 61)),                             # joined in May: what came before doesn't count
        "D005": ([date(2007, 10, 31), date(2007, 11, 1), date(2007, 12, 31)], []),                  # 61 days from joining to the end, without a visit
        "D006": ([date(2007, 12, 1)], [date(2007, 12, 2)]),                                         # joins after the window
        "D007": ([], []),                                                                           # one day
        "D008": (monthly(), [date(2006, 12, 31), date(2007, 1, 31), *every(date(2007, 4, 2), 61)][:-1] + [date(2008, 1, 3)]),
        "D009": ([date(2007, m, 1) for m in range(1, 13)] + [date(2008, 1, 1), date(2006, 6, 1)], every(date(2007, 1, 1), 30)),
        "D010": ([], [])}
    out = book(who, contacts)
    n, rows = 0, []

    def ship(d, when, t):
        nonlocal n
        n += 1
        rows.append({"shipment_no": f"FH{n:04}", "date": when, "dealer_id": d, "product": "尿素", "tonnes": t})

    steady = {m: 40 for m in range(1, 13)}
    for d in [x["dealer_id"] for x in who]:
        months = {"D002": {**steady, 12: 28},                                                       # exactly 70%
                  "D003": {**steady, 12: "27.999"},                                                 # just below
                  "D004": {11: 30, 12: 5},                                                          # two months of history: the mean is 10, 5 is a drop
                  "D005": {12: 20},                                                                 # new: nothing to fall from; bought once
                  "D006": {}, "D007": {},                                                           # never bought, of which one did in 2006
                  "D008": {m: 40 for m in range(1, 11)},                                            # silent and drop
                  "D009": {m: 40 for m in range(1, 9)},                                             # silent for four months: no mean
                  "D010": {m: 40 for m in range(1, 12)},                                            # one month without: drop, not yet silent
                  "D013": {5: 40},                                                                  # one order, of a customer that sold in the year before
                  "D015": {}, "D016": {}, "D018": {7: 40},                                          # below; D018 bought in 2006 by its purchases
                  "D011": {**steady, 11: 0, 12: 0}, "D014": {**steady, 10: 100, 11: 100, 12: 55},
                  "D027": {**steady, 12: 12}}.get(d, steady)                                        # alone in its region
        for m, t in months.items():
            if t:
                ship(d, date(2007, m, 5 + m), t)
    ship("D015", date(2007, 11, 30), 40)                                                            # 31 days before the as-of date: too young
    ship("D016", date(2007, 11, 29), 15)                                                            # 32 days, two shipments on a day: one first order
    ship("D016", date(2007, 11, 29), 25)
    ship("D016", date(2008, 1, 4), 40)                                                              # behind the as-of date
    ship("D007", date(2006, 12, 20), 15)
    ship("D008", date(2007, 12, 3), 10)
    ship("D008", date(2007, 12, 28), -10)                                                           # all returned: no purchase
    ship("D009", date(2006, 11, 3), 10)
    ship("D001", date(2006, 12, 28), 25)
    # purchases differ: the shipments decide, of all periods
    purchases = [{"dealer_id": "D001", "month": f"{y}-{m:02}", "actual_tonnes": t} for y, m, t in ((2006, 12, 25), (2007, 1, 40), (2008, 3, 500))]
    purchases.append({"dealer_id": "D018", "month": "2006-11", "actual_tonnes": 5})
    return out | {"shipments": rows, "purchases": purchases}


def by_purchases():
    """A region that falls as a whole; half units; months behind the as-of date, which warn of nothing."""
    who = base(["涪陵"] * 4 + ["岳阳"] * 3, {"D001": {"joined_on": None}})
    out = book(who, {d["dealer_id"]: (monthly(), every(date(2007, 1, 15), 60)) for d in who} | {"D003": (monthly(2, 4, 6), every(date(2007, 2, 1), 31)), "D006": ([], [])})
    tonnes = {
        "D001": {(2007, 11): 100, (2007, 12): 100, (2008, 1): 100, (2008, 2): 30},                  # falls with its region
        "D002": {(2007, 11): 50, (2007, 12): 50, (2008, 1): 50, (2008, 2): 20},
        "D003": {(2007, 1): 5, (2007, 11): 0, (2008, 2): 1},
        "D004": {(2006, 3): 7, (2006, 4): 8},                                                       # silent for long; bought in 2006 only
        "D005": {(2007, 11): 60, (2007, 12): 70, (2008, 1): "50.5", (2008, 2): "12.345"},           # its own fall
        "D006": {(2007, 11): 100, (2007, 12): 100, (2008, 1): 100, (2008, 2): 120},
        "D007": {(2007, 6): 30, (2007, 12): -3, (2008, 1): -2, (2008, 2): -1}}                      # returns: nothing to fall from; silent
    dated = [(d, before(month, 2), t) for d, months in tonnes.items() for month, t in months.items()] + [("D001", (2008, 1), 500), ("D004", (2008, 2), 60)]
    rows = [{"dealer_id": d, "month": f"{y}-{m:02}", "actual_tonnes": t} for d, (y, m), t in dated]
    return out | {"purchases": rows}


def books():
    return {"maintenance-small": by_shipments(), "maintenance-by-purchases": by_purchases(), "maintenance-visits-only": {k: v for k, v in by_purchases().items() if k != "purchases"}}


# Change a cell of an added sheet, and another must follow: book, sheet, cell, value, sheet of the other, its cell.
LIVE = """
    maintenance-small 维护与预警 Y6 30 维护与预警 G6
    maintenance-small 维护与预警 O6 39388 维护与预警 L6
    maintenance-small 拜访报表 I6 5 拜访报表 G4
"""
