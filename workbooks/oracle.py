#!/usr/bin/env python3
"""The expected results of a workbook, calculated from the handbook's rules (sections 1 to 3) and nothing else.

    oracle.py --check FOLDER       compares with every FOLDER/*.expected.json, reading the plain workbook beside it
    oracle.py BOOK.xlsx            prints the results of a plain workbook

It is written apart from the program and knows none of its code: every figure is a Fraction and is rounded once, half away
from zero, where it is shown.  It reads plain workbooks only (declared spellings, no leniency): make_samples.py hands over what
its untidy workbooks mean.
"""
import argparse
import glob
import json
import os
import sys
from collections import namedtuple
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction as F

Dealer = namedtuple("Dealer", "id name region market mode joined network target total outlets brand service capital credit previous falsified deposit last_year")
Purchase = namedtuple("Purchase", "dealer month planned actual fault")                # month: (year, month); planned: Fraction or None
Shipment = namedtuple("Shipment", "no date dealer product tonnes amount")
Violation = namedtuple("Violation", "dealer date kind confirmed note row", defaults=[None])   # row: as Excel shows it
Invoice = namedtuple("Invoice", "no dealer date due amount paid paid_on")
Book = namedtuple("Book", "period as_of dealers purchases shipments violations receivables", defaults=[None])   # shipments: None where there is no ledger

CARD_OF = {"general_agency": None, "joint_sales_agency": "agency", "joint_venture_agency": None, "general_distributor": "general_distributor",
           "regional_distributor": "distributor", "direct_store": "distributor", "chain_store": "distributor"}
GRADES = [("core", F(90)), ("key", F(75)), ("ordinary", F(60)), ("problem", None)]    # best first
BEST_FIRST = [g for g, _ in GRADES]

SERVICE = [("high", 5, "service-high"), ("medium", 4, "service-medium"), ("low", 3, "service-low")]
BRAND = [("first", 10, "brand-first"), ("second", 8, "brand-second"), ("third", 6, "brand-third")]
CAPITAL = [("high", 10, "capital-high"), ("fairly_high", 8, "capital-fairly-high"), ("average", 6, "capital-average"), ("low", 4, "capital-low")]
CREDIT = [("high", 5, "credit-high"), ("medium", 3, "credit-medium"), ("low", 1, "credit-low")]
OUTLETS = [(40, 10, "outlets-40-up"), (25, 8, "outlets-25-40"), (10, 6, "outlets-10-25"), (0, 4, "outlets-below-10")]


def ranks(*points):
    return list(zip((1, 6, 11, 16), points, ("rank-1-5", "rank-6-10", "rank-11-15", "rank-16-on")))


# (characteristic, weight, kind, rule); the order is the card's
CARDS = {
    "agency": [
        ("annual_volume", 20, "rank", ranks(20, 15, 10, 5)), ("service_level", 5, "category", SERVICE), ("outlets", 10, "count", OUTLETS),
        ("exclusivity", 10, "exclusivity", (F(1), 3)), ("evenness", 15, "evenness", None), ("price_discipline", 10, "violations", ("price", 5)),
        ("promotion", 10, "violations", ("promotion", 5)), ("cross_region", 5, "violations", ("cross_region", 5)),
        ("capital_strength", 10, "category", CAPITAL), ("creditworthiness", 5, "category", CREDIT)],
    "general_distributor": [
        ("annual_volume", 30, "rank", ranks(30, 25, 20, 15)), ("service_level", 5, "category", SERVICE), ("brand_influence", 10, "category", BRAND),
        ("exclusivity", 10, "exclusivity", (F(60, 100), 1)), ("evenness", 15, "evenness", None), ("promotion", 5, "violations", ("promotion", 2)),
        ("cross_region", 10, "violations", ("cross_region", 2)), ("capital_strength", 10, "category", CAPITAL), ("creditworthiness", 5, "category", CREDIT)]}
CARDS["distributor"] = [(i, w, k, (F(40, 100), 1) if k == "exclusivity" else r) for i, w, k, r in CARDS["general_distributor"]]
STEP = F(5, 100)
COLUMN_OF = {"service_level": "service", "brand_influence": "brand", "capital_strength": "capital", "creditworthiness": "credit"}

