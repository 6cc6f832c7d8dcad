//! Regions that earlier builds stored without case and space: they are renewed at the start, and tokens find their runs by today's form.

use dealerbook::store::Database;
use macro_rules_attribute::apply;
use serde_json::{Value, json};

use crate::data_folders::DataFolder;
use crate::harness::{Start, TOKEN, TestApp, header, over_both, problem, send};
use crate::keys::agents;

/// A further token of a person who uploads, for these regions only.
async fn token(app: &TestApp, name: &str, regions: &[&str]) -> String {
    let listed: Value = app.get("/v1/tokens").await.json().await.unwrap();
    let person = listed["tokens"].as_array().unwrap().iter().find(|token| token["name"] == name);
    let person = &person.expect("somebody of this name")["person"];
    let wanted = json!({"person": person, "role": "sales", "regions": regions});
    let answer = send(app.request("POST", "/v1/tokens").json(&wanted)).await;
    assert_eq!(answer.status(), 201, "{wanted}");
    let made: Value = answer.json().await.unwrap();
    made["token"].as_str().unwrap().to_owned()
}

fn filenames(list: &Value) -> Vec<&str> {
    list["runs"].as_array().unwrap().iter().map(|run| run["filename"].as_str().unwrap()).collect()
}

async fn found(app: &TestApp, region: &str) -> Vec<String> {
    let region: String = url::form_urlencoded::byte_serialize(region.as_bytes()).collect();
    let list = app.list(&format!("?region={region}")).await;
    filenames(&list).into_iter().map(str::to_owned).collect()
}

/// How many regions still stand as an earlier build stored them.
async fn old_regions(start: &Start) -> i64 {
    let database = Database::open(&start.places()).await.unwrap();
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM run_regions WHERE is_canonical = 0");
    let count = count.fetch_one(&database.pool).await.unwrap();
    database.pool.close().await;
    count
}

#[actix_web::test]
async fn a_token_finds_the_runs_that_an_earlier_build_stored_of_its_regions() {
    let folder = DataFolder::of_plain_texts();
    assert!(old_regions(&folder.start).await > 2, "that build stored them in its own form");
    let (app, [west, north]) = folder.serve(["west", "north"]).await;
    let mut app = app;
    for (region, own, other) in [
        ("North West", &north, &west),
        ("Ｎorth\u{A0} West\u{FEFF}", &north, &west),
        ("西北区", &west, &north),
        (" 西\u{200B}北 区", &west, &north),
    ] {
        let limited = token(&app, "maker", &[region]).await;
        app = app.with_token(&limited);
        let name = if own == &north { "north.xlsx" } else { "west.xlsx" };
        assert_eq!(filenames(&app.list("").await), [name], "{region:?}");
        assert_eq!(app.get(own).await.status(), 200, "{region:?}");
        problem(app.get(other).await, 404, "no-such-run").await;
        app = app.with_token(TOKEN);
    }
    let lower = token(&app, "maker", &["north west"]).await;
    app = app.with_token(&lower);
    assert_eq!(filenames(&app.list("").await), Vec::<&str>::new(), "case counts");
    app = app.with_token(TOKEN);
    assert_eq!(found(&app, "North  West").await, ["north.xlsx"]);
    assert_eq!(found(&app, "northwest").await, Vec::<String>::new());

    // A second start finds nothing left to do, and changes nothing.
    let start = app.stop().await;
    assert_eq!(old_regions(&start).await, 0);
    let app = start.spawn().await;
    assert_eq!(found(&app, "North West").await, ["north.xlsx"]);
}

#[apply(over_both)]
async fn regions_without_case_and_space_are_spelled_as_their_uploads_have_them(start: Start) {
    let app = start.spawn().await;
    let dealers = [["D1", "甲", "North West"], ["D2", "乙", "华东 1 区"], ["D3", "丙", "西北区"]];
    let answer = app.post_run("?filename=a.xlsx&on_error=partial", agents(&dealers, &[])).await;
    let location = header(&answer, "location");
    let start = app.stop().await;
    let database = Database::open(&start.places()).await.unwrap();
    for (now, then) in [("North West", "northwest"), ("华东 1 区", "华东1区"), ("西北区", "西北区")] {
        let as_before = "UPDATE run_regions SET region = $1, is_canonical = 0 WHERE region = $2";
        let done = sqlx::query(as_before).bind(then).bind(now).execute(&database.pool).await.unwrap();
        assert_eq!(done.rows_affected(), 1, "{now} is stored in its canonical form");
    }
    database.pool.close().await;

    let app = start.spawn().await;
    for region in ["North West", "华东 1 区", "西北区"] {
        assert_eq!(found(&app, region).await, ["a.xlsx"], "{region}");
    }
    assert_eq!(found(&app, "华东1区").await, Vec::<String>::new(), "a space between other characters counts");
    assert_eq!(app.get(&location).await.status(), 200);
}
