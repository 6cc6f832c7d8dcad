//! The pages of administrators, and those of policies and help, as far as requests go.

use macro_rules_attribute::apply;
use serde_json::json;

use crate::harness::{Start, TOKEN, TestApp, header, over_both, sample};
use crate::visitor::Visitor;

/// A token of a role, made over the interface.
async fn token(app: &TestApp, name: &str, role: &str) -> String {
    let wanted = json!({"name": name, "role": role});
    let answer = app.request("POST", "/v1/tokens").json(&wanted).send().await.expect("an answer");
    let made: serde_json::Value = answer.json().await.expect("a token");
    made["token"].as_str().expect("a token").to_owned()
}

fn between<'p>(page: &'p str, begin: &str, end: &str) -> &'p str {
    let rest = page.split_once(begin).unwrap_or_else(|| panic!("{begin}: {page}")).1;
    rest.split_once(end).unwrap_or_else(|| panic!("{end}: {page}")).0
}

#[apply(over_both)]
async fn a_token_is_made_shown_once_and_revoked(start: Start) {
    let app = start.spawn().await;
    let admin = Visitor::signed_in(&app, TOKEN).await;
    let form = [("name", "<b>王芳</b>"), ("role", "sales"), ("regions", "涪陵，宜昌"), ("expires", "90d")];
    let answer = admin.post("/admin/tokens", &form).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.expect("a page");
    let made = between(&page, r#"<code id="token">"#, "<").to_owned();
    assert!(page.contains("&lt;b&gt;王芳&lt;/b&gt;") && page.contains("涪陵、宜昌") && !page.contains("<b>"), "{page}");
    Visitor::signed_in(&app, &made).await;

    let list = admin.page("/admin/tokens").await;
    assert!(!list.contains(&made), "the token is shown once");
    let id = between(&list, "/admin/tokens/", "/revoke").to_owned();
    let answer = admin.post(&format!("/admin/tokens/{id}/revoke"), &[]).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "location").as_str()), (303, "/admin/tokens"));
    assert!(admin.page("/admin/tokens").await.contains("已吊销"));
    assert_eq!(app.with_token(&made).get("/v1/runs").await.status(), 401);
}

