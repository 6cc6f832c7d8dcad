//! What is going on: looked at whenever somebody asks.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::http::Service;
use crate::telemetry::memory;
use dealerbook_store::FileStatus;

/// Whoever asks for figures isn't kept waiting for a database that is gone.
const COUNT_TIME_MAX: Duration = Duration::from_secs(2);

type Count = Gauge<u64, AtomicU64>;

/// Gauges, and what they have been told last.
#[derive(Debug, Default)]
pub struct StateFigures {
    uploads_arriving: Count,
    uploads_max: Count,
    calculations_running: Count,
    calculations_waiting: Count,
    workers: Count,
    queue_max: Count,
    batch_files: Family<FileLabels, Count>,
    database_connections: Family<ConnectionLabels, Count>,
    memory_bytes: Count,
    memory_bytes_peak: Count,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FileLabels {
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConnectionLabels {
    state: &'static str,
}

impl StateFigures {
    pub(super) fn registered(registry: &mut Registry) -> StateFigures {
        let state = StateFigures::default();
        // These two under the names that all programs give them.
        registry.register("process_resident_memory_bytes", "Memory that is held now", state.memory_bytes.clone());
        registry.register(
            "process_resident_memory_max_bytes",
            "The most memory that was held at a time",
            state.memory_bytes_peak.clone(),
        );
        let own = registry.sub_registry_with_prefix("dealerbook");
        own.register("build", "The program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        for (name, help, gauge) in [
            ("uploads_arriving", "Bodies that arrive", &state.uploads_arriving),
            ("uploads_max", "Bodies that may arrive at the same time", &state.uploads_max),
            ("calculations_running", "Calculations that run", &state.calculations_running),
            ("calculations_waiting", "Calculations that wait for a worker", &state.calculations_waiting),
            ("workers", "Calculations that may run at the same time", &state.workers),
            ("queue_max", "Calculations that may wait for a worker", &state.queue_max),
        ] {
            own.register(name, help, gauge.clone());
        }
        own.register("batch_files", "Files of batches that are kept, of all servers", state.batch_files.clone());
        own.register("database_connections", "Connections to the database", state.database_connections.clone());
        state
    }

    /// Looks at everything.
    pub(super) async fn look(&self, service: &Service, uploads_arriving: usize) {
        let limits = &service.limits;
        self.uploads_arriving.set(uploads_arriving as u64);
        self.uploads_max.set(limits.uploads_max.into());
        self.calculations_running.set(service.workers.running() as u64);
        self.calculations_waiting.set(service.workers.waiting() as u64);
        self.workers.set(limits.workers.into());
        self.queue_max.set(limits.queue_max.into());
        self.look_at_batches(service).await;
        let (connections, idle) = service.store.connections();
        self.database_connections.get_or_create(&ConnectionLabels { state: "idle" }).set(idle);
        let in_use = connections.saturating_sub(idle);
        self.database_connections.get_or_create(&ConnectionLabels { state: "in-use" }).set(in_use);
        if let Some(memory) = memory::held() {
            self.memory_bytes.set(memory.bytes);
            self.memory_bytes_peak.set(memory.bytes_peak);
        }
    }

    /// A database that doesn't answer has no counts, rather than those of before.
    async fn look_at_batches(&self, service: &Service) {
        let counted = tokio::time::timeout(COUNT_TIME_MAX, service.store.all_batch_counts()).await;
        let Ok(Ok(counts)) = counted else { return self.batch_files.clear() };
        for (status, files) in [
            (FileStatus::Queued, counts.queued),
            (FileStatus::Running, counts.running),
            (FileStatus::Done, counts.done),
            (FileStatus::Failed, counts.failed),
            (FileStatus::Cancelled, counts.cancelled),
        ] {
            let labels = FileLabels { status: status.as_str() };
            self.batch_files.get_or_create(&labels).set(u64::try_from(files).unwrap_or_default());
        }
    }
}
