//! What a policy may say, and what is refused.

use rust_decimal::Decimal;

use crate::policy::{InterimSettlements, Joiners, Policy, Rates, Section};
use crate::programmes::credit::CreditRules;
use crate::programmes::maintenance::MaintenanceRules;
use dealerbook_base::key::Key;

const SHIPPED: &str = include_str!("../../../schemas/policies/handbook.toml");

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
fn a_policy_that_leaves_a_programme_out_has_the_handbooks() {
    let start = SHIPPED.find("[credit]").unwrap();
    let end = start + SHIPPED[start..].find("\n# ----").unwrap();
    let without = format!("{}{}", &SHIPPED[..start], &SHIPPED[end..]);
    assert_eq!(CreditRules::of(&Policy::parse("test.toml", &without).unwrap()).ageing_days, [30, 60, 90]);
}

#[test]
fn a_dealer_without_a_market_class_has_its_regions() {
    let policy = Policy::embedded().unwrap();
    let class = |own, region| policy.market_class(own, &Key::new(region)).to_owned();
    assert_eq!([class("B", "涪陵"), class("", "涪陵"), class("", "别处")], ["B", "A", ""]);
    assert_eq!(class("", "涪\u{A0}\u{200B}陵"), "A", "whatever can't be seen");
    // The handbook's places: the Chongqing counties, the river and the rail markets.
    assert_eq!([class("", "浠水"), class("", "三茂铁路"), class("", "鱼洞")], ["A", "B", "C"]);
    let count = |class: &str| policy.market_classes.values().filter(|own| *own == class).count();
    assert_eq!([count("A"), count("B"), count("C")], [42, 26, 13]);
    let own = SHIPPED.replace("\"涪陵\" = \"A\"", "\"涪陵\" = \"C\"");
    assert_eq!(Policy::parse("test.toml", &own).unwrap().market_class("", &Key::new("涪陵")), "C");
}

#[test]
fn keys_that_a_policy_leaves_out_are_the_shipped_ones() {
    let without = |key: &str| {
        let lines: Vec<&str> = SHIPPED.lines().filter(|line| !line.starts_with(key)).collect();
        assert!(lines.len() < SHIPPED.lines().count(), "{key}");
        Policy::parse("test.toml", &lines.join("\n")).unwrap()
    };
    assert!(without("incentives_need_tonnes =").incentives_need_tonnes);
    assert_eq!(without("joiners =").joiners, Joiners::Full);
    assert_eq!(MaintenanceRules::of(&without("first_order_young_days =")).first_order_young_days, 31);
    assert_eq!(without("interim =").settlement.interim, InterimSettlements::Refuse);
}

#[test]
fn a_region_has_its_market_class_once_however_it_is_spelled() {
    let twice = "[market_classes]\n\"涪 陵\" = \"B\"\n";
    let faults = faults_of(&SHIPPED.replace("[market_classes]\n", twice)).join("\n");
    assert!(faults.contains("the regions “涪 陵” and “涪陵” are the same"), "{faults}");
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
        ("joiners = \"full\"", "joiners = \"half\"", "unknown variant `half`"),
        ("incentives_need_tonnes = true", "incentives_need_tonnes = \"often\"", "incentives_need_tonnes"),
        ("first_order_young_days = 31", "first_order_young_days = 400", "first_order_young_days must lie between"),
        ("interim = \"refuse\"", "interim = \"perhaps\"", "unknown variant `perhaps`"),
        ("\nC = { zh = \"选择", "\nD = { zh = \"选择", "there is no class D"),
        ("drop_months = 3", "drop_months = 0", "maintenance: drop_months must lie between 1 and 120"),
        ("drop_below = \"0.70\"", "drop_below = \"70\"", "maintenance: drop_below must lie between 0 and 1"),
        ("id = \"handbook\"", "", "`id` is missing"),
        ("ageing_days = [30, 60, 90]", "ageing_days = [30, 30, 90]", "credit: ageing_days must rise"),
        ("opportunity_below = \"1\"", "opportunity_below = \"1.1\"", "review: opportunity_below must lie"),
        ("results = [\"sales\"]", "results = [\"sale\"]", "unknown variant `sale`"),
        ("amber_from = \"0.8\"", "amber_from = \"1\"", "plans: amber_from, green_from and attainment_cap must rise"),
        (
            "{ value = \"none\", points = 0, reason = \"veto-willingness\"",
            "{ value = \"none\", points = 1, reason = \"veto-willingness\"",
            "willingness: a choice with a veto must earn 0",
        ),
        ("safety_factor = \"1.5\"", "safety_factor = \"0\"", "stock: safety_factor must lie above 0"),
        ("\"涪陵\" = \"A\"", "\"涪陵\" = \"D\"", "the class of 涪陵 is D"),
        ("new_customer_months = 3", "new_customer_month = 3", "unknown field"),
    ] {
        let said = faults_after(old, new);
        assert!(said.contains(fault), "{new}: {said}");
    }
}

