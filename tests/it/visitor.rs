//! Somebody in a browser, as far as requests go: holds a session's cookie, asks for pages, sends forms with the mark that pages bear.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use crate::harness::{TestApp, header, send};

pub struct Visitor<'a> {
    app: &'a TestApp,
    client: Client,
    pub cookie: String,
}

impl<'a> Visitor<'a> {
    /// Somebody who isn't signed in.
    pub fn new(app: &'a TestApp) -> Visitor<'a> {
        let client = crate::harness::client_builder().redirect(Policy::none()).build().expect("a client");
        Visitor { app, client, cookie: String::new() }
    }

    /// Somebody who has signed in with a token.
    pub async fn signed_in(app: &'a TestApp, token: &str) -> Visitor<'a> {
        let mut visitor = Visitor::new(app);
        let answer = visitor.send_form("/sign-in", &[("token", token)]).await;
        assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap_or_default());
        visitor.take_cookie(&answer);
        visitor
    }

    /// Keeps the session's cookie that an answer gives.
    pub fn take_cookie(&mut self, answer: &Response) {
        let cookie = header(answer, "set-cookie");
        assert!(cookie.starts_with("dealerbook_session="), "{cookie}");
        self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let request = self.client.request(method.parse().expect("a method"), self.app.url(path));
        request.header("Cookie", &self.cookie).header("Accept", "text/html")
    }

    pub async fn get(&self, path: &str) -> Response {
        send(self.request("GET", path)).await
    }

    /// A page that is there, as HTML.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("a page")
    }

    /// Sends a form as it is.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = self.request("POST", path).header("Content-Type", "application/x-www-form-urlencoded");
        send(request.body(body.finish())).await
    }

    /// Sends a form with the mark that the start page bears.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mark = self.mark().await;
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", mark.as_str())]).collect();
        self.send_form(path, &fields).await
    }

    /// The mark that forms of this session bear.
    pub async fn mark(&self) -> String {
        let page = self.page("/").await;
        let begin = page.find("name=\"csrf\" value=\"").expect("a form") + "name=\"csrf\" value=\"".len();
        page[begin..].split('"').next().unwrap_or_default().to_owned()
    }
}
