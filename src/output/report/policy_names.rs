//! How grades and programmes are called where several policies are at hand: the first that knows an id names it.

use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{CAP_LINE, Policy, Title};

/// The policies, those that matter most first.
#[derive(Clone)]
pub struct PolicyNames<'a> {
    /// The policies.
    pub policies: Vec<&'a Policy>,
    /// The language.
    pub lang: Lang,
}

impl PolicyNames<'_> {
    /// A grade's name, or its id where nobody knows it.
    pub fn grade<'n>(&'n self, id: &'n str) -> &'n str {
        self.name(id, |policy| policy.grades.iter().find(|grade| grade.id == id).map(|grade| &grade.title))
    }

    /// A programme's name; that of the dealer's cap as well.
    pub fn programme<'n>(&'n self, id: &'n str) -> &'n str {
        if id == CAP_LINE {
            return self.lang.pick("经销商封顶扣减", "Taken off by the dealer's cap");
        }
        self.name(id, |policy| policy.incentives.iter().find(|paid| paid.id == id).map(|paid| &paid.title))
    }

    fn name<'n>(&'n self, id: &'n str, of: impl Fn(&'n Policy) -> Option<&'n Title>) -> &'n str {
        self.policies.iter().find_map(|policy| of(policy)).map_or(id, |title| title.pick(self.lang))
    }

    /// Things with a grade, the best grade first, unknown ones behind, none last.
    pub fn in_order<'t, T>(&self, things: &'t [T], grade: impl Fn(&T) -> Option<&str>) -> Vec<&'t T> {
        let place = |id: &str| self.policies.iter().find_map(|policy| policy.grade(id)).unwrap_or(usize::MAX - 1);
        let mut ordered: Vec<&T> = things.iter().collect();
        ordered.sort_by_key(|thing| grade(thing).map_or(usize::MAX, place));
        ordered
    }
}
