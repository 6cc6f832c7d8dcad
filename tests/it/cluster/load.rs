//! A client that knows nothing of the servers but their addresses, and asks one behind the other.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder, Response};

use crate::builder::{Book, VISITS, row};
use crate::harness::{TOKEN, header, try_send};

pub const PATIENCE: Duration = Duration::from_secs(40);
/// Before the next server is asked, where one didn't answer at all.
const PAUSE: Duration = Duration::from_millis(50);

/// A workbook and the name under which it is sent; each has another dealer.
#[derive(Clone, Debug)]
pub struct Upload {
    pub filename: String,
    pub bytes: Vec<u8>,
}

impl Upload {
    pub fn numbered(number: usize) -> Upload {
        let dealer = format!("D{number:04}");
        let rows: String = (2..40).map(|n| row(n, &[&dealer, &format!("2007-03-{:02}", n % 28 + 1), "上门"])).collect();
        let book = Book::of(&[("客户维护", &(row(1, &VISITS) + &rows))]);
        Upload { filename: format!("{dealer}.xlsx"), bytes: book.zipped() }
    }
}

/// A 200 that a client was given.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub filename: String,
    /// The run's address.
    pub location: String,
    /// Which server said so.
    pub server: usize,
}

/// A 202 that a client was given.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The batch's address.
    pub location: String,
    /// The names of its files, in their order.
    pub filenames: Vec<String>,
}

/// What the clients have seen.
#[derive(Debug, Default)]
pub struct Seen {
    pub accepted: Vec<Accepted>,
    pub batches: Vec<Batch>,
    /// Answers of 503 with `Retry-After`, and connections that broke: an upload was sent again for each.
    pub told_to_retry: usize,
    pub broken: usize,
    /// Anything else.
    pub unexpected: Vec<String>,
}

/// The clients of all servers together.
pub struct Load {
    servers: Vec<String>,
    next: AtomicUsize,
    client: Client,
    seen: Mutex<Seen>,
}

impl Load {
    pub fn on(servers: Vec<String>) -> Load {
        Load { servers, next: AtomicUsize::new(0), client: crate::harness::client(), seen: Mutex::default() }
    }

    /// Sends an upload until it is accepted, by one server or another.
    pub async fn upload(&self, upload: &Upload) -> Accepted {
        let path = format!("/v1/runs?filename={}", upload.filename);
        let request = |server: &str| self.client.post(format!("{server}{path}")).body(upload.bytes.clone());
        let (server, answer) = self.persist(&upload.filename, request).await;
        let location = header(&answer, "location");
        let accepted = Accepted { filename: upload.filename.clone(), location, server };
        self.saw(|seen| seen.accepted.push(accepted.clone()));
        // Its body may break off where the server is killed: it was accepted all the same.
        let _ = answer.bytes().await;
        accepted
    }

    /// Sends uploads as a batch until it is accepted. The key says that it is the same one each time.
    pub async fn submit(&self, key: &str, uploads: &[Upload]) {
        let file = |upload: &Upload| Part::bytes(upload.bytes.clone()).file_name(upload.filename.clone());
        let form = || uploads.iter().fold(Form::new(), |form, upload| form.part("workbooks", file(upload)));
        let request = |server: &str| {
            self.client.post(format!("{server}/v1/batches")).header("Idempotency-Key", key).multipart(form())
        };
        let (_, answer) = self.persist(key, request).await;
        let filenames = uploads.iter().map(|upload| upload.filename.clone()).collect();
        let batch = Batch { location: header(&answer, "location"), filenames };
        self.saw(|seen| seen.batches.push(batch));
    }

    /// Asks one server behind the other until one has an answer, good or bad.
    pub async fn get(&self, path: &str) -> Response {
        let begin = Instant::now();
        loop {
            match self.turn(|server| self.client.get(format!("{server}{path}"))).await.1 {
                Ok(answer) if answer.status() != 503 => return answer,
                _ => tokio::time::sleep(PAUSE).await,
            }
            assert!(begin.elapsed() < PATIENCE, "nobody answers {path}: {:?}", self.seen());
        }
    }

    async fn persist(&self, what: &str, request: impl Fn(&str) -> RequestBuilder) -> (usize, Response) {
        let begin = Instant::now();
        loop {
            let (server, answer) = self.turn(&request).await;
            match answer {
                Ok(answer) if answer.status().is_success() => return (server, answer),
                Ok(answer) => match header(&answer, "retry-after").parse() {
                    Ok(seconds) if answer.status() == 503 => {
                        self.saw(|seen| seen.told_to_retry += 1);
                        tokio::time::sleep(Duration::from_secs(seconds)).await;
                    }
                    _ => {
                        let said = format!("{what}: {} {}", answer.status(), answer.text().await.unwrap_or_default());
                        self.saw(|seen| seen.unexpected.push(said));
                        tokio::time::sleep(PAUSE).await;
                    }
                },
                Err(_) => {
                    self.saw(|seen| seen.broken += 1);
                    tokio::time::sleep(PAUSE).await;
                }
            }
            assert!(begin.elapsed() < PATIENCE, "{what} is not accepted: {:?}", self.seen());
        }
    }

    /// Asks the server whose turn it is.
    async fn turn(&self, request: impl Fn(&str) -> RequestBuilder) -> (usize, reqwest::Result<Response>) {
        let server = self.next.fetch_add(1, Ordering::Relaxed) % self.servers.len();
        (server, try_send(request(&self.servers[server]).bearer_auth(TOKEN).timeout(PATIENCE)).await)
    }

    /// What was seen so far.
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("no client panicked")
    }

    /// How many uploads and batches were accepted.
    pub fn accepted(&self) -> (usize, usize) {
        let seen = self.seen();
        (seen.accepted.len(), seen.batches.len())
    }

    fn saw(&self, tell: impl FnOnce(&mut Seen)) {
        tell(&mut self.seen());
    }

    /// Returns once so many uploads were accepted.
    pub async fn until_accepted(&self, uploads: usize) {
        while self.seen().accepted.len() < uploads {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
