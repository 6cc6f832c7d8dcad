"""Samples for the policy of every incentive kind: progressive-2007, and the faults that only such a policy sees."""
import os
import random
from datetime import date, timedelta
from fractions import Fraction as F

import oracle
from oracle import Invoice, Purchase, Shipment, Violation
from samples_book import FIELDS, TITLE, Grid, dump, numbered

POLICY = "progressive"
YEAR = 2007


def split_evenly(total):
    """Twelve months that add up: eleven of the same whole tonnes, the rest in December."""
    month = F(int(total / 12))
    return [month] * 11 + [total - 11 * month]


def edge_dealers(make_dealer):
    """Dealers on the bounds of the programmes: [(Dealer, [Purchase])]."""
    out = []

    def one(id, mode, own, total=None, target=None, last=F(0), **fixed):
        d, _ = make_dealer(random.Random(id), 0, id=id, mode=mode, network=False, base=10, falsified=fixed.pop("falsified", False), **fixed)
        own = F(own)
        d = d._replace(total=F(total) if total is not None else own + 1000, target=F(target) if target is not None else own, last_year=None if last is None else F(last))
        out.append((d, [Purchase(id, (YEAR, m + 1), None, a, False) for m, a in enumerate(split_evenly(own))]))

    good = dict(brand="first", service="high", capital="high", credit="high")
    fair = dict(brand="second", service="medium", capital="average", credit="medium")
    # marginal tiers: at the first bound nothing yet, at the second its whole slice, a hundredth of a tonne into the third half a cent
    one("T100", "regional_distributor", 100, **good)
    one("T500", "regional_distributor", 500, **good)
    one("T500A", "regional_distributor", "500.01", **good)
    one("T1500", "direct_store", 1500, last=1400, **good)
    one("T5000", "regional_distributor", 5000, total=5000, target=3000, last=2000, **good)      # every cap, and the dealer's
    # growth: exactly 10%, where doubles say less; just below; from nothing
    one("G10", "chain_store", "110.11", last="100.1", **good)
    one("G09", "chain_store", "109.99", last=100, **good)
    one("G0", "chain_store", 300, last=0, **fair)
    # above the target by so little that the minimum of 100 yuan isn't reached, and just reached
    one("M3", "general_distributor", "203.33", target=200, **good)
    one("M4", "general_distributor", "203.34", target=200, **good)
    # agencies: 999.996 yuan round to the minimum; a rank without a card; regions of their own; disqualified
    one("C83", "general_agency", "83.333", region="黄石", brand=None, outlets=None, last=None)
    one("C82", "joint_venture_agency", "83.3325", region="黄石", brand=None, outlets=None, last=None)
    one("CR", "general_agency", 2000, region="涪陵", brand=None, outlets=None, last=None)
    one("CF", "general_agency", 700, region="岳阳", brand=None, outlets=None, last=None, falsified=True)
    one("CJ", "joint_sales_agency", "640.25", region="岳阳", outlets=45, service="high", capital="high", credit="high", last=500)
    # returns only: nothing is taken back
    one("NEG", "joint_venture_agency", -5, total=100, target=10, region="涪陵", brand=None, outlets=None, last=None)
    return out


def ship(r, dealers, made):
    """A shipment a month, two now and then, at the price of its product; the amounts of some dealers come to a bound exactly."""
    out = []
    for d, months in made:
        for p in months:
            if p.actual:
                day = date(YEAR, p.month[1], r.randint(1, 28))
                price = r.choice((1788, 1840, 1865, 1923))
                out.append([day, d.id, p.actual, oracle.rounded(p.actual * price, 2)])
    exact = {"T500": F(1000000), "T100": F("199999.99"), "T1500": F(3000000), "T500A": F("1000000.50")}
    for who, wanted in exact.items():
        own = [s for s in out if s[1] == who]
        own[-1][3] += wanted - sum(s[3] for s in own)
    out.append([date(YEAR - 1, 12, 30), "T100", F(50), None])                            # of another year: its amount isn't needed
    out.sort(key=lambda s: (s[0], s[1]))
    return [Shipment(f"FH{n:05d}", day, who, "尿素40kg", tonnes, amount) for n, (day, who, tonnes, amount) in enumerate(out, 1)]


