//! Which runs an address asks for.

use url::form_urlencoded;

use crate::http::Problem;
use crate::http::request::{one_of, rows, shown, uuid, year};
use dealerbook_base::key::Key;
use dealerbook_store::RunFilter;

const ROWS_DEFAULT: u32 = 50;
const ROWS_MAX: u32 = 200;
/// What narrows the list.
pub const LIST_PARAMETERS: &[&str] = &["limit", "before", "kind", "status", "period", "uploader", "region", "q"];

/// Which runs are asked for, and how many at most.
///
/// # Errors
/// For an unknown parameter or value.
pub(in crate::http) fn parse_filter(query: &str) -> Result<(RunFilter, u32), Problem> {
    let (mut filter, mut rows_max) = (RunFilter::default(), ROWS_DEFAULT);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = value.as_ref();
        match name.as_ref() {
            "limit" => rows_max = rows(value, ROWS_MAX, "1..200")?,
            "before" => filter.before = Some(uuid("before", value)?),
            "kind" => {
                filter.kind = Some(one_of("kind", value, &[("run", "run"), ("validation", "validation")])?.to_owned())
            }
            "status" => {
                let statuses = [("ok", "ok"), ("faulty", "faulty"), ("partial", "partial")];
                filter.status = Some(one_of("status", value, &statuses)?.to_owned());
            }
            "period" => filter.period = Some(year("period", value)?.into()),
            "uploader" => filter.uploader = text(value),
            "region" => filter.region = text(value).map(|region| Key::new(&region)).filter(|region| !region.is_empty()),
            "q" => filter.text = text(value),
            unknown => {
                return Err(Problem::UnknownParameter { name: shown(unknown), allowed: LIST_PARAMETERS });
            }
        }
    }
    Ok((filter, rows_max))
}

/// An empty text is none, as forms send it.
fn text(value: &str) -> Option<String> {
    Some(value.trim().to_owned()).filter(|text| !text.is_empty())
}
