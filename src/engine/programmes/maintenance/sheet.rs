//! 维护与预警 / Care and warnings: silent and falling dealers first, then missed visits and calls; what to do next, live.

use std::cmp::Reverse;

use super::MaintenanceRules;
use super::words::{Sentences, month, months, rules};
use super::{Code, Dealer, Inputs, Maintained, Maintenance, Trend, report};
use crate::policy::{Attention, Section};
use crate::programmes::Outcome;
use crate::programmes::registry::{Presentation, Rule};
use crate::programmes::year_month::YearMonth;
use crate::sheet::{
    Chart, ChartKind, Describe, FAIR, GOOD, Group, Look, POOR, Series, Sheet, Value, Words, percent, quoted,
};
use dealerbook_base::exact::Exact;
use dealerbook_base::narrow::u32_of;

/// The columns of a visit or call.
pub(super) const CONTACTS: &[&str] = &["date", "kind"];

/// What its columns read that aren't called as on the user's sheets.
const READS: &[(&str, &str, &[&str])] = &[
    ("visits", "visits", CONTACTS),
    ("gap", "visits", CONTACTS),
    ("last_visit", "visits", CONTACTS),
    ("calls", "visits", CONTACTS),
    ("missing", "visits", CONTACTS),
    ("without", "visits", CONTACTS),
    ("from", "dealers", &["joined_on"]),
];

type Row<'a> = (&'a Dealer, &'a Maintained);

/// The colours of calls and of visits, and of what was before and is now.
const CALLS: u32 = 0x8FAADC;
const VISITS: u32 = 0x548235;
const BEFORE: u32 = 0xBFBFBF;
const NOW: u32 = 0xE06666;

impl Presentation for Maintenance {
    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let (inputs, results) = (&outcome.inputs, &outcome.results);
        let mut rows: Vec<Row<'a>> = inputs.dealers.iter().zip(&results.dealers).collect();
        rows.sort_by_cached_key(|(_, maintained)| urgency(maintained));
        let warned = rows.iter().filter(|(_, maintained)| !maintained.warnings.is_empty()).count();
        let sentences = Sentences { words, period: inputs.year, latest: results.latest };
        let label = |zh, en| words.lang.pick(zh, en);
        let mut sheet = Describe::new("maintenance", ("维护与预警", "Care and warnings"), words, rows);
        sheet.column("id", label("经销商编号", "Dealer ID"), (12.0, Look::Text, Group::Identity), |(d, _)| {
            d.id.as_str()
        });
        sheet.column("name", label("经销商名称", "Name"), (22.0, Look::Text, Group::Identity), |(d, _)| {
            d.name.as_str()
        });
        sheet
            .column("region", label("区域", "Region"), (9.0, Look::Text, Group::Identity), |(d, _)| d.region.shown());
        if results.latest.is_some() {
            warnings(&mut sheet, sentences);
        }
        sheet.column("reasons", label("原因", "Reasons"), (54.0, Look::Wrap, Group::Result), move |(_, k)| {
            sentences.reasons(k)
        });
        sheet.column("next", label("下一步", "What is next"), (38.0, Look::Wrap, Group::Result), move |(d, k)| {
            sentences.next(d, k)
        });
        care(&mut sheet, words);
        if let Some(latest) = results.latest {
            bought(&mut sheet, sentences, latest);
        }
        sheet.muted(|(dealer, maintained)| dealer.window.is_none() && maintained.warnings.is_empty());
        sheet.counted("name", "id", ("0\" 家\"", "0\" dealers\""));
        if results.latest.is_some() {
            first_orders(&mut sheet, words, outcome);
        }
        sheet.subtotals("region");
        if warned > 0 {
            let rows = warned_dealers(&mut sheet, words, u32_of(warned));
            sheet.chart(falls(sentences, rows));
        }
        by_month(&mut sheet, inputs, words);
        for (what, how) in rules(words) {
            sheet.rule(what, how);
        }
        brief(&mut sheet, sentences, outcome);
        sheet.reads(READS).reads_tonnes(&["orders", "not_first", "last_bought", "silent", "latest", "before*"]);
        sheet.finish()
    }

    fn reports<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Vec<Sheet<'a>> {
        vec![report::sheet(outcome, words)]
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules(words).into()
    }
}

