//! The calculation of the worked examples that a policy carries, and what does not come out of it.

use jiff::civil::date;
use rust_decimal::Decimal;

use crate::policy::{Example, Fault, Policy};
use crate::programmes::{Dealer, DealerYear, Money, Month, Violations, assessment, incentives};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// What does not come out, a sentence each.
pub(super) fn faults(policy: &Policy) -> Vec<Fault> {
    let of = |(n, example): (usize, &Example)| {
        let (place, part) = (format!("example “{}”", example.name), format!("examples.{n}"));
        faults_of(example, policy).into_iter().map(move |fault| fault.at(&place).in_part(&part)).collect::<Vec<_>>()
    };
    policy.examples.iter().enumerate().flat_map(of).collect()
}

fn faults_of(example: &Example, policy: &Policy) -> Vec<Fault> {
    let mut faults = example.unreadable(policy);
    if !faults.is_empty() {
        return faults;
    }
    let year = dealer_year(example, policy);
    let with_volume = |tonnes: &Decimal| DealerYear { volume: Exact::from(*tonnes), ..year.clone() };
    let others: Vec<_> = example.volumes_of_others.iter().map(with_volume).collect();
    let years: Vec<_> = [year].into_iter().chain(others).collect();
    let assessed = assessment::calculate(&years, policy);
    let paid = incentives::calculate(&years, &assessed, policy);
    let (result, paid) = (&assessed.dealers[0], &paid.dealers[0]);
    let mut compare = |what: (&str, &str), requested: &str, got: Option<String>| {
        if got.as_deref() != Some(requested) {
            let got = got.unwrap_or_else(|| "–".to_owned());
            faults.push(Fault::new(
                format!("{}为 {got}，而不是 {requested}", what.0),
                format!("{} is {got} instead of {requested}", what.1),
            ));
        }
    };
    for (id, requested) in &example.expect.points {
        let got = result.characteristics.iter().find(|c| c.id() == id).map(|c| c.points.to_string());
        compare((id, id), requested, got);
    }
    for (id, requested) in &example.expect.lines {
        let mut sum: Decimal = paid.lines.iter().filter(|l| l.programme == id).map(|l| l.amount).sum();
        sum.rescale(2);
        compare((id, id), requested, Some(sum.to_string()));
    }
    for (what, requested, got) in [
        (("总分", "the total"), &example.expect.total, result.total.map(|t| t.to_string())),
        (("评级", "the grade"), &example.expect.grade, result.grade.map(|g| policy.grades[g].id.clone())),
        (("激励合计", "the incentive total"), &example.expect.incentives, Some(paid.total.to_string())),
    ] {
        if let Some(requested) = requested {
            compare(what, requested, got);
        }
    }
    faults
}

/// The dealer and its year; what is unreadable was reported before and counts as nothing.
fn dealer_year<'e>(example: &'e Example, policy: &'e Policy) -> DealerYear<'e> {
    let text = |key: &str| example.dealer.get(key).map(String::as_str);
    let number = |key: &str| text(key).and_then(|t| Decimal::from_str_exact(t).ok());
    let yes = |key: &str| text(key) == Some("true");
    let mode = text("mode").unwrap_or_default();
    let read = ["service_level", "capital_strength", "creditworthiness", "brand_influence"];
    let dealer = Dealer {
        id: "example",
        name: "",
        region: text("region").map(Key::new).unwrap_or_default(),
        row: 0,
        channel_mode: mode,
        card: policy.card_of(mode),
        network_customer: yes("network_customer"),
        target_tonnes: number("target_tonnes").unwrap_or_default(),
        total_urea_tonnes: number("total_urea_tonnes").unwrap_or_default(),
        counts: number("outlets").map(|n| ("outlets", n)).into_iter().collect(),
        categories: read.iter().filter_map(|key| text(key).map(|value| (*key, value))).collect(),
        previous_grade: text("previous_grade").and_then(|g| policy.grade(g)),
        falsified_documents: yes("falsified_documents"),
        deposit: number("deposit").unwrap_or_default(),
        last_year_tonnes: number("last_year_tonnes"),
        joined_on: Some(date(2000, 1, 1)),
    };
    let months = std::array::from_fn(|m| Month {
        actual: Exact::from(example.actual[m]),
        planned: example.planned.as_ref().map(|p| p[m]),
        supplier_fault: false,
    });
    let mut violations = Violations::default();
    example.violations.iter().for_each(|(kind, count)| violations.add(kind, *count));
    let money = Some(Box::new(Money { amount: example.amount.into(), collected: example.collected.into() }));
    DealerYear { money, ..DealerYear::new(dealer, months, violations) }
}