EXCESS = {"core": 30, "key": 20, "ordinary": 10}
EXCLUSIVE_FIXED, EXCLUSIVE_RATE = {"core": 20000}, {"key": 5}
COMPLIANCE, PROMOTION = {"core": 10000, "key": 6000}, {"core": 8000, "key": 5000}
ENTITLEMENTS = {
    "core": ["resource_priority", "promotion_support", "credit_support", "strategic_partner", "gifts_travel_training_insurance", "rebate", "financing",
             "progressive_incentive", "larger_territory", "cash_award", "management_training", "management_advice", "shared_staffing", "information_systems"],
    "key": ["resource_priority", "promotion_support", "price_preference", "dealer_training", "gifts_travel_training_insurance", "rebate", "financing",
            "progressive_incentive", "larger_territory", "cash_award", "management_training", "management_advice", "shared_staffing", "information_systems"],
    "ordinary": ["promotion_support", "gifts_travel_training_insurance", "rebate", "price_preference", "progressive_incentive", "cash_award", "management_training"],
    "problem": []}


# ---- figures ------------------------------------------------------------------------------------------------------------

def rounded(x, places):
    """Half away from zero, as a Fraction on the grid of so many places."""
    scale = 10 ** places
    top = abs(x) * scale
    whole = (2 * top.numerator + top.denominator) // (2 * top.denominator)
    return F(-whole if x < 0 else whole, scale)


def shown(x, places):
    """A figure as it stands in the JSON: "87.50"; zero has no sign."""
    x = rounded(F(x), places)
    units = abs(int(x * 10 ** places))
    text = str(units).rjust(places + 1, "0")
    text = f"{text[:-places]}.{text[-places:]}" if places else text
    return f"-{text}" if x < 0 else text


def plain(x):
    """A sum of tonnes or a rate as it adds up, without trailing zeros."""
    x, places = F(x), 0
    while (x * 10 ** places).denominator != 1:
        places += 1
    return shown(x, places)


def grade_of(total):
    return next(g for g, low in GRADES if low is None or total >= low)


# ---- the assessment -----------------------------------------------------------------------------------------------------

def month_tonnes(book):
    """{dealer: [twelve Fractions]}: the ledger decides where there is one, else the purchases."""
    out = {d.id: [F(0)] * 12 for d in book.dealers}
    if book.shipments is not None:
        for s in book.shipments:
            if s.date.year == book.period and s.date <= book.as_of:
                out[s.dealer][s.date.month - 1] += s.tonnes
    else:
        for p in book.purchases:
            if p.month[0] == book.period and date(*p.month, 1) <= book.as_of:
                out[p.dealer][p.month[1] - 1] += p.actual
    return out


def month_ratios(book, dealer, actual):
    """The twelve r of the evenness index (2.1), and the reason; None for the r where the year's total is not above 0."""
    if dealer.network:
        plan = {p.month[1]: p for p in book.purchases if p.dealer == dealer.id and p.month[0] == book.period}
        if len(plan) != 12 or any(p.planned is None for p in plan.values()):
            raise ValueError(f"{dealer.id}: a network customer needs twelve planned months")
        out = []
        for m in range(12):
            p, a = plan[m + 1], actual[m]
            if p.fault or p.planned == 0:
                out.append(F(1))
            elif a < 0:
                out.append(F(0))
            else:
                out.append(min(F(1), a / p.planned))
        return out, "evenness-plan"
    q = sum(actual)
    if q <= 0:
        return None, "evenness-average"
    return [max(F(0), min(F(1), 12 * a / q)) for a in actual], "evenness-average"


def index_of(ratios):
    return sum(ratios, F(0)) / 12 if ratios else F(0)


def evenness_points(index):
    return rounded(15 * index, 2)


