//! Which lines of the audit log an address asks for.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use strum::VariantNames;

use crate::http::Problem;
use crate::http::request::{self, invalid, rows};
use dealerbook_base::clock;
use dealerbook_store::{AuditAction, AuditFilter};

const ROWS_DEFAULT: u32 = 50;
const ROWS_MAX: u32 = 200;
const PARAMETERS: &[&str] = &["limit", "before", "who", "what", "object", "from", "to"];

/// What a query asks for: which lines, and how many at most.
pub fn parse(query: &str) -> Result<(AuditFilter, u32), Problem> {
    let (mut filter, mut rows_max) = (AuditFilter::default(), ROWS_DEFAULT);
    for (name, value) in request::parameters(query, PARAMETERS)? {
        let value = value.trim();
        match name {
            // Forms send their empty fields too; of the others, none can be empty.
            "who" | "object" if value.is_empty() => {}
            "limit" => rows_max = rows(value, ROWS_MAX, "1..200")?,
            "before" => {
                let seq = value.parse().ok().filter(|seq: &i64| *seq >= 1);
                filter.before = Some(seq.ok_or_else(|| invalid("before", value, vec!["1.."]))?);
            }
            // PostgreSQL takes such a text for none.
            "who" | "object" if value.contains('\0') => return Err(invalid(name, value, vec!["UTF-8"])),
            "who" => filter.who = Some(value.to_owned()),
            "what" => {
                let action = value.parse().map_err(|_| invalid("what", value, AuditAction::VARIANTS.to_vec()))?;
                filter.what = Some(action);
            }
            "object" => filter.object = Some(value.to_owned()),
            "from" => filter.from = Some(midnight("from", value, 0)?),
            _ => filter.until = Some(midnight("to", value, 1)?),
        }
    }
    Ok((filter, rows_max))
}

/// The beginning of a day, or of one so many days later, in UTC.
fn midnight(name: &'static str, value: &str, days_later: i64) -> Result<String, Problem> {
    let day = Date::strptime("%Y-%m-%d", value).ok().filter(|_| value.len() == 10);
    let day = day.and_then(|day| day.checked_add(jiff::Span::new().days(days_later)).ok());
    let midnight = day.and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    midnight.map(|at| clock::text(at.timestamp())).ok_or_else(|| invalid(name, value, vec!["YYYY-MM-DD"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole() {
        let (filter, _) = parse("from=2008-01-31&to=2008-02-29").unwrap();
        assert_eq!(filter.from.as_deref(), Some("2008-01-31T00:00:00.000Z"));
        assert_eq!(filter.until.as_deref(), Some("2008-03-01T00:00:00.000Z"));
    }

    #[test]
    fn what_is_unknown_is_refused() {
        assert!(matches!(parse("whom=x"), Err(Problem::UnknownParameter { .. })));
        assert!(matches!(parse("who=x&who=y"), Err(Problem::RepeatedParameter { .. })));
        for query in ["limit=0", "limit=201", "before=0", "what=x", "who=%00", "from=2008-02-30", "to=9999-12-31"] {
            assert!(matches!(parse(query), Err(Problem::InvalidValue { .. })), "{query}");
        }
    }
}
