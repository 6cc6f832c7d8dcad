//! What has been done since the start: workbooks, what was found in them, and how long each stage took. Who shows these figures, and in
//! which form, isn't known here.

mod stages;
mod work;

use prometheus_client::registry::Registry;

pub use stages::{StageFigures, Stages};
pub use work::WorkFigures;

/// The figures of the service's work.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Workbooks and what was found in them.
    pub work: WorkFigures,
    /// How long each stage of a run takes.
    pub stages: StageFigures,
}

impl Metrics {
    /// Registers all figures under their names.
    pub fn register(&self, registry: &mut Registry) {
        self.work.register(registry);
        self.stages.register(registry);
    }
}
