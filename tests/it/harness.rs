//! One running server over a folder of its own, and a client with one method per endpoint.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dealerbook::config::{Bucket, CalendarSettings, Limits, NetworkSettings, Places, Settings};
use dealerbook::http::Workers;
use dealerbook::lang::Lang;
use dealerbook::startup::Application;
use dealerbook::token::TokenOrigin;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::servers::postgres::Postgres;
use crate::servers::s3::S3;

pub const TOKEN: &str = "a-token-for-tests";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A client of its own.
pub fn client() -> Client {
    client_builder().build().expect("a client")
}

/// The same, to be set up otherwise. The cryptography of TLS is chosen first, which a program does for itself.
pub fn client_builder() -> ClientBuilder {
    dealerbook::config::cryptography::install();
    Client::builder()
}

/// A workbook that every programme of it can be calculated from.
pub fn sample() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/assessment-small.xlsx");
    std::fs::read(path).expect("the sample workbook")
}

/// The same of another year: its months, and its cover without an as-of date.
pub fn sample_of(year: i16) -> Vec<u8> {
    let year = year.to_string();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts(&sample()) {
        let text = match name.as_str() {
            "xl/sharedStrings.xml" => text.replace("2007", &year),
            "xl/worksheets/sheet1.xml" => {
                text.replace("<v>2007</v>", &format!("<v>{year}</v>")).replace("<v>39447</v>", "")
            }
            _ => text,
        };
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("starts");
        std::io::Write::write_all(&mut zip, text.as_bytes()).expect("writes");
    }
    zip.finish().expect("finishes").into_inner()
}

pub struct TestApp {
    pub address: SocketAddr,
    pub workers: Workers,
    pub token: TokenOrigin,
    client: Client,
    bearer: String,
    start: Start,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

/// How a server is to be started, and over what.
pub struct Start {
    pub data: TempDir,
    /// The database's URL; SQLite in the data folder without one.
    pub database_url: Option<String>,
    /// The artefacts' folder or bucket; a folder in the data folder without one.
    pub artefacts_url: Option<String>,
    pub bucket: Bucket,
    pub limits: Limits,
    pub calendar: CalendarSettings,
    pub network: NetworkSettings,
    pub admin_token: Option<&'static str>,
    /// The folder of the company's own policies.
    pub policies: Option<PathBuf>,
}

impl Default for Start {
    fn default() -> Self {
        Start {
            data: tempfile::tempdir().expect("a folder"),
            database_url: None,
            artefacts_url: None,
            bucket: Bucket::default(),
            limits: Limits::for_testing(),
            calendar: CalendarSettings::default(),
            network: NetworkSettings::default(),
            admin_token: Some(TOKEN),
            policies: None,
        }
    }
}

impl Start {
    pub fn with(change: impl FnOnce(&mut Limits)) -> Start {
        Start::default().limited(change)
    }

    pub fn limited(mut self, change: impl FnOnce(&mut Limits)) -> Start {
        change(&mut self.limits);
        self
    }

    /// Over a new database of PostgreSQL; none where it isn't installed.
    pub fn over_postgresql() -> Option<Start> {
        let database_url = Some(Postgres::shared()?.database());
        Some(Start { database_url, ..Start::default() })
    }

    /// Over a new bucket; none where no S3 server is installed.
    pub fn over_s3() -> Option<Start> {
        let server = S3::shared()?;
        Some(Start { artefacts_url: Some(server.bucket()), bucket: server.settings(), ..Start::default() })
    }

    /// Where a server that is started so keeps things.
    pub fn places(&self) -> Places {
        Places {
            data: self.data.path().to_owned(),
            database_url: self.database_url.clone(),
            artefacts_url: self.artefacts_url.clone(),
            bucket: self.bucket.clone(),
        }
    }

