//! A policy's content, gathered from the lines of its sheets.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::bounds::{Bounds, Written};
use super::cell::{Raw, amount};
use super::fill::{at, example_kind, joined, kind_of, list};
use super::grid::{Grids, Line, Place};
use super::read::PlacedFault;
use super::shape::{Column, ITEMS, Kind, SheetId, sheet};
use super::tree::Tree;
use super::words::{GRADES, NO_CARDS};
use dealerbook_engine::policy::{Fault, Policy};

/// The shipped policy, which says what the values outside the sheets of their own are.
static SHIPPED: LazyLock<Json> =
    LazyLock::new(|| Policy::embedded().map(|policy| policy.content()).unwrap_or_default());

/// What all sheets say, and what only a book can get wrong.
pub fn gather(grids: &Grids) -> (Tree, Vec<PlacedFault>) {
    let mut gathering = Gathering { grids, tree: Tree::default(), faults: Vec::new() };
    gathering.general();
    gathering.graded(SheetId::Grades, "grades");
    gathering.scorecards();
    gathering.modes();
    gathering.incentives();
    gathering.tiers();
    gathering.entitlements();
    gathering.graded(SheetId::ApplicantGrades, "applicants.grades");
    gathering.applicants();
    gathering.others();
    gathering.names();
    gathering.examples();
    let Gathering { mut tree, mut faults, .. } = gathering;
    faults.splice(0..0, std::mem::take(&mut tree.faults));
    (tree, faults)
}

struct Gathering<'g> {
    grids: &'g Grids,
    tree: Tree,
    faults: Vec<PlacedFault>,
}

