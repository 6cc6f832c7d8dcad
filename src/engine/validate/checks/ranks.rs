//! `ranks-within-file`: all dealers of the workbook are of one region, and points hang on their ranks among each other (handbook 2).
//!
//! Why: a company that sends a file a region ranks each region for itself, so that the same dealers score and earn more than in one file.
//! Example: 10 dealers, all of 西北区, whose cards score the annual volume by rank.

use super::Scope;
use super::dealers::card_of;
use crate::policy::Rule;
use crate::validate::issue::{Code, Detail};

pub(super) fn within_file(scope: &mut Scope<'_>) {
    let Some(index) = scope.schemas.index("dealers") else { return };
    let resource = scope.resource(index);
    let (Some(region), Some(mode)) = (resource.field("region"), resource.field("channel_mode")) else { return };
    let Some(table) = scope.tables[index].as_ref() else { return };
    let regions = table.column(region);
    let Some(first) = regions.key(0).filter(|first| (1..table.len()).all(|row| regions.key(row) == Some(*first)))
    else {
        return;
    };
    let is_ranked = |card: usize| {
        let rules = scope.policy.scorecards[card].characteristics.iter().map(|one| &one.rule);
        rules.into_iter().any(|rule| matches!(rule, Rule::Rank { .. }))
    };
    let ranked = (0..table.len()).filter(|row| card_of(scope, index, mode, *row).is_some_and(is_ranked)).count();
    // One alone is ranked among nobody.
    if ranked < 2 {
        return;
    }
    let (place, region) = (table.label_place(region), first.to_string());
    scope.issues.tell(Code::RanksWithinFile, place, Some(&region), Detail::RanksWithinFile(ranked));
}
