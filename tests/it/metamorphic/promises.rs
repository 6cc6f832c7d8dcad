//! What a lift promises comes true: whoever does what it says gains the points that it says, on that characteristic.

use dealerbook::pipeline::Engine;
use dealerbook::policy::Policy;
use serde_json::Value;

use super::bases::{Base, bases};
use super::book::{Book, Cell};
use super::cases::Random;
use super::judge::Reading;

/// So many workbooks of random dealers.
const BOOKS: usize = 12;
/// So many dealers in each, on one card: more than have a band of ranks for themselves.
const DEALERS: usize = 16;

/// Dealers of one card whose tonnes are few and so often equal, with strengths that bring them near the bounds of grades.
fn dealers(base: &Base, random: &mut Random) -> Book {
    let mut book = base.book.clone();
    let [dealers, purchases, violations] =
        ["dealers", "purchases", "violations"].map(|name| book.sheet(name).expect("the sheet"));
    let of = |book: &Book, sheet: usize, field: &str| book.sheets[sheet].column(field).expect("the column");
    let template = book.sheets[dealers]
        .data()
        .find(|row| book.sheets[dealers].cell(*row, of(&book, dealers, "channel_mode")).content() == "零售门店直供");
    let template = book.sheets[dealers].rows[template.expect("a shop")].clone();
    let month = book.sheets[purchases].rows[book.sheets[purchases].header + 1].clone();
    let [dealer_id, urea] = ["dealer_id", "total_urea_tonnes"].map(|field| of(&book, dealers, field));
    let [bought_by, planned, actual] =
        ["dealer_id", "planned_tonnes", "actual_tonnes"].map(|field| of(&book, purchases, field));
    for sheet in [dealers, purchases, violations] {
        let sheet = &mut book.sheets[sheet];
        sheet.rows.truncate(sheet.header + 1);
        sheet.end = sheet.rows.len();
    }
    for n in 1..=DEALERS {
        let id = format!("X{n:02}");
        let mut cells = template.clone();
        cells[dealer_id] = Cell::text(&id);
        cells[urea] = Cell::number("100000");
        for (field, words) in [
            ("service_level", ["高", "中", "低"]),
            ("brand_influence", ["一类", "二类", "三类"]),
            ("capital_strength", ["高", "一般", "低"]),
            ("creditworthiness", ["高", "中", "低"]),
        ] {
            cells[of(&book, dealers, field)] = Cell::text(words[random.next() % 3]);
        }
        let at = book.sheets[dealers].end;
        book.sheets[dealers].insert_row(at, cells);
        book.sheets[dealers].end = at + 1;
        let tonnes = 100 * (1 + random.next() % 6);
        // Even months, or the year in one: so the totals differ.
        let months = if random.next().is_multiple_of(2) { 12 } else { 1 };
        for number in 1..=months {
            let mut cells = month.clone();
            (cells[bought_by], cells[planned]) = (Cell::text(&id), Cell::blank());
            cells[1] = Cell::text(&format!("2007年{number}月"));
            cells[actual] = Cell::number(&(tonnes * 12 / months).to_string());
            let at = book.sheets[purchases].end;
            book.sheets[purchases].insert_row(at, cells);
            book.sheets[purchases].end = at + 1;
        }
    }
    book
}

fn assessed(reading: &Reading) -> Vec<Value> {
    reading.results["assessment"]["dealers"].as_array().cloned().unwrap_or_default()
}

fn decimal(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no decimal"))
}

fn points(dealer: &Value, characteristic: &str) -> f64 {
    let own =
        dealer["characteristics"].as_array().expect("characteristics").iter().find(|one| one["id"] == characteristic);
    decimal(&own.expect("the characteristic")["points"])
}

/// The workbook in which a dealer has done what a lift says; none where that is no change of one cell.
fn followed(book: &Book, id: &str, lift: &Value) -> Option<Book> {
    let mut book = book.clone();
    let characteristic = lift["characteristic"].as_str().expect("a characteristic");
    let (resource, field, value) = match characteristic {
        "annual_volume" => ("purchases", "actual_tonnes", None),
        "service_level" | "brand_influence" | "capital_strength" | "creditworthiness" => {
            ("dealers", characteristic, Some(lift["change"]["to"].as_str().expect("a category")))
        }
        _ => return None,
    };
    let sheet = book.sheet(resource).expect("the sheet");
    let sheet = &mut book.sheets[sheet];
    let [own, column] = ["dealer_id", field].map(|field| sheet.column(field).expect("the column"));
    let row = sheet.data().find(|row| sheet.cell(*row, own).content() == id).expect("a row");
    let cell = match value {
        Some(value) => Cell::text(value),
        None => {
            let before: f64 = sheet.cell(row, column).content().parse().expect("a figure");
            Cell::number(&(before + decimal(&lift["change"]["tonnes"])).to_string())
        }
    };
    sheet.set(row, column, cell);
    Some(book)
}