impl<'g> Gathering<'g> {
    fn lines(&self, id: SheetId) -> &'g [Line] {
        self.grids.lines(id)
    }

    fn put(&mut self, path: &str, line: &Line, key: &str, kind: Kind) {
        let parts: Vec<&str> = path.split('.').collect();
        self.tree.put(&parts, line, key, kind);
    }

    fn fault(&mut self, line: &Line, key: &str, zh: String, en: String) {
        self.faults.push(PlacedFault::at(&line.place(key), Fault::new(zh, en)));
    }

    fn general(&mut self) {
        for line in self.lines(SheetId::General) {
            let key = line.text("key");
            match ITEMS.iter().find(|item| item.key == key) {
                Some(item) => self.put(item.key, line, "value", item.kind),
                None if line.get("value").is_none() && key.is_empty() => {}
                None => self.fault(
                    line,
                    "key",
                    format!("没有“{key}”这个键，请恢复原来的键"),
                    format!("there is no key `{key}`: restore the one that stood there"),
                ),
            }
        }
    }

    /// Grades: one a row, the best first, with both bounds.
    fn graded(&mut self, id: SheetId, root: &str) {
        let mut bands = Vec::new();
        for (n, line) in self.lines(id).iter().enumerate() {
            for column in sheet(id).columns.iter().filter(|column| column.key != "to") {
                self.put(&format!("{root}.{n}.{}", column.key), line, column.key, column.kind);
            }
            if root == "grades" {
                // Each grade has a list, be it empty; the sheet of entitlements fills it.
                self.tree.set(&["grades", &n.to_string(), "entitlements"], json!([]), line.place("id"));
            }
            bands.push((self.bound(line, "from"), self.bound(line, "to")));
        }
        self.faults.extend(Bounds::Falling.faults(&bands));
    }

    /// A bound where it can be read; where it can't, that is reported elsewhere or here.
    fn bound(&mut self, line: &Line, key: &str) -> Written {
        let read = line.get(key).map(amount);
        if let (Some(Err(fault)), "to") = (&read, key) {
            self.faults.push(PlacedFault::at(&line.place(key), fault.clone()));
        }
        (read.and_then(Result::ok), line.place(key))
    }

    fn scorecards(&mut self) {
        let lines = self.lines(SheetId::Scorecards);
        let (mut card, mut characteristic) = (String::new(), String::new());
        let mut cards: Vec<(String, usize)> = Vec::new();
        let mut groups: BTreeMap<(usize, usize), Vec<&Line>> = BTreeMap::new();
        for line in lines {
            // What is left out is as above.
            let of = |key: &str, above: &str| {
                Some(line.text(key)).filter(|text| !text.is_empty()).unwrap_or(above.to_owned())
            };
            let named = (of("card", &card), of("id", &characteristic));
            let begins = named != (card.clone(), characteristic.clone());
            (card, characteristic) = named;
            let number = cards.iter().position(|(known, _)| *known == card).unwrap_or_else(|| {
                cards.push((card.clone(), 0));
                cards.len() - 1
            });
            if begins {
                cards[number].1 += 1;
            }
            let n = cards[number].1.saturating_sub(1);
            if begins && n == 0 {
                self.tree.set(&["scorecards", &number.to_string(), "id"], Json::from(card.clone()), line.place("card"));
            }
            groups.entry((number, n)).or_default().push(line);
        }
        for ((card, n), lines) in groups {
            let kind = lines[0].text("kind");
            let bounds = if matches!(kind.as_str(), "rank" | "名次") { Bounds::Ranks } else { Bounds::Falling };
            let root = format!("scorecards.{card}.characteristics.{n}");
            self.banded(SheetId::Scorecards, &root, &lines, ["bands", "values"], bounds);
        }
    }

    fn applicants(&mut self) {
        let mut groups: Vec<(String, Vec<&Line>)> = Vec::new();
        for line in self.lines(SheetId::Applicants) {
            let id = line.text("id");
            match groups.last_mut() {
                Some((known, lines)) if id.is_empty() || *known == id => lines.push(line),
                _ => groups.push((id, vec![line])),
            }
        }
        for (n, (id, lines)) in groups.iter().enumerate() {
            let root = format!("applicants.characteristics.{n}");
            // The faults of this section name a characteristic by its id.
            self.tree.remember(&["applicants", id], lines[0].place("id"));
            self.banded(SheetId::Applicants, &root, lines, ["bands", "choices"], Bounds::Falling);
        }
    }

    /// A characteristic: what is said once stands on its first row, and each row is a band or a value.
    fn banded(&mut self, id: SheetId, root: &str, lines: &[&Line], names: [&str; 2], bounds: Bounds) {
        const EACH: [&str; 5] = ["from", "value", "points", "reason", "veto"];
        let once = |column: &&Column| !EACH.contains(&column.key) && !["to", "card", "name"].contains(&column.key);
        for column in sheet(id).columns.iter().filter(once) {
            self.put(&format!("{root}.{}", column.key), lines[0], column.key, column.kind);
            for line in lines.iter().skip(1).filter(|line| column.key != "id" && line.get(column.key).is_some()) {
                let (zh, en) = (column.label[0], column.label[1]);
                self.fault(
                    line,
                    column.key,
                    format!("“{zh}”只写在指标的第一行，请删去"),
                    format!("“{en}” stands on a characteristic's first row only: take it out"),
                );
            }
        }
        let has_bands = lines.iter().any(|line| line.get("from").is_some());
        let (mut counts, mut bands) = ([0, 0], Vec::new());
        for line in
            lines.iter().filter(|line| EACH.iter().any(|key| line.get(key).is_some()) || line.get("to").is_some())
        {
            let which = usize::from(line.get("from").is_none() && (line.get("value").is_some() || !has_bands));
            let entry = format!("{root}.{}.{}", names[which], counts[which]);
            counts[which] += 1;
            for column in sheet(id).columns.iter().filter(|column| EACH.contains(&column.key)) {
                self.put(&format!("{entry}.{}", column.key), line, column.key, column.kind);
            }
            if which == 0 {
                bands.push((self.bound(line, "from"), self.bound(line, "to")));
            }
        }
        self.faults.extend(bounds.faults(&bands));
    }

    fn modes(&mut self) {
        for line in self.lines(SheetId::Modes) {
            let mode = line.text("mode");
            let card = line.text("card");
            let none = NO_CARDS.iter().any(|none| none.eq_ignore_ascii_case(&card));
            match (card.is_empty(), none) {
                (true, _) => self.tree.remember(&["modes", &mode], line.place("card")),
                (_, true) => self.tree.set(&["modes", &mode], json!(false), line.place("card")),
                _ => self.tree.put(&["modes", &mode], line, "card", Kind::Text),
            }
        }
    }

    fn incentives(&mut self) {
        for (n, line) in self.lines(SheetId::Incentives).iter().enumerate() {
            for column in sheet(SheetId::Incentives).columns {
                self.put(&format!("incentives.{n}.{}", column.key), line, column.key, column.kind);
            }
        }
    }

    fn tiers(&mut self) {
        let ids: Vec<String> = self.lines(SheetId::Incentives).iter().map(|line| line.text("id")).collect();
        let mut bands: Vec<Vec<(Written, Written)>> = vec![Vec::new(); ids.len()];
        let mut incentive = String::new();
        for line in self.lines(SheetId::Tiers) {
            let named = line.text("incentive");
            if !named.is_empty() {
                incentive = named;
            }
            let Some(n) = ids.iter().position(|id| *id == incentive) else {
                self.fault(
                    line,
                    "incentive",
                    format!("“激励”工作表中没有项目“{incentive}”"),
                    format!("there is no incentive `{incentive}` on the sheet Incentives"),
                );
                continue;
            };
            let entry = format!("incentives.{n}.tiers.{}", bands[n].len());
            for column in sheet(SheetId::Tiers).columns.iter().filter(|c| !["incentive", "to"].contains(&c.key)) {
                self.put(&format!("{entry}.{}", column.key), line, column.key, column.kind);
            }
            let band = (self.bound(line, "from"), self.bound(line, "to"));
            bands[n].push(band);
        }
        self.faults.extend(bands.iter().flat_map(|bands| Bounds::Rising.faults(bands)));
    }

    fn entitlements(&mut self) {
        let mut lists: BTreeMap<&str, Vec<(Decimal, String, Place)>> = BTreeMap::new();
        for line in self.lines(SheetId::Entitlements) {
            let id = line.text("id");
            for key in ["zh", "en"] {
                self.tree.put(&["entitlements", &id, key], line, key, Kind::Text);
            }
            for grade in GRADES {
                let Some(raw) = line.get(grade.value) else { continue };
                let order = match (raw, super::cell::value(Kind::Flag, raw)) {
                    (Raw::Number(order), _) => *order,
                    (_, Ok(Some(Json::Bool(true)))) => Decimal::MAX,
                    (_, Ok(_)) => continue,
                    (_, Err(_)) => {
                        let place = line.place(grade.value);
                        let fault = Fault::new(
                            "请写次序（1、2、3……）或√，不享有的留空",
                            "write a place in the list (1, 2, 3 …) or √, or nothing",
                        );
                        self.faults.push(PlacedFault::at(&place, fault));
                        continue;
                    }
                };
                lists.entry(grade.value).or_default().push((order, id.clone(), line.place(grade.value)));
            }
        }
        let grades: Vec<String> = self.lines(SheetId::Grades).iter().map(|line| line.text("id")).collect();
        for (grade, mut list) in lists {
            let Some(n) = grades.iter().position(|known| known == grade) else { continue };
            list.sort_by_key(|(order, ..)| *order);
            for (k, (_, id, place)) in list.into_iter().enumerate() {
                self.tree.set(&["grades", &n.to_string(), "entitlements", &k.to_string()], Json::from(id), place);
            }
        }
    }

    fn others(&mut self) {
        for line in self.lines(SheetId::Others) {
            let (section, key) = (line.text("section"), line.text("key"));
            let path = joined(&section, &key);
            let like = at(&SHIPPED, &path).map(|value| kind_of(&path, value));
            let kind = like.unwrap_or(match line.get("value") {
                _ if section == "market_classes" => Kind::Text,
                Some(Raw::Number(_)) => Kind::Figure,
                _ => Kind::Text,
            });
            // A region may have a dot in its name.
            let parts: Vec<&str> = match section.as_str() {
                "market_classes" => vec![&section, &key],
                _ => path.split('.').collect(),
            };
            if let (Kind::List(_) | Kind::Figures, None) = (kind, line.get("value")) {
                self.tree.set(&parts, json!([]), line.place("value"));
            } else {
                self.tree.put(&parts, line, "value", kind);
            }
        }
    }

    fn names(&mut self) {
        for line in self.lines(SheetId::Names) {
            let (section, key) = (line.text("section"), line.text("key"));
            let root = match section.as_str() {
                "scorecards" => {
                    let cards = list(&self.tree.content()["scorecards"]);
                    let Some(n) = cards.iter().position(|card| card["id"] == key.as_str()) else {
                        self.fault(
                            line,
                            "key",
                            format!("“评分卡”工作表中没有考核表“{key}”"),
                            format!("there is no card `{key}` on the sheet Scorecards"),
                        );
                        continue;
                    };
                    format!("scorecards.{n}.title")
                }
                _ => joined(&section, &key),
            };
            for language in ["zh", "en"] {
                self.put(&format!("{root}.{language}"), line, language, Kind::Text);
            }
        }
    }

    fn examples(&mut self) {
        let mut names: Vec<String> = Vec::new();
        for line in self.lines(SheetId::Examples) {
            let name = line.text("name");
            if !name.is_empty() && names.last() != Some(&name) {
                names.push(name.clone());
                let n = (names.len() - 1).to_string();
                self.tree.put(&["examples", &n, "name"], line, "name", Kind::Text);
            }
            let root = format!("examples.{}", names.len().saturating_sub(1));
            let key = line.text("key");
            if matches!(key.as_str(), "actual" | "planned") {
                for month in 1..=12_usize {
                    self.put(&format!("{root}.{key}.{}", month - 1), line, &month.to_string(), Kind::Figure);
                }
            } else {
                self.put(&format!("{root}.{key}"), line, "value", example_kind(&key));
            }
        }
    }
}
