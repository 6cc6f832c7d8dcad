//! https without a proxy, and certificates that are changed while the server runs.

use std::fs;
use std::path::Path;
use std::time::Duration;

use dealerbook::config::{NetworkSettings, Settings};
use dealerbook::startup::Application;
use rcgen::generate_simple_self_signed;
use reqwest::{Certificate, Client};

use crate::commands::dealerbook;
use crate::harness::{Start, TOKEN, TestApp};

/// A certificate for this machine and its key, both in PEM.
fn pair() -> (String, String) {
    let made = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

fn write(folder: &Path, (cert, key): &(String, String)) {
    fs::write(folder.join("key.pem"), key).unwrap();
    fs::write(folder.join("cert.pem"), cert).unwrap();
}

fn settings(folder: &Path) -> NetworkSettings {
    NetworkSettings {
        tls_cert: Some(folder.join("cert.pem")),
        tls_key: Some(folder.join("key.pem")),
        ..NetworkSettings::default()
    }
}

/// Somebody who believes only this certificate.
fn client((cert, _): &(String, String)) -> Client {
    let root = Certificate::from_pem(cert.as_bytes()).unwrap();
    let client = crate::harness::client_builder().tls_certs_only([root]).redirect(reqwest::redirect::Policy::none());
    client.build().unwrap()
}

async fn status(client: &Client, app: &TestApp) -> Option<u16> {
    let url = format!("https://{}/healthz", app.address);
    client.get(url).send().await.ok().map(|answer| answer.status().as_u16())
}

/// Returns once a new connection is answered with this certificate.
async fn until_answered(app: &TestApp, pair: &(String, String)) {
    let answered = async {
        while status(&client(pair), app).await != Some(200) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), answered).await.expect("the new certificate is taken");
}

#[actix_web::test]
async fn a_certificate_serves_https_and_another_takes_its_place_while_connections_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, third) = (pair(), pair(), pair());
    write(folder.path(), &first);
    let app = Start { network: settings(folder.path()), ..Start::default() }.spawn().await;
    let old = client(&first);
    assert_eq!(status(&old, &app).await, Some(200));
    assert_eq!(status(&client(&second), &app).await, None, "another certificate isn't believed");
    assert!(reqwest::get(app.url("/healthz")).await.is_err(), "nothing is served in the clear");

    let form = old.post(format!("https://{}/sign-in", app.address)).header("Accept", "text/html");
    let signed_in = form.body(format!("token={TOKEN}")).send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.ends_with("; Secure"), "{cookie}");

    write(folder.path(), &second);
    until_answered(&app, &second).await;
    assert_eq!(status(&old, &app).await, Some(200), "its connection goes on");
    assert_eq!(status(&client(&first), &app).await, None);

    // A faulty pair changes nothing, and the next sound one is taken.
    fs::write(folder.path().join("cert.pem"), &third.0).unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(status(&client(&second), &app).await, Some(200));
    fs::write(folder.path().join("cert.pem"), "nothing of the kind").unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(status(&client(&second), &app).await, Some(200));
    write(folder.path(), &third);
    until_answered(&app, &third).await;
}

#[actix_web::test]
async fn a_faulty_pair_is_told_at_the_start_with_the_file_and_the_fault() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (pair(), pair());
    let why = async |cert: Option<&str>, key: Option<&str>| {
        let mut network = settings(folder.path());
        for (content, name, setting) in
            [(cert, "cert.pem", &mut network.tls_cert), (key, "key.pem", &mut network.tls_key)]
        {
            match content {
                Some(content) => fs::write(folder.path().join(name), content).unwrap(),
                None => *setting = None,
            }
        }
        let data = tempfile::tempdir().unwrap();
        let start = Start { data, network: network.clone(), ..Start::default() };
        let settings = Settings {
            listen: "127.0.0.1:0".to_owned(),
            places: start.places(),
            admin_token: Some(TOKEN.parse().unwrap()),
            policies: None,
            lang: dealerbook::lang::Lang::En,
            calendar: start.calendar.clone(),
            network,
            limits: start.limits.clone(),
        };
        Application::build(&settings).await.err().map(|error| error.to_string()).unwrap_or_default()
    };
    for (cert, key, told) in [
        (Some(&*one.0), None, ["set DEALERBOOK_TLS_KEY", ""]),
        (None, Some(&*one.1), ["set DEALERBOOK_TLS_CERT", ""]),
        (Some("no"), Some(&*one.1), ["DEALERBOOK_TLS_CERT", "cert.pem holds no certificate"]),
        (Some(&*one.0), Some("no"), ["DEALERBOOK_TLS_KEY", "key.pem holds no private key"]),
        (Some(&*one.1), Some(&*one.1), ["DEALERBOOK_TLS_CERT", "cert.pem holds no certificate"]),
        (Some(&*one.0), Some(&*other.1), ["key.pem", "cannot be used with the certificate"]),
    ] {
        let error = why(cert, key).await;
        assert!(told.iter().all(|part| error.contains(part)), "{told:?}: {error}");
    }
    fs::remove_file(folder.path().join("key.pem")).unwrap();
    let mut serve = dealerbook(folder.path());
    serve.args(["serve", "--listen", "127.0.0.1:0", "--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let output = serve.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && told.contains("key.pem cannot be read"), "{told}");
}

#[cfg(unix)]
#[test]
fn the_address_that_is_printed_says_https() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &pair());
    let mut serve = dealerbook(folder.path());
    serve.args(["serve", "--listen", "127.0.0.1:0", "--lang", "en", "--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let stdio = std::process::Stdio::piped;
    let mut child = serve.stdout(stdio()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let line = lines.next().unwrap().unwrap();
    let link = lines.map(Result::unwrap).find(|line| line.contains("/sign-in?once=")).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("Dealerbook is listening on https://127.0.0.1:"), "{line}");
    assert!(link.trim().starts_with("https://127.0.0.1:"), "{link}");
}
