//! The rows of each sheet, made of what a policy says.

use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::bounds::Bounds;
use super::cell::{Cell, decimal, written};
use super::shape::{Column, ITEMS, Kind, Sheet, SheetId};
use super::words::{self, GRADES, MODES, NO_CARD};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::Policy;

/// A row: each cell with what it holds.
pub type Row = Vec<(Kind, Cell)>;

/// The keys of a policy that stand on sheets of their own.
const ELSEWHERE: &[&str] = &["grades", "scorecards", "modes", "incentives", "entitlements", "applicants", "examples"];

/// The rows of a sheet, of a policy and its content.
pub fn rows(sheet: &Sheet, policy: &Policy, content: &Json, lang: Lang) -> Vec<Row> {
    let fill = Fill { policy: content, columns: sheet.columns, lang };
    match sheet.id {
        SheetId::General => fill.general(),
        SheetId::Grades => fill.graded(&content["grades"]),
        SheetId::ApplicantGrades => fill.graded(&content["applicants"]["grades"]),
        SheetId::Scorecards => fill.scorecards(policy),
        SheetId::Applicants => fill.applicants(),
        SheetId::Modes => fill.modes(),
        SheetId::Incentives => list(&content["incentives"]).iter().map(|one| fill.record(one)).collect(),
        SheetId::Tiers => fill.tiers(),
        SheetId::Entitlements => fill.entitlements(),
        SheetId::Others => fill.others(),
        SheetId::Names => fill.names(),
        SheetId::Examples => fill.examples(),
    }
}

/// What the cells of a value outside the sheets of its own hold.
pub fn kind_of(path: &str, value: &Json) -> Kind {
    match value {
        _ if path.starts_with("market_classes.") => Kind::Text,
        Json::Array(list) if !list.is_empty() && list.iter().all(Json::is_number) => Kind::Figures,
        Json::Array(_) => Kind::List(&[]),
        Json::Bool(_) => Kind::Flag,
        value if decimal(value).is_some() => Kind::Figure,
        _ => Kind::Text,
    }
}

/// Whether a value is a name in both languages.
fn is_title(value: &Json) -> bool {
    value.as_object().is_some_and(|title| title.len() == 2 && title.contains_key("zh") && title.contains_key("en"))
}

/// The value at a path of keys between dots.
pub fn at<'j>(value: &'j Json, path: &str) -> Option<&'j Json> {
    path.split('.').try_fold(value, |value, key| match value {
        Json::Array(list) => list.get(key.parse::<usize>().ok()?),
        value => value.get(key),
    })
}

pub fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn entries(value: &Json) -> impl Iterator<Item = (&String, &Json)> {
    value.as_object().into_iter().flatten()
}

fn plain(text: impl Into<String>) -> (Kind, Cell) {
    let text = text.into();
    (Kind::Text, if text.is_empty() { Cell::Blank } else { Cell::Text(text) })
}

struct Fill<'p> {
    policy: &'p Json,
    columns: &'static [Column],
    lang: Lang,
}

