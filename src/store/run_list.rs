//! The list of runs: filtered, a page at a time, newest first.

use super::conditions::Conditions;
use super::runs::comparable;
use super::{Person, Run, Store, StoreError};

use dealerbook_base::key::Key;

/// Which runs a list shows.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    /// Only older ones than this run.
    pub before: Option<String>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only with this status.
    pub status: Option<String>,
    /// Only of this year.
    pub period: Option<i64>,
    /// Only this person's.
    pub uploader: Option<String>,
    /// Only those with a dealer of this region.
    pub region: Option<Key>,
    /// Only those whose file name or uploader has this text in it, whatever the case, the width and the space.
    pub text: Option<String>,
}

/// Some runs, newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// The runs.
    pub runs: Vec<Run>,
    /// The run to continue behind, when there are more.
    pub before: Option<String>,
}

impl Store {
    /// At most `rows_max` of the runs that a person may see, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn runs(&self, filter: &RunFilter, person: &Person, rows_max: u32) -> Result<Page, StoreError> {
        let order = format!("ORDER BY id DESC LIMIT {}", u64::from(rows_max) + 1);
        let mut runs = filter.conditions(person).select(&order, &self.database.pool).await?;
        let more = runs.len() > rows_max as usize;
        runs.truncate(rows_max as usize);
        let before = runs.last().filter(|_| more).map(|run| run.id.clone());
        Ok(Page { runs, before })
    }
}

impl RunFilter {
    fn conditions(&self, person: &Person) -> Conditions {
        let mut conditions = Conditions::visible_to(person);
        let plain = [
            ("id < ?", &self.before),
            ("kind = ?", &self.kind),
            ("status = ?", &self.status),
            ("uploader = ?", &self.uploader),
        ];
        for (clause, value) in plain {
            value.iter().for_each(|value| conditions.text(clause, &value.replace('\0', "")));
        }
        if let Some(period) = self.period {
            conditions.integer("period = ?", period);
        }
        if let Some(region) = &self.region {
            let of_region = "EXISTS (SELECT 1 FROM run_regions WHERE run_id = runs.id AND region = ?)";
            conditions.text(of_region, region.canonical());
        }
        if let Some(text) = &self.text {
            conditions.text("search LIKE ? ESCAPE '!'", &pattern(&comparable(text)));
        }
        conditions
    }
}

/// For `LIKE`: a text anywhere, with nothing in it that stands for others.
fn pattern(text: &str) -> String {
    let escaped = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}
