//! Keys, sums, quotients, and which cells are governed by their cached values.

use rust_decimal::Decimal;

use super::body::Sheet;
use super::look::{Group, Look};
use super::value::Value;
use super::words::Words;
use crate::policy::Policy;
use crate::schema::Schemas;
use crate::sheet::Describe;
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;

/// Region and yuan; the half of the yuan is rounded to the cent, and a later column refers to that.
fn halves(rows: Vec<(&'static str, Decimal)>, check: impl FnOnce(&Sheet<'_>)) {
    let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
    let words = Words { schemas: &schemas, policy: &policy, lang: Lang::En };
    let mut sheet = Describe::new("halves", ("一半", "Halves"), words, rows);
    let half = |yuan: Decimal| Exact::from(yuan).checked_div(&Exact::whole(2)).unwrap();
    sheet.column("region", "Region", (9.0, Look::Text, Group::Identity), |(region, _)| region);
    sheet.column("yuan", "Yuan", (9.0, Look::Money, Group::Basis), |(_, yuan)| yuan).summed();
    sheet.column("half", "Half", (9.0, Look::Money, Group::Result), move |(_, yuan)| half(yuan).round(2));
    sheet.live("ROUND([yuan]/2,2)").rounded(2, move |(_, yuan)| Some(half(yuan))).summed();
    sheet.column("rest", "Rest", (9.0, Look::Money, Group::Result), move |(_, yuan)| yuan - half(yuan).round(2));
    sheet.live("[yuan]-[half]");
    sheet.subtotals("region");
    check(&sheet.finish());
}

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

#[test]
fn keys_become_cells_ranges_and_totals() {
    halves(vec![("a", cents(200)), ("b", cents(400))], |sheet| {
        assert_eq!(sheet.spelt("[yuan]-SUM([yuan:])/[half!]"), "C#-SUM($C$6:$C$7)/ROUND(SUM($D$6:$D$7),2)");
    });
}

#[test]
fn a_live_column_tells_the_columns_that_it_is_reckoned_from() {
    halves(vec![("a", cents(200))], |sheet| {
        assert_eq!(sheet.reckoned_from(2), [], "it was entered");
        assert_eq!(sheet.reckoned_from(3), [(2, false)]);
        assert_eq!(sheet.reckoned_from(4), [(2, false), (3, false)]);
    });
}

#[test]
fn sums_and_subtotals_are_those_of_the_values_shown() {
    halves(vec![("a", cents(101)), ("b", cents(400)), ("a", cents(300))], |sheet| {
        let totals: Vec<&str> = sheet.totals.iter().map(|total| total.cached.as_str()).collect();
        assert_eq!(totals, ["8.01", "4.01"]);
        let subtotals: Vec<&Value<'_>> = sheet.extras.iter().map(|extra| &extra.cells[3].1).collect();
        assert_eq!(subtotals, [&Value::Number(cents(201)), &Value::Number(cents(200))]);
    });
}

#[test]
fn a_quotient_of_sums_stands_in_totals_and_subtotals_where_there_is_something_to_divide_by() {
    let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
    let words = Words { schemas: &schemas, policy: &policy, lang: Lang::En };
    let rows = vec![("a", 3, 2), ("a", 3, 2), ("b", 5, 0)];
    let mut sheet = Describe::new("margins", ("比率", "Margins"), words, rows);
    sheet.column("region", "Region", (9.0, Look::Text, Group::Identity), |(region, ..)| region);
    sheet.column("margin", "Margin", (9.0, Look::Percent, Group::Result), |_| Value::Blank);
    sheet.column("won", "Won", (9.0, Look::Money, Group::Basis), |(_, won, _)| Decimal::from(won)).summed();
    sheet.column("of", "Of", (9.0, Look::Money, Group::Basis), |(.., of)| Decimal::from(of)).summed();
    sheet.quotient_at("margin", "won", "of").subtotals("region");
    let sheet = sheet.finish();
    let subtotals: Vec<&Value<'_>> = sheet.extras.iter().map(|extra| &extra.cells[2].1).collect();
    assert_eq!(subtotals, [&Value::Number(Decimal::new(15, 1)), &Value::Blank]);
    assert_eq!(sheet.totals[0].formula, "IF(E4>0,D4/E4,\"\")");
    assert_eq!(sheet.totals[0].cached, "2.75");
}

#[test]
fn beyond_5000_rows_formulas_over_whole_columns_are_values_and_others_stay_live() {
    let rows = |count: usize| vec![("a", cents(200)); count];
    let liveness = |count: usize| {
        let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
        let words = Words { schemas: &schemas, policy: &policy, lang: Lang::En };
        let mut sheet = Describe::new("shares", ("占比", "Shares"), words, rows(count));
        sheet.column("yuan", "Yuan", (9.0, Look::Money, Group::Basis), |(_, yuan)| yuan).summed();
        sheet.column("share", "Share", (9.0, Look::Percent, Group::Result), |_| Decimal::ONE);
        sheet.live("[yuan]/[yuan!]");
        sheet.column("twice", "Twice", (9.0, Look::Money, Group::Result), |(_, yuan)| yuan + yuan);
        sheet.live("[yuan]*2");
        let of = sheet.finish().liveness();
        (of.live, of.valued, of.plain)
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(liveness(5_000), (texts(&["Share", "Twice"]), texts(&[]), texts(&["Yuan"])));
    assert_eq!(liveness(5_001), (texts(&["Twice"]), texts(&["Share"]), texts(&["Yuan"])));
}

#[test]
fn where_half_a_cent_is_rounded_the_cache_governs_and_so_in_all_that_comes_of_it() {
    halves(vec![("a", cents(200)), ("b", cents(101))], |sheet| {
        let cell = |(column, row): (u16, u32)| crate::workbook::cell_name(row, column);
        let governed: Vec<String> = sheet.governed_by_cache().into_iter().map(cell).collect();
        assert_eq!(governed, ["D4", "D7", "D9", "D10", "E7"]);
    });
    halves(vec![("a", cents(200)), ("b", cents(400))], |sheet| assert!(sheet.governed_by_cache().is_empty()));
}