/// What the overview says: warnings and missed visits, and whose they are.
fn brief<'a>(sheet: &mut Describe<'a, Row<'a>>, sentences: Sentences<'a>, outcome: &'a Outcome<Maintenance>) {
    let label = |zh, en| sentences.words.lang.pick(zh, en);
    let dealers = || outcome.inputs.dealers.iter().zip(&outcome.results.dealers);
    let count = |counts: fn(&Row<'a>) -> bool| u32_of(dealers().filter(counts).count());
    if outcome.results.latest.is_some() {
        let warned = count(|(_, maintained)| !maintained.warnings.is_empty());
        let formula = "SUMPRODUCT(([warning:]<>\"\")*1)";
        sheet.key_figure(label("有预警的经销商（家）", "Dealers with a warning"), formula, warned, "0");
    }
    let missed = count(|(dealer, maintained)| dealer.window.is_some() && !maintained.care.visit_ok);
    let formula = format!("COUNTIF([visit_ok:],{})", quoted(label("未达标", "missed")));
    sheet.key_figure(label("上门未达标（家）", "Visits missed"), formula, missed, "0");
    for (dealer, maintained) in dealers() {
        let who = (dealer.id.as_str(), dealer.name.as_str());
        for warning in &maintained.warnings {
            let reason = match warning.code {
                Code::Silent => Attention::Silent,
                Code::Drop => Attention::Drop,
            };
            sheet.attention(who, reason, sentences.warned(warning.code, &maintained.why));
        }
        if let Some(gap) = maintained.care.longest_gap.filter(|_| !maintained.care.visit_ok) {
            sheet.attention(who, Attention::VisitsMissed, sentences.gap(gap, maintained.care.visits));
        }
    }
}

/// What matters first: silence, drops, missed visits, missed calls; the most tonnes lost, the longest gap on top.
#[expect(clippy::cast_possible_truncation, reason = "there are a few classes")]
fn urgency(maintained: &Maintained) -> (u8, Reverse<Exact>, Reverse<Option<u32>>, Reverse<usize>) {
    let has = |code| maintained.warnings.iter().any(|warning| warning.code == code);
    let class = [has(Code::Silent), has(Code::Drop), !maintained.care.visit_ok, !maintained.care.call_ok];
    let class = class.iter().position(|applies| *applies).unwrap_or(class.len()) as u8;
    let Trend { latest, .. } = &maintained.why.trend;
    let lost = maintained
        .why
        .trend
        .mean()
        .filter(|_| !maintained.warnings.is_empty())
        .map_or(Exact::ZERO, |mean| &mean - latest);
    (
        class,
        Reverse(lost),
        Reverse(maintained.care.longest_gap_days),
        Reverse(maintained.care.months_without_call.len()),
    )
}

/// The columns of the months before the latest one, added up.
fn before(rules: &MaintenanceRules, suffix: &str) -> String {
    let months: Vec<String> = (1..=rules.drop_months).map(|n| format!("[before{n}{suffix}]")).collect();
    format!("({})", months.join("+"))
}