def invoice(r, shipments):
    """An invoice for most shipments: paid in time, on the day, late, in part, too much, next year, or not at all; and a credit note."""
    out = []
    for s in shipments:
        if s.amount is None or s.amount <= 0 or r.random() < 0.2:
            continue
        due, x = s.date + timedelta(days=30), r.random()
        paid, on = s.amount, due - timedelta(days=r.randint(1, 20))
        if x < 0.15:
            on = due
        elif x < 0.3:
            on = due + timedelta(days=r.randint(1, 40))
        elif x < 0.45:
            paid = oracle.rounded(s.amount * F(r.randint(20, 80), 100), 2)
        elif x < 0.5:
            paid = s.amount + 100
        elif x < 0.6:
            paid, on = F(0), None
        out.append(Invoice(f"FP{len(out) + 1:05d}", s.dealer, s.date, due, s.amount, paid, on))
    late = date(YEAR, 12, 20)
    out.append(Invoice("FP90001", "T500", late, date(YEAR + 1, 1, 20), F(50000), F(50000), date(YEAR + 1, 1, 10)))      # in time, but next year
    out.append(Invoice("FP90002", "T5000", late, late, F(-1000), F(-1000), late))                                      # a credit note
    out.append(Invoice("FP90003", "G0", date(YEAR - 1, 12, 10), date(YEAR, 1, 10), F("1234.00"), F("1234.00"), date(YEAR, 1, 10)))   # last year's, paid in this one
    return out


def model(make_dealer, make_violations):
    r = random.Random("progressive-2007")
    made = edge_dealers(make_dealer)
    modes = ["joint_sales_agency", "general_distributor", "regional_distributor", "direct_store", "chain_store", "general_agency"]
    for n in range(1, 25):
        d, months = make_dealer(r, n, mode=modes[n % 6], base=r.uniform(4, 120), weak=n % 3 == 0)
        made.append((d._replace(last_year=d.last_year if d.last_year is not None or oracle.CARD_OF[d.mode] is None else F(0)), months))
    r.shuffle(made)
    dealers, purchases = [d for d, _ in made], [p for _, months in made for p in months]
    shipments = ship(r, dealers, made)
    violations = make_violations(r, [d for d in dealers if d.id[0] == "D"], 25)
    return dealers, purchases, shipments, violations, invoice(r, shipments)


def receivables_grid(invoices):
    g = Grid(TITLE["receivables"], "receivables", FIELDS["receivables"], above=[f"{YEAR}年度{TITLE['receivables']}"])
    for record in invoices:
        g.add_record(record)
    return g


def make(out, tools):
    """`tools` is make_samples: its dealers, grids and writer."""
    dealers, purchases, shipments, violations, invoices = model(tools.make_dealer, tools.make_violations)
    grids = tools.plain_grids(dealers, purchases, shipments, violations)
    book = tools.book_of(dealers, purchases, shipments, numbered(violations, grids[-1]))._replace(receivables=invoices)
    grids.append(receivables_grid(invoices))
    expected = oracle.calculate(book, POLICY)
    cover_everything(expected)
    path = os.path.join(out, "accepted/progressive-2007.xlsx")
    tools.write_plain(path, grids)
    warnings = [grids[0].issue("warning", "no-scorecard", n, "channel_mode") for n, d in enumerate(dealers) if oracle.CARD_OF[d.mode] is None]
    outside = grids[2].issue("info", "outside-period", next(n for n, s in enumerate(shipments) if s.date.year != YEAR), "date")
    dump(path.replace(".xlsx", ".expected.json"), {"policy": POLICY} | expected | {"issues": warnings + oracle.warnings_of(book) + oracle.invoice_warnings(book.receivables) + [outside]})
    reasons(out, tools)
    faults(out, tools)


