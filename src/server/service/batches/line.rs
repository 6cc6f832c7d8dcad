//! The line in which the files of batches wait for this server's workers, and how its work is woken and stopped.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::problem::Problem;
use dealerbook_base::lang::Lang;
use dealerbook_store::Queue;

/// How a problem is written down as the outcome of a file, in a language, in the name of what `instance` names: the document that
/// whoever asks for the batch later is shown.
pub type Describe = fn(problem: &Problem, lang: Lang, instance: String) -> String;

/// The background work of this server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Jobs {
    pub(super) queue: Queue,
    pub(super) wake: Arc<Notify>,
    pub(super) stop: CancellationToken,
    pub(super) describe: Describe,
}

impl Jobs {
    /// Returns work over a queue, not begun yet.
    pub fn new(queue: Queue, describe: Describe) -> Jobs {
        Jobs { queue, wake: Arc::new(Notify::new()), stop: CancellationToken::new(), describe }
    }

    /// Says that there is something to hand to the queue.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Lets the work end: nothing more is taken, and what was taken is given back.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Ends once the work is to end.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Closes the queue.
    pub async fn close(&self) {
        self.queue.close().await;
    }
}
