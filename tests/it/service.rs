//! Busy, stopping, and clients that go away.

use std::time::Duration;

use macro_rules_attribute::apply;

use crate::builder::{Book, VISITS, row};
use crate::harness::{Start, TestApp, header, over_both, problem, sample, try_send};

#[apply(over_both)]
async fn beyond_the_queue_clients_are_told_when_to_try_again(start: Start) {
    let app = start.limited(|limits| (limits.workers, limits.queue_max) = (1, 1)).spawn().await;
    let occupied = app.workers.occupy().await;
    let waiting = tokio::spawn(try_send(app.request("POST", "/v1/runs").body(sample())));
    app.until_busy(2).await;

    let refused = app.post_run("", sample()).await;
    assert_eq!(header(&refused, "retry-after"), "3");
    problem(refused, 503, "busy").await;
    assert_eq!(app.get("/healthz").await.status(), 200);

    drop(occupied);
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
    assert_eq!(app.list("").await["runs"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn a_client_that_goes_away_gives_up_its_place() {
    let app = TestApp::spawn().await;
    let occupied = app.workers.occupy().await;
    let waiting = tokio::spawn(try_send(app.request("POST", "/v1/runs").body(sample())));
    app.until_busy(2).await;
    waiting.abort();
    app.until_busy(1).await;
    drop(occupied);
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn a_client_that_goes_away_stops_its_calculation() {
    let app = Start::with(|limits| limits.upload_bytes_max = 16 << 20).spawn().await;
    let rows: String = (2..200_000).map(|n| row(n, &["D001", "2007-03-05", "上门"])).collect();
    let upload = Book::of(&[("客户维护", &(row(1, &VISITS) + &rows))]).zipped();
    let running = tokio::spawn(try_send(app.request("POST", "/v1/runs").body(upload)));
    app.until_busy(1).await;
    running.abort();
    app.until_busy(0).await;
    // One that had been calculated to its end would have left its files.
    app.assert_nothing_stored().await;
}

#[apply(over_both)]
async fn a_stopping_server_ends_what_it_has_begun(start: Start) {
    let mut app = start.spawn().await;
    let occupied = app.workers.occupy().await;
    let waiting = tokio::spawn(try_send(app.request("POST", "/v1/runs").body(sample())));
    app.until_busy(2).await;

    app.begin_stop();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(app.request("GET", "/healthz").send().await.is_err(), "a stopping server takes no new requests");
    drop(occupied);
    let answer = waiting.await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
    let location = header(&answer, "location");
    drop(answer);

    let app = app.stop().await.spawn().await;
    assert_eq!(app.get(&location).await.status(), 200);
}

#[actix_web::test]
async fn a_stop_does_not_wait_for_ever() {
    let mut app = Start::with(|limits| limits.shutdown_seconds_max = 1).spawn().await;
    let _occupied = app.workers.occupy().await;
    let waiting = tokio::spawn(try_send(app.request("POST", "/v1/runs").body(sample())));
    app.until_busy(2).await;
    app.begin_stop();
    app.stop().await;
    assert!(waiting.await.unwrap().is_err());
}
