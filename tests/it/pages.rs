//! A person's way through the pages: a workbook is uploaded, its faults are read, mended and gone; results, dealers and programmes.

use std::io::{Cursor, Read, Write};
use std::time::Duration;

use reqwest::Response;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::harness::{TOKEN, TestApp, header, sample, send};
use crate::visitor::Visitor;

fn workbook(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks").join(name);
    std::fs::read(path).unwrap()
}

/// The workbook with a text replaced wherever it stands, both as XML.
fn replaced(workbook: &[u8], from: &str, to: &str) -> Vec<u8> {
    let by_numbers: String = from.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..archive.len() {
        let mut part = archive.by_index(n).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        out.start_file(part.name().unwrap(), SimpleFileOptions::default()).unwrap();
        let text = String::from_utf8(bytes.clone());
        let text = text.map(|text| text.replace(from, to).replace(&by_numbers, to).into_bytes());
        out.write_all(&text.unwrap_or(bytes)).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn form(mark: &str, files: &[(&str, Vec<u8>)]) -> Form {
    let form = Form::new().text("csrf", mark.to_owned()).text("period", "").text("policy", "").text("on_error", "stop");
    files.iter().fold(form, |form, (name, bytes)| {
        form.part("workbooks", Part::bytes(bytes.clone()).file_name((*name).to_owned()))
    })
}

fn leads_to(answer: &Response) -> String {
    assert_eq!(answer.status(), 303);
    header(answer, "location")
}

/// Uploads a workbook as the form does and follows it to its run.
async fn uploaded(visitor: &Visitor<'_>, query: &str, name: &str, bytes: Vec<u8>) -> String {
    let form = form(&visitor.mark().await, &[(name, bytes)]);
    let answer = visitor.request("POST", &format!("/upload{query}")).multipart(form).send().await.unwrap();
    let batch = leads_to(&answer);
    assert!(batch.starts_with("/batches/"), "{batch}");
    for _ in 0..200 {
        let answer = visitor.get(&batch).await;
        if answer.status() == 303 {
            return header(&answer, "location");
        }
        assert_eq!(answer.status(), 200);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the batch does not end");
}

#[actix_web::test]
async fn faults_are_read_on_the_page_mended_and_gone() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let faulty = uploaded(&visitor, "", "2007.xlsx", workbook("rejected/faulty-small.xlsx")).await;
    let page = visitor.page(&faulty).await;
    let result: Value = visitor.get(&format!("/v1{faulty}")).await.json().await.unwrap();
    let errors: Vec<&Value> =
        result["issues"].as_array().unwrap().iter().filter(|issue| issue["severity"] == "error").collect();
    assert!(!errors.is_empty());
    for issue in &errors {
        if let (Some(sheet), Some(cell)) = (issue["sheet"].as_str(), issue["cell"].as_str()) {
            assert!(page.contains(&format!("{sheet}!{cell}")), "{issue}");
        }
    }
    assert!(page.contains("class=\"bad\""), "the cells around a fault are shown, the faulty one marked");
    assert!(page.contains("2007.xlsx") && page.contains("/workbook.xlsx"));
    assert_eq!(visitor.get(&format!("{faulty}/scores")).await.status(), 409, "nothing was calculated");

    let again = format!("?since={}", faulty.strip_prefix("/runs/").unwrap());
    assert!(visitor.page(&format!("/upload{again}")).await.contains(&format!("action=\"/upload{again}\"")));
    let mended = uploaded(&visitor, &again, "2007.xlsx", sample()).await;
    assert!(mended.ends_with(&again), "{mended}");
    let page = visitor.page(&mended).await;
    assert!(
        page.contains(&format!("<dt>已改</dt><dd>{}</dd>", errors_and_warnings(&result))),
        "all of them are mended"
    );
    assert!(page.contains("<dt>未改</dt><dd>0</dd>"));
}

fn errors_and_warnings(result: &Value) -> usize {
    result["issues"].as_array().unwrap().iter().filter(|issue| issue["severity"] != "info").count()
}

#[actix_web::test]
async fn an_upload_without_the_sessions_mark_is_refused_and_nothing_is_kept() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let files = [("a.xlsx", sample())];
    let answer = visitor.request("POST", "/upload").multipart(form("x", &files)).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let foreign = visitor.request("POST", "/upload").header("Origin", "https://elsewhere.example");
    let answer = foreign.multipart(form(&visitor.mark().await, &files)).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    app.assert_nothing_stored().await;
}

#[actix_web::test]
async fn forms_about_policies_appeals_and_accruals_need_the_sessions_mark() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let policy = Form::new().text("csrf", "x").part("policy", Part::bytes(b"id = 7".to_vec()).file_name("own.toml"));
    assert_eq!(visitor.request("POST", "/policies").multipart(policy).send().await.unwrap().status(), 403);
    let paths = [
        "/policies/own/versions/1/approve",
        "/appeals/x/accept",
        "/appeals/x/reject",
        "/runs/x/appeals",
        "/runs/x/accrual",
    ];
    for path in paths {
        assert_eq!(visitor.send_form(path, &[("csrf", "x")]).await.status(), 403, "{path}");
    }
    let policy =
        Form::new().text("csrf", visitor.mark().await).part("policy", Part::bytes(Vec::new()).file_name("own.toml"));
    assert_eq!(visitor.request("POST", "/policies").multipart(policy).send().await.unwrap().status(), 422);
}

