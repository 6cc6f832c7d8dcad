//! The bounds of care and warnings: visits and calls that are due, dealers that buy less or no more.

use jiff::civil::date;
use rust_decimal::Decimal;

use super::*;

fn month(text: &str) -> YearMonth {
    YearMonth::of(format!("{text}-01").parse().unwrap())
}

fn dealer(id: &str, region: &str, bought: &[(&str, &str)]) -> Dealer {
    let mut dealer = Dealer {
        id: id.to_owned(),
        name: String::new(),
        region: region.into(),
        channel_mode: String::new(),
        market_class: String::new(),
        window: Window::of(2007, Some(date(2007, 12, 31)), None),
        calls: Vec::new(),
        visits: Vec::new(),
        bought: Bought::default(),
        orders: Orders::default(),
    };
    for (of, tonnes) in bought {
        let tonnes = Decimal::from_str_exact(tonnes).unwrap();
        dealer.bought.add(month(of), tonnes);
        if tonnes > Decimal::ZERO {
            dealer.orders.add(format!("{of}-01").parse().unwrap());
        }
    }
    dealer
}

fn results(dealers: Vec<Dealer>) -> Results {
    let inputs = Inputs { year: Some(2007), as_of: Some(date(2007, 12, 31)), dealers };
    Maintenance::calculate(&inputs, &Policy::embedded().unwrap())
}

/// The codes of each dealer's warnings.
fn warned(results: &Results) -> Vec<Vec<Code>> {
    results.dealers.iter().map(|d| d.warnings.iter().map(|w| w.code).collect()).collect()
}

fn care(window: Option<Window>, visits: &[Date], calls: &[Date]) -> Care {
    let dealer = Dealer { window, visits: visits.to_vec(), calls: calls.to_vec(), ..dealer("D1", "R", &[]) };
    results(vec![dealer]).dealers.remove(0).care
}

#[test]
fn sixty_one_days_between_visits_are_well_and_sixty_two_are_not() {
    let window = Window::of(2007, Some(date(2007, 5, 3)), None);
    let well = care(window, &[date(2007, 3, 3)], &[]);
    assert_eq!((well.longest_gap_days, well.visit_ok), (Some(61), true));
    assert_eq!(well.next_visit, Some(date(2007, 5, 3)));
    let late = care(window, &[date(2007, 3, 4)], &[]);
    assert_eq!((late.longest_gap_days, late.visit_ok), (Some(62), false));
    assert_eq!(late.longest_gap, Some(Window { from: date(2007, 1, 1), to: date(2007, 3, 4) }));
}

#[test]
fn the_window_begins_when_the_dealer_joins_and_ends_on_the_as_of_date() {
    let window = |as_of, joined| Window::of(2007, as_of, joined).map(|w| (w.from, w.to));
    assert_eq!(window(None, Some(date(2003, 3, 1))), Some((date(2007, 1, 1), date(2007, 12, 31))));
    assert_eq!(window(Some(date(2008, 6, 30)), Some(date(2007, 5, 2))), Some((date(2007, 5, 2), date(2007, 12, 31))));
    assert_eq!(window(Some(date(2007, 5, 2)), Some(date(2007, 5, 2))), Some((date(2007, 5, 2), date(2007, 5, 2))));
    assert_eq!(window(Some(date(2007, 5, 1)), Some(date(2007, 5, 2))), None);
    let outside = care(None, &[], &[]);
    assert!(outside.call_ok && outside.visit_ok && outside.longest_gap_days.is_none());
}

#[test]
fn the_months_of_joining_and_of_the_as_of_date_want_a_call_too() {
    let window = Window::of(2007, Some(date(2007, 8, 1)), Some(date(2007, 5, 31)));
    let called = care(window, &[], &[date(2007, 5, 31), date(2007, 7, 1), date(2007, 8, 1)]);
    assert_eq!((called.months_without_call, called.call_ok), (vec![month("2007-06")], false));
}

#[test]
fn what_lies_outside_the_window_is_no_contact() {
    let mut one = dealer("D1", "R", &[]);
    one.window = Window::of(2007, Some(date(2007, 6, 30)), Some(date(2007, 2, 2)));
    for day in [date(2007, 2, 1), date(2007, 2, 2), date(2007, 6, 30), date(2007, 7, 1)] {
        one.add_contact("visit", day);
    }
    assert_eq!(one.visits, [date(2007, 2, 2), date(2007, 6, 30)]);
}

