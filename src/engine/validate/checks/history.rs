//! `reconciliation`: what the dealers sheet says of the year before differs from what that year came to.
//!
//! Why: a grade or a volume of last year that was typed anew decides elimination and growth payments; where it differs from the result
//! that is known, somebody should look before it does. What the sheet says counts. Example: 上年评级 says 普通, last year's result says
//! 问题.

use rust_decimal::Decimal;

use super::Scope;
use crate::schema::Severity;
use crate::validate::issue::{Code, Detail};
use dealerbook_base::narrow::u16_of;

pub(super) fn check(scope: &mut Scope<'_>) {
    let Some(past) = scope.past else { return };
    let (Some(index), Some(table)) = (scope.schemas.index("dealers"), scope.table("dealers")) else { return };
    let resource = scope.resource(index);
    let (Some(id), Some(grade), Some(tonnes)) =
        (resource.field("dealer_id"), resource.field("previous_grade"), resource.field("last_year_tonnes"))
    else {
        return;
    };
    let mut found = Vec::new();
    for row in 0..table.len() {
        let Some(past_dealer) = table.column(id).text(row).and_then(|id| past.dealer(id)) else { continue };
        let categories = &resource.fields[grade].categories;
        let was = past_dealer.grade.as_ref().and_then(|id| categories.iter().position(|c| c.value == *id));
        if let (Some(says), Some(was)) = (table.column(grade).category(row), was)
            && says != was
        {
            found.push((row, grade, Detail::PastGrade { period: past.period, grade: u16_of(was) }));
        }
        let tolerance = scope.policy.tonnes_tolerance;
        let differs = |says: Decimal, was: Decimal| (says - was).abs() > tolerance;
        if let (Some(says), Some(was)) = (table.column(tonnes).number(row), past_dealer.tonnes)
            && differs(says, was)
        {
            found.push((row, tonnes, Detail::PastTonnes { period: past.period, tonnes: was }));
        }
    }
    for (row, field, detail) in found {
        scope.say(index, row, field, Severity::Warning, Code::Reconciliation, detail);
    }
}