def cover_everything(expected):
    """Every programme pays somebody, each cap bites somewhere, and so does the dealer's."""
    lines = [x for d in expected["results"]["incentives"]["dealers"] for x in d["lines"]]
    of = {x["programme"] for x in lines}
    assert of == {"excess_volume", "exclusive_sale", "compliance", "volume_tiers", "sales_rebate", "growth", "agency_commission", "regional_commission", "prompt_payment", "cap"}, of
    capped = {x["programme"] for x in lines if x["basis"] is None}
    assert {"volume_tiers", "growth", "regional_commission"} <= capped, capped


REASONS = {"disqualified", "no-card", "no-purchases", "not-eligible-grade", "not-eligible-mode", "not-eligible-region", "below-target", "below-gate", "other-brands",
           "violation", "no-growth", "not-collected", "below-minimum"}


def dealers_without(make_dealer):
    """A dealer that lacks nothing but its mode, and behind it one for each reason why a programme pays nothing: [(Dealer, [Purchase])]."""
    good = dict(brand="first", service="high", capital="high", credit="high")
    weak = dict(brand="third", service="low", capital="low", credit="low")
    out = []

    def one(id, name, own=600, mode="regional_distributor", total=None, target=500, last=500, region="黄石", level=good, **fixed):
        d, _ = make_dealer(random.Random(id), 0, id=id, name=name, mode=mode, region=region, network=False, base=10, previous=None, **{"falsified": False, "deposit": None, **level, **fixed})
        own = F(own)
        d = d._replace(total=own if total is None else F(total), target=F(target), last_year=None if last is None else F(last))
        out.append((d, [Purchase(id, (YEAR, m + 1), None, a, False) for m, a in enumerate(split_evenly(own))]))

    one("R01", "样样都得")
    one("R02", "资料造假", falsified=True, deposit=F(20000))
    one("R03", "没有考核表", mode="general_agency", region="涪陵", brand=None, outlets=None, last=None)
    one("R04", "没有提货", own=0, level=weak)
    one("R05", "只有退货", own=-5, total=100, level=weak)
    one("R06", "评级不够", own=60, total=600, target=50, level=weak, last=0)
    one("R07", "区域不符", mode="joint_sales_agency", outlets=45)
    one("R08", "恰好完成目标", target=600)
    one("R09", "恰在第一档", own=100, target=90, last=90)
    one("R10", "兼销他牌", total=800)
    one("R11", "有违规")
    one("R12", "增长不足", last="545.5")
    one("R13", "回款逾期")
    one("R14", "不到起付额", own=130, target=128, last=100)
    return out


def reasons(out, tools):
    """unpaid-2007: every reason why a programme pays nothing."""
    made = dealers_without(tools.make_dealer)
    dealers, purchases = [d for d, _ in made], [p for _, months in made for p in months]
    shipments = [s for s in ship_plain(purchases) if s.tonnes]
    late, early = date(YEAR, 5, 20), date(YEAR, 4, 20)
    invoices = [Invoice(f"FP{n:03d}", d.id, date(YEAR, 4, 1), date(YEAR, 5, 1), F(100000), F(100000), late if d.id == "R13" else early)
                for n, d in enumerate(dealers, 1) if d.id not in ("R04", "R05")]
    kinds = [("R11", "price", True), ("R10", "price", False), ("R11", "promotion", True), ("R11", "cross_region", True), ("R11", "price", True), ("R03", "price", True)]
    kinds += [(who, "cross_region", True) for who in ("R04", "R05") for _ in range(4)]            # a year without purchases goes before them
    violations = [Violation(who, date(YEAR, 1 + n % 12, 9), kind, confirmed, None) for n, (who, kind, confirmed) in enumerate(kinds)]
    grids = tools.plain_grids(dealers, purchases, shipments, violations)
    book = tools.book_of(dealers, purchases, shipments, numbered(violations, grids[-1]))._replace(receivables=invoices)
    expected = oracle.calculate(book, POLICY)
    found = {x["reason"] for d in expected["results"]["incentives"]["dealers"] for x in d["unpaid"]}
    assert found == REASONS, REASONS ^ found
    path = os.path.join(out, "accepted/unpaid-2007.xlsx")
    tools.write_plain(path, grids + [receivables_grid(invoices)])
    warnings = [grids[0].issue("warning", "no-scorecard", n, "channel_mode") for n, d in enumerate(dealers) if oracle.CARD_OF[d.mode] is None]
    dump(path.replace(".xlsx", ".expected.json"), {"policy": POLICY} | expected | {"issues": warnings + oracle.warnings_of(book) + oracle.invoice_warnings(book.receivables)})


