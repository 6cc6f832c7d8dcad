//! How long each stage of a run takes, from its upload's first byte to its row: a figure for each, and a span where traces are wanted.

use std::cell::RefCell;
use std::time::Instant;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use tracing::Span;

use crate::telemetry::STAGES;
use dealerbook_output::pipeline::{Observer, Stage};

/// The shortest time that is told apart, seconds; each further bound is twice as long, up to a minute.
const SHORTEST_SECONDS: f64 = 0.001;
const BOUNDS: u16 = 17;

/// A histogram a stage.
#[derive(Clone, Debug)]
pub struct StageFigures {
    seconds: Family<StageLabels, Histogram, fn() -> Histogram>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StageLabels {
    stage: &'static str,
}

impl Default for StageFigures {
    fn default() -> Self {
        let seconds = || Histogram::new(exponential_buckets(SHORTEST_SECONDS, 2.0, BOUNDS));
        StageFigures { seconds: Family::new_with_constructor(seconds) }
    }
}

impl StageFigures {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("stage_seconds", "Time by stage of a run", self.seconds.clone());
    }

    /// Begins a stage, which ends when what is returned is dropped. Its span belongs to the current one.
    pub fn begin(&self, stage: &'static str) -> Timed {
        let span = tracing::info_span!(target: STAGES, "stage", otel.name = stage);
        Timed { seconds: self.seconds.get_or_create_owned(&StageLabels { stage }), begin: Instant::now(), _span: span }
    }
}

/// A stage that is going on.
#[derive(Debug)]
pub struct Timed {
    seconds: Histogram,
    begin: Instant,
    /// Never entered: what is logged meanwhile belongs to the request.
    _span: Span,
}

impl Drop for Timed {
    fn drop(&mut self) {
        self.seconds.observe(self.begin.elapsed().as_secs_f64());
    }
}

/// Watches the pipeline's stages, one behind the other. The last one ends with it.
#[derive(Debug)]
pub struct Stages<'f> {
    figures: &'f StageFigures,
    now: RefCell<Option<Timed>>,
}

impl<'f> Stages<'f> {
    /// Before the first stage.
    pub fn new(figures: &'f StageFigures) -> Stages<'f> {
        Stages { figures, now: RefCell::new(None) }
    }
}

impl Observer for Stages<'_> {
    fn begins(&self, stage: Stage) {
        // The earlier one ends before the later one begins.
        drop(self.now.take());
        self.now.replace(Some(self.figures.begin(stage.as_str())));
    }
}