#[actix_web::test]
async fn a_script_is_told_where_its_upload_is_worked_on() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let client = crate::harness::client().post(app.url("/upload")).header("Cookie", &visitor.cookie);
    let client = client.header("Accept", "application/json").header("X-CSRF-Token", visitor.mark().await);
    let answer = client.multipart(form("", &[("a.xlsx", sample()), ("b.txt", b"no workbook".to_vec())])).send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 201);
    let told: Value = answer.json().await.unwrap();
    let batch = told["location"].as_str().unwrap().to_owned();
    let mut page = visitor.page(&batch).await;
    for _ in 0..200 {
        if !page.contains("data-events") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        page = visitor.page(&batch).await;
    }
    assert!(page.contains("consolidated.xlsx") && page.contains("无法处理") && page.contains("b.txt"), "{page}");
}

#[actix_web::test]
async fn dealers_are_filtered_sorted_and_paged_by_the_server() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let run = uploaded(&visitor, "", "200.xlsx", workbook("accepted/dealers-200.xlsx")).await;
    let result: Value = visitor.get(&format!("/v1{run}")).await.json().await.unwrap();
    let dealers = result["results"]["assessment"]["dealers"].as_array().unwrap();
    let scores = format!("{run}/scores");
    let page = visitor.page(&format!("{scores}?sort=-score")).await;
    assert!(page.contains("<svg") && page.contains("aria-sort=\"descending\"") && page.contains("1 / 4"));
    let total = |dealer: &Value| dealer["total"].as_str().map(|total| total.parse::<f64>().unwrap());
    let mut sorted: Vec<&Value> = dealers.iter().filter(|dealer| total(dealer).is_some()).collect();
    sorted.sort_by(|a, b| total(b).partial_cmp(&total(a)).unwrap());
    let place = |id: &str| page.find(&format!("dealers/{id}\""));
    assert!(place(sorted[0]["dealer_id"].as_str().unwrap()) < place(sorted[49]["dealer_id"].as_str().unwrap()));
    assert_eq!(place(sorted[60]["dealer_id"].as_str().unwrap()), None, "it is on the second page");
    assert!(
        visitor.page(&format!("{scores}?sort=-score&page=2")).await.contains(sorted[60]["dealer_id"].as_str().unwrap())
    );
    let best = dealers.iter().filter(|dealer| dealer["grade"] == "core").count();
    assert!(visitor.page(&format!("{scores}?grade=0")).await.contains(&format!("{best} / 200")));
    assert!(visitor.page(&format!("{scores}?q=nobody")).await.contains("0 / 200"));
    for odd in [
        "page=0",
        "page=99999999999999999999",
        "page=18446744073709551615",
        "page=-1",
        "sort=x",
        "grade=x",
        "q=%00",
        "region=%ff",
    ] {
        assert_eq!(visitor.get(&format!("{scores}?{odd}")).await.status(), 200, "{odd}");
    }
}

#[actix_web::test]
async fn a_dealers_page_has_its_figures_with_their_rules_and_cells() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let run = uploaded(&visitor, "", "a.xlsx", sample()).await;
    let page = visitor.page(&format!("{run}/dealers/D001")).await;
    for text in ["涪陵丰禾农资经营部", "100.00", "42,800.00", "<svg", "规则与来源", "handbook", "经销商档案!", "12月"]
    {
        assert!(page.contains(text), "{text}");
    }
    let english = visitor.page(&format!("{run}/dealers/D002?lang=en")).await;
    for text in ["Months against the plan", "Rule and source", "Lost, and what would lift it", "65.00"] {
        assert!(english.contains(text), "{text}");
    }
    assert_eq!(visitor.get(&format!("{run}/dealers/D999")).await.status(), 404);
    assert_eq!(visitor.get(&format!("{run}/programmes/nothing")).await.status(), 404);
}