/// The warnings, and the changes beside each other.
fn warnings<'a>(sheet: &mut Describe<'a, Row<'a>>, sentences: Sentences<'a>) {
    let words = sentences.words;
    let (lang, rules) = (words.lang, MaintenanceRules::of(words.policy));
    let label = |zh, en| lang.pick(zh, en);
    let (sum, n) = (before(rules, ""), rules.drop_months);
    let (drop, silent) = (rules.warnings.drop.pick(lang), rules.warnings.silent.pick(lang));
    let both = format!("{drop}{}{silent}", lang.pick("、", ", "));
    sheet.column("warning", label("预警", "Warning"), (20.0, Look::Centre, Group::Result), move |(_, k)| {
        sentences.warning(k)
    });
    let is_silent = format!("N([silent])>={}", rules.silent_months);
    sheet.live(format!(
        "IF(AND(ROUND({sum},9)>0,ROUND([latest]*{n}-{}*{sum},9)<0),IF({is_silent},{},{}),IF({is_silent},{},\"\"))",
        rules.drop_below.normalize(),
        quoted(&both),
        quoted(drop),
        quoted(silent),
    ));
    sheet.coloured("warning", drop, FAIR);
    sheet.coloured("warning", silent, POOR);
    sheet.coloured("warning", both, POOR);
    let ratio = (11.0, Look::Percent, Group::Result);
    let places = |change: Option<Exact>| change.map(|change| change.round(4));
    sheet.column("change", label("最近月变化", "Change"), ratio, move |(_, k)| places(k.why.trend.change()));
    sheet.live(format!("IF(ROUND({sum},9)>0,ROUND([latest]*{n}/{sum}-1,4),\"\")"));
    sheet.rounded(4, |(_, k)| k.why.trend.change());
    let of_region =
        |maintained: &Maintained| maintained.why.region.change().filter(|_| !maintained.warnings.is_empty());
    sheet.column("region_change", label("区域同期变化", "Region's change"), ratio, move |(_, k)| {
        places(of_region(k))
    });
    let over = |what: &str| format!("SUMPRODUCT(EXACT([region:],[region])*{what})");
    let (all, now) = (over(&before(rules, ":")), over("[latest:]"));
    // Only where there is a warning: a sum over all dealers in each of 10,000 rows takes long.
    sheet.live(format!("IF([warning]=\"\",\"\",IF(ROUND({all},9)>0,ROUND({now}*{n}/{all}-1,4),\"\"))"));
    sheet.rounded(4, move |(_, k)| of_region(k));
}

/// Calls and visits: whether they are well, what is due, and what it derives from.
fn care<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let (lang, most) = (words.lang, MaintenanceRules::of(words.policy).visit_gap_days_max);
    let label = |zh, en| lang.pick(zh, en);
    let (well, missed) = (label("达标", "met"), label("未达标", "missed"));
    let mut judged = |key: &str, text: &str, holds: String, value: fn(&Maintained) -> bool| {
        sheet.column(key, text, (9.0, Look::Centre, Group::Result), move |(d, k)| {
            d.window.map(|_| if value(k) { well } else { missed })
        });
        sheet.live(format!("IF([from]=\"\",\"\",IF({holds},{},{}))", quoted(well), quoted(missed)));
        sheet.coloured(key, well, GOOD);
        sheet.coloured(key, missed, POOR);
    };
    judged("visit_ok", label("上门", "Visits"), format!("[gap]<={most}"), |maintained| maintained.care.visit_ok);
    judged("call_ok", label("电话", "Calls"), "[missing]=0".to_owned(), |maintained| maintained.care.call_ok);
    let day = (13.0, Look::Day, Group::Result);
    sheet.column("due", label("下次上门不迟于", "Next visit by"), day, |(_, k)| k.care.next_visit);
    sheet.live(format!("IF([from]=\"\",\"\",IF([last_visit]=\"\",[from],[last_visit])+{most})"));
    let count = (9.0, Look::Count, Group::Basis);
    sheet.column("visits", label("上门次数", "Visits made"), count, |(_, k)| u32_of(k.care.visits));
    sheet.summed();
    sheet.column(
        "gap",
        label("上门最长间隔（天）", "Longest gap (days)"),
        (11.0, Look::Count, Group::Basis),
        |(_, k)| k.care.longest_gap_days,
    );
    let day = (12.0, Look::Day, Group::Basis);
    sheet.column("last_visit", label("最近上门", "Last visit"), day, |(d, _)| d.visits.last().copied());
    sheet.column("from", label("统计起始日", "Counted from"), day, |(d, _)| d.window.map(|w| w.from));
    sheet.column("calls", label("电话次数", "Calls made"), count, |(_, k)| u32_of(k.care.calls));
    sheet.summed();
    sheet.column(
        "missing",
        label("无电话月数", "Months without a call"),
        (11.0, Look::Count, Group::Basis),
        |(_, k)| u32_of(k.care.months_without_call.len()),
    );
    sheet.summed();
    sheet.column(
        "without",
        label("无电话的月份", "Which months"),
        (18.0, Look::Wrap, Group::Basis),
        move |(_, k)| months(&k.care.months_without_call, lang),
    );
}

