//! The rules of each programme in words, out of the policy in force: what 计算说明 says of a run, without a run.

use super::about_sheet::{self, Section};
use dealerbook_engine::programmes;
use dealerbook_engine::sheet::Words;

/// A rule: what, and how.
pub type Said = (String, String);

/// Rules under a heading of their own, where a programme has several kinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleGroup {
    /// The heading, where there is one.
    pub title: Option<String>,
    /// The rules.
    pub rules: Vec<Said>,
    /// Whether they must not be taken for the company's own.
    pub example: bool,
}

/// The rules of a programme by its name; none where the program knows no such programme.
pub fn of(programme: &str, words: Words<'_>) -> Option<Vec<RuleGroup>> {
    let rules = match programme {
        "assessment" => return Some(about_sheet::assessment_rules(words).into_iter().map(RuleGroup::from).collect()),
        "incentives" => return Some(vec![about_sheet::incentive_rules(words).into()]),
        name => programmes::rules(name, words)?,
    };
    Some(vec![RuleGroup { title: None, rules, example: false }])
}

impl From<Section> for RuleGroup {
    /// What stands in a row behind its second cell is reported in the same breath.
    fn from(section: Section) -> RuleGroup {
        let said = |row: &about_sheet::Row| {
            let mut texts = row.iter().map(|cell| cell.text().to_owned()).filter(|text| !text.is_empty());
            (texts.next().unwrap_or_default(), texts.collect::<Vec<_>>().join(" · "))
        };
        let rules = section.rows.iter().map(said).collect();
        RuleGroup { title: Some(section.title), rules, example: section.warning }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dealerbook_base::lang::Lang;
    use dealerbook_engine::policy::Policy;
    use dealerbook_engine::schema::Schemas;

    #[test]
    fn every_programme_tells_its_rules_in_both_languages() {
        let (schemas, policies) = (Schemas::embedded().unwrap(), Policy::shipped().unwrap());
        for policy in &policies {
            for programme in &schemas.programmes {
                let [zh, en] = [Lang::Zh, Lang::En].map(|lang| {
                    let words = Words { schemas: &schemas, policy, lang };
                    of(&programme.name, words).unwrap_or_else(|| panic!("{}", programme.name))
                });
                assert!(zh.iter().all(|group| !group.rules.is_empty()), "{}", programme.name);
                let lengths = |groups: &[RuleGroup]| groups.iter().map(|group| group.rules.len()).collect::<Vec<_>>();
                assert_eq!(lengths(&zh), lengths(&en));
                assert_ne!(zh, en);
            }
        }
    }

    #[test]
    fn the_figures_are_the_policys_own() {
        let schemas = Schemas::embedded().unwrap();
        let own = include_str!("../../../schemas/policies/handbook.toml");
        let own = own.replace("new_customer_months = 3 ", "new_customer_months = 7 ");
        let policy = Policy::parse("own.toml", &own).unwrap();
        let rules = of("credit", Words { schemas: &schemas, policy: &policy, lang: Lang::En }).unwrap();
        assert!(rules[0].rules.iter().any(|(_, how)| how.contains("under 7 months")), "{rules:?}");
    }
}
