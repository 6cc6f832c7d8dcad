#!/usr/bin/env python3
"""Makes the sample workbooks and what is expected of them, always the same bytes.

    make_samples.py [--out FOLDER] [--only NAME]

Needs xlsxwriter.  The expected results come from oracle.py, which gets what a workbook means and never reads how it is spelt;
the issues of a faulty workbook are noted where the fault is planted.
"""
import argparse
import os
import random
import sys
from datetime import date, timedelta
from fractions import Fraction as F

import oracle
import samples_incentives
from oracle import Book, Dealer, Purchase, Shipment, Violation
from samples_book import FIELDS, LABEL, TITLE, ZH, Bare, Formula, Grid, Raw, Writer, dump, letter, numbered, plain_row, rewrite, sheet_parts, yes

YEAR = 2007
REGIONS = ["涪陵", "岳阳", "南通", "湛江", "南宁", "宜昌", "荆州", "九江", "芜湖", "安庆", "黄石", "泸州"]
NAMES = ["丰禾", "金穗", "绿源", "春雨", "田源", "惠农", "富民", "青禾", "嘉禾", "盛丰", "广禾", "瑞农", "沃土", "禾兴"]
KINDS = ["农资经营部", "农资公司", "供销社", "化肥批发部", "农业服务站", "农资连锁"]
SEASON = [F(x, 10) for x in (6, 8, 15, 14, 11, 9, 8, 9, 14, 11, 8, 7)]
PRODUCTS = [("尿素40kg", 1865), ("尿素50kg", 1840), ("大颗粒尿素", 1923), ("小颗粒尿素", 1788)]
COVER = [("考核年度", YEAR), ("截止日期", date(YEAR, 12, 31)), ("编制人", "渠道管理部"), ("公司", "示例化肥有限公司")]


def half(x):
    """To half a tonne."""
    return F(round(x * 2), 2)


