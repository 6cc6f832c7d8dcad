//! 拜访报表 / Visit report: calls and visits of each dealer month by month, with totals per region, mode and market class, live.

use super::sheet::CONTACTS;
use super::words::month;
use super::{Dealer, Maintenance};
use crate::programmes::Outcome;
use crate::programmes::year_month::YearMonth;
use crate::sheet::{Describe, Group, Look, POOR, Sheet, Value, Words};
use dealerbook_base::narrow::u32_of;

/// The sheet.
pub fn sheet<'a>(outcome: &'a Outcome<Maintenance>, words: Words<'a>) -> Sheet<'a> {
    let inputs = &outcome.inputs;
    let label = |zh, en| words.lang.pick(zh, en);
    let who = |width, look| (width, look, Group::Identity);
    let rows: Vec<&'a Dealer> = inputs.dealers.iter().collect();
    let mut sheet = Describe::new("visit_report", ("拜访报表", "Visit report"), words, rows);
    sheet.column("id", label("经销商编号", "Dealer ID"), who(11.0, Look::Text), |d| d.id.as_str());
    sheet.column("name", label("经销商名称", "Name"), who(20.0, Look::Text), |d| d.name.as_str());
    sheet.column("region", label("区域", "Region"), who(9.0, Look::Text), |d| d.region.shown());
    sheet.column("mode", label("合作方式", "Channel mode"), who(20.0, Look::Text), move |d| {
        words.category_of("dealers", "channel_mode", &d.channel_mode).into_owned()
    });
    sheet.column("class", label("市场分类", "Market class"), who(7.0, Look::Centre), |d| d.market_class.as_str());
    let months: Vec<YearMonth> = inputs.year.into_iter().flat_map(months_of).collect();
    let (first, last) = (months.first(), months.last());
    let ends = |kind: &str| first.zip(last).map(|(first, last)| (key(kind, *first), key(kind, *last)));
    let total = |sheet: &mut Describe<'a, &'a Dealer>, kind: &str, text: &str, count: fn(&Dealer) -> usize| {
        sheet.column(kind, text, (6.5, Look::Count, Group::Result), move |d| u32_of(count(d)));
        if let Some((first, last)) = ends(kind) {
            sheet.live(format!("SUM([{first}]:[{last}])"));
        }
        sheet.summed();
    };
    total(&mut sheet, "call", label("电话合计", "Calls"), |d| d.calls.len());
    total(&mut sheet, "visit", label("上门合计", "Visits"), |d| d.visits.len());
    for of in &months {
        monthly(&mut sheet, "call", *of, words, Group::Basis);
        sheet.coloured(&key("call", *of), "0", POOR);
    }
    for of in &months {
        monthly(&mut sheet, "visit", *of, words, Group::OtherBasis);
    }
    sheet.counted("name", "id", ("0\" 家\"", "0\" dealers\""));
    for group in ["region", "mode", "class"] {
        sheet.subtotals(group);
    }
    sheet.strategies(inputs.dealers.iter().map(|dealer| dealer.market_class.as_str()));
    sheet.reads(&[("call*", "visits", CONTACTS), ("visit*", "visits", CONTACTS)]);
    sheet.finish()
}

fn key(kind: &str, of: YearMonth) -> String {
    format!("{kind}-{of}")
}

fn months_of(year: i16) -> impl Iterator<Item = YearMonth> {
    let january = YearMonth::of(jiff::civil::date(year, 1, 1));
    january.to(YearMonth::of(jiff::civil::date(year, 12, 31)))
}

/// A month: how many, and a dash where the month doesn't count for the dealer.
#[expect(clippy::cast_possible_truncation, reason = "years of a calendar fit")]
fn monthly<'a>(
    sheet: &mut Describe<'a, &'a Dealer>,
    kind: &'static str,
    of: YearMonth,
    words: Words<'a>,
    group: Group,
) {
    let what = if kind == "call" { words.lang.pick("电话", "call") } else { words.lang.pick("上门", "visit") };
    let text =
        format!("{}\n{what}", month(of, Some(of.year() as i16), words.lang).replace(&format!(" {}", of.year()), ""));
    sheet.column(key(kind, of), text, (5.2, Look::Count, group), move |d| {
        let days = if kind == "call" { &d.calls } else { &d.visits };
        match d.window.is_some_and(|window| window.months().any(|month| month == of)) {
            true => Value::from(u32_of(days.iter().filter(|day| YearMonth::of(**day) == of).count())),
            false => Value::from("–"),
        }
    });
    sheet.summed();
}