#[test]
fn a_month_at_seventy_percent_of_the_mean_is_no_drop_and_just_below_is() {
    let before = [("2007-09", "100"), ("2007-10", "110"), ("2007-11", "90")];
    let with = |tonnes: &'static str| dealer("D", "R", &[&before[..], &[("2007-12", tonnes)]].concat());
    let got = results(vec![with("70"), with("69.999")]);
    assert_eq!(warned(&got), [vec![], vec![Code::Drop]]);
    let warning = &got.dealers[1].warnings[0];
    assert_eq!((warning.month, warning.change.unwrap().to_string()), (month("2007-12"), "-0.3000".to_owned()));
    assert_eq!(warning.region_change.unwrap().to_string(), "-0.3000");
}

#[test]
fn who_has_bought_and_not_for_two_months_is_silent_whether_or_not_there_is_a_mean() {
    let latest = dealer("D0", "R", &[("2007-12", "1")]);
    let got = results(vec![
        latest,
        dealer("D1", "R", &[("2007-10", "5")]),
        dealer("D2", "R", &[("2007-11", "5")]),
        dealer("D3", "S", &[("2006-03", "5")]),
        dealer("D4", "S", &[]),
        dealer("D5", "S", &[("2007-11", "-5")]),
    ]);
    let both = vec![Code::Drop, Code::Silent];
    assert_eq!(warned(&got), [vec![], both, vec![Code::Drop], vec![Code::Silent], vec![], vec![]]);
    assert_eq!(got.dealers[3].warnings[0].change, None);
    assert_eq!(got.dealers[3].why.last_bought, Some((month("2006-03"), 21)));
}

#[test]
fn a_single_first_order_in_twenty_five_is_four_percent_and_well() {
    let often = |n: usize| dealer(&format!("D{n}"), "R", &[("2007-01", "1"), ("2007-02", "1")]);
    let once = || dealer("D0", "R", &[("2007-01", "1"), ("2007-02", "-1")]);
    let with = |others: usize| results((1..=others).map(often).chain([once(), dealer("X", "R", &[])]).collect());
    let at = with(24);
    assert_eq!(at.first_order_only_share.unwrap().to_string(), "0.0400");
    assert_eq!((at.first_order_only_ok, with(23).first_order_only_ok), (Some(true), Some(false)));
    assert!(at.dealers[24].first_order_only && !at.dealers[25].first_order_only);
    assert_eq!(results(vec![dealer("X", "R", &[])]).first_order_only_ok, None);
}

/// Whether it is one with a first order only, and why not where it has one order in 2007.
fn first_only(dealer: Dealer) -> (bool, Option<NotFirst>) {
    let maintained = results(vec![dealer]).dealers.remove(0);
    (maintained.first_order_only, maintained.why.not_first)
}

#[test]
fn an_old_customer_with_one_order_in_the_year_is_no_first_order() {
    let with = |change: fn(&mut Dealer)| {
        let mut one = dealer("D", "R", &[("2007-03", "5")]);
        change(&mut one);
        first_only(one)
    };
    assert_eq!(with(|_| ()), (true, None));
    assert_eq!(with(|one| one.orders.add(date(2005, 6, 1))), (false, Some(NotFirst::BoughtBefore)));
    assert_eq!(with(|one| one.orders.has_bought_before = true), (false, Some(NotFirst::BoughtBefore)));
    assert_eq!(with(|one| one.orders.is_established = true), (false, Some(NotFirst::Established)));
}

#[test]
fn two_shipments_on_one_day_are_one_order_and_on_two_days_of_a_month_two() {
    let with = |days: &[Date]| {
        let mut one = dealer("D", "R", &[]);
        days.iter().for_each(|day| one.orders.add(*day));
        first_only(one).0
    };
    assert!(with(&[date(2007, 3, 5), date(2007, 3, 5)]));
    assert!(!with(&[date(2007, 3, 5), date(2007, 3, 6)]));
}

#[test]
fn a_first_order_within_31_days_before_the_as_of_date_may_still_be_followed() {
    let ordered = |day| {
        let mut one = dealer("D", "R", &[]);
        one.orders.add(day);
        first_only(one)
    };
    assert_eq!(ordered(date(2007, 11, 30)), (false, Some(NotFirst::TooYoung)), "31 days");
    assert_eq!(ordered(date(2007, 11, 29)), (true, None), "32 days");
}