/// What was bought: how many orders, since when not, and the months that the warnings look at.
fn bought<'a>(sheet: &mut Describe<'a, Row<'a>>, sentences: Sentences<'a>, latest: YearMonth) {
    let words = sentences.words;
    let (lang, rules) = (words.lang, MaintenanceRules::of(words.policy));
    let label = |zh, en| lang.pick(zh, en);
    let (yes, other) = (label("是", "yes"), Group::OtherBasis);
    sheet.column(
        "first_only",
        label("首批后无后续", "First order only"),
        (9.0, Look::Centre, other),
        move |(_, k)| k.first_order_only.then_some(yes),
    );
    sheet.live(format!("IF(AND([orders]=1,[not_first]=\"\"),{},\"\")", quoted(yes)));
    sheet.coloured("first_only", yes, FAIR);
    sheet.column("orders", label("本期订单数", "Orders in the period"), (9.0, Look::Count, other), |(_, k)| {
        u32_of(k.why.orders)
    });
    sheet.column(
        "not_first",
        label("一单而不算的原因", "Why one order is not a first only"),
        (28.0, Look::Text, other),
        move |(_, k)| k.why.not_first.map(|why| sentences.not_first(why)),
    );
    sheet.column("last_bought", label("最近提货", "Last bought in"), (11.0, Look::Month, other), |(_, k)| {
        k.why.last_bought.map(|(month, _)| month.first_day())
    });
    sheet.column("silent", label("至今未提货月数", "Months since"), (10.0, Look::Count, other), |(_, k)| {
        k.why.last_bought.map(|(_, months)| months)
    });
    let mut tonnes = |key: String, of: YearMonth, value: Box<dyn Fn(&'a Maintained) -> &'a Exact>| {
        let name = month(of, sentences.period, lang);
        let text = if lang == dealerbook_base::lang::Lang::Zh {
            format!("{name}提货（吨）")
        } else {
            format!("{name} (t)")
        };
        sheet.column(key, text, (12.0, Look::Tonnes, other), move |(_, k)| value(k));
        sheet.summed();
    };
    tonnes("latest".to_owned(), latest, Box::new(|maintained| &maintained.why.trend.latest));
    for n in 1..=rules.drop_months {
        let value = Box::new(move |maintained: &'a Maintained| &maintained.why.trend.before[n as usize - 1]);
        tonnes(format!("before{n}"), latest.earlier(n), value);
    }
    let text = match lang {
        dealerbook_base::lang::Lang::Zh => format!("前 {} 个月均值（吨）", rules.drop_months),
        dealerbook_base::lang::Lang::En => format!("Mean of {} months before (t)", rules.drop_months),
    };
    let mean = |maintained: &Maintained| {
        let before = &maintained.why.trend.before;
        before.iter().sum::<Exact>().checked_div(&Exact::whole(before.len() as i64))
    };
    sheet.column("mean", text, (13.0, Look::Tonnes, other), move |(_, k)| mean(k).map(|mean| mean.round(3)));
    sheet.live(format!("ROUND({}/{},3)", before(rules, ""), rules.drop_months));
    sheet.rounded(3, move |(_, k)| mean(k));
}

/// The share of those who ordered once, above the table and in words below it.
fn first_orders<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, outcome: &Outcome<Maintenance>) {
    let count = |counts: fn(&Maintained) -> bool| {
        outcome.results.dealers.iter().filter(|maintained| counts(maintained)).count() as i64
    };
    let (once, all) = (count(|maintained| maintained.first_order_only), count(|maintained| maintained.why.orders > 0));
    let Some(share) = Exact::whole(once).checked_div(&Exact::whole(all)) else { return };
    let formula = format!("COUNTIF([first_only:],{})/COUNTIF([orders:],\">0\")", quoted(words.lang.pick("是", "yes")));
    let (most, shown) =
        (percent(MaintenanceRules::of(words.policy).first_order_only_share_max), percent(share.round(4)));
    let well = outcome.results.first_order_only_ok == Some(true);
    let text = match words.lang {
        dealerbook_base::lang::Lang::Zh => format!(
            "只有首批进货、没有后续订单的经销商 {once} 家，占本期有订单的 {all} 家的 {shown}，上限 {most}：{}",
            if well { "达标" } else { "未达标" }
        ),
        dealerbook_base::lang::Lang::En => format!(
            "Dealers with a first order only: {once} of the {all} that ordered in the period, {shown}; at most {most}: {}",
            if well { "met" } else { "missed" }
        ),
    };
    let share = Value::Number(share.round(15));
    sheet.below_live(vec![("id", Value::from(text), None), ("first_only", share, Some(formula))]);
}

/// The dealers with warnings once more below the table, found by their numbers, so that the chart shows them however the table is sorted;
/// gives the first of these rows and how many there are.
fn warned_dealers<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, warned: u32) -> (u32, u32) {
    const SHOWN_MAX: u32 = 30;
    sheet.below([("id", Value::from(words.lang.pick("图表：预警经销商", "Chart: dealers with a warning")))]);
    let first = sheet.next_below();
    let shown = warned.min(SHOWN_MAX);
    for number in 1..=shown {
        sheet.repeat_below(number, &["name", "latest", "mean"]);
    }
    (first, shown)
}