impl Fill<'_> {
    fn cell(&self, kind: Kind, value: Option<&Json>) -> (Kind, Cell) {
        (kind, written(kind, value, self.lang))
    }

    fn row(&self, cell: impl Fn(&Column) -> (Kind, Cell)) -> Row {
        self.columns.iter().map(cell).collect()
    }

    /// A row of the values below one thing.
    fn record(&self, one: &Json) -> Row {
        self.row(|column| self.cell(column.kind, at(one, column.key)))
    }

    fn general(&self) -> Vec<Row> {
        let row = |item: &super::shape::Item| {
            self.row(|column| match column.key {
                "label" => plain(self.lang.pick(item.label[0], item.label[1])),
                "note" => plain(self.lang.pick(item.note[0], item.note[1])),
                "value" => self.cell(item.kind, at(self.policy, item.key)),
                _ => plain(item.key),
            })
        };
        ITEMS.iter().map(row).collect()
    }

    fn graded(&self, grades: &Json) -> Vec<Row> {
        let ends = ends(list(grades), Bounds::Falling);
        let row = |(grade, end): (&Json, &Option<Decimal>)| {
            self.row(|column| match column.key {
                "to" => (column.kind, end.map_or(Cell::Blank, Cell::Number)),
                key => self.cell(column.kind, at(grade, key)),
            })
        };
        list(grades).iter().zip(&ends).map(row).collect()
    }

    fn scorecards(&self, policy: &Policy) -> Vec<Row> {
        let mut rows = Vec::new();
        for card in list(&self.policy["scorecards"]) {
            for one in list(&card["characteristics"]) {
                let bounds = if one["kind"] == "rank" { Bounds::Ranks } else { Bounds::Falling };
                let name = policy.characteristic(one["id"].as_str().unwrap_or_default(), self.lang).to_owned();
                rows.extend(self.banded(one, ["bands", "values"], bounds, |key| match key {
                    "card" => Some(plain(text(&card["id"]))),
                    "id" => Some(plain(text(&one["id"]))),
                    "name" => Some((Kind::Shown, Cell::Text(name.clone()))),
                    _ => None,
                }));
            }
        }
        rows
    }

    fn applicants(&self) -> Vec<Row> {
        let characteristics = list(&self.policy["applicants"]["characteristics"]);
        let of = |one: &Json| {
            let id = plain(text(&one["id"]));
            self.banded(one, ["bands", "choices"], Bounds::Falling, |key| (key == "id").then(|| id.clone()))
        };
        characteristics.iter().flat_map(of).collect()
    }

    /// The rows of a characteristic: one for each band or value; what is said once stands on the first.
    fn banded(
        &self,
        one: &Json,
        names: [&str; 2],
        bounds: Bounds,
        always: impl Fn(&str) -> Option<(Kind, Cell)>,
    ) -> Vec<Row> {
        let nothing = [Json::Null];
        let parts: Vec<&Json> = names.iter().flat_map(|name| list(&one[*name])).collect();
        let parts = if parts.is_empty() { nothing.iter().collect() } else { parts };
        let ends = ends(list(&one[names[0]]), bounds);
        let row = |(n, part): (usize, &&Json)| {
            self.row(|column| match column.key {
                "to" => (column.kind, ends.get(n).copied().flatten().map_or(Cell::Blank, Cell::Number)),
                "from" | "value" | "points" | "reason" | "veto" => self.cell(column.kind, at(part, column.key)),
                key => match always(key) {
                    Some(cell) => cell,
                    None if n == 0 => self.cell(column.kind, at(one, key)),
                    None => (column.kind, Cell::Blank),
                },
            })
        };
        parts.iter().enumerate().map(row).collect()
    }

    fn modes(&self) -> Vec<Row> {
        let modes = &self.policy["modes"];
        let known = MODES.iter().filter_map(|word| Some((word.value, word.zh, modes.get(word.value)?)));
        let others = entries(modes).filter(|(mode, _)| MODES.iter().all(|word| word.value != *mode));
        let all = known.chain(others.map(|(mode, card)| (mode.as_str(), "", card)));
        let row = |(mode, zh, card): (&str, &str, &Json)| {
            let none = self.lang.pick(NO_CARD[0], NO_CARD[1]);
            let name = if self.lang == Lang::Zh { zh.to_owned() } else { mode.replace('_', " ") };
            vec![plain(mode), plain(name), plain(card.as_str().unwrap_or(none))]
        };
        all.map(row).collect()
    }

    fn tiers(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for incentive in list(&self.policy["incentives"]) {
            let tiers = list(&incentive["tiers"]);
            for (tier, end) in tiers.iter().zip(ends(tiers, Bounds::Rising)) {
                rows.push(self.row(|column| match column.key {
                    "incentive" => plain(text(&incentive["id"])),
                    "to" => (column.kind, end.map_or(Cell::Blank, Cell::Number)),
                    key => self.cell(column.kind, at(tier, key)),
                }));
            }
        }
        rows
    }

    fn entitlements(&self) -> Vec<Row> {
        let place = |grade: &str, id: &str| {
            let grade = list(&self.policy["grades"]).iter().find(|one| one["id"] == grade)?;
            list(&grade["entitlements"]).iter().position(|one| one == id)
        };
        let mut all: Vec<(&String, &Json)> = entries(&self.policy["entitlements"]).collect();
        all.sort_by_key(|(id, _)| {
            let first = GRADES.iter().enumerate().find_map(|(n, grade)| Some((n, place(grade.value, id)?)));
            first.unwrap_or((usize::MAX, 0))
        });
        let row = |(id, title): (&String, &Json)| {
            self.row(|column| match column.key {
                "id" => plain(id),
                "zh" | "en" => self.cell(column.kind, title.get(column.key)),
                grade => {
                    let number = place(grade, id).map(|n| Cell::Number(Decimal::from(n + 1)));
                    (Kind::Figure, number.unwrap_or(Cell::Blank))
                }
            })
        };
        all.into_iter().map(row).collect()
    }

    /// Every leaf that has no other sheet: section, path below it, value.
    fn leaves(&self) -> Vec<(String, String, &Json)> {
        let mut leaves = Vec::new();
        let own = |key: &str| ITEMS.iter().any(|item| item.key.split('.').next() == Some(key));
        for (section, value) in entries(self.policy).filter(|(key, _)| !own(key) && !ELSEWHERE.contains(&key.as_str()))
        {
            collect(section, "", value, &mut leaves);
        }
        leaves
    }

    fn others(&self) -> Vec<Row> {
        let leaves = self.leaves().into_iter().filter(|(_, _, value)| !is_title(value));
        let row = |(section, key, value): (String, String, &Json)| {
            let path = joined(&section, &key);
            let note = words::note_of(&path);
            vec![
                plain(section),
                plain(key),
                self.cell(kind_of(&path, value), Some(value)),
                plain(self.lang.pick(note[0], note[1])),
            ]
        };
        leaves.map(row).collect()
    }

    fn names(&self) -> Vec<Row> {
        let cards = list(&self.policy["scorecards"]).iter();
        let cards = cards.map(|card| ("scorecards".to_owned(), text(&card["id"]), &card["title"]));
        let leaves = self.leaves().into_iter().filter(|(_, _, value)| is_title(value));
        let row = |(section, key, title): (String, String, &Json)| {
            vec![plain(section), plain(key), plain(text(&title["zh"])), plain(text(&title["en"]))]
        };
        cards.chain(leaves).map(row).collect()
    }

    fn examples(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for example in list(&self.policy["examples"]) {
            let name = text(&example["name"]);
            let mut leaves = Vec::new();
            let reported =
                ["dealer", "actual", "planned", "violations", "volumes_of_others", "amount", "collected", "expect"];
            for (key, value) in reported.into_iter().filter_map(|key| Some((key, example.get(key)?))) {
                collect(key, "", value, &mut leaves);
            }
            for (n, (section, key, value)) in leaves.into_iter().enumerate() {
                let path = joined(&section, &key);
                let months = matches!(path.as_str(), "actual" | "planned");
                rows.push(self.row(|column| match (column.key, column.key.parse::<usize>()) {
                    ("name", _) => plain(if n == 0 { name.clone() } else { String::new() }),
                    ("key", _) => plain(path.clone()),
                    ("value", _) if months => plain(""),
                    ("value", _) => self.cell(example_kind(&path), Some(value)),
                    (_, Ok(month)) if months => self.cell(column.kind, list(value).get(month - 1)),
                    _ => plain(""),
                }));
            }
        }
        rows
    }
}

