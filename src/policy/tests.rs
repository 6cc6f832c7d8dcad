//! What a policy may say, and what is refused.

use rust_decimal::Decimal;

use super::{Policy, Rates};

const SHIPPED: &str = include_str!("../../schemas/policies/handbook.toml");

fn faults_after(old: &str, new: &str) -> String {
    assert!(SHIPPED.contains(old), "{old}");
    match Policy::parse("test.toml", &SHIPPED.replacen(old, new, 1)) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{new} was accepted"),
    }
}

#[test]
fn the_shipped_policy_is_sound_and_its_worked_examples_come_out() {
    let policy = Policy::embedded().unwrap();
    assert_eq!(policy.examples.len(), 3);
    assert_eq!(policy.rates, Rates::Example);
    assert_eq!(policy.sha256.len(), 64);
}

#[test]
fn a_total_just_below_a_bound_earns_the_lower_grade() {
    let policy = Policy::embedded().unwrap();
    for (total, grade) in [
        ("90.00", "core"),
        ("89.99", "key"),
        ("75.00", "key"),
        ("60.00", "ordinary"),
        ("59.99", "problem"),
        ("-5.00", "problem"),
    ] {
        assert_eq!(policy.grades[policy.grade_of(Decimal::from_str_exact(total).unwrap())].id, grade, "{total}");
    }
}

#[test]
fn what_a_policy_can_get_wrong_is_said() {
    for (old, new, fault) in [
        ("weight = 20\n", "weight = 21\n", "the weights come to 101 instead of 100"),
        ("{ from = 6, points = 15", "{ from = 1, points = 15", "overlap"),
        ("{ from = 0, points = 4", "{ from = 1, points = 4", "the last band must begin at 0"),
        ("general_agency = false", "", "mode general_agency has neither a scorecard nor false"),
        ("general_agency = false", "general_agency = \"nobody\"", "there is no scorecard nobody"),
        ("from = \"75\"", "from = \"95\"", "grade core must begin above grade key"),
        ("points = 8, reason = \"outlets-25-40\"", "points = 8, reason = \"outlets-40-up\"", "stands twice"),
        ("violations = [\"promotion\"]", "violations = [\"lateness\"]", "there is no violation lateness"),
        ("total = \"65.00\"", "total = \"66.00\"", "the total is 65.00 instead of 66.00"),
        ("id = \"handbook\"", "", "missing field `id`"),
    ] {
        let said = faults_after(old, new);
        assert!(said.contains(fault), "{new}: {said}");
    }
}

