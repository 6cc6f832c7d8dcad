//! Who may ask.

use dealerbook::store::Store;
use dealerbook::token::{self, TokenOrigin};
use macro_rules_attribute::apply;

use crate::harness::{Start, header, over_both, problem, sample};

#[apply(over_both)]
async fn without_the_token_nothing_is_answered_and_nothing_is_stored(start: Start) {
    let app = start.spawn().await;
    for path in ["/v1/runs", "/v1/runs/x", "/v1/nowhere"] {
        let answer = reqwest::get(app.url(path)).await.unwrap();
        assert_eq!(header(&answer, "www-authenticate"), r#"Bearer realm="dealerbook""#);
        problem(answer, 401, "unauthorized").await;
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(reqwest::get(app.url(path)).await.unwrap().status(), 200);
    }
    let stranger = app.with_token("another");
    let answer = stranger.post_run("", sample()).await;
    assert!(header(&answer, "www-authenticate").contains("invalid_token"));
    problem(answer, 401, "unauthorized").await;
    stranger.with_token(crate::harness::TOKEN).assert_nothing_stored().await;
}

#[apply(over_both)]
async fn a_token_is_made_at_the_first_start_and_never_shown_again(start: Start) {
    let first = Start { admin_token: None, ..start }.spawn().await;
    let TokenOrigin::New(token) = first.token.clone() else { panic!("no token was made") };
    assert_eq!(first.get("/v1/runs").await.status(), 200);
    let start = first.stop().await;
    for file in crate::harness::files(start.data.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(
            !bytes.windows(token.len()).any(|window| window == token.as_bytes()),
            "{} holds the token",
            file.display()
        );
    }

    let second = start.spawn().await;
    assert!(second.token == TokenOrigin::Kept);
    assert_eq!(second.with_token(&token).get("/v1/runs").await.status(), 200);
}

#[apply(over_both)]
async fn a_new_token_is_in_force_at_once(start: Start) {
    let app = Start { admin_token: None, ..start }.spawn().await;
    let store = Store::open(&app.places()).await.unwrap();
    let new = token::replace(&store).await.unwrap();
    assert_eq!(app.get("/v1/runs").await.status(), 401);
    assert_eq!(app.with_token(&new).get("/v1/runs").await.status(), 200);
}