#[actix_web::test]
async fn every_figure_of_a_programme_leads_to_figures_or_cells() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let leads = [
        ("credit", &["信用额度!C", "前段销售总额", "应收账款 第", "#credit-", "规则与来源", "#rules-credit"][..]),
        ("stock", &["进销存!C", "期初库存", "各行数字的来源", "#stock-"]),
        ("plans", &["联合生意计划!", "目标值", "#plans-"]),
        ("roi", &["投入产出!", "销售收入", "#roi-"]),
        ("review", &["生意回顾!", "实际", "#review-"]),
        ("maintenance", &["客户维护 第", "经销商档案!", "#maintenance-", "发货流水 第"]),
    ];
    for (file, texts) in leads {
        let run = uploaded(&visitor, "", "a.xlsx", workbook(&format!("accepted/{file}-small.xlsx"))).await;
        let programme = visitor.page(&format!("{run}/programmes/{file}")).await;
        let dealer = programme.split(&format!("{run}/dealers/")).nth(1).and_then(|rest| rest.split('"').next());
        let page = visitor.page(&format!("{run}/dealers/{}", dealer.expect(file))).await;
        for text in texts {
            assert!(page.contains(text), "{file}: {text}");
        }
        for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(page.contains(&format!("id=\"{target}\"")), "{file}: nothing is at #{target}");
        }
        let english = visitor.page(&format!("{run}/dealers/{}?lang=en", dealer.expect(file))).await;
        assert!(english.contains("Comes of "), "{file}");
    }
    for (file, text) in [
        ("accounts", "客户分类!"),
        ("channels", "渠道盘点!"),
        ("channel_options", "渠道方案 第"),
        ("applicants", "新经销商评估!"),
    ] {
        let run = uploaded(&visitor, "", "a.xlsx", workbook(&format!("accepted/{file}-small.xlsx"))).await;
        let page = visitor.page(&format!("{run}/programmes/{file}")).await;
        assert!(page.contains(text) && page.contains("各行数字的来源"), "{file}");
    }
}

#[actix_web::test]
async fn each_programme_that_ran_has_its_page() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    for programme in dealerbook::programmes::NAMES {
        let run = uploaded(&visitor, "", "a.xlsx", workbook(&format!("accepted/{programme}-small.xlsx"))).await;
        let path = format!("{run}/programmes/{programme}");
        assert!(visitor.page(&format!("{run}/scores")).await.contains(&path), "{programme}");
        let page = visitor.page(&path).await;
        assert!(page.contains("<table class=\"data\">") && page.contains("规则"), "{programme}");
    }
}

#[actix_web::test]
async fn names_stay_text_on_every_page() {
    let app = TestApp::spawn().await;
    let visitor = Visitor::signed_in(&app, TOKEN).await;
    let hostile = "&lt;script&gt;alert(1)&lt;/script&gt;\"&apos;&gt;&lt;img src=x&gt;";
    let bytes = replaced(&sample(), "涪陵丰禾农资经营部", hostile);
    let bytes = replaced(&bytes, "岳阳金穗农资公司", "=HYPERLINK(&quot;https://elsewhere.example&quot;)");
    let run = uploaded(&visitor, "", "<b onclick=x>.xlsx", bytes).await;
    let faulty = replaced(&workbook("rejected/faulty-small.xlsx"), "经销商档案", "&lt;i&gt;经销商档案");
    let faulty = uploaded(&visitor, "", "f.xlsx", faulty).await;
    let paths = [
        "/".to_owned(),
        "/runs".to_owned(),
        "/runs?q=%3Cscript%3Ealert(1)".to_owned(),
        faulty,
        run.clone(),
        format!("{run}/scores?q=%22%3E%3Cscript%3E&region=%22%3E%3Cscript%3E"),
        format!("{run}/scores"),
        format!("{run}/dealers/D001"),
        format!("{run}/dealers/D002"),
    ];
    for path in &paths {
        let answer = visitor.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert!(header(&answer, "content-security-policy").contains("script-src 'self'"), "{path}");
        let page = answer.text().await.unwrap();
        for markup in ["<script>", "<img", "<i>", "<b onclick", " style=", "href=\"https://", "href=\"=", "javascript:"]
        {
            assert!(!page.contains(markup), "{path}: {markup}");
        }
    }
    assert!(visitor.page(&paths[7]).await.contains("&lt;script&gt;alert(1)"));
    assert!(visitor.page(&paths[8]).await.contains("=HYPERLINK("));
}

#[actix_web::test]
async fn pages_are_open_to_those_whom_the_interface_is_open_to() {
    let app = TestApp::spawn().await;
    let mut tokens = Vec::new();
    for (name, role) in [("李明", "sales"), ("王芳", "sales"), ("审计", "auditor")] {
        let made = send(app.request("POST", "/v1/tokens").json(&json!({"name": name, "role": role}))).await;
        tokens.push(made.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned());
    }
    let own = Visitor::signed_in(&app, &tokens[0]).await;
    let run = uploaded(&own, "", "own.xlsx", sample()).await;
    assert!(own.page("/runs").await.contains("own.xlsx"));
    let other = Visitor::signed_in(&app, &tokens[1]).await;
    assert!(!other.page("/runs").await.contains("own.xlsx"));
    for path in [run.clone(), format!("{run}/scores"), format!("{run}/dealers/D001")] {
        assert_eq!(other.get(&path).await.status(), 404, "{path}");
        assert_eq!(Visitor::new(&app).get(&path).await.status(), 303, "{path}");
    }
    let nowhere = own.get("/nowhere").await;
    assert_eq!((nowhere.status().as_u16(), header(&nowhere, "content-type").starts_with("text/html")), (404, true));
    let auditor = Visitor::signed_in(&app, &tokens[2]).await;
    assert_eq!(auditor.get(&run).await.status(), 200);
    assert_eq!(auditor.get("/upload").await.status(), 403);
    assert!(!auditor.page("/").await.contains("href=\"/upload\""));
}