const PROGRESSIVE: &str = include_str!("../../../schemas/policies/progressive.toml");

fn faults_of(text: &str) -> Vec<String> {
    let faults = Policy::parse("test.toml", text).err().map(|error| error.faults()).unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn the_shipped_policies_use_every_kind_and_their_worked_examples_come_out() {
    let policies = Policy::shipped().unwrap();
    let kinds: std::collections::HashSet<_> =
        policies.iter().flat_map(|p| &p.incentives).map(|i| std::mem::discriminant(&i.kind)).collect();
    assert_eq!(kinds.len(), 7);
    assert!(policies.iter().all(|p| p.rates == Rates::Example && !p.examples.is_empty()));
    assert_eq!(policies[1].grades.len(), 4, "taken over from the handbook");
    assert_ne!(policies[0].sha256, policies[1].sha256);
}

#[test]
fn a_key_that_is_not_known_is_refused_wherever_it_stands() {
    for (old, new, fault) in [
        ("rates = \"example\"", "rates = \"example\"\nversin = 1", "there is no key `versin`; was `version` meant?"),
        ("from = \"90\"", "from = \"90\"\ntill = \"95\"", "grades[1] (core): there is no key `till`"),
        (
            "kind = \"rank\"",
            "kind = \"rank\"\nstep = \"1\"",
            "scorecards[1] (agency), characteristics[1] (annual_volume): its kind does not use `step`",
        ),
        (
            "kind = \"evenness\"",
            "kind = \"evenness\"\nwait = 1",
            "(evenness): there is no key `wait`; was `weight` meant?",
        ),
        (
            "kind = \"above_target\"",
            "kind = \"above_target\"\ncapp = \"5\"",
            "incentives[1] (excess_volume): there is no key `capp`; was `cap` meant?",
        ),
        (
            "kind = \"above_target\"",
            "kind = \"above_target\"\nviolations = []",
            "incentives[1] (excess_volume): its kind does not use `violations`",
        ),
        (
            "title = { zh = \"核心经销商\", en = \"Core\" }",
            "title = { zh = \"核心经销商\", en = \"Core\", fr = \"\" }",
            "there is no key `fr`",
        ),
        ("points_a_step = 3", "", "characteristics[4] (exclusivity): `points_a_step` is missing"),
        ("dealer = { mode =", "dealer = { modus = \"x\", mode =", "dealer has no column modus"),
        ("[examples.expect]", "[examples.expect]\nsum = \"1\"", "there is no key `sum`"),
    ] {
        let said = faults_after(old, new);
        assert!(said.contains(fault), "{new}: {said}");
    }
}

#[test]
fn all_faults_are_said_at_once() {
    let text = SHIPPED
        .replacen("kind = \"above_target\"", "kind = \"above_target\"\ncapp = \"5\"", 1)
        .replacen("kind = \"exclusive_sale\"", "kind = \"exclusive_sail\"", 1)
        .replacen("violation = \"price\"", "", 1)
        .replacen("version = \"1.0.0\"", "", 1)
        .replacen("cliff = \"1000\"\n", "", 1)
        .replacen("id = \"agency\"\n", "", 1)
        .replacen("general_agency = false", "general_agency = 7", 1);
    let faults = faults_of(&text);
    assert_eq!(faults.len(), 7, "{faults:#?}");
    for part in [
        "check: it can't be read: missing field `cliff`",
        "scorecards[1]: it can't be read: missing field `id`",
        "modes: it can't be read: expected the id of a scorecard, or false",
        "`version` is missing",
        "`violation` is missing",
        "exclusive_sail",
        "`capp`",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:#?}");
    }
}

#[test]
fn what_an_incentive_can_get_wrong_is_said() {
    for (old, new, fault) in [
        ("{ from = \"500\", rate", "{ from = \"50\", rate", "the tiers' bounds must rise"),
        ("{ from = \"500\", rate", "{ from = \"500\", percent", "takes `rate`, and that alone"),
        ("percent = \"0.2\"", "percent = \"120\"", "120 percent is more than the whole amount"),
        ("method = \"marginal\" ", "", "incentives[4] (volume_tiers): `method` is missing"),
        ("minimum = \"500\"", "minimum = \"500\"\ncap = \"400\"", "the minimum 500 is above the cap 400"),
        ("minimum = \"100\"", "minimum = \"-1\"", "must be above 0"),
        ("minimum = \"100\"", "minimum = \"1.005\"", "more than 2 decimals"),
        ("from_percent = \"10\"", "", "`from_percent` is missing"),
        ("rate = \"12\"", "rate = \"12\"\npercent = \"1\"", "give either `rate`"),
        ("rate = \"12\"", "", "give either `rate`"),
        ("regions = [\"涪陵\", \"岳阳\"]", "regions = []", "regions is empty"),
        ("grades = [\"core\", \"key\", \"ordinary\"]", "grades = [\"corr\"]", "there is no grade corr"),
        ("modes = [\"general_distributor\",", "modes = [\"shop\",", "there is no mode shop"),
        ("id = \"growth\"", "id = \"cap\"", "choose another id"),
        ("id = \"growth\"", "id = \"compliance\"", "stands twice"),
        ("extends = \"handbook\"", "extends = \"nothing\"", "there is no policy nothing"),
        ("ordinary = \"50000\" }", "ordinery = \"50000\" }", "dealer_cap: there is no grade ordinery"),
        ("growth = \"4507.50\"", "growth = \"4507.51\"", "growth is 4507.50 instead of 4507.51"),
    ] {
        assert!(PROGRESSIVE.contains(old), "{old}");
        let faults = faults_of(&PROGRESSIVE.replacen(old, new, 1)).join("\n");
        assert!(faults.contains(fault), "{new}: {faults}");
    }
}

#[test]
fn policies_of_a_folder_are_read_by_name_and_all_their_faults_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let own = |id: &str| PROGRESSIVE.replacen("id = \"progressive\"", &format!("id = \"{id}\""), 1);
    write("b.toml", &own("second"));
    write("a.toml", &own("first"));
    write("notes.txt", "not a policy");
    let shipped = Policy::shipped().unwrap();
    let ids = |policies: Vec<Policy>| policies.into_iter().map(|p| p.id).collect::<Vec<_>>();
    assert_eq!(ids(Policy::in_folder(folder.path(), &shipped).unwrap()), ["first", "second"]);
    write("c.toml", &own("handbook"));
    write("d.toml", &own("first"));
    write("e.toml", "id = ");
    let error = Policy::in_folder(folder.path(), &shipped).unwrap_err().to_string();
    for part in ["c.toml: the id handbook is another", "d.toml: the policy first has a version 1.0.0 already", "e.toml"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
}

mod cliffs {
    use super::*;
    use crate::policy_check::cliffs::{Cliff, Step, find};

    fn with<R>(change: impl FnOnce(&mut Policy), look: impl FnOnce(&[Cliff<'_>]) -> R) -> R {
        let mut policy = Policy::parse("test.toml", PROGRESSIVE).unwrap();
        change(&mut policy);
        let settings = policy.check.clone().unwrap();
        look(&find(&policy, &settings))
    }

    fn at_tonnes(cliffs: &[Cliff<'_>], id: &str) -> Vec<(String, String, String)> {
        let of = |cliff: &Cliff<'_>| match &cliff.step {
            Step::Tonne { tonnes, paid } if paid.incentive.id == id => {
                Some((tonnes.to_string(), paid.before.to_string(), paid.after.to_string()))
            }
            _ => None,
        };
        cliffs.iter().filter_map(of).collect()
    }

    fn text(bounds: (&str, &str, &str)) -> (String, String, String) {
        (bounds.0.to_owned(), bounds.1.to_owned(), bounds.2.to_owned())
    }

    #[test]
    fn retroactive_tiers_jump_at_their_bounds_and_marginal_ones_do_not() {
        with(
            |_| (),
            |cliffs| {
                // 1,000,000 yuan at 1,800 a tonne are 555.6 t: 555 × 1800 × 0.2% and 556 × 1800 × 0.5%.
                let rebate = at_tonnes(cliffs, "sales_rebate");
                assert_eq!(rebate, [text(("556", "1998.00", "5004.00")), text(("1667", "14994.00", "24004.80"))]);
                assert!(at_tonnes(cliffs, "volume_tiers").is_empty());
            },
        );
    }

    #[test]
    fn growth_jumps_at_its_threshold_for_each_grade_that_is_paid() {
        with(
            |_| (),
            |cliffs| {
                let growth = at_tonnes(cliffs, "growth");
                // The ordinary dealer's 800 yuan stay below the set sum.
                assert_eq!(growth, [text(("1100", "0.00", "1500.00")), text(("1100", "0.00", "1200.00"))]);
            },
        );
    }

    #[test]
    fn a_minimum_is_a_cliff_where_it_is_above_the_set_sum() {
        let raise = |policy: &mut Policy| {
            let commission = policy.incentives.iter_mut().find(|i| i.id == "agency_commission").unwrap();
            commission.minimum = Some(Decimal::from(6000));
        };
        with(raise, |cliffs| {
            assert_eq!(at_tonnes(cliffs, "agency_commission"), [text(("500", "0.00", "6000.00"))]);
        });
        with(
            |_| (),
            |cliffs| {
                // 83 t earn 996 yuan, less than the minimum of 1000.
                assert_eq!(at_tonnes(cliffs, "agency_commission"), [text(("84", "0.00", "1008.00"))]);
            },
        );
    }

    #[test]
    fn a_grade_s_bound_is_told_programme_by_programme_and_once_for_all_who_get_the_same() {
        with(
            |_| (),
            |cliffs| {
                let grades: Vec<_> = cliffs
                    .iter()
                    .filter_map(|c| if let Step::Grade(at) = &c.step { Some((c.change, at)) } else { None })
                    .collect();
                let reported: Vec<_> =
                    grades.iter().map(|(change, at)| (at.upper, at.exclusive, change.to_string())).collect();
                let reported: Vec<_> =
                    reported.iter().map(|(upper, exclusive, change)| (*upper, *exclusive, change.as_str())).collect();
                assert_eq!(
                    reported,
                    [
                        (0, Some(false), "8760.00"),
                        (0, Some(true), "22760.00"),
                        (1, Some(false), "9880.00"),
                        (1, Some(true), "15880.00"),
                        (2, None, "12590.00"),
                        (2, None, "23390.00"),
                    ]
                );
                assert!(grades.iter().all(|(_, at)| at.regions.is_none()));
                assert_eq!((grades[0].1.modes.len(), grades[4].1.modes.len(), grades[5].1.modes.len()), (5, 1, 4));
            },
        );
    }

    #[test]
    fn a_tonne_of_another_brand_costs_the_exclusive_sale() {
        with(
            |_| (),
            |cliffs| {
                let lost =
                    cliffs.iter().filter(|c| matches!(c.step, Step::OtherBrand(_))).map(|c| c.change.to_string());
                assert_eq!(lost.collect::<Vec<_>>(), ["-20000.00", "-6000.00"]);
            },
        );
    }
}