def exclusivity_points(ratio, rule):
    full, each = rule
    steps = max(0, (full - ratio) // STEP)                     # whole steps only
    return max(F(0), F(10) - each * steps)


def count_violations(book):
    out = {d.id: {"price": 0, "promotion": 0, "cross_region": 0} for d in book.dealers}
    for v in book.violations:
        if v.confirmed and v.date.year == book.period and v.date <= book.as_of:
            out[v.dealer][v.kind] += 1
    return out


def assess(book):
    """results.assessment, and {dealer: what the incentives need}."""
    tonnes, counts = month_tonnes(book), count_violations(book)
    volume = {d.id: sum(tonnes[d.id], F(0)) for d in book.dealers}
    by_card = {}
    for d in book.dealers:
        by_card.setdefault(CARD_OF[d.mode], []).append(d.id)
    rows, facts = [], {}
    for d in book.dealers:
        card, own = CARD_OF[d.mode], volume[d.id]
        actions = []
        facts[d.id] = {"volume": own, "grade": None}
        row = {"dealer_id": d.id, "name": d.name, "channel_mode": d.mode, "scorecard": card, "volume_tonnes": plain(own)}
        if card is None:
            row |= {"rank": None, "exclusivity": None, "evenness_index": None, "characteristics": [], "total": None, "grade": None,
                    "previous_grade": d.previous, "movement": None, "actions": ["disqualify"] if d.falsified else [], "lift": [], "points_missing": None}
            rows.append(row)
            continue
        if d.total < own:
            raise ValueError(f"{d.id}: own tonnes {own} above all brands {d.total}")
        others = [volume[i] for i in by_card[card] if i != d.id]
        rank = 1 + sum(v > own for v in others)
        ratio = own / d.total if d.total else F(0)
        ratios, evenness_reason = month_ratios(book, d, tonnes[d.id])
        index = index_of(ratios)
        characteristics, points = [], {}
        for name, weight, kind, rule in CARDS[card]:
            if kind == "rank":
                _, p, reason = [b for b in rule if rank >= b[0]][-1]
                value = plain(own)
            elif kind == "category":
                value = getattr(d, COLUMN_OF[name])
                _, p, reason = next(b for b in rule if b[0] == value)
            elif kind == "count":
                _, p, reason = next(b for b in rule if d.outlets >= b[0])
                value = str(d.outlets)
            elif kind == "exclusivity":
                value = shown(ratio, 4)
                p = F(0) if own < 0 else exclusivity_points(ratio, rule)
                reason = "exclusivity-negative" if own < 0 else "exclusivity-full" if p == 10 else "exclusivity-none" if p == 0 else "exclusivity-steps"
            elif kind == "evenness":
                value, p, reason = shown(index, 4), evenness_points(index), evenness_reason
            else:
                n = counts[d.id][rule[0]]
                value, p, reason = str(n), F(weight) - n * rule[1], "violations" if n else "no-violation"
            points[name] = F(p)
            characteristics.append({"id": name, "value": value, "points": shown(p, 2), "weight": shown(weight, 2), "reason": reason})
        total = sum(points.values())
        grade = grade_of(total)
        now, before = BEST_FIRST.index(grade), BEST_FIRST.index(d.previous) if d.previous else None
        movement = "new" if before is None else "up" if now < before else "down" if now > before else "same"
        if grade == "problem" and d.previous == "problem":
            actions.append("eliminate")
        if movement == "down":
            actions.append("improve")
        if d.falsified:
            actions.append("disqualify")
        lift, missing = lifts(d, card, total, grade, points, rank, own, others, ratio, ratios, counts[d.id])
        facts[d.id]["grade"] = grade
        row |= {"rank": rank, "exclusivity": shown(ratio, 4), "evenness_index": shown(index, 4), "characteristics": characteristics, "total": shown(total, 2),
                "grade": grade, "previous_grade": d.previous, "movement": movement, "actions": actions, "lift": lift, "points_missing": missing}
        rows.append(row)
    return {"dealers": rows}, facts


def lifts(d, card, total, grade, points, rank, own, others, ratio, ratios, counts):
    """The smallest single change of each characteristic that reaches the next grade (2.3), or the points still missing."""
    if grade == "core":
        return [], None
    target, bound = GRADES[BEST_FIRST.index(grade) - 1]
    need = bound - total
    found = []
    for name, weight, kind, rule in CARDS[card]:
        have = points[name]
        change = None
        if kind == "rank":
            ordered = sorted(others, reverse=True)
            for at, (first, p, _) in reversed(list(enumerate(rule))):              # from the worst band up
                if first > rank or p - have < need or at + 1 == len(rule):
                    continue
                worst = rule[at + 1][0] - 1                                         # the last rank of this band
                reach = ordered[worst - 1]                                          # as many tonnes as the one who holds that rank among the others
                to = 1 + sum(v > reach for v in others)                             # equal volumes share the better rank, and earn what it earns
                earned = [b for b in rule if to >= b[0]][-1][1]
                change, gain = {"from": rank, "to": to, "tonnes": plain(reach - own)}, earned - have
                break
        elif kind == "category":
            value = getattr(d, COLUMN_OF[name])
            better = [b for b in rule if b[1] - have >= need]
            if better:
                change, gain = {"from": value, "to": better[-1][0]}, better[-1][1] - have
        elif kind == "count":
            better = [b for b in rule if b[1] - have >= need]
            if better:
                change, gain = {"from": d.outlets, "to": better[-1][0]}, better[-1][1] - have
        elif kind == "exclusivity":
            to = rule[0] - (rule[0] // STEP) * STEP                                 # the lowest ratio on a whole step, then up
            while to <= rule[0]:
                if to > ratio and exclusivity_points(to, rule) - have >= need:
                    change, gain = {"from": shown(ratio, 4), "to": shown(to, 4)}, exclusivity_points(to, rule) - have
                    break
                to += STEP
        elif kind == "evenness" and ratios is not None:
            worst_first = sorted(ratios)
            for k in range(1, 13):
                gain = evenness_points(index_of([F(1)] * k + worst_first[k:])) - have
                if gain >= need:
                    change = {"months_on_plan": k}
                    break
        elif kind == "violations":
            n = counts[rule[0]]
            fewer = next((k for k in range(1, n + 1) if k * rule[1] >= need), None)
            if fewer:
                change, gain = {"violations_fewer": fewer}, F(fewer * rule[1])
        if change:
            reached = grade_of(total + gain)
            assert BEST_FIRST.index(reached) <= BEST_FIRST.index(target)
            found.append((gain, len(found), {"characteristic": name, "change": change, "points": shown(gain, 2), "reaches": reached}))
    found.sort(key=lambda x: x[:2])
    return [f[2] for f in found], None if found else shown(need, 2)


# ---- the incentives -----------------------------------------------------------------------------------------------------

def line(programme, basis, rate, fixed=None):
    """[(amount, line)], or nothing where it comes to nothing."""
    amount = rounded(F(fixed) if fixed is not None else basis * rate, 2)
    shape = {"programme": programme, "basis": None if basis is None else plain(basis), "rate": None if rate is None else plain(rate), "amount": shown(amount, 2)}
    return [(amount, shape)] if amount > 0 else []


def unpaid(reason, rows=(), **figures):
    """Why a programme pays nothing: its code, the figures behind it as they are shown, the rows of the sheet."""
    return {"reason": reason, "figures": figures, "rows": sorted(rows)}


# Programme: whom it is for (None: everybody), the bounds of what it pays, and what it pays a dealer that it is for: `pays` gets the facts
# of the dealer and gives lines, or a reason where there are none.
Programme = namedtuple("Programme", "id grades modes regions minimum cap pays")


def programme(id, pays, grades=None, modes=None, regions=None, minimum=0, cap=None):
    return Programme(id, grades, modes, regions, minimum, cap, pays)


def excess(x):
    if x.own <= x.dealer.target:
        return unpaid("below-target", volume=plain(x.own), target=plain(x.dealer.target))
    return line("excess_volume", x.own - x.dealer.target, EXCESS[x.grade])


def exclusive(x):
    if x.own != x.dealer.total:
        return unpaid("other-brands", own=plain(x.own), all=plain(x.dealer.total))
    if x.grade in EXCLUSIVE_FIXED:
        return line("exclusive_sale", None, None, EXCLUSIVE_FIXED[x.grade])
    return line("exclusive_sale", x.own, EXCLUSIVE_RATE[x.grade])


def without(id, kinds, fixed):
    """A fixed sum for having no confirmed violation of these kinds."""
    def pays(x):
        found = [v for v in x.violations if v.kind in kinds]
        if found:
            return unpaid("violation", [v.row for v in found if v.row], count=len(found))
        return line(id, None, None, fixed[x.grade])
    return programme(id, pays, grades=tuple(fixed))


COMPLIANCE_OF = without("compliance", ("price", "cross_region"), COMPLIANCE)
HANDBOOK = [programme("excess_volume", excess, grades=tuple(EXCESS)), programme("exclusive_sale", exclusive, grades=("core", "key")), COMPLIANCE_OF,
            without("promotion", ("promotion",), PROMOTION)]

AGENCIES = ("general_agency", "joint_sales_agency", "joint_venture_agency")
SELLERS = ("general_distributor", "regional_distributor", "direct_store", "chain_store")
GRADED = ("core", "key", "ordinary")
TIERS = [(F(100), F(3)), (F(500), F(13, 2)), (F(1500), F(10))]                       # tonnes, yuan a tonne of the slice
REBATES = [(F(200000), F(2, 1000)), (F(1000000), F(5, 1000)), (F(3000000), F(8, 1000))]   # yuan, share of the whole
GROWTH_FROM, GROWTH = F(10, 100), {"core": 15, "key": 12, "ordinary": 8}
PROMPT = {"core": F(4, 1000), "key": F(3, 1000), "ordinary": F(25, 10000), "problem": F(1, 1000)}
DEALER_CAP = {"core": 120000, "key": 80000, "ordinary": 50000}


def volume_tiers(x):
    if x.own <= TIERS[0][0]:                                                         # at the bound its slice is nothing
        return unpaid("below-gate", volume=plain(x.own), gate=plain(TIERS[0][0]))
    out = []
    for n, (low, rate) in enumerate(TIERS):
        high = TIERS[n + 1][0] if n + 1 < len(TIERS) else x.own
        if x.own > low:
            out += line("volume_tiers", min(x.own, high) - low, rate)
    return out


def sales_rebate(x):
    reached = [rate for low, rate in REBATES if x.shipped >= low]
    if not reached:
        return unpaid("below-gate", volume=plain(x.shipped), gate=plain(REBATES[0][0]))
    return line("sales_rebate", x.shipped, reached[-1])


def growth(x):
    last = x.dealer.last_year
    if not last or x.own <= last or (x.own - last) / last < GROWTH_FROM:
        return unpaid("no-growth")
    return line("growth", x.own - last, GROWTH[x.grade])


def regional_commission(x):
    return line("regional_commission", x.shipped, F(15, 10000)) if x.shipped > 0 else unpaid("no-purchases")


def prompt_payment(x):
    return line("prompt_payment", x.collected, PROMPT[x.grade]) if x.collected > 0 else unpaid("not-collected")


# the sample policy of every kind: grades, modes, regions, minimums and caps as schemas/policies/progressive.toml declares them
PROGRESSIVE = [
    programme("excess_volume", excess, grades=tuple(EXCESS), minimum=100),
    programme("exclusive_sale", exclusive, grades=("core", "key"), cap=20000),
    COMPLIANCE_OF,
    programme("volume_tiers", volume_tiers, grades=GRADED, cap=30000),
    programme("sales_rebate", sales_rebate, grades=GRADED, modes=SELLERS, minimum=500),
    programme("growth", growth, grades=tuple(GROWTH), cap=15000),
    programme("agency_commission", lambda x: line("agency_commission", x.own, 12), modes=AGENCIES, minimum=1000),
    programme("regional_commission", regional_commission, modes=AGENCIES, regions=("涪陵", "岳阳"), cap=5000),
    programme("prompt_payment", prompt_payment, grades=tuple(PROMPT), minimum=200)]

PROGRAMMES = {"handbook": HANDBOOK, "progressive": PROGRESSIVE}
DEALER_CAPS = {"handbook": {}, "progressive": DEALER_CAP}

Facts = namedtuple("Facts", "dealer grade own shipped collected violations")


def money_of(book, dealer):
    """What was shipped to a dealer in the period, and what of its invoices was paid in the period and in time, both in yuan."""
    shipped = sum((s.amount for s in book.shipments or [] if s.dealer == dealer and s.date.year == book.period and s.date <= book.as_of), F(0))
    in_time = [i for i in book.receivables or [] if i.dealer == dealer and i.paid_on and i.paid_on.year == book.period and i.paid_on <= i.due and i.paid_on <= book.as_of]
    return shipped, sum((min(i.paid, i.amount) if i.amount >= 0 else i.paid for i in in_time), F(0))


def facts_of(book, d, f, policy):
    shipped, collected = money_of(book, d.id) if policy == "progressive" else (F(0), F(0))
    violations = [v for v in book.violations if v.dealer == d.id and v.confirmed and v.date.year == book.period]
    return Facts(d, f["grade"], f["volume"], shipped, collected, violations)


def outcome(p, x):
    """What a programme pays a dealer, or the first reason why it doesn't."""
    if x.dealer.falsified:
        return unpaid("disqualified")
    if x.grade is None and p.grades is not None:
        return unpaid("no-card")
    if x.own <= 0:
        return unpaid("no-purchases")
    for own, allowed, what in ((x.grade, p.grades, "grade"), (x.dealer.mode, p.modes, "mode"), (x.dealer.region, p.regions, "region")):
        if allowed is not None and own not in allowed:
            return unpaid(f"not-eligible-{what}")
    paid = p.pays(x)
    if isinstance(paid, dict):
        return paid
    amount = sum((a for a, _ in paid), F(0))
    if amount == 0 or amount < p.minimum:
        return unpaid("below-minimum")
    return line(p.id, None, None, p.cap) if p.cap is not None and amount > p.cap else paid


def reward(book, facts, policy="handbook"):
    rows, grand = [], F(0)
    for d in book.dealers:
        x = facts_of(book, d, facts[d.id], policy)
        lines, reasons = [], []
        for p in PROGRAMMES[policy]:
            found = outcome(p, x)
            if isinstance(found, dict):
                reasons.append({"programme": p.id} | found)
            else:
                lines += found
        over = sum((a for a, _ in lines), F(0)) - DEALER_CAPS[policy].get(x.grade, F(10) ** 30)
        if over > 0:
            lines.append((-over, {"programme": "cap", "basis": None, "rate": None, "amount": shown(-over, 2)}))
        total = sum((a for a, _ in lines), F(0))
        grand += total
        rows.append({"dealer_id": d.id, "grade": x.grade, "lines": [y for _, y in lines], "total": shown(total, 2), "unpaid": reasons,
                     "entitlements": ENTITLEMENTS[x.grade] if x.grade and not d.falsified else [],
                     "forfeited_deposit": shown(d.deposit or 0, 2) if d.falsified else None})
    return {"dealers": rows, "total": shown(grand, 2)}


def calculate(book, policy="handbook"):
    """{period, as_of, results} of a book."""
    assessment, facts = assess(book)
    return {"period": book.period, "as_of": book.as_of.isoformat(), "results": {"assessment": assessment, "incentives": reward(book, facts, policy)}}


def reconcile(book):
    """The purchases rows that differ from the ledger by more than 0.001 t, by their index."""
    if book.shipments is None:
        return []
    tonnes = month_tonnes(book)
    return [n for n, p in enumerate(book.purchases) if p.month[0] == book.period and abs(p.actual - tonnes[p.dealer][p.month[1] - 1]) > F(1, 1000)]


Move = namedtuple("Move", "dealer first last tonnes")                                 # a shipment, or a month: its first and last day


def month_end(year, month):
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def year_warnings(period, as_of, dealers, purchases, shipments):
    """What is warned of the year itself: dealers without purchases, purchases before joining, a year that isn't whole. dealers: [(id, joined_on)];
    both ledgers are Moves, None where the sheet isn't there."""
    decisive = purchases if shipments is None else shipments
    counted = [m for m in decisive or [] if m.first.year == period and m.first <= as_of]
    out = []
    for who, joined in dealers:
        if sum((m.tonnes for m in counted if m.dealer == who), F(0)) <= 0:
            out.append({"severity": "warning", "code": "no-purchases", "resource": "dealers", "field": "dealer_id", "value": who})
        if joined and any(m.dealer == who and m.last < joined and m.tonnes != 0 for m in (purchases or []) + (shipments or [])):
            out.append({"severity": "warning", "code": "row-check", "resource": "dealers", "field": "joined_on", "value": joined.isoformat()})
    ends = [month_end(period, m) for m in range(1, 13) if month_end(period, m) <= as_of]
    bought = {m for m in range(1, 13) for who, _ in dealers if sum((x.tonnes for x in counted if x.dealer == who and x.first.month == m), F(0)) > 0}
    if as_of < date(period, 12, 31) or decisive is not None and ends and ends[-1].month not in bought:
        out.append({"severity": "warning", "code": "interim-period"})
    return out


def invoice_warnings(invoices):
    """Invoices that are paid beyond their amount in size or with the other sign, or due before their date (5)."""
    odd = lambda i: i.paid and (abs(i.paid) > abs(i.amount) or i.amount and (i.paid < 0) != (i.amount < 0))
    paid = [{"severity": "warning", "code": "row-check", "resource": "receivables", "field": "paid", "value": plain(i.paid)} for i in invoices if odd(i)]
    return paid + [{"severity": "warning", "code": "row-check", "resource": "receivables", "field": "due_date", "value": i.due.isoformat()} for i in invoices if i.due < i.date]


def warnings_of(book):
    """The same of a Book."""
    purchases = [Move(p.dealer, date(*p.month, 1), month_end(*p.month), p.actual) for p in book.purchases]
    shipments = None if book.shipments is None else [Move(s.dealer, s.date, s.date, s.tonnes) for s in book.shipments]
    return year_warnings(book.period, book.as_of, [(d.id, d.joined) for d in book.dealers], purchases, shipments)


# ---- plain workbooks ----------------------------------------------------------------------------------------------------

WORDS = {"A": "A", "B": "B", "C": "C", "区域总代理": "general_agency", "区域联销代理": "joint_sales_agency", "区域联营联销代理": "joint_venture_agency",
         "区域总经销": "general_distributor", "区域经销": "regional_distributor", "零售门店直供": "direct_store", "连锁店直供": "chain_store",
         "一类": "first", "二类": "second", "三类": "third", "高": "high", "中": "medium", "低": "low", "较高": "fairly_high", "一般": "average",
         "核心经销商": "core", "重点经销商": "key", "普通经销商": "ordinary", "问题经销商": "problem",
         "价格违规": "price", "推广服务不配合": "promotion", "跨区销售": "cross_region"}
LABELS = {
    "经销商档案": ["经销商编号", "经销商名称", "区域", "市场分类", "合作方式", "合作起始日期", "是否网络客户", "年度目标销量", "各品牌尿素总销量", "可控网点数", "品牌影响力",
                "营销服务水平", "资金能力", "信誉度", "上年评级", "提供虚假资料", "保证金", "上年销量"],
    "月度提货": ["经销商编号", "月份", "计划提货量", "实际提货量", "我方原因"],
    "发货流水": ["发货单号", "发货日期", "经销商编号", "产品", "数量", "金额"],
    "违规记录": ["经销商编号", "日期", "违规类型", "是否属实", "备注"],
    "应收账款": ["发票号", "经销商编号", "开票日期", "到期日", "金额", "已回款", "回款日期"]}


def exact(x):
    """A numeric cell as the shortest decimal within 15 significant digits."""
    return None if x in (None, "") else F(Decimal(f"{x:.15g}"))


def whether(x, otherwise):
    return otherwise if x in (None, "") else {"是": True, "否": False}[x]


def day(x):
    return x.date() if isinstance(x, datetime) else x


def month(x):
    if isinstance(x, datetime):
        return x.year, x.month
    year, _, rest = x.replace("年", "-").partition("-")
    return int(year), int(rest.rstrip("月"))


class Spelt(Exception):
    """A sheet is there that isn't laid out or written as declared."""


def read_plain(path):
    """A book from a workbook in the declared spellings; None of one that isn't."""
    try:
        return read_book(path)
    except Spelt:
        return None


def read_book(path):
    import openpyxl
    wb = openpyxl.load_workbook(path, data_only=True)
    if "经销商档案" not in wb.sheetnames:
        return None

    def rows(name):
        if name not in wb.sheetnames:
            return None
        out, at = [], None
        for n, row in enumerate(wb[name].iter_rows(values_only=True), 1):
            if at is None:
                if row[0] is not None and all(label in row for label in LABELS[name][:2]):
                    at = [row.index(label) if label in row else None for label in LABELS[name]]
                continue
            first = next((v for v in row if v is not None), None)
            if first is None or first in ("合计", "总计", "小计"):
                continue
            if isinstance(row[at[0]], (int, float)):
                # An id by the number format of its cell: what it is takes more than a plain reading.
                raise Spelt(name)
            out.append([None if k is None else row[k] for k in at] + [n])
        if at is None and wb[name].max_row > 1:
            raise Spelt(name)
        return out

    cover = {r[0]: r[1] for r in wb["封面"].iter_rows(values_only=True, max_col=2) if r[0]} if "封面" in wb.sheetnames else {}
    dealers = [Dealer(r[0], r[1], r[2], r[3], WORDS[r[4]], day(r[5]), whether(r[6], None), exact(r[7]), exact(r[8]), None if r[9] is None else int(r[9]), WORDS.get(r[10]),
                      WORDS[r[11]], WORDS[r[12]], WORDS[r[13]], WORDS.get(r[14]), whether(r[15], False), exact(r[16]), exact(r[17])) for r in rows("经销商档案")]
    purchases = [Purchase(r[0], month(r[1]), exact(r[2]), exact(r[3]), whether(r[4], False)) for r in rows("月度提货") or []]
    ledger = rows("发货流水")
    shipments = None if ledger is None else [Shipment(r[0], day(r[1]), r[2], r[3], exact(r[4]), exact(r[5])) for r in ledger]
    violations = [Violation(r[0], day(r[1]), WORDS[r[2]], whether(r[3], True), r[4], r[-1]) for r in rows("违规记录") or []]
    invoices = [Invoice(r[0], r[1], day(r[2]), day(r[3]), exact(r[4]), exact(r[5]) or F(0), day(r[6])) for r in rows("应收账款") or []]
    latest = [p.month[0] for p in purchases] + [s.date.year for s in shipments or []]
    period = cover.get("考核年度") or max(latest)
    return Book(period, day(cover.get("截止日期")) or date(period, 12, 31), dealers, purchases, shipments, violations, invoices)


# ---- comparing ----------------------------------------------------------------------------------------------------------

def differences(got, want, path="", skip=("text",)):
    """Where `got` is not `want`, as lines. A key that is not expected is not compared."""
    if isinstance(want, dict) and isinstance(got, dict):
        for k in sorted(want):
            if k not in skip:
                yield from differences(got.get(k, "(absent)"), want.get(k, "(absent)"), f"{path}.{k}", skip)
    elif isinstance(want, list) and isinstance(got, list) and len(got) == len(want):
        for n, (g, w) in enumerate(zip(got, want)):
            who = w.get("dealer_id") or w.get("id") or w.get("characteristic") if isinstance(w, dict) else None
            yield from differences(g, w, f"{path}[{who or n}]", skip)
    elif got != want or type(got) is not type(want):
        yield f"{path}: {got!r}, expected {want!r}"


def check(folder):
    bad = count = 0
    for path in sorted(glob.glob(os.path.join(folder, "*.expected.json"))):
        with open(path, encoding="utf-8") as f:
            want = json.load(f)
        book = path.replace(".expected.json", ".xlsx")
        if "results" not in want or "assessment" not in want["results"]:
            print(f"{os.path.basename(path)}: no assessment in it, skipped")
            continue
        plain = read_plain(book) if os.path.exists(book) else None
        if plain is None:
            print(f"{os.path.basename(path)}: not a plain workbook, skipped (make_samples.py hands over what it means)")
            continue
        got = calculate(plain, want.pop("policy", "handbook"))
        want["results"] = {k: v for k, v in want["results"].items() if k in got["results"]}
        want = {k: v for k, v in want.items() if k in got}
        found = list(differences(got, want))
        count += 1
        bad += bool(found)
        print(f"{os.path.basename(path)}: {'as expected' if not found else f'{len(found)} differences'}, {len(want['results']['assessment']['dealers'])} dealers")
        for line in found[:40]:
            print("   ", line)
    print(f"{count - bad} passed, {bad} failed")
    return bad == 0 and count > 0


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("book", nargs="?")
    p.add_argument("--check", metavar="FOLDER")
    p.add_argument("--policy", default="handbook", choices=list(PROGRAMMES))
    a = p.parse_args()
    if a.check:
        sys.exit(not check(a.check))
    if not a.book:
        p.error("a workbook or --check FOLDER")
    book = read_plain(a.book)
    if book is None:
        p.error("not a plain workbook")
    json.dump(calculate(book, a.policy), sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