def faults(out, tools):
    """What a programme needs and doesn't find, at its cells; the same cells of dealers that nothing is paid for by them are no faults."""
    r = random.Random("incentive-inputs")
    modes = ["regional_distributor", "general_agency", "joint_sales_agency", "general_distributor", "regional_distributor"]
    made = [tools.make_dealer(r, n, mode=mode, base=30, network=False, region="黄石", last_year=F(100)) for n, mode in enumerate(modes, 1)]
    dealers, purchases = [d for d, _ in made], [p for _, months in made for p in months]
    dealers[1] = dealers[1]._replace(last_year=None)                                     # without a scorecard growth can't be paid
    dealers[2] = dealers[2]._replace(last_year=None)
    dealers[4] = dealers[4]._replace(last_year=None, falsified=True)                     # disqualified: nothing is paid
    shipments = ship_plain(purchases)
    invoices = [Invoice(f"FP{n}", d.id, date(YEAR, 3, 1), date(YEAR, 4, 1), F(1000), F(600), date(YEAR, 3, 20)) for n, d in enumerate(dealers, 1)]
    invoices[0] = invoices[0]._replace(paid_on=None)
    invoices[1] = invoices[1]._replace(paid_on=None)                                     # prompt payment is by grade, and this one has none
    invoices[3] = invoices[3]._replace(paid=F(0), paid_on=None)                          # nothing was paid
    d, p, s, v = tools.plain_grids(dealers, purchases, shipments, [])
    i = receivables_grid(invoices)
    d.plant(2, "last_year_tonnes", Grid.KEEP, "constraint-error")
    of = lambda n: next(k for k, x in enumerate(shipments) if x.dealer == dealers[n].id)
    s.plant(of(0), "amount", None, "constraint-error")
    for n in (1, 2):                                                                     # agencies in a region that no commission of an amount is for
        s.rows[of(n)]["amount"] = None
    i.plant(0, "paid_on", Grid.KEEP, "constraint-error")
    warning = d.issue("warning", "no-scorecard", 1, "channel_mode")
    path = os.path.join(out, "rejected/incentive-inputs.xlsx")
    tools.write_plain(path, [d, p, s, v, i])
    dump(path.replace(".xlsx", ".expected.json"), {"policy": POLICY, "issues": d.faults + s.faults + i.faults + [warning]})
    # whole columns and sheets
    d, p, s, v = tools.plain_grids(dealers, purchases, shipments, [])
    d.columns.remove("last_year_tonnes")
    s.columns.remove("amount")
    missing = [{"severity": "error", "code": "missing-label", "sheet": g.sheet, "resource": g.resource, "row": 2, "column": None, "field": field}
               for g, field in ((d, "last_year_tonnes"), (s, "amount"))]
    missing.append({"severity": "error", "code": "missing-sheet", "resource": "receivables"})
    path = os.path.join(out, "rejected/missing-sheet/no-receivables.xlsx")
    tools.write_plain(path, [d, p, s, v])
    dump(path.replace(".xlsx", ".expected.json"), {"policy": POLICY, "issues": missing + [warning]})


def ship_plain(purchases):
    return [Shipment(f"FH{n:04d}", date(YEAR, p.month[1], 15), p.dealer, "尿素40kg", p.actual, oracle.rounded(p.actual * 1800, 2)) for n, p in enumerate(purchases, 1)]
