//! The pages in a real browser, as people see them: at two widths, in both languages, looked over by axe.

mod appeals;
mod axe;
mod deciding;
mod devtools;
mod docs;
mod pages;
mod person;

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use devtools::DevTools;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::harness::TestApp;
use crate::servers::chrome;

/// One browser at a time: several together only slow each other down.
static TURN: Semaphore = Semaphore::const_new(1);

const ARGUMENTS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
];
/// Settled when what is shown has been drawn anew: a click before that hits where an element stood in the window of another size.
const DRAWN: &str = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))";
const WAIT_MAX: Duration = Duration::from_secs(60);
/// The elements that reach beyond the window, but for those in a box that scrolls.
const BEYOND: &str = "Array.from(document.querySelectorAll('main *, header *')).filter(one =>
    one.getBoundingClientRect().right > document.documentElement.clientWidth && !one.closest('.scroll')
).slice(0, 8).map(one => one.outerHTML.slice(0, 160))";
/// Pictures are no higher than this.
const PICTURE_HEIGHT_MAX: u64 = 6000;

/// How wide the window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// A desk's screen.
    Wide,
    /// A telephone.
    Narrow,
    /// A sheet of A4 but for its margins of a centimetre.
    Paper,
}

impl Size {
    fn pixels(self) -> (u64, u64) {
        match self {
            Size::Wide => (1280, 900),
            Size::Narrow => (390, 844),
            Size::Paper => (718, 1047),
        }
    }
}

/// A browser with nothing remembered.
pub struct Browser {
    client: Client,
    /// What was not in order on the pages so far: all of it is told at the end.
    faults: Mutex<Vec<String>>,
    _turn: SemaphorePermit<'static>,
}