def up(x, step):
    return F(-(-x // step) * step)


def make_dealer(r, number, id=None, mode=None, network=None, base=None, weak=False, **fixed):
    """A dealer and its twelve months, without a fault; `fixed` sets fields as they are."""
    mode = mode or r.choices(["joint_sales_agency", "general_distributor", "regional_distributor", "direct_store", "chain_store", "general_agency", "joint_venture_agency"],
                             [20, 15, 40, 12, 10, 2, 1])[0]
    network = r.random() < 0.5 if network is None else network
    base = base or min(900, 12 * r.paretovariate(1.1))
    level = r.choice((0.7, 0.9, 1.0)) if weak else r.choice((0.9, 1.0, 1.1))
    id = id or f"D{number:03d}"
    months = []
    for m, season in enumerate(SEASON, 1):
        plan = half(base * float(season)) or F(1, 2)
        actual = half(base * float(season) * level * r.uniform(0.6, 1.3))
        if network and r.random() < (0.3 if weak else 0.7):
            actual = max(actual, plan)
        x = r.random()
        if x < 0.03:
            actual = F(0)
        elif x < 0.045:
            actual = -half(r.uniform(0.5, 5))
        if r.random() < 0.02:
            plan = F(0)
        months.append(Purchase(id, (YEAR, m), plan if network or r.random() < 0.15 else None, actual, r.random() < 0.03))
    own = sum(p.actual for p in months)
    share = 1 if r.random() < 0.3 else r.uniform(0.3, 0.97)
    card = oracle.CARD_OF[mode]
    top = (lambda *w: r.choices(range(len(w)), w)[0])
    d = dict(
        id=id, name=f"{r.choice(REGIONS)}{r.choice(NAMES)}{r.choice(KINDS)}", region=r.choice(REGIONS), market=r.choice(["A", "B", "B", "C", None]), mode=mode,
        joined=date(1998, 1, 1) + timedelta(days=r.randint(0, 3000)), network=network, target=up(max(F(0), own) * F(r.randint(75, 120), 100), 10),
        total=max(F(0), own) if share == 1 else up(max(F(0), own) * F(100) / round(share * 100), 1),
        outlets=r.choice((r.randint(0, 60), r.randint(20, 45))) if card == "agency" or r.random() < 0.2 else None,
        brand=None if card == "agency" else ["first", "second", "third"][top(1, 3, 3) if weak else top(5, 3, 1)], service=["high", "medium", "low"][top(1, 3, 3) if weak else top(5, 3, 1)],
        capital=["high", "fairly_high", "average", "low"][top(1, 2, 3, 3) if weak else top(5, 3, 2, 1)], credit=["high", "medium", "low"][top(1, 3, 3) if weak else top(6, 3, 1)],
        previous=r.choice(["core", "key", "key", "ordinary", "ordinary", "problem", None]), falsified=False, deposit=r.choice([None, F(10000), F(20000), F(50000)]),
        last_year=half(float(max(F(0), own)) * r.uniform(0.7, 1.2)) if r.random() < 0.85 else None)
    d.update(fixed)
    return Dealer(**d), months


def make_violations(r, dealers, count):
    out = []
    for _ in range(count):
        day = date(YEAR, 1, 1) + timedelta(days=r.randint(0, 364))
        if r.random() < 0.06:
            day = day.replace(year=YEAR - 1, day=min(day.day, 28))
        out.append(Violation(r.choice(dealers).id, day, r.choice(["price", "promotion", "cross_region"]), r.choices([True, False, None], [6, 1, 2])[0],
                             r.choice(["客户投诉属实", "低于指导价销售", "未参加推广会", "货物流入邻区", "区域经理核实", None])))
    return out


def meant(violations):
    """Empty counts as confirmed."""
    return [v._replace(confirmed=v.confirmed is not False) for v in violations]


def book_of(dealers, purchases, shipments, violations, period=YEAR, as_of=None):
    return Book(period, as_of or date(period, 12, 31), dealers, purchases, shipments, meant(violations))


def plain_grids(dealers, purchases, shipments, violations):
    """Sheets in the declared spellings, a title above each."""
    out = []
    for resource, records in (("dealers", dealers), ("purchases", purchases), ("shipments", shipments), ("violations", violations)):
        if records is not None:
            g = Grid(TITLE[resource], resource, FIELDS[resource], above=[f"{YEAR}年度{TITLE[resource]}"])
            for record in records:
                g.add_record(record)
            out.append(g)
    return out


def write_plain(path, grids, cover=COVER, options=None):
    w = Writer(path, options)
    if cover:
        w.cover(cover)
    for g in grids:
        w.grid(g)
    w.close()


# ---- dealers-200 --------------------------------------------------------------------------------------------------------

def dealers_200(out):
    r = random.Random("dealers-200")
    made = [make_dealer(r, n, weak=r.random() < 0.4) for n in range(1, 201)]
    dealers, purchases = [d for d, _ in made], [p for _, months in made for p in months]
    for n in r.sample(range(200), 3):
        dealers[n] = dealers[n]._replace(falsified=True)
    purchases = [p for p in purchases if p.planned is not None or p.actual != 0]          # a month without a row is 0
    network = {d.id for d in dealers if d.network}
    assert all(p.planned is not None for p in purchases if p.dealer in network)
    violations = make_violations(r, dealers, 120)
    grids = plain_grids(dealers, purchases, None, violations)
    write_plain(os.path.join(out, "accepted/dealers-200.xlsx"), grids)
    warnings = [grids[0].issue("warning", "no-scorecard", n, "channel_mode") for n, d in enumerate(dealers) if oracle.CARD_OF[d.mode] is None]
    book = book_of(dealers, purchases, None, numbered(violations, grids[-1]))
    dump(os.path.join(out, "accepted/dealers-200.expected.json"), oracle.calculate(book) | {"issues": warnings + oracle.warnings_of(book)})


# ---- shipments-2007 -----------------------------------------------------------------------------------------------------

def spread(*tonnes):
    """Twelve months from the given ones; the last one is repeated."""
    return [F(str(t)) for t in tonnes] + [F(str(tonnes[-1]))] * (12 - len(tonnes))


def special_dealers():
    """Dealers that stand on an edge of a rule: [(Dealer, [Purchase], {actual a month or None: as the purchases say})]."""
    out = []

    def one(id, mode, actual, plan=None, faults=(), **fixed):
        d, _ = make_dealer(random.Random(id), 0, id=id, mode=mode, network=plan is not None, base=10, last_year=None, **{"falsified": False, **fixed})
        own = sum(actual)
        d = d._replace(total=fixed.get("total", max(F(0), own)), target=fixed.get("target", F(0) if own <= 0 else own))
        out.append((d, [Purchase(id, (YEAR, m + 1), plan[m] if plan else None, a, m + 1 in faults) for m, a in enumerate(actual)]))

    good = dict(service="high", capital="high", credit="high")
    # half points: the sum of r is 11.588, so 15 x index is 14.485 exactly
    one("H01", "regional_distributor", spread("58.8", 100), plan=spread(100), brand="first", target=F("1158.7835"), total=F(3000), **good)
    # thirds and sixths: r adds up to 7.5, 9.375 points
    one("H02", "regional_distributor", [F(1)] * 6 + [F(100)] * 6, plan=[F(3)] * 3 + [F(6)] * 3 + [F(100)] * 6, brand="second", total=F(1520), target=F("605.9995"), previous="key", service="medium", capital="average", credit="medium")
    # the same sum against the average: Q / 12 is 100
    one("H03", "direct_store", spread("58.8", "141.2", 100), brand="first", target=F("1199.999"), total=F(1200), service="high", capital="fairly_high", credit="high", previous="core")
    # 3 decimals in the year's tonnes at 5 yuan a tonne: 500.005
    one("H04", "chain_store", [F("33.367")] + [F("6.06")] * 11, brand="second", service="high", capital="fairly_high", credit="medium", previous="ordinary")
    # ordinary, 12.3455 t above target at 10 yuan: 123.455
    one("H05", "regional_distributor", spread("20.3455", 5, 5), target=F(63), total=F(300), brand="third", service="low", capital="average", credit="medium", previous="problem")
    # key, 7.00025 t above target at 20 yuan: 140.005
    one("H06", "regional_distributor", spread("17.00025", 9), target=F(109), total=F(150), brand="second", service="medium", capital="average", credit="high", previous=None)
    # our fault comes before a planned 0, that before a return; 0.0001 t above target pays half a cent at 30 yuan ... and rounds up
    one("E01", "general_distributor", [F(40), F(-3), F(-2), F(-5)] + [F(40)] * 8, plan=[F(40), F(0), F(40), F(40)] + [F(40)] * 8, faults=(3,), brand="first", total=F(600), target=F("349.9995"), **good)
    # sells nothing at all; all brands 0: ratio 0, and not exclusive
    one("E02", "general_distributor", spread(0), brand="third", service="low", capital="low", credit="low", total=F(0), target=F(50), previous="problem")
    # a negative year: the ratio as it is, no points
    one("E03", "general_distributor", [F(-5)] + [F(0)] * 11, brand="third", service="low", capital="low", credit="low", total=F(100), target=F(10), previous="problem")
    # exactly one step below full, just under it, and the floor
    one("X01", "general_distributor", spread(11), total=F(240), brand="first", **good)
    one("X02", "general_distributor", spread("11.002"), total=F(240), brand="first", previous="core", **{**good, "capital": "average"})
    one("X03", "general_distributor", spread(2), total=F(240), brand="second", service="medium", capital="average", credit="medium", previous="key")
    one("X04", "general_distributor", spread(9), total=F(300), brand="second", service="medium", capital="low", credit="medium", previous="problem")
    # ties: places 14 and 15 are shared, so that who overtakes them becomes the 14th; the 5th place is shared across the border of a band
    one("T04", "general_distributor", [F(30)] * 11 + [F(20)], total=F(600), brand="second", service="medium", capital="average", credit="medium", previous="ordinary")
    for n in (1, 2):
        one(f"T0{n}", "joint_sales_agency", spread(21), total=F(280 + 4 * n), outlets=30, service="medium", capital="average", credit="medium", previous="ordinary")
    one("T03", "joint_sales_agency", spread("52.499"), total=F(660), outlets=24, service="high", capital="average", credit="high", previous="ordinary")
    # one point short of the next grade: everything better lifts it
    one("S01", "direct_store", spread(7), total=F(100), brand="third", service="medium", capital="average", credit="medium", previous="key")
    # disqualified: with a card and a deposit, with a card and none, without a card
    one("F01", "regional_distributor", spread(30), total=F(500), brand="first", falsified=True, deposit=F("50000.5"), **good)
    one("F02", "joint_sales_agency", spread(3), total=F(120), outlets=9, falsified=True, deposit=None, service="low", capital="low", credit="low", previous="ordinary")
    one("F03", "general_agency", spread(8), total=F(300), falsified=True, deposit=F(20000), brand=None, outlets=None, previous="key")
    one("N01", "joint_venture_agency", spread(20), total=F(400), brand=None, outlets=None, previous=None)
    # agencies: floor of the exclusivity points, and one outlet short
    one("A01", "joint_sales_agency", spread(20), total=F(300), outlets=39, service="high", capital="high", credit="high", previous="core")
    one("A02", "joint_sales_agency", spread(19), total=F(228), outlets=24, service="medium", capital="fairly_high", credit="medium", previous="key")
    one("A03", "joint_sales_agency", spread(4, 4, 4, 4, 4, 0), total=F(90), outlets=9, service="low", capital="low", credit="low", previous="problem")
    return out


def split(r, whole, day_of):
    """Shipments that add up to a month's tonnes, a return among them now and then."""
    x = r.random()
    if whole == 0 and x < 0.7:
        return []
    if x < 0.5:
        return [(day_of(), whole)]
    if x < 0.85:
        first = F(round(float(whole) * r.uniform(0.3, 0.7) * 1000), 1000)
        return [(day_of(), first), (day_of(), whole - first)]
    back = -half(r.uniform(0.5, 3)) or F(-1, 2)
    return [(day_of(), whole - back), (day_of(), back)]


def shipments_2007(out, seed=22):
    r = random.Random(f"shipments-2007/{seed}")
    made = special_dealers()
    modes = ["joint_sales_agency"] * 13 + ["general_distributor"] * 11 + ["regional_distributor", "direct_store", "chain_store"] * 5
    for n, mode in enumerate(modes, 1):
        d, months = make_dealer(r, n, mode=mode, weak=r.random() < 0.6, base=r.uniform(4, 60))
        made.append((d, months))
    r.shuffle(made)
    dealers, purchases, ledger, differing = [d for d, _ in made], [], [], []
    for d, months in made:
        for p in months:
            first = date(*p.month, 1)
            ledger += [(day, d.id, tonnes) for day, tonnes in split(r, p.actual, lambda: first + timedelta(days=r.randint(0, 27)))]
            x = r.random()
            if d.network or x < 0.8:
                shown = p.actual
                if d.id[0] == "D" and x < 0.03:
                    shown = p.actual + r.choice([F("0.0011"), F("-0.002"), F(5), F("0.5")])       # differs: a warning, and the ledger decides
                elif d.id[0] == "D" and x < 0.06:
                    shown = p.actual + r.choice([F("0.001"), F("-0.001")])                        # within the tolerance
                purchases.append(p._replace(actual=shown))
    # of other years: left out
    some = dealers[3].id
    ledger += [(date(YEAR - 1, 12, 31), some, F(40)), (date(YEAR + 1, 1, 1), some, F(60))]
    purchases.insert(0, Purchase(some, (YEAR - 1, 12), F(50), F(40), False))
    ledger.sort(key=lambda s: s[0])
    shipments = []
    for n, (day, who, tonnes) in enumerate(ledger, 1):
        product, price = r.choice(PRODUCTS)
        shipments.append(Shipment(f"FH{day.year % 100:02d}{n:05d}", day, who, product, tonnes, oracle.rounded(tonnes * price, 2)))
    violations = make_violations(r, [d for d in dealers if d.id[0] in "DA"], 75)
    for who, kind, times in (("A03", "promotion", 3), ("A03", "price", 3), ("A03", "cross_region", 2), ("T03", "price", 1), ("X03", "promotion", 3), ("X03", "cross_region", 6), ("A01", "price", 1)):
        violations += [Violation(who, date(YEAR, 2 + k, 11), kind, True, None) for k in range(times)]
    violations += [Violation("H01", date(YEAR, 5, 1), "price", True, "考核表不评价格，激励要看"), Violation("H04", date(YEAR - 1, 12, 31), "promotion", True, "上年度，不计入本期"),
                   Violation("H04", date(YEAR, 6, 1), "promotion", False, "举报不属实")]
    grids = plain_grids(dealers, purchases, shipments, violations)
    book = book_of(dealers, purchases, shipments, numbered(violations, grids[-1]))
    expected = oracle.calculate(book)
    cover_everything(expected)
    # doubles with more than 15 digits, as a program leaves them: they count as what Excel shows
    s = grids[2]
    for n in (7, 19):
        s.rows[n]["tonnes"] = Raw(repr(wobble(float(s.rows[n]["tonnes"]))))
    write_plain(os.path.join(out, "accepted/shipments-2007.xlsx"), grids)
    d, p = grids[0], grids[1]
    issues = [d.issue("warning", "no-scorecard", n, "channel_mode") for n, x in enumerate(dealers) if oracle.CARD_OF[x.mode] is None]
    differing = [p.issue("warning", "reconciliation", n, "actual_tonnes") for n in oracle.reconcile(book)]
    assert len(differing) >= 4
    outside = [p.issue("info", "outside-period", 0, "month"), s.issue("info", "outside-period", 0, "date"),
               grids[3].issue("info", "outside-period", next(n for n, v in enumerate(violations) if v.date.year != YEAR), "date")]
    dump(os.path.join(out, "accepted/shipments-2007.expected.json"), expected | {"issues": issues + differing + oracle.warnings_of(book) + outside})


def wobble(x):
    """The next double: 17 digits where 15 say the same."""
    import math
    y = math.nextafter(x, math.inf)
    assert f"{y:.15g}" == f"{x:.15g}" and repr(y) != repr(x)
    return y


def cover_everything(expected):
    """Fails if the sample leaves a rule of the cards, a kind of lift, a movement or an action untouched."""
    rows = [d for d in expected["results"]["assessment"]["dealers"] if d["scorecard"]]
    seen = {(d["scorecard"], c["id"], c["reason"]) for d in rows for c in d["characteristics"]}
    for card, characteristics in oracle.CARDS.items():
        for name, _, kind, rule in characteristics:
            if kind in ("rank", "category", "count"):
                wanted = [b[-1] for b in rule]
            elif kind == "exclusivity":
                wanted = ["exclusivity-full", "exclusivity-steps"] + ["exclusivity-none"] * (card != "distributor") + ["exclusivity-negative"] * (card == "general_distributor")
            elif kind == "evenness":
                wanted = ["evenness-plan", "evenness-average"]
            else:
                wanted = ["no-violation", "violations"]
            if kind == "rank" and sum(d["scorecard"] == card for d in rows) < 16:
                raise AssertionError(card)
            for reason in wanted:
                assert (card, name, reason) in seen, (card, name, reason)
    by_rank = {(d["scorecard"], d["rank"]): d["volume_tonnes"] for d in rows}
    assert sum(d["rank"] == 5 and d["scorecard"] == "general_distributor" for d in rows) == 2, by_rank
    assert any(x["change"].get("to") == 14 for d in rows for x in d["lift"]), by_rank
    lifts = {x["characteristic"] for d in rows for x in d["lift"]}
    missing = {n for c in oracle.CARDS.values() for n, *_ in c} - lifts
    assert not missing, missing
    assert {"new", "up", "same", "down"} == {d["movement"] for d in rows}
    assert {"eliminate", "improve", "disqualify"} == {a for d in rows for a in d["actions"]}
    assert any(d["points_missing"] for d in rows)
    assert {"core", "key", "ordinary", "problem"} == {d["grade"] for d in rows}
    lines = [x for d in expected["results"]["incentives"]["dealers"] for x in d["lines"]]
    halves = [x for x in lines if x["basis"] and (F(x["basis"]) * F(x["rate"]) * 1000) % 10 == 5]
    assert len(halves) >= 4 and {x["programme"] for x in lines} == {"excess_volume", "exclusive_sale", "compliance", "promotion"}, halves


# ---- messy-2007 ---------------------------------------------------------------------------------------------------------

WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
DEALER_COLUMNS = ["name", "dealer_id", "region", "channel_mode", "network_customer", "phone", "service_level", "capital_strength", "creditworthiness", "brand_influence", "outlets", "target_tonnes",
                  "total_urea_tonnes", "previous_grade", "market_class", "joined_on", "deposit", "falsified_documents", "last_year_tonnes"]
DEALER_LABELS = {"dealer_id": "dealer code", "region": "ＲＥＧＩＯＮ", "channel_mode": "渠道模式", "network_customer": "网络客户", "phone": "联系电话", "service_level": " Service Level ",
                 "brand_influence": "品牌区域影响力", "outlets": "下游可控网络数量", "target_tonnes": "年度目标", "total_urea_tonnes": "Urea of all brands (t)", "previous_grade": "上年度评级",
                 "joined_on": "合作开始日期", "last_year_tonnes": "上年度销量"}


def spell_number(r, x, unit, first=False, text_only=False):
    if x is None:
        return r.choice([None, None, Formula('=""', "")])
    plain = oracle.plain(x)
    whole, dot, rest = plain.lstrip("-").partition(".")
    grouped = ("-" if x < 0 else "") + f"{int(whole):,}" + dot + rest
    if first:
        return grouped.translate(WIDE) + unit
    kind = r.randrange(14)
    if kind < 6 and not text_only:
        return x
    return [plain, grouped, plain.translate(WIDE), f"{plain}{unit}", f"{grouped} {unit}", f"\u00a0{plain} ", f"　{plain}　", Formula(f"={plain}+0", x)][kind % 8]


def spell_date(r, d, first=False):
    text = f"{d.year}年{d.month}月{d.day}日"
    if first:
        return text.translate(WIDE)
    return r.choice([d, d, d.isoformat(), f"{d.year}/{d.month}/{d.day}", text, d.strftime("%Y%m%d"), Bare((d - date(1899, 12, 30)).days), f"\u00a0{d.isoformat()} ",
                     Formula(f"=DATE({d.year},{d.month},{d.day})", (d - date(1899, 12, 30)).days)])


def spell_month(r, y, m, first=False):
    if first:
        return f"{y}年{m}月".translate(WIDE)
    return r.choice([f"{y}-{m:02d}", f"{y}年{m}月", f"{y}年{m}月", f"{y}/{m}", f"{y}{m:02d}", Bare(y * 100 + m), date(y, m, r.randint(1, 28)), f" {y}-{m:02d}\u00a0"])


def spell_bool(r, x, first=False):
    if x is None:
        return None
    if first:
        return "　是 " if x else "　否 "
    return r.choice(["是", "有", "Y", "yes", "true", "1", "√", "Ｙ", True, Bare(1), " 是"] if x else ["否", "无", "N", "no", "false", "0", "×", "Ｎ", False, Bare(0), "否\u00a0"])


def spell_category(r, canonical, words, first=False):
    if canonical is None:
        return None
    zh = words[canonical]
    if first:
        return f"{zh}\u00a0"
    alias = {"中": "中等", "核心经销商": "核心", "重点经销商": "重点", "普通经销商": "普通", "问题经销商": "问题", "跨区销售": "窜货", "A": "A类", "B": "B类", "C": "C类"}.get(zh, zh)
    return r.choice([zh, zh, zh, alias, canonical, f" {zh}"])


def spell_id(r, id, first=False):
    if first:
        return id.translate(WIDE)
    return r.choice([int(id), int(id), id, f" {id}", f"{id}\u00a0", id.translate(WIDE)]) if id.isdigit() else r.choice([id, f"{id} ", id.translate(WIDE), id])


MODE_WORDS = {m: ZH[m] for m in oracle.CARD_OF}
HML = {"high": "高", "medium": "中", "low": "低"}
CAPITAL = {"high": "高", "fairly_high": "较高", "average": "一般", "low": "低"}
BRANDS = {k: ZH[k] for k in ("first", "second", "third")}
GRADES = {k: ZH[k] for k in oracle.BEST_FIRST}
MARKETS = {k: k for k in "ABC"}
VIOLATION_WORDS = {k: ZH[k] for k in ("price", "promotion", "cross_region")}


def value_of(x):
    return x if isinstance(x, str) else float(x)


class Messy:
    """What people keep: the meaning (records) and the untidy sheets, with the place of every row."""

    def __init__(self, seed, modes, ledger=False):
        r = self.r = random.Random(seed)
        made = []
        for n, (mode, network) in enumerate(modes, 1):
            id = f"{1000 + n}" if n % 5 else f"K-{n:02d}"
            made.append(make_dealer(r, n, id=id, mode=mode, network=network, base=r.uniform(8, 90), weak=n % 3 == 0))
        first, months = made[0]                                   # fills every column, so that each column's first row is the untidy one
        made[0] = first._replace(joined=date(2003, 3, 1), market="B", previous="key", deposit=F(30000), last_year=F("1010.5"), falsified=False, outlets=38,
                                 name="岳阳金穗（集团）农资公司"), [p._replace(planned=p.planned or F(20)) for p in months]
        self.dealers, self.purchases = [d for d, _ in made], [p for _, months in made for p in months]
        self.by_id = {d.id: d for d in self.dealers}
        self.violations = make_violations(r, self.dealers[:-2], 16 if ledger else 12)
        self.violations[0] = Violation(self.dealers[0].id, date(YEAR, 4, 12), "promotion", True, "未参加春耕推广会（1）")
        self.violations = [v for v in self.violations if v.date.year == YEAR]
        self.ledger = None
        if ledger:
            self.ledger = []
            for p in self.purchases:
                first_day = date(*p.month, 1)
                for day, tonnes in split(r, p.actual, lambda: first_day + timedelta(days=r.randint(0, 27))):
                    self.ledger.append((day, p.dealer, tonnes))
            self.ledger.sort(key=lambda s: s[0])
            self.ledger = [Shipment(f"FH07{n:05d}", day, who, r.choice(PRODUCTS)[0], tonnes, oracle.rounded(tonnes * 1850, 2)) for n, (day, who, tonnes) in enumerate(self.ledger, 1)]
        self.at, self.grids = {}, {}
        self.make_dealers(), self.make_purchases(), self.make_violations()
        if ledger:
            self.make_shipments()

    def book(self):
        return book_of(self.dealers, self.purchases, self.ledger, numbered(self.violations, self.grids["violations"]))

    def spelt_dealer(self, d, first):
        r = self.r
        return dict(
            name=d.name, dealer_id=spell_id(r, d.id, first), region=d.region, channel_mode=spell_category(r, d.mode, MODE_WORDS, first), network_customer=spell_bool(r, d.network, first),
            phone=f"0{r.randint(551, 899)}-{r.randint(2000000, 8999999)}", service_level=spell_category(r, d.service, HML, first), capital_strength=spell_category(r, d.capital, CAPITAL, first),
            creditworthiness=spell_category(r, d.credit, HML, first), brand_influence=spell_category(r, d.brand, BRANDS, first), outlets=spell_number(r, None if d.outlets is None else F(d.outlets), "家", first),
            target_tonnes=spell_number(r, d.target, "吨", first), total_urea_tonnes=spell_number(r, d.total, "吨", first), previous_grade=spell_category(r, d.previous, GRADES, first),
            market_class=spell_category(r, d.market, MARKETS, first), joined_on=spell_date(r, d.joined, first), deposit=spell_number(r, d.deposit, "元", first),
            falsified_documents=spell_bool(r, d.falsified, first) if first else r.choice([None, None, spell_bool(r, d.falsified)]), last_year_tonnes=spell_number(r, d.last_year, "吨", first))

    def make_dealers(self):
        g = self.grids["dealers"] = Grid("DEALERS", "dealers", DEALER_COLUMNS, labels=DEALER_LABELS,
                                         above=["2007年度经销商基本情况一览表", "编制：渠道管理部　　　单位：吨、元", None, "注：灰色行为合计，不用填写", None])
        for n, d in enumerate(self.dealers):
            if n in (4, 9):
                g.add()                                                     # a blank row
            self.at[d.id] = g.add(**self.spelt_dealer(d, n == 0))
        self.total_row(g, "name", ["target_tonnes", "total_urea_tonnes", "deposit"])

    def total_row(self, g, label_field, fields, word="合计", rows=None):
        """A row of sums; sum_up fills in what they come to."""
        rows = range(len(g.rows)) if rows is None else rows
        return g.add(**{"_bold": True, "_over": (rows[0], rows[-1]), label_field: word, **{f: None for f in fields}})

    def sum_up(self):
        """The sums as Excel has them: texts and other sums don't count, an error is an error."""
        for g in self.grids.values():
            for row in g.rows:
                if "_over" not in row:
                    continue
                first, last = row["_over"]
                for f in [f for f in row if row[f] is None or isinstance(row[f], Formula)]:
                    column, total = letter(g.columns.index(f)), F(0)
                    for other in g.rows[first:last + 1]:
                        v = None if "_over" in other else other.get(f)
                        if isinstance(v, Formula):
                            v = sum(F(x) for x in v.text[1:].split("+")) if v.value is None else v.value
                        if isinstance(v, str) and v.startswith("#"):
                            total = v
                            break
                        total += v if isinstance(v, (int, F)) and not isinstance(v, bool) else 0
                    row[f] = Formula(f"=SUBTOTAL(9,{column}{g.row_of(first)}:{column}{g.row_of(last)})", total)

    def make_purchases(self):
        r = self.r
        g = self.grids["purchases"] = Grid("提货", "purchases", ["month", "dealer_id", "remark", "actual_tonnes", "planned_tonnes", "supplier_fault"],
                                           labels={"month": "年月", "dealer_id": "Dealer ID", "remark": "经办人", "actual_tonnes": "实际", "planned_tonnes": "计划", "supplier_fault": "是否我方原因"},
                                           above=["2007年经销商提货台账", None, "数据来源：业务部"])
        first, sums = True, []
        for d in self.dealers:
            rows = []
            for p in [p for p in self.purchases if p.dealer == d.id]:
                if not d.network and p.actual == 0 and p.planned is None and r.random() < 0.5:
                    continue                                                # a month without a row is 0
                fault = spell_bool(r, False if first else p.fault, first) if first or p.fault or r.random() < 0.3 else None
                index = g.add(month=spell_month(r, *p.month, first=first), dealer_id=spell_id(r, d.id, first), remark=r.choice(["小王", "老李", None]),
                              actual_tonnes=spell_number(r, p.actual, r.choice("吨t"), first), planned_tonnes=spell_number(r, p.planned, "吨", first), supplier_fault=fault)
                if first:
                    self.purchases[self.purchases.index(p)] = p._replace(fault=False)
                self.at[d.id, p.month[1]] = index
                rows.append(index)
                first = False
            if rows and d.id.endswith(("3", "7")):
                sums.append(self.total_row(g, "month", ["actual_tonnes"], "小计", rows))
            if d.id.endswith("4"):
                g.add()
        self.subtotals = sums
        # other years: left out
        self.outside = [g.add(month="2006-12", dealer_id=self.dealers[1].id, actual_tonnes=F(40), planned_tonnes=F(50)), g.add(month="2008年1月", dealer_id=self.dealers[1].id, actual_tonnes=F(44), planned_tonnes=F(50))]
        self.total_row(g, "month", ["actual_tonnes", "planned_tonnes"])

    def make_violations(self):
        r = self.r
        g = self.grids["violations"] = Grid(" 违规 ", "violations", ["date", "kind", "dealer_id", "note", "confirmed"], labels={"date": "违规日期", "kind": "类型", "confirmed": "属实"},
                                            above=["2007年违规记录（内部）"] + [None] * 17 + ["以下为明细"])      # the header is the 20th row
        for n, v in enumerate(self.violations):
            self.at["v", n] = g.add(date=spell_date(r, v.date, n == 0), kind=spell_category(r, v.kind, VIOLATION_WORDS, n == 0), dealer_id=spell_id(r, v.dealer, n == 0), note=v.note, confirmed=spell_bool(r, v.confirmed, n == 0))
        self.outside_violation = g.add(date="2006年12月30日", kind="价格违规", dealer_id=self.dealers[2].id, note="上年度，不计入本期", confirmed="是")

    def make_shipments(self):
        r = self.r
        g = self.grids["shipments"] = Grid("发货明细", "shipments", ["shipment_no", "date", "dealer_id", "product", "tonnes", "amount"], labels={"shipment_no": "单号", "date": "日期", "tonnes": "吨数"}, above=["2007年发货明细"])
        for n, s in enumerate(self.ledger):
            self.at["s", n] = g.add(shipment_no=s.no.translate(WIDE) if n == 0 else s.no, date=spell_date(r, s.date, n == 0), dealer_id=spell_id(r, s.dealer, n == 0), product=s.product,
                                    tonnes=spell_number(r, s.tonnes, "吨", n == 0), amount=spell_number(r, s.amount, "元", n == 0))
        self.total_row(g, "shipment_no", ["tonnes", "amount"], "总计")

    def infos(self):
        """The infos that are certain: the first cell of each column that was read leniently, the first row of totals of a sheet. Nothing is calculated, so no row is told to be outside the period."""
        out = []
        for resource, fields in (("dealers", ["dealer_id", "channel_mode", "network_customer", "service_level", "capital_strength", "creditworthiness", "target_tonnes", "total_urea_tonnes", "outlets", "previous_grade",
                                              "market_class", "joined_on", "deposit", "falsified_documents", "last_year_tonnes"]),
                                 ("purchases", ["dealer_id", "month", "actual_tonnes", "planned_tonnes", "supplier_fault"]), ("violations", ["dealer_id", "date", "kind", "confirmed"])):
            out += [self.grids[resource].issue("info", "coerced", 0, f) for f in fields]
        d, p, v = (self.grids[k] for k in ("dealers", "purchases", "violations"))
        out.append(d.issue("info", "totals-row", len(d.rows) - 1, "name"))
        out.append(p.issue("info", "totals-row", self.subtotals[0], "month"))
        return out

    def extra_label(self, resource, field, code="extra-label"):
        g = self.grids[resource]
        column = letter(g.columns.index(field))
        return {"severity": "warning", "code": code, "sheet": g.sheet, "resource": resource, "row": g.header_row, "column": column, "cell": f"{column}{g.header_row}"}

    def warnings(self):
        out = [{"severity": "warning", "code": "extra-sheet", "sheet": s} for s in ("填写说明", "汇总")] + [self.extra_label("dealers", "phone"), self.extra_label("purchases", "remark")]
        return out + [self.grids["dealers"].issue("warning", "no-scorecard", self.at[d.id], "channel_mode") for d in self.dealers if oracle.CARD_OF[d.mode] is None]

    def write(self, path, as_of="2007年12月31日"):
        self.sum_up()
        w = Writer(path)
        w.cover([("年度", "２００７"), ("截止日期", as_of), ("编制人", "渠道管理部"), ("公司", "示例化肥有限公司")], name="首页")
        ws = w.file.add_worksheet("填写说明")
        for n, line in enumerate(["填写说明", "1. 请在经销商表中逐户填写。", "2. 提货量以吨为单位，退货填负数。", "3. 每月5日前报渠道管理部。"]):
            ws.write_string(n, 0, line)
        d, p = self.grids["dealers"], self.grids["purchases"]
        ws = w.grid(d)
        grey = w.file.add_format({"bg_color": "#D9D9D9"})
        ws.set_row(d.row_of(len(d.rows) - 1) - 1, 18, grey)
        ws.set_column(d.columns.index("deposit"), d.columns.index("deposit"), 12, None, {"hidden": True})
        at = {f: d.columns.index(f) for f in d.columns}
        top, last = d.header_row, d.row_of(len(d.rows) - 2) - 1
        ws.data_validation(top, at["service_level"], last, at["service_level"], {"validate": "list", "source": ["高", "中", "低"], "error_type": "warning"})
        ws.conditional_format(top, at["target_tonnes"], last, at["target_tonnes"], {"type": "cell", "criteria": ">=", "value": 1000, "format": w.file.add_format({"font_color": "#006100", "bg_color": "#C6EFCE"})})
        ws.conditional_format(top, at["total_urea_tonnes"], last, at["total_urea_tonnes"], {"type": "data_bar", "bar_color": "#63C384"})
        ws.autofilter(d.header_row - 1, 0, last, len(d.columns) - 1)
        ws.write_comment(top, at["name"], "老客户，1998年起合作", {"author": "小王"})
        for text_, cell in getattr(self, "user_notes", []):
            ws.write_comment(cell, text_, {"author": "小王"})
        ws = w.grid(p)
        for index in (self.at[self.dealers[1].id, 12], self.outside[0]):
            ws.set_row(p.row_of(index) - 1, None, None, {"hidden": True})
        w.grid(self.grids["violations"]).hide()
        if "shipments" in self.grids:
            w.grid(self.grids["shipments"])
        ws = w.file.add_worksheet("汇总")
        ws.write_row(0, 0, ["项目", "数值"], w.head)
        actual, last = letter(p.columns.index("actual_tonnes")), p.row_of(len(p.rows) - 1)
        totals = p.rows[-1]
        share = next((x for x in (totals["planned_tonnes"].value, totals["actual_tonnes"].value) if isinstance(x, str)), None) or totals["actual_tonnes"].value / totals["planned_tonnes"].value
        ws.write_string(1, 0, "实际合计")
        ws.write_formula(1, 1, f"='提货'!{actual}{last}", w.of["tonnes"], value_of(totals["actual_tonnes"].value))
        planned = letter(p.columns.index("planned_tonnes"))
        ws.write_string(2, 0, "计划合计")
        ws.write_formula(2, 1, f"='提货'!{planned}{last}", w.of["tonnes"], value_of(totals["planned_tonnes"].value))
        ws.write_string(3, 0, "完成率")
        ws.write_formula(3, 1, '=IF(B3=0,"",B2/B3)', w.file.add_format({"num_format": "0.0%"}), value_of(share))
        chart = w.file.add_chart({"type": "column"})
        chart.add_series({"name": "提货", "categories": ["汇总", 1, 0, 2, 0], "values": ["汇总", 1, 1, 2, 1]})
        chart.set_title({"name": "计划与实际"})
        ws.insert_chart("D2", chart)
        w.close()


def messy_2007(out):
    modes = [("joint_sales_agency", True), ("regional_distributor", True), ("general_distributor", False), ("regional_distributor", False), ("direct_store", False), ("chain_store", True),
             ("joint_sales_agency", False), ("general_distributor", True), ("general_agency", False), ("regional_distributor", False), ("joint_sales_agency", False), ("chain_store", False),
             ("joint_venture_agency", True), ("direct_store", True)]
    m = Messy("messy-2007", modes)
    m.write(os.path.join(out, "accepted/messy-2007.xlsx"))
    dump(os.path.join(out, "accepted/messy-2007.expected.json"), oracle.calculate(m.book()) | {"issues": m.warnings() + oracle.warnings_of(m.book()) + m.infos()})


# ---- planted-faults -----------------------------------------------------------------------------------------------------

def planted_faults(out):
    r = random.Random("planted-faults: modes")
    d_, g_, a_ = "regional_distributor", "general_distributor", "joint_sales_agency"
    modes = [("joint_sales_agency", True)] + [(x, n) for x in (d_, g_, a_, "direct_store", "chain_store") for n in (True, False, False)] * 4 + [(d_, False)] * 6
    m = Messy("planted-faults", modes, ledger=True)
    oracle.calculate(m.book())                                             # without the faults there is none
    assert not oracle.reconcile(m.book())
    d, p, s, v = (m.grids[k] for k in ("dealers", "purchases", "shipments", "violations"))
    free = [x for x in m.dealers[3:]]                                     # each fault gets a dealer of its own
    r.shuffle(free)

    def one(test=lambda x: True):
        x = next(x for x in free if test(x))
        free.remove(x)
        return x

    card = lambda x: oracle.CARD_OF[x.mode]
    agency, brand, loose, network = (lambda x: card(x) == "agency"), (lambda x: card(x) != "agency"), (lambda x: not x.network), (lambda x: x.network)

    def dealer(field, value, code, test=loose, severity="error"):
        x = one(test)
        d.plant(m.at[x.id], field, value, code, severity)
        return x

    # dealers
    dealer("target_tonnes", "12a", "type-error")
    dealer("total_urea_tonnes", "1.234,5", "type-error")
    dealer("service_level", "很低", "constraint-error")
    dealer("channel_mode", "特约经销", "constraint-error")
    dealer("previous_grade", "优秀经销商", "constraint-error")
    dealer("target_tonnes", F(-465), "constraint-error")
    dealer("region", None, "constraint-error")
    dealer("capital_strength", Formula('=""', ""), "constraint-error")
    dealer("joined_on", "2003-02-30", "type-error")
    dealer("network_customer", "也许", "type-error", loose)
    dealer("outlets", F("12.5"), "type-error", lambda x: agency(x) and loose(x))
    dealer("deposit", Formula("=NA()", "#N/A"), "cell-error")
    dealer("target_tonnes", Formula("=1000+200", None), "uncached-formula")
    dealer("last_year_tonnes", Formula("=1/0", "#DIV/0!"), "cell-error")
    dealer("outlets", None, "row-check", lambda x: agency(x) and loose(x))
    dealer("brand_influence", None, "row-check", lambda x: brand(x) and loose(x))
    x = one(lambda x: loose(x) and sum(q.actual for q in m.purchases if q.dealer == x.id) > 10)
    own = sum(q.actual for q in m.purchases if q.dealer == x.id)
    d.plant(m.at[x.id], "total_urea_tonnes", own - F("0.001"), "row-check")
    x = one(network)                                                       # a month is missing
    p.rows[m.at[x.id, 6]].clear()
    d.plant(m.at[x.id], "network_customer", Grid.KEEP, "row-check")
    dealer("channel_mode", "区域总代理", "no-scorecard", loose, "warning")
    # purchases
    def purchase(field, value, code, test=loose, month=5, severity="error"):
        x = one(lambda x: test(x) and (x.id, month) in m.at)
        p.plant(m.at[x.id, month], field, value, code, severity)
        return x

    purchase("month", "2007-13", "type-error")
    purchase("month", None, "constraint-error")
    purchase("dealer_id", "D999", "foreign-key")
    purchase("dealer_id", None, "constraint-error")
    purchase("actual_tonnes", "待定", "type-error")
    purchase("actual_tonnes", None, "constraint-error")
    purchase("actual_tonnes", Formula("=24+24", None), "uncached-formula")
    purchase("actual_tonnes", Formula("=1/0", "#DIV/0!"), "cell-error")
    purchase("planned_tonnes", F(-5), "constraint-error", network)
    purchase("planned_tonnes", None, "row-check", network)
    purchase("supplier_fault", "可能", "type-error")
    x = one(lambda x: loose(x) and (x.id, 8) in m.at and m.at[x.id, 8] == m.at[x.id, 7] + 1)
    p.rows[m.at[x.id, 8]]["month"] = "2007-07"                             # July twice
    p.plant(m.at[x.id, 8], "dealer_id", Grid.KEEP, "primary-key")
    differ = [one(lambda x: (x.id, 3) in m.at), one(lambda x: (x.id, 3) in m.at)]
    for x, by, code in ((differ[0], F("0.0011"), True), (differ[1], F("0.001"), False)):
        actual = next(q.actual for q in m.purchases if q.dealer == x.id and q.month[1] == 3)
        p.rows[m.at[x.id, 3]]["actual_tonnes"] = actual + by
        if code:
            p.plant(m.at[x.id, 3], "actual_tonnes", Grid.KEEP, "reconciliation", "warning")
    # shipments
    def shipment(field, value, code):
        x = one(loose)
        n = next(n for n, y in enumerate(m.ledger) if y.dealer == x.id and n > 0)
        s.plant(m.at["s", n], field, value, code)

    shipment("tonnes", "约20", "type-error")
    shipment("tonnes", None, "constraint-error")
    shipment("date", "2007-11-31", "type-error")
    shipment("shipment_no", None, "constraint-error")
    s.rows.pop()
    s.plant(s.add(shipment_no="FH0799999", date=date(YEAR, 12, 30), product="尿素40kg", tonnes=F(5), amount=F(9000)), "dealer_id", "D998", "foreign-key")
    m.total_row(s, "shipment_no", ["tonnes", "amount"], "总计")
    shipment("amount", "另议", "type-error")
    x = one(loose)
    n = [n for n, y in enumerate(m.ledger) if y.dealer == x.id][-1]
    s.plant(m.at["s", n], "shipment_no", m.ledger[1].no, "unique-error")
    # violations
    for n, field, value, code in ((1, "kind", "打架", "constraint-error"), (2, "dealer_id", "D997", "foreign-key"), (3, "date", "2007-02-30", "type-error"), (4, "confirmed", "待查", "type-error"), (5, "kind", None, "constraint-error"),
                                  (6, "date", None, "constraint-error")):
        v.plant(m.at["v", n], field, value, code)
    # rows of the dealers sheet that are faulty as a whole: a number without its end, a second one of the same number, none
    d.rows.pop()                                                           # its total row goes below them
    for field_value, code in ((12345678901234567, "type-error"), (one(loose).id, "unique-error"), (None, "constraint-error")):
        x = m.dealers[1]._replace(network=False, mode=d_, brand="second", outlets=None, total=F(99999), target=F(10))
        index = d.add(**m.spelt_dealer(x._replace(id="9"), False))
        d.rows[index]["network_customer"], d.rows[index]["brand_influence"], d.rows[index]["outlets"] = "否", "二类", None
        d.plant(index, "dealer_id", field_value, code)
    m.total_row(d, "name", ["target_tonnes", "total_urea_tonnes", "deposit"])
    # a column of values under an empty label
    p.columns.append("blank")
    p.labels["blank"] = ""
    for n in (3, 4, 9):
        p.rows[n]["blank"] = "已核"
    m.user_notes = [("请补充", d.faults[0]["cell"])]                       # a note of the user's own on a faulty cell
    path = os.path.join(out, "rejected/planted-faults.xlsx")
    m.write(path, as_of="2007-13-45")
    faults = [f for g in (d, p, s, v) for f in g.faults]
    cover = {"severity": "error", "code": "type-error", "sheet": "首页", "row": 4, "column": "B", "field": "as_of", "cell": "B4"}
    already = {f["cell"] for f in faults if f["code"] == "no-scorecard"}
    warnings = [w for w in m.warnings() if w.get("cell") not in already or w["code"] != "no-scorecard"] + [m.extra_label("purchases", "blank", "blank-label")]
    dump(path.replace(".xlsx", ".expected.json"), {"issues": [cover] + faults + warnings + m.infos()})


# ---- partial-2007 -------------------------------------------------------------------------------------------------------

def partial_2007(out):
    """A few dealers with a fault: what on_error=partial makes of the others, with ranks over those."""
    r = random.Random("partial-2007")
    modes = ["regional_distributor", "chain_store", "regional_distributor", "general_distributor", "joint_sales_agency"]
    made = [make_dealer(r, n, mode=modes[n % 5], base=r.uniform(5, 60), weak=n % 2 == 0) for n in range(1, 31)]
    dealers, purchases = [d for d, _ in made], [p for _, months in made for p in months]
    violations = make_violations(r, dealers, 30)
    d, p, v = plain_grids(dealers, purchases, None, violations)
    month_of = {(x.dealer, x.month[1]): n for n, x in enumerate(purchases)}
    bad = set()

    def fault(grid, index, field, value, code, who):
        grid.plant(index, field, value, code)
        bad.add(who)

    largest = max((x for x in dealers if oracle.CARD_OF[x.mode] == "distributor"), key=lambda x: sum(y.actual for y in purchases if y.dealer == x.id))
    fault(d, dealers.index(largest), "target_tonnes", "12a", "type-error", largest.id)           # everybody below it moves up
    others = [x for x in dealers if x.id not in bad and not x.network]
    fault(d, dealers.index(others[0]), "service_level", "很低", "constraint-error", others[0].id)
    fault(p, month_of[others[1].id, 4], "actual_tonnes", "待定", "type-error", others[1].id)
    fault(p, month_of[others[2].id, 9], "actual_tonnes", Formula("=1/0", "#DIV/0!"), "cell-error", others[2].id)
    n = next(n for n, x in enumerate(violations) if x.dealer not in bad and x.date.year == YEAR)
    fault(v, n, "kind", "打架", "constraint-error", violations[n].dealer)
    v.plant(v.add(date=date(YEAR, 3, 3), kind="价格违规", confirmed="是"), "dealer_id", "D999", "foreign-key")
    d.plant(d.add_record(others[3]), "dealer_id", others[3].id, "unique-error")
    bad.add(others[3].id)
    path = os.path.join(out, "rejected/partial-2007.xlsx")
    write_plain(path, [d, p, v])
    rest = [[x for x in records if getattr(x, key) not in bad] for records, key in ((dealers, "id"), (purchases, "dealer"), (numbered(violations, v), "dealer"))]
    book = book_of(rest[0], rest[1], None, rest[2])
    dump(path.replace(".xlsx", ".expected.json"), oracle.calculate(book) | {"issues": d.faults + p.faults + v.faults + oracle.warnings_of(book)})


# ---- small ones ---------------------------------------------------------------------------------------------------------

def small(seed, count=3, ledger=False, modes=("regional_distributor", "general_distributor", "joint_sales_agency")):
    r = random.Random(seed)
    made = [make_dealer(r, n, mode=modes[(n - 1) % len(modes)], network=n == 1, base=20) for n in range(1, count + 1)]
    dealers, purchases = [d for d, _ in made], [p for _, months in made for p in months]
    violations = [Violation(dealers[0].id, date(YEAR, 5, 6), "promotion", True, None)]
    return dealers, purchases, None, violations


def small_ones(out):
    def place(folder, name):
        os.makedirs(os.path.join(out, folder), exist_ok=True)
        return os.path.join(out, folder, name + ".xlsx")

    def rejected(code, name, grids, issues, cover=COVER, sheets=()):
        path = place(f"rejected/{code}", name)
        w = Writer(path)
        if cover:
            w.cover(cover)
        for g in grids:
            w.grid(g)
        for title in sheets:
            w.file.add_worksheet(title).write_string(0, 0, title)
        w.close()
        dump(path.replace(".xlsx", ".expected.json"), {"issues": issues})

    def issue(severity, code, **more):
        return {"severity": severity, "code": code, **more}

    d, p, v = plain_grids(*small("small"))
    rejected("missing-sheet", "no-dealers", [p, v], [issue("error", "missing-sheet", resource="dealers")])
    rejected("missing-sheet", "no-known-sheet", [], [issue("error", "missing-sheet"), issue("warning", "extra-sheet", sheet="账本"), issue("warning", "extra-sheet", sheet="通讯录")], cover=None, sheets=("账本", "通讯录"))
    d2, p2, v2 = plain_grids(*small("small"))
    p2.sheet, d2.sheet = "月度提货表", "经销商档按"                          # misspelt: errors for what is left, warnings with the nearest names
    rejected("missing-sheet", "misspelt", [d2, p2, v2], [issue("error", "missing-sheet", resource="dealers"), issue("warning", "extra-sheet", sheet="月度提货表"), issue("warning", "extra-sheet", sheet="经销商档按")])
    d3 = plain_grids(*small("small"))[0]
    d3.sheet = "Dealers"
    rejected("duplicate-sheet", "dealers-twice", [d, p, v, d3], [issue("error", "duplicate-sheet", sheet="Dealers", resource="dealers")])

    d, p, v = plain_grids(*small("small"))
    p.columns.remove("actual_tonnes")
    d.columns.remove("service_level")
    rejected("missing-label", "two-columns", [d, p, v], [issue("error", "missing-label", sheet=d.sheet, resource="dealers", field="service_level"), issue("error", "missing-label", sheet=p.sheet, resource="purchases", field="actual_tonnes")])
    d, p, v = plain_grids(*small("small"))
    d.columns.append("again")
    d.labels["again"] = "目标销量"
    column = letter(len(d.columns) - 1)
    rejected("duplicate-label", "target-twice", [d, p, v], [issue("error", "duplicate-label", sheet=d.sheet, resource="dealers", row=2, column=column, cell=f"{column}2")])

    # a threaded comment stands on the faulty cell: our note can't
    d, p, v = plain_grids(*small("small"))
    d.plant(1, "target_tonnes", "12a", "type-error")
    cell = d.faults[0]["cell"]
    path = place("rejected/note-left-out", "threaded-comment")
    w = Writer(path)
    w.cover(COVER)
    for g in (d, p, v):
        ws = w.grid(g)
        if g is d:
            ws.write_comment(cell, "[批注]\n这个数要改", {"author": THREAD})
    w.close()
    thread(path, d.sheet, cell)
    dump(path.replace(".xlsx", ".expected.json"), {"issues": d.faults + [issue("warning", "note-left-out", sheet=d.sheet, cell=cell)]})

    # accepted: no violations sheet (a warning), no cover (the year of the latest month), dates of the 1904 system
    def accepted(name, grids, model, issues, cover=COVER, options=None):
        path = place("accepted", name)
        write_plain(path, grids, cover, options)
        book = book_of(*model[:3], numbered(model[3], grids[-1]))
        dump(path.replace(".xlsx", ".expected.json"), oracle.calculate(book) | {"issues": issues + oracle.warnings_of(book)})

    dealers, purchases, _, _ = small("no-violations", 4)
    accepted("no-violations", plain_grids(dealers, purchases, None, None), (dealers, purchases, None, []), [issue("warning", "missing-sheet", resource="violations")])
    model = small("dates-1904", 6)
    grids = plain_grids(*model)
    for n, row in enumerate(grids[1].rows):
        y, m = model[1][n].month
        row["month"] = date(y, m, 1 + n % 28)
    grids[0].rows[2]["joined_on"] = Bare((model[0][2].joined - date(1904, 1, 1)).days)
    accepted("dates-1904", grids, model, [grids[0].issue("info", "coerced", 2, "joined_on")], cover=None, options={"date_1904": True})


THREAD = "tc={7B1E7A52-0C5B-4C8E-9C7B-3B0F6D4A1E11}"


def thread(path, sheet, cell):
    """Makes the sheet's legacy comment the shadow of a threaded one, as Excel 365 keeps it."""
    n = sheet_parts(path)[sheet].split("sheet")[-1].removesuffix(".xml")
    person, ident = "{0A3C6F5E-2F0B-4F8A-8A7B-5D3D6B1C2E01}", THREAD[3:]
    uri = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"

    def change(name, data):
        text = data.decode() if name.endswith((".rels", "[Content_Types].xml")) else None
        if name == f"xl/worksheets/_rels/sheet{n}.xml.rels":
            return text.replace("</Relationships>", '<Relationship Id="rId90" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
                                                    'Target="../threadedComments/threadedComment1.xml"/></Relationships>').encode()
        if name == "xl/_rels/workbook.xml.rels":
            return text.replace("</Relationships>", '<Relationship Id="rId90" Type="http://schemas.microsoft.com/office/2017/10/relationships/person" Target="persons/person.xml"/></Relationships>').encode()
        if name == "[Content_Types].xml":
            return text.replace("</Types>", '<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="application/vnd.ms-excel.threadedcomments+xml"/>'
                                            '<Override PartName="/xl/persons/person.xml" ContentType="application/vnd.ms-excel.person+xml"/></Types>').encode()
        return data

    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    change.extra = {
        "xl/threadedComments/threadedComment1.xml": f'{head}<ThreadedComments xmlns="{uri}"><threadedComment ref="{cell}" dT="2008-01-07T00:00:00.00" personId="{person}" id="{ident}"><text>这个数要改</text></threadedComment></ThreadedComments>'.encode(),
        "xl/persons/person.xml": f'{head}<personList xmlns="{uri}"><person displayName="小王" id="{person}" userId="xiaowang" providerId="None"/></personList>'.encode()}
    rewrite(path, change)


def incentives(out):
    samples_incentives.make(out, sys.modules[__name__])


SAMPLES = {"dealers-200": dealers_200, "shipments-2007": shipments_2007, "messy-2007": messy_2007, "planted-faults": planted_faults, "partial-2007": partial_2007, "small": small_ones, "incentives": incentives}


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--out", default=os.path.dirname(os.path.abspath(__file__)))
    p.add_argument("--only", choices=list(SAMPLES))
    a = p.parse_args()
    for folder in ("accepted", "rejected"):
        os.makedirs(os.path.join(a.out, folder), exist_ok=True)
    for name, make in SAMPLES.items():
        if a.only in (None, name):
            make(a.out)
            print("made", name)


if __name__ == "__main__":
    main()