/// The dealers with warnings: the latest month beside the mean before.
fn falls(sentences: Sentences<'_>, rows: (u32, u32)) -> Chart {
    let lang = sentences.words.lang;
    let latest = sentences.latest.map_or(String::new(), |latest| month(latest, sentences.period, lang));
    let series = |name: String, values: &str, colour| Series {
        name,
        along: "name".to_owned(),
        values: values.to_owned(),
        rows: Some(rows),
        colour,
    };
    let mean = lang.pick("此前月均", "mean before").to_owned();
    Chart {
        title: lang
            .pick("预警经销商：最近月提货与此前月均（吨）", "Dealers with a warning: latest month and mean before (t)")
            .to_owned(),
        kind: ChartKind::Bars,
        series: vec![series(mean, "mean", BEFORE), series(latest, "latest", NOW)],
        axes: (String::new(), String::new()),
        number_format: "#,##0",
    }
}

/// Calls and visits month by month, below the table and drawn.
fn by_month<'a>(sheet: &mut Describe<'a, Row<'a>>, inputs: &Inputs, words: Words<'a>) {
    let windows = || inputs.dealers.iter().filter_map(|dealer| dealer.window);
    let Some((from, to)) = windows().map(|w| w.from).min().zip(windows().map(|w| w.to).max()) else { return };
    let first = sheet.next_below();
    let months: Vec<YearMonth> = YearMonth::of(from).to(YearMonth::of(to)).collect();
    for month in &months {
        let count = |days: fn(&Dealer) -> &Vec<jiff::civil::Date>| {
            let all = inputs.dealers.iter().flat_map(days);
            Value::from(u32_of(all.filter(|day| YearMonth::of(**day) == *month).count()))
        };
        sheet.below([
            ("id", Value::from(month.to_string())),
            ("visits", count(|dealer| &dealer.visits)),
            ("calls", count(|dealer| &dealer.calls)),
        ]);
    }
    let series = |name: &str, values: &str, colour| Series {
        name: name.to_owned(),
        along: "id".to_owned(),
        values: values.to_owned(),
        rows: Some((first, u32_of(months.len()))),
        colour,
    };
    let lang = words.lang;
    sheet.chart(Chart {
        title: lang.pick("各月电话与上门次数", "Calls and visits by month").to_owned(),
        kind: ChartKind::Columns,
        series: vec![
            series(lang.pick("电话", "calls"), "calls", CALLS),
            series(lang.pick("上门", "visits"), "visits", VISITS),
        ],
        axes: (String::new(), String::new()),
        number_format: "0",
    });
}
