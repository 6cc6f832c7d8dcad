//! The content of a policy while it is put together from cells, which remembers where each value stood.

use serde_json::{Map, Value as Json};

use super::cell;
use super::grid::{Line, Place};
use super::read::PlacedFault;
use super::shape::Kind;
use dealerbook_engine::policy::Fault;

/// The content so far.
#[derive(Default)]
pub struct Tree {
    root: Json,
    /// Each path with its cell, in the order of reading; empty cells too.
    places: Vec<(String, Place)>,
    /// The paths of cells that couldn't be read.
    unread: Vec<String>,
    /// What is wrong with single cells.
    pub faults: Vec<PlacedFault>,
}

impl Tree {
    /// The content.
    pub fn content(&self) -> &Json {
        &self.root
    }

    /// The content without holes: a list of tables keeps its numbering, others close up.
    pub fn whole(&self) -> Json {
        whole(&self.root)
    }

    /// Puts in what stands under a label; nothing where nothing does.
    pub fn put(&mut self, path: &[&str], line: &Line, key: &str, kind: Kind) {
        let place = line.place(key);
        let raw = line.get(key);
        match raw.map(|raw| cell::value(kind, raw)) {
            None | Some(Ok(None)) => self.remember(path, place),
            Some(Ok(Some(value))) => self.set(path, value, place),
            Some(Err(fault)) => {
                self.unread.push(path.join("."));
                self.faults.push(PlacedFault::at(&place, fault));
                self.remember(path, place);
            }
        }
    }

    /// Puts in a value that stands there.
    pub fn set(&mut self, path: &[&str], value: Json, place: Place) {
        self.remember(path, place.clone());
        let mut node = &mut self.root;
        for part in path {
            node = match (part.parse::<usize>(), node) {
                (Ok(n), node @ (Json::Null | Json::Array(_))) => {
                    if node.is_null() {
                        *node = Json::Array(Vec::new());
                    }
                    let Json::Array(list) = node else { return };
                    if list.len() <= n {
                        list.resize(n + 1, Json::Null);
                    }
                    &mut list[n]
                }
                (_, node @ (Json::Null | Json::Object(_))) => {
                    if node.is_null() {
                        *node = Json::Object(Map::new());
                    }
                    let Json::Object(table) = node else { return };
                    table.entry(*part).or_insert(Json::Null)
                }
                _ => return self.twice(path, &place),
            };
        }
        if node.is_null() { *node = value } else { self.twice(path, &place) }
    }

    fn twice(&mut self, path: &[&str], place: &Place) {
        let path = path.join(".");
        let fault = Fault::new(
            format!("{path} 已经写过：同一内容不能写两处，“不分评级”与按评级也只能选一种"),
            format!("{path} was said before: say it once, and a figure either for all or by grade"),
        );
        self.faults.push(PlacedFault::at(place, fault));
    }

    /// Remembers a place without a value, so that what is missing there can be reported.
    pub fn remember(&mut self, path: &[&str], place: Place) {
        self.places.push((path.join("."), place));
    }

    /// Whether a fault of a path derives from nothing but a cell that couldn't be read.
    pub fn explains(&self, path: &str) -> bool {
        let leads = |unread: &String| unread == path || unread.starts_with(&format!("{path}."));
        !path.is_empty() && self.unread.iter().any(leads)
    }

    /// The cell of a path: its own, else the first below it, else that of what it is a part of.
    pub fn place(&self, path: &str) -> Option<&Place> {
        let mut path = path;
        while !path.is_empty() {
            let below = format!("{path}.");
            let own = self.places.iter().find(|(known, _)| known == path);
            let found = own.or_else(|| self.places.iter().find(|(known, _)| known.starts_with(&below)));
            if let Some((_, place)) = found {
                return Some(place);
            }
            path = path.rsplit_once('.').map_or("", |(above, _)| above);
        }
        None
    }
}

fn whole(value: &Json) -> Json {
    match value {
        Json::Array(list) if list.iter().any(Json::is_object) => {
            list.iter().map(|one| if one.is_null() { Json::Object(Map::new()) } else { whole(one) }).collect()
        }
        Json::Array(list) => list.iter().filter(|one| !one.is_null()).map(whole).collect(),
        Json::Object(table) => {
            let said = table.iter().filter(|(_, value)| !value.is_null());
            Json::Object(said.map(|(key, value)| (key.clone(), whole(value))).collect())
        }
        other => other.clone(),
    }
}
