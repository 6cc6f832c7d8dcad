//! Which version of a policy counts: the one that was in force at the end of the period.
//!
//! The period is known only when the sheets are read, and no policy changes it: so they are checked by the version that the request's
//! period leads to, else by the newest, and once more by another where the period that was found leads to that. A run's key holds every
//! version that may count.

use jiff::civil::{Date, date};

use super::{Engine, PipelineError, PolicyChoice};
use dealerbook_engine::policy::{Policy, family};

/// The last day of a period.
pub fn last_day(period: i16) -> Date {
    date(period, 12, 31)
}

impl Engine {
    /// The same with these policies as well, the company's own: behind those of its folder, before the shipped ones.
    pub fn with_approved(&self, approved: Vec<Policy>) -> Engine {
        let mut engine = self.clone();
        let shipped = engine.policies.iter().position(|policy| Policy::is_shipped(&policy.id));
        let at = shipped.unwrap_or(engine.policies.len());
        engine.policies.splice(at..at, approved);
        engine
    }

    /// The id of the policy that is meant; none where it is given as such.
    pub fn chosen<'a>(&'a self, choice: PolicyChoice<'a>) -> Option<&'a str> {
        match choice {
            PolicyChoice::Default => self.policies.first().map(|policy| policy.id.as_str()),
            PolicyChoice::Id(id) => Some(id),
            PolicyChoice::This(_) => None,
        }
    }

    /// The policy that is meant, in the version that was in force on a day; as long as no day is known, in its newest.
    ///
    /// # Errors
    ///
    /// [`PipelineError::UnknownPolicy`] and [`PipelineError::NotInForce`].
    pub fn policy<'a>(&'a self, choice: PolicyChoice<'a>, day: Option<Date>) -> Result<&'a Policy, PipelineError> {
        if let PolicyChoice::This(policy) = choice {
            return Ok(policy);
        }
        let id = self.chosen(choice).unwrap_or_default();
        let newest = family::newest(&self.policies, id).ok_or_else(|| PipelineError::UnknownPolicy {
            id: id.to_owned(),
            known: family::ids(&self.policies).into_iter().map(str::to_owned).collect(),
        })?;
        let Some(day) = day else { return Ok(newest) };
        family::in_force(&self.policies, id, day).ok_or_else(|| PipelineError::NotInForce {
            id: id.to_owned(),
            day,
            spans: family::spans(&self.policies, id),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_companys_own_policies_come_before_the_shipped_ones() {
        let text = include_str!("../../../schemas/policies/handbook.toml");
        let own =
            Policy::parse("own.toml", &text.replace("id = \"handbook\"", "id = \"own\"\neffective_from = 2027-01-01"));
        let engine = Engine::embedded().unwrap().with_approved(vec![own.unwrap()]);
        assert_eq!(family::ids(&engine.policies), ["own", "handbook", "progressive"]);
        assert_eq!(engine.chosen(PolicyChoice::Default), Some("own"));
        assert!(engine.policy(PolicyChoice::Default, None).is_ok(), "no day is known yet");
        let error = engine.policy(PolicyChoice::Default, Some(last_day(2026))).unwrap_err();
        assert!(matches!(error, PipelineError::NotInForce { .. }));
        assert!(engine.policy(PolicyChoice::Id("handbook"), Some(last_day(2026))).is_ok(), "shipped ones always are");
        assert!(
            engine.policy(PolicyChoice::This(&engine.policies[0]), Some(last_day(2026))).is_ok(),
            "asked for as such"
        );
    }
}
