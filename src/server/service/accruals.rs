//! Accruals: what is to be recognised at the end of a month, and booking it.
//!
//! Bookings are one series a period; whether a month may be booked is decided while the audit log is held, so that two of them can't pass
//! each other.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::again::{Again, Kept};
use super::year::YearFromMonth;
use super::{Problem, Service};
use crate::problem::invalid;
use dealerbook_engine::accrual::{Accrual, Booked, BookedDealer, DealerAccrual, Projections};
use dealerbook_engine::outcome::Outcome;
use dealerbook_engine::programmes::{Horizon, Rest};
use dealerbook_output::pipeline;
use dealerbook_store::{AccrualBooking, NewAccrual, Person, Role, Run};

/// The programmes that an accrual needs; both go by the dealers' year.
const PROGRAMMES: [&str; 2] = ["assessment", "incentives"];

/// A month's accrual as a page shows it, and the year and the policy that it came of.
///
/// # Errors
/// When the month isn't one of the run's year, or the run can't be calculated again.
pub async fn accrued(
    run: &Run,
    month: &str,
    person: &Person,
    service: &Arc<Service>,
) -> Result<(Accrual, Arc<YearFromMonth>), Problem> {
    let month = month_of(month, run)?;
    let (year, booked) = year_from(run, month, person, service).await?;
    service.on_a_worker(move |_| Ok((Accrual::of(&year.projections, &booked), year))).await
}

/// Returns the year from a month, and what was booked before as far as this person may know it.
///
/// # Errors
/// When the run can't be calculated again.
pub async fn year_from(
    run: &Run,
    (period, month): (i16, i8),
    person: &Person,
    service: &Arc<Service>,
) -> Result<(Arc<YearFromMonth>, Booked), Problem> {
    let mut booked = service.store.accrual_before(period, month).await?;
    let year = projected(run, month, service).await?;
    if person.role == Role::Sales {
        // The bookings are the whole company's: of dealers that aren't in the run, sales are told nothing.
        booked.retain(|id, _| year.projections.so_far.dealer(id).is_some());
    }
    Ok((year, booked))
}

/// Books the accrual of a month, which is of the whole year's dealers.
///
/// # Errors
/// When the month isn't one of the run's year or comes before the last one that is booked, or the run can't be calculated again.
pub async fn book(run: &Run, month: &str, by: &Person, service: &Arc<Service>) -> Result<AccrualBooking, Problem> {
    let (period, month) = month_of(month, run)?;
    let year = projected(run, month, service).await?;
    let (accrual, policy) = (Accrual::of(&year.projections, &Booked::new()), &year.policy);
    let booked = |dealer: &DealerAccrual| {
        (dealer.dealer_id.clone(), BookedDealer { name: dealer.name.clone(), recognised: dealer.amounts.recognised })
    };
    let new = NewAccrual {
        period,
        month,
        run_id: run.id.clone(),
        policy_id: policy.id.clone(),
        policy_version: policy.version.clone(),
        expect: accrual.expect.into(),
        expected: accrual.total.expected,
        dealers: accrual.dealers.iter().map(booked).collect(),
    };
    let booked = service.store.book_accrual(&new, &by.name).await?;
    booked.map_err(|last| Problem::AccrualTooEarly { month: month_name(period, month), last: month_name(period, last) })
}

/// Once calculated it is remembered: a run never changes.
async fn projected(run: &Run, month: i8, service: &Arc<Service>) -> Result<Arc<YearFromMonth>, Problem> {
    let key = format!("{} {month}", run.id);
    if let Some(known) = service.remembered.years.find(&key) {
        return Ok(known);
    }
    let (kept, of) = (Kept::open(run, service).await?, service.clone());
    let project = move |stop: &AtomicBool| project(kept.read(&of, stop)?, month, &of, stop);
    let year = Arc::new(service.on_a_worker(project).await?);
    service.remembered.years.remember(&key, &year);
    Ok(year)
}

/// Calculates the year three times over. Synchronous; for a worker.
fn project(mut again: Again, month: i8, service: &Service, stop: &AtomicBool) -> Result<YearFromMonth, Problem> {
    let ran = again.options.programmes.take().unwrap_or_default();
    if PROGRAMMES.iter().any(|needed| !ran.iter().any(|name| name == needed)) {
        return Err(Problem::NothingCalculated);
    }
    again.options.programmes = Some(PROGRAMMES.map(str::to_owned).to_vec());
    let mut look = |rest| -> Result<(Outcome, usize), Problem> {
        again.options.horizon = Some(Horizon { through: month, rest });
        let engine = service.engine();
        let job = again.job(&engine, stop);
        let found = pipeline::walk(&job, |run| Ok(run.outcome().map(|outcome| (outcome, run.without_plan()))))?;
        found.filter(|(outcome, _)| outcome.has_incentives).ok_or(Problem::NothingCalculated)
    };
    let (so_far, without_plan) = look(Rest::Nothing)?;
    let (to_plan, _) = look(Rest::Plan)?;
    let (as_so_far, _) = look(Rest::AsSoFar)?;
    let expect = again.policy.accrual.expect;
    Ok(YearFromMonth {
        projections: Projections { month, expect, so_far, to_plan, as_so_far, without_plan },
        policy: again.policy,
    })
}

/// Returns the period and the month of a text such as 2007-06.
///
/// # Errors
/// When it isn't a month of the run's year.
pub fn month_of(text: &str, run: &Run) -> Result<(i16, i8), Problem> {
    let period: i16 = run.period.and_then(|period| period.try_into().ok()).ok_or(Problem::NothingCalculated)?;
    let month = (1..=12).find(|month| month_name(period, *month) == text);
    month.map(|month| (period, month)).ok_or_else(|| invalid("month", text, vec!["YYYY-MM of the run's year"]))
}

/// Returns the name of a month, such as 2007-06.
pub fn month_name(period: i16, month: i8) -> String {
    format!("{period}-{month:02}")
}