#[apply(over_both)]
async fn all_that_is_wrong_with_a_token_is_told_at_once_and_none_is_made(start: Start) {
    let app = start.spawn().await;
    let admin = Visitor::signed_in(&app, TOKEN).await;
    let answer = admin.post("/admin/tokens", &[("name", ""), ("role", "chief"), ("expires", "soon")]).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.expect("a page");
    for said in ["没有姓名", "没有角色“chief”", "“soon”既不是日期，也不是天数"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains(r#"name="expires" value="soon""#), "the form keeps what was typed: {page}");
    let list: serde_json::Value = app.get("/v1/tokens").await.json().await.expect("a list");
    assert_eq!(list["tokens"], json!([]));
    // Without the mark of the session's forms, nothing is made either.
    let answer = admin.send_form("/admin/tokens", &[("name", "王芳"), ("role", "sales")]).await;
    assert_eq!(answer.status(), 403);
    assert_eq!(app.get("/v1/tokens").await.json::<serde_json::Value>().await.expect("a list")["tokens"], json!([]));
}

#[apply(over_both)]
async fn the_log_is_filtered_and_paged(start: Start) {
    let app = start.spawn().await;
    let admin = Visitor::signed_in(&app, TOKEN).await;
    for name in ["王芳", "李明", "=1+1"] {
        token(&app, name, "finance").await;
    }
    let page = admin.page("/admin/audit?who=&what=token-created&object=&from=&to=&limit=2").await;
    assert!(page.contains("=1+1") && page.contains("李明") && !page.contains("王芳"), "{page}");
    let (before, _) = page.rsplit_once(r#"" rel="next""#).expect("a link to older lines");
    let older = before.rsplit('"').next().expect("its address").replace("&amp;", "&");
    let page = admin.page(&older).await;
    assert!(page.contains("王芳") && !page.contains("李明"), "{page}");
    let page = admin.page("/admin/audit?who=nobody").await;
    assert!(page.contains("没有符合条件的记录"), "{page}");
    assert_eq!(admin.get("/admin/audit?what=nothing").await.status(), 400);
}

#[actix_web::test]
async fn pages_are_open_to_those_whom_they_are_for() {
    let app = TestApp::spawn().await;
    let sales = Visitor::signed_in(&app, &token(&app, "王芳", "sales").await).await;
    for path in ["/admin", "/admin/health", "/admin/batches", "/admin/tokens", "/admin/audit"] {
        assert_eq!(sales.get(path).await.status(), 403, "{path}");
    }
    assert!(!sales.page("/help").await.contains(r#"href="/admin""#), "nobody is led where they can't go");
    let auditor = Visitor::signed_in(&app, &token(&app, "陈静", "auditor").await).await;
    assert_eq!(auditor.get("/admin").await.headers()["location"], "/admin/audit");
    assert!(!auditor.page("/admin/audit").await.contains("/admin/tokens"));
    assert_eq!(auditor.get("/admin/tokens").await.status(), 403);
    assert_eq!(Visitor::new(&app).get("/help").await.headers()["location"], "/sign-in?then=%2Fhelp");
}

#[apply(over_both)]
async fn everybodys_batches_are_listed(start: Start) {
    let app = start.spawn().await;
    let admin = Visitor::signed_in(&app, TOKEN).await;
    assert!(admin.page("/admin/batches").await.contains("还没有批次"));
    let form = reqwest::multipart::Form::new().part("workbook", crate::harness::part(sample()));
    let answer = app.request("POST", "/v1/batches").multipart(form).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{answer:?}");
    let batch: serde_json::Value = answer.json().await.expect("a batch");
    let id = batch["id"].as_str().expect("an id").to_owned();
    let page = admin.page("/admin/batches").await;
    assert!(page.contains(&format!("\"/batches/{id}\"")), "{page}");
    let answer = admin.post(&format!("/admin/batches/{id}/cancel"), &[]).await;
    assert_eq!(answer.headers()["location"], "/admin/batches");
    assert_eq!(admin.get("/admin/batches?before=x").await.status(), 400);
    assert_eq!(admin.post("/admin/batches/x/cancel", &[]).await.status(), 404);
}

#[actix_web::test]
async fn policies_tell_their_rules_and_their_checks() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    assert!(visitor.page("/policies").await.contains("/policies/progressive"));
    let page = visitor.page("/policies/handbook").await;
    for said in ["个算例，结果相符", "断点", "核心经销商", "≥ 90", "示例"] {
        assert!(page.contains(said), "{said}");
    }
    let page = visitor.page("/policies/handbook?lang=en").await;
    assert!(page.contains("worked examples, which come out") && page.contains("Agency scorecard"), "{page}");
    assert_eq!(visitor.get("/policies/handbok").await.status(), 404);
}

#[actix_web::test]
async fn help_knows_every_sheet_and_every_programme() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    for lang in ["zh", "en"] {
        let help = visitor.page(&format!("/help?lang={lang}")).await;
        let links: Vec<&str> = help.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let mut followed = 0;
        for link in links.iter().filter(|link| link.starts_with("/help/")) {
            assert_eq!(visitor.get(link).await.status(), 200, "{link}");
            followed += 1;
        }
        assert!(followed >= 15 + 12 + 3, "{followed} links");
        assert!(help.contains(&app.url("/v1/runs")), "the lines for curl have this server's address");
    }
    assert_eq!(visitor.get("/help/sheets/nothing").await.status(), 404);
    assert_eq!(visitor.get("/help/programmes/nothing").await.status(), 404);
    assert_eq!(visitor.get("/help/pictures/nothing.png").await.status(), 404);
}