impl Browser {
    /// A new one; none where Chromium isn't installed.
    pub async fn begin() -> Option<Browser> {
        let driver = chrome::shared()?;
        let turn = TURN.acquire().await.expect("never closed");
        let wanted = json!({
            "goog:chromeOptions": {"args": ARGUMENTS},
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let wanted = wanted.as_object().expect("an object").clone();
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(driver).await;
        let browser = Browser { client: client.expect("a browser"), faults: Mutex::default(), _turn: turn };
        browser.resize(Size::Wide).await;
        Some(browser)
    }

    /// Closes it, and fails where a page was not in order.
    pub async fn end(self) {
        self.client.close().await.expect("the browser closes");
        let faults = self.faults.into_inner().expect("no test failed while it wrote");
        assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    }

    fn note(&self, fault: String) {
        self.faults.lock().expect("no test failed while it wrote").push(fault);
    }

    pub async fn open(&self, url: &str) {
        self.client.goto(url).await.expect("a page");
    }

    /// Signs in with a token, on the page for that.
    pub async fn sign_in(&self, app: &TestApp, token: &str) {
        self.open(&app.url("/sign-in")).await;
        self.fill("input[name=token]", token).await;
        self.click("main button[type=submit]").await;
        self.find("form[action='/sign-out']").await;
    }

    pub async fn resize(&self, size: Size) {
        let (width, height) = size.pixels();
        self.frame(width, height, size).await;
    }

    /// As a reader who prefers dark pages sees it.
    pub async fn darken(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let wanted = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.dev_tools("Emulation.setEmulatedMedia", wanted).await;
    }

    async fn frame(&self, width: u64, height: u64, size: Size) {
        let mobile = size != Size::Wide;
        let wanted = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.dev_tools("Emulation.setDeviceMetricsOverride", wanted).await;
        self.evaluate(DRAWN).await;
    }

    /// The path and query of the page that is shown.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
    }

    /// Waits for a page whose path begins so, and tells the whole of it.
    pub async fn until_at(&self, path: &str) -> String {
        let begun = std::time::Instant::now();
        loop {
            let at = self.path().await;
            if at.starts_with(path) {
                self.find("#main").await;
                return at;
            }
            assert!(begun.elapsed() < WAIT_MAX, "at {at}, not at {path}: {}", self.text().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The language of the page: zh or en.
    async fn lang(&self) -> String {
        let lang = self.find("html").await.attr("lang").await.expect("the page is there").expect("a language");
        lang.split('-').next().unwrap_or_default().to_owned()
    }

    /// The same page in the other language, by the link for that.
    pub async fn in_the_other_language(&self) {
        let old = self.lang().await;
        self.follow(if old == "zh" { "English" } else { "中文" }).await;
        assert_ne!(self.lang().await, old, "on {}", self.path().await);
    }

    /// All that can be read on the page.
    pub async fn text(&self) -> String {
        self.find("body").await.text().await.expect("text")
    }

    /// Does what leads to another page, and waits until that one has taken the place of the one that is shown: what is looked for
    /// next is never found on the page before, however slow the machine is.
    async fn leave(&self, what: &str, act: impl AsyncFnOnce()) {
        let old = self.find("html").await;
        act().await;
        let begun = std::time::Instant::now();
        while !matches!(old.tag_name().await, Err(cause) if cause.is_stale_element_reference()) {
            assert!(
                begun.elapsed() < WAIT_MAX,
                "{what} leads nowhere from {}: {}",
                self.path().await,
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.find("#main").await;
    }

    /// The first element that a selector finds, when it is there.
    pub async fn find(&self, css: &str) -> fantoccini::elements::Element {
        let found = self.client.wait().at_most(WAIT_MAX).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(cause) => panic!("{css} on {}: {cause}", self.path().await),
        }
    }

    /// Clicks what a script answers, or what leads to another page by and by.
    pub async fn press(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|cause| panic!("click {css}: {cause}"));
    }

    /// Clicks what leads to another page, and waits for that.
    pub async fn click(&self, css: &str) {
        self.leave(css, async || self.press(css).await).await;
    }

    /// Follows the link with this text.
    pub async fn follow(&self, text: &str) {
        let found = self.client.wait().at_most(WAIT_MAX).for_element(Locator::LinkText(text)).await;
        let link = found.unwrap_or_else(|cause| panic!("a link {text}: {cause}"));
        self.leave(text, async || link.click().await.expect("a click")).await;
    }

    /// Types into a field, whatever stood there.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.expect("an empty field");
        field.send_keys(text).await.expect("typed");
    }

    /// Chooses a file for a field.
    pub async fn choose(&self, css: &str, file: &Path) {
        let path = file.canonicalize().expect("a file");
        self.find(css).await.send_keys(path.to_str().expect("a path")).await.expect("chosen");
    }

    /// Where the links lead that a selector finds, each once.
    pub async fn links(&self, css: &str) -> Vec<String> {
        let of = format!(
            "[...new Set(Array.from(document.querySelectorAll(\"{css}\"), link => link.getAttribute('href')))]"
        );
        let links = self.evaluate(&of).await;
        links.as_array().into_iter().flatten().filter_map(|link| link.as_str().map(str::to_owned)).collect()
    }

    /// What an expression comes to on the page; a promise is waited for.
    pub async fn evaluate(&self, expression: &str) -> Value {
        let wanted = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let mut answer = self.dev_tools("Runtime.evaluate", wanted).await;
        assert!(answer.get("exceptionDetails").is_none(), "{answer}");
        answer["result"]["value"].take()
    }

    /// Looks whether the page is in order as it stands: nothing refused or broken, nothing wider than the window, no fault that axe
    /// calls serious. [`Browser::end`] fails where it isn't. Leaves a picture of it under `target/pictures/pages/`.
    async fn look(&self, name: &str, size: Size) {
        self.resize(size).await;
        self.look_whether_it_fits(name, size.pixels().0).await;
        self.look_with_axe(name).await;
        let complaints = self.complaints().await;
        if !complaints.is_empty() {
            self.note(format!("{name}: {complaints:#?}"));
        }
        self.picture(name, size).await;
    }

    /// Looks at the page in both languages, at both widths, light and dark, and leaves it in the language that it was in.
    pub async fn look_over(&self, name: &str) {
        for _ in 0..2 {
            self.look_over_once(name).await;
            self.in_the_other_language().await;
        }
    }

    /// Looks at the page at both widths, light and dark, as an answer that no link leads to again.
    pub async fn look_over_once(&self, name: &str) {
        let name = format!("{name}-{}", self.lang().await);
        self.look(&format!("{name}-1280"), Size::Wide).await;
        self.look(&format!("{name}-390"), Size::Narrow).await;
        self.darken(true).await;
        self.look_with_axe(&format!("{name}, dark")).await;
        self.darken(false).await;
        self.resize(Size::Wide).await;
    }

    /// Looks at the page as it comes out of a printer, in both languages: nothing reaches beyond the paper.
    pub async fn look_printed(&self, name: &str) {
        for _ in 0..2 {
            let name = format!("{name}-{}-printed", self.lang().await);
            self.dev_tools("Emulation.setEmulatedMedia", json!({"media": "print"})).await;
            self.resize(Size::Paper).await;
            self.look_whether_it_fits(&name, Size::Paper.pixels().0).await;
            self.picture(&name, Size::Paper).await;
            self.dev_tools("Emulation.setEmulatedMedia", json!({"media": ""})).await;
            self.resize(Size::Wide).await;
            self.in_the_other_language().await;
        }
    }

    async fn look_with_axe(&self, name: &str) {
        let serious = axe::serious_faults(self).await.unwrap_or_default();
        if !serious.is_empty() {
            self.note(format!("{name}: {serious:#?}"));
        }
    }

    async fn look_whether_it_fits(&self, name: &str, width: u64) {
        let wide = self.evaluate("document.documentElement.scrollWidth").await.as_u64().expect("a width");
        if wide > width {
            let beyond = self.evaluate(BEYOND).await;
            self.note(format!("{name}: the page is {wide} pixels wide in a window of {width}: {beyond:#}"));
        }
    }

    /// What the browser has complained of since it was asked last: scripts and styles that the policy refuses, files that aren't there.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(devtools::BrowserLog).await.expect("the browser's log");
        let lines = log.as_array().into_iter().flatten().filter(|line| line["level"] == "SEVERE");
        lines.map(|line| line["message"].to_string()).collect()
    }

    async fn picture(&self, name: &str, size: Size) {
        let height = self.evaluate("document.documentElement.scrollHeight").await.as_u64().expect("a height");
        let (width, least) = size.pixels();
        self.frame(width, height.clamp(least, PICTURE_HEIGHT_MAX), size).await;
        let picture = self.client.screenshot().await.expect("a picture");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pictures/pages");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("written");
        self.resize(size).await;
    }

    async fn dev_tools(&self, command: &'static str, parameters: Value) -> Value {
        let answer = self.client.issue_cmd(DevTools { command, parameters }).await;
        answer.unwrap_or_else(|cause| panic!("{command}: {cause}"))
    }
}
