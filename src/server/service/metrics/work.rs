//! Workbooks: what they were, what was found in them and what became of them.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use dealerbook_engine::schema::Severity;
use dealerbook_output::pipeline::Report;
use dealerbook_output::report::json::CodeCount;
use dealerbook_store::Run;

/// The shortest time that is told apart, seconds; each further bound is twice as long, up to about five minutes.
const SHORTEST_SECONDS: f64 = 0.02;
const SECONDS_BOUNDS: u16 = 15;
/// The smallest size that is told apart, bytes; each further bound is four times as large, up to 64 MiB.
const SMALLEST_BYTES: f64 = 4096.0;
const BYTES_BOUNDS: u16 = 8;

/// What is counted of workbooks.
#[derive(Debug)]
pub struct WorkFigures {
    runs: Family<RunLabels, Counter>,
    seconds: Histogram,
    workbooks: Family<WorkbookLabels, Counter>,
    bytes: Histogram,
    faults: Family<FaultLabels, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RunLabels {
    kind: &'static str,
    status: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WorkbookLabels {
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FaultLabels {
    code: &'static str,
    severity: &'static str,
}

impl Default for WorkFigures {
    fn default() -> Self {
        WorkFigures {
            runs: Family::default(),
            seconds: Histogram::new(exponential_buckets(SHORTEST_SECONDS, 2.0, SECONDS_BOUNDS)),
            workbooks: Family::default(),
            bytes: Histogram::new(exponential_buckets(SMALLEST_BYTES, 4.0, BYTES_BOUNDS)),
            faults: Family::default(),
        }
    }
}

impl WorkFigures {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("runs", "Runs and validations that were kept", self.runs.clone());
        registry.register(
            "calculation_seconds",
            "Time from the upload's arrival to its run, with waiting",
            self.seconds.clone(),
        );
        registry.register("workbooks", "Workbooks that were worked on, by type", self.workbooks.clone());
        registry.register("workbook_bytes", "Sizes of the workbooks that were worked on", self.bytes.clone());
        registry.register("faults", "What was found in the data, by code", self.faults.clone());
    }

    /// A run or validation that was kept.
    pub fn count_run(&self, run: &Run, took: Duration) {
        self.runs.get_or_create(&RunLabels { kind: run.kind.as_str(), status: run.status.clone() }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// A workbook of so many bytes that was worked on, with what was found in it.
    pub fn count_workbook(&self, report: &Report, bytes: u64) {
        self.workbooks.get_or_create(&WorkbookLabels { kind: report.upload_kind() }).inc();
        self.bytes.observe(bytes as f64);
        for CodeCount { code, severity, count, .. } in &report.summary().codes {
            let labels = FaultLabels { code, severity: text(*severity) };
            self.faults.get_or_create(&labels).inc_by(u64::from(*count));
        }
    }
}

fn text(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
