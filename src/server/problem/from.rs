//! Failures of the rooms below as problems.

use super::Problem;
use dealerbook_engine::settlement::Refusal;
use dealerbook_output::pipeline::PipelineError;
use dealerbook_package::archive::ArchiveError;
use dealerbook_store::{ArtefactError, Outage, StoreError, is_disk_full};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Problem::Settlement(refusal)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::failure(error.outage(), error)
    }
}

impl From<ArtefactError> for Problem {
    fn from(error: ArtefactError) -> Self {
        Problem::failure(error.outage(), error)
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Problem::failure(is_disk_full(&error).then_some(Outage::Full), error)
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::Io(error) => error.into(),
            error => Problem::Archive(error),
        }
    }
}

impl From<PipelineError> for Problem {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Internal(cause) if is_disk_full(cause.as_ref()) => Problem::StorageFull(cause),
            PipelineError::Internal(cause) => Problem::Internal(cause),
            error => Problem::Workbook(error),
        }
    }
}