    pub async fn spawn(self) -> TestApp {
        let settings = Settings {
            listen: "127.0.0.1:0".to_owned(),
            places: self.places(),
            admin_token: self.admin_token.map(|token| token.parse().expect("a token")),
            policies: self.policies.clone(),
            lang: Lang::Zh,
            calendar: self.calendar.clone(),
            network: self.network.clone(),
            limits: self.limits.clone(),
        };
        let application = Application::build(&settings).await.expect("the server starts");
        let (stop, stopped) = oneshot::channel::<()>();
        let (address, workers, token) = (application.address(), application.workers(), application.token().clone());
        let server = tokio::spawn(application.run_until(async move {
            let _ = stopped.await;
        }));
        let bearer = match &token {
            TokenOrigin::New(token) => token.clone(),
            _ => TOKEN.to_owned(),
        };
        TestApp { address, workers, token, client: client(), bearer, start: self, stop: Some(stop), server }
    }
}

/// Makes two tests of `async fn name(start: Start)`: one over SQLite and one over PostgreSQL. Written `#[apply(over_both)]`.
macro_rules! over_both {
    ($($test:tt)*) => {
        $crate::harness::over_two!((over_sqlite, over_postgresql) $($test)*);
    };
}
pub(crate) use over_both;

/// The same for artefacts in a folder and in a bucket.
macro_rules! over_folder_and_bucket {
    ($($test:tt)*) => {
        $crate::harness::over_two!((over_folder, over_s3) $($test)*);
    };
}
pub(crate) use over_folder_and_bucket;

/// Over whatever the first is called, which is always here, and over the second, which may not be.
macro_rules! over_two {
    (($first:ident, $second:ident) $(#[$attribute:meta])* async fn $name:ident($($start:tt)*) $body:block) => {
        $(#[$attribute])*
        async fn $name($($start)*) $body

        mod $name {
            use crate::harness::Start;

            #[actix_web::test]
            async fn $first() {
                super::$name(Start::default()).await;
            }

            #[actix_web::test]
            async fn $second() {
                if let Some(start) = Start::$second() {
                    super::$name(start).await;
                }
            }
        }
    };
}
pub(crate) use over_two;

impl TestApp {
    pub async fn spawn() -> TestApp {
        Start::default().spawn().await
    }

    /// Lets the server stop gracefully.
    pub fn begin_stop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
    }

    /// Stops the server and tells how to start it again over the same things.
    pub async fn stop(mut self) -> Start {
        self.begin_stop();
        let ended = tokio::time::timeout(Duration::from_secs(20), self.server).await;
        ended.expect("the server ends in time").expect("it does not panic").expect("it ends well");
        self.start
    }

    pub fn with_token(mut self, token: &str) -> TestApp {
        self.bearer = token.to_owned();
        self
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = method.parse().expect("a method");
        self.client.request(method, self.url(path)).bearer_auth(&self.bearer).timeout(Duration::from_secs(30))
    }

    pub async fn get(&self, path: &str) -> Response {
        send(self.request("GET", path)).await
    }

    /// `POST /v1/runs` with the workbook as the raw body.
    pub async fn post_run(&self, query: &str, workbook: Vec<u8>) -> Response {
        send(self.request("POST", &format!("/v1/runs{query}")).header("Content-Type", XLSX).body(workbook)).await
    }

    /// The same, asking for JSON.
    pub async fn post_run_for_json(&self, query: &str, workbook: Vec<u8>) -> Response {
        let request = self.request("POST", &format!("/v1/runs{query}")).header("Content-Type", XLSX);
        send(request.header("Accept", "application/json").body(workbook)).await
    }

    /// `POST /v1/runs` with a form.
    pub async fn post_form(&self, form: Form) -> Response {
        send(self.request("POST", "/v1/runs").multipart(form)).await
    }

    /// `POST /v1/validations` with the workbook as the raw body.
    pub async fn post_validation(&self, query: &str, workbook: Vec<u8>) -> Response {
        send(self.request("POST", &format!("/v1/validations{query}")).body(workbook)).await
    }

    /// `GET /v1/runs`
    pub async fn list(&self, query: &str) -> Value {
        let answer = self.get(&format!("/v1/runs{query}")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.expect("a list")
    }

    /// That no run was kept, no file, and that nothing is left on the way.
    pub async fn assert_nothing_stored(&self) {
        assert_eq!(self.list("").await["runs"], serde_json::json!([]));
        for folder in ["artefacts", "spool"] {
            assert_eq!(files(&self.data().join(folder)), Vec::<PathBuf>::new());
        }
    }

    pub fn data(&self) -> &Path {
        self.start.data.path()
    }

    pub fn places(&self) -> Places {
        self.start.places()
    }

    /// Returns once this many calculations run or wait.
    pub async fn until_busy(&self, calculations: usize) {
        let reached = async {
            while self.workers.busy() != calculations {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), reached).await.expect("the calculations to be as many");
    }
}

pub async fn send(request: RequestBuilder) -> Response {
    try_send(request).await.expect("an answer")
}

/// The same, where there may be no answer.
pub async fn try_send(request: RequestBuilder) -> reqwest::Result<Response> {
    Ok(looked_at(request.send().await?).await)
}

/// Every workbook that is answered has to be one that Excel opens.
async fn looked_at(answer: Response) -> Response {
    let kind = header(&answer, "content-type");
    let is_workbook = kind == XLSX || kind.starts_with("application/vnd.ms-excel.sheet.macroEnabled");
    if !is_workbook {
        return answer;
    }
    let (status, headers) = (answer.status(), answer.headers().clone());
    let bytes = answer.bytes().await.expect("the whole answer");
    if bytes.starts_with(b"PK") {
        crate::soundness::assert_sound(&bytes);
    }
    let mut again = http::Response::new(bytes);
    (*again.status_mut(), *again.headers_mut()) = (status, headers);
    again.into()
}

/// The field `workbook` of a form.
pub fn part(bytes: Vec<u8>) -> Part {
    Part::bytes(bytes).file_name("2007年考核.xlsx")
}

pub fn header(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
}

/// Checks that an answer is a problem document of this status and code, and gives the document.
pub async fn problem(answer: Response, status: u16, code: &str) -> Value {
    assert_eq!(answer.status(), status);
    assert_eq!(header(&answer, "content-type"), "application/problem+json");
    let id = header(&answer, "x-request-id");
    let document: Value = answer.json().await.expect("a document");
    assert_eq!(document["type"], format!("urn:dealerbook:problem:{code}"));
    assert_eq!(document["status"], status);
    assert_eq!(document["instance"], format!("urn:uuid:{id}"));
    for member in ["title", "detail", "remedy"] {
        assert!(document[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {document}");
    }
    document
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// All text of a workbook's parts, one behind the other.
pub fn texts(workbook: &[u8]) -> String {
    parts(workbook).into_iter().filter(|(name, _)| name.starts_with("xl/")).map(|(_, text)| text).collect()
}

/// The formulas of the cells of a workbook.
pub fn formulas(workbook: &[u8]) -> Vec<String> {
    let sheets = parts(workbook).into_iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
    let of_sheet = |(_, text): (String, String)| -> Vec<String> {
        let cells = text.split("<f>").skip(1).filter_map(|rest| rest.split_once("</f>"));
        cells.map(|(formula, _)| formula.to_owned()).collect()
    };
    sheets.flat_map(of_sheet).collect()
}

fn parts(workbook: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(workbook)).expect("opens");
    let mut parts = Vec::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let name = entry.name().expect("a name").into_owned();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).expect("reads");
        parts.push((name, String::from_utf8_lossy(&content).into_owned()));
    }
    parts
}