/// What a value of a worked example is.
pub fn example_kind(path: &str) -> Kind {
    match path {
        "volumes_of_others" => Kind::Figures,
        "amount" | "collected" => Kind::Figure,
        "expect.grade" => Kind::Text,
        path if path.starts_with("violations.") => Kind::Figure,
        path if path.starts_with("expect.") => Kind::TwoPlaces,
        _ => Kind::Text,
    }
}

/// A section and the path below it, as one path.
pub fn joined(section: &str, key: &str) -> String {
    if key.is_empty() { section.to_owned() } else { format!("{section}.{key}") }
}

/// Lists of figures and texts are leaves, lists of more are not.
fn collect<'j>(section: &str, path: &str, value: &'j Json, leaves: &mut Vec<(String, String, &'j Json)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Json::Object(table) if !is_title(value) => {
            table.iter().for_each(|(key, value)| collect(section, &below(key), value, leaves));
        }
        Json::Array(list) if list.iter().any(Json::is_object) => {
            list.iter().enumerate().for_each(|(n, value)| collect(section, &below(&n.to_string()), value, leaves));
        }
        value => leaves.push((section.to_owned(), path.to_owned(), value)),
    }
}

fn ends(bands: &[Json], bounds: Bounds) -> Vec<Option<Decimal>> {
    bounds.ends(&bands.iter().map(|band| decimal(&band["from"])).collect::<Vec<_>>())
}