#[test]
fn what_a_lift_promises_comes_true() {
    let engine = Engine::embedded().expect("the engine");
    let bases = bases(&engine);
    let mut random = Random(0xb529_7a4d_3f84_d5b5);
    let (mut of_rank, mut of_category, mut broken) = (0, 0, Vec::new());
    for _ in 0..BOOKS {
        let book = dealers(&bases[0], &mut random);
        let before = assessed(&Reading::of(&engine, &book));
        assert_eq!(before.len(), DEALERS);
        for dealer in &before {
            for lift in dealer["lift"].as_array().into_iter().flatten() {
                let Some(gained) = gained(&engine, &book, dealer, lift) else { continue };
                *(if lift["characteristic"] == "annual_volume" { &mut of_rank } else { &mut of_category }) += 1;
                broken.extend(
                    (!is_kept(lift, gained)).then(|| format!("{}: {lift} gains {gained}", dealer["dealer_id"])),
                );
            }
        }
    }
    assert!(broken.is_empty(), "{} of {} promises are broken: {broken:#?}", broken.len(), of_rank + of_category);
    assert!(of_rank > 5 && of_category > 20, "{of_rank} promises of ranks, {of_category} of categories");
}

/// The points that a dealer gains by doing what a lift says; none where that is no change of one cell.
fn gained(engine: &Engine, book: &Book, dealer: &Value, lift: &Value) -> Option<f64> {
    let id = dealer["dealer_id"].as_str().expect("an id");
    let after = assessed(&Reading::of(engine, &followed(book, id, lift)?));
    let now = after.iter().find(|one| one["dealer_id"] == id).expect("the dealer");
    let characteristic = lift["characteristic"].as_str().expect("a characteristic");
    Some(points(now, characteristic) - points(dealer, characteristic))
}

fn is_kept(lift: &Value, gained: f64) -> bool {
    (gained - decimal(&lift["points"])).abs() < 0.001
}

/// Planted: seven dealers tied at the 5th rank, and one at the 13th that is promised the points of the 6th to the 10th.
#[test]
fn a_rank_that_is_promised_too_low_a_gain_is_a_broken_promise() {
    let engine = Engine::embedded().expect("the engine");
    let mut book = dealers(&bases(&engine)[0], &mut Random(7));
    let sheet = book.sheet("purchases").expect("the sheet");
    let sheet = &mut book.sheets[sheet];
    let [id, actual] = ["dealer_id", "actual_tonnes"].map(|field| sheet.column(field).expect("the column"));
    let mut seen = String::new();
    for row in sheet.data() {
        let dealer = sheet.cell(row, id).content().to_owned();
        let number: usize = dealer.trim_start_matches('X').parse().expect("a number");
        // Four above, seven equal, and the others one below the other.
        let tonnes = if number <= 4 {
            900
        } else if number <= 11 {
            500
        } else {
            400 - number
        };
        let is_first = std::mem::replace(&mut seen, dealer.clone()) != dealer;
        sheet.set(row, actual, Cell::number(&if is_first { tonnes } else { 0 }.to_string()));
    }
    let dealer = assessed(&Reading::of(&engine, &book)).swap_remove(12);
    assert_eq!((&dealer["dealer_id"], &dealer["rank"]), (&"X13".into(), &13.into()));
    let lifts = dealer["lift"].as_array().expect("lifts");
    let lift = lifts.iter().find(|lift| lift["characteristic"] == "annual_volume").expect("a better rank");
    let gained = gained(&engine, &book, &dealer, lift).expect("one cell");
    assert!(is_kept(lift, gained) && gained == 10.0, "{lift} gains {gained}");
    let mut planted = lift.clone();
    planted["points"] = "5.00".into();
    assert!(!is_kept(&planted, gained));
}

/// The programmes of which a dealer isn't told why they pay nothing, or of which it is although they pay.
fn unexplained(dealer: &Value, programmes: &[String]) -> Vec<String> {
    let of = |list: &str| -> Vec<&str> {
        dealer[list].as_array().into_iter().flatten().filter_map(|one| one["programme"].as_str()).collect()
    };
    let (paid, unpaid) = (of("lines"), of("unpaid"));
    let wrong = |id: &&String| paid.contains(&id.as_str()) == unpaid.contains(&id.as_str());
    programmes.iter().filter(wrong).cloned().collect()
}

#[test]
fn every_programme_pays_or_says_why_not() {
    let engine = Engine::embedded().expect("the engine");
    let programmes: Vec<String> =
        Policy::embedded().expect("sound").incentives.iter().map(|incentive| incentive.id.clone()).collect();
    let bases = bases(&engine);
    for book in [bases[0].book.clone(), bases[1].book.clone(), dealers(&bases[0], &mut Random(11))] {
        let reading = Reading::of(&engine, &book);
        for dealer in reading.results["incentives"]["dealers"].as_array().expect("dealers") {
            assert_eq!(unexplained(dealer, &programmes), Vec::<String>::new(), "{dealer}");
            let zero = dealer["unpaid"][0]["programme"].clone();
            // Planted: a zero without a word.
            let mut planted = dealer.clone();
            planted["unpaid"].as_array_mut().expect("a list").retain(|one| one["programme"] != zero);
            assert!(zero.is_null() || unexplained(&planted, &programmes) == [zero.as_str().expect("an id")]);
        }
    }
}
