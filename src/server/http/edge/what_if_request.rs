//! What a what-if asks for: read strictly, with everything that can't be read told at once.

use serde_json::{Map, Value};

use crate::http::body::cell_value;
use crate::http::request::shown;
use crate::problem::WhatIfFault;
use crate::service::what_if::WhatIf;
use dealerbook_package::CellChange;

/// So many cells are changed at most.
const CELLS_MAX: usize = 1000;
/// So many paths.
const PATHS_MAX: usize = 500;

/// Reads the members of a body, of which there must be an object.
///
/// # Errors
/// When there is none.
pub fn members(body: &[u8]) -> Result<Map<String, Value>, WhatIfFault> {
    serde_json::from_slice(body).map_err(|error| {
        let detail = [format!("正文不是 JSON 对象：{error}"), format!("the body is no JSON object: {error}")];
        let remedy = [
            "请发送 JSON 对象，如 {\"policy\": \"handbook\"}。",
            "Send a JSON object such as {\"policy\": \"handbook\"}.",
        ];
        WhatIfFault::new("", [&detail[0], &detail[1]], remedy)
    })
}

impl WhatIf {
    /// Reads the request, with everything that can't be read.
    pub fn parse(members: Result<Map<String, Value>, WhatIfFault>) -> (WhatIf, Vec<WhatIfFault>) {
        let (mut wanted, mut faults) = (WhatIf::default(), Vec::new());
        let members = match members {
            Ok(members) => members,
            Err(fault) => return (wanted, vec![fault]),
        };
        for (name, value) in members {
            if let Err(of_member) = wanted.member(&name, value) {
                faults.extend(of_member);
            }
        }
        if wanted.policy.is_some() && wanted.policy_toml.is_some() {
            faults.push(WhatIfFault::new(
                "/policy_toml",
                ["policy 和 policy_toml 只能给出一个", "`policy` and `policy_toml` can't both be given"],
                ["请去掉其中一个。", "Leave one of them out."],
            ));
        }
        if faults.is_empty() && wanted.is_nothing() {
            faults.push(WhatIfFault::new(
                "",
                ["没有给出任何变更", "nothing is to be otherwise"],
                [
                    "请给出 policy、policy_toml、changes 或 cells。",
                    "Give `policy`, `policy_toml`, `changes` or `cells`.",
                ],
            ));
        }
        (wanted, faults)
    }

    fn member(&mut self, name: &str, value: Value) -> Result<(), Vec<WhatIfFault>> {
        match (name, value) {
            ("policy" | "policy_toml" | "changes" | "cells", Value::Null) => {}
            ("policy", Value::String(id)) => self.policy = Some(id),
            ("policy_toml", Value::String(text)) => self.policy_toml = Some(text),
            ("changes", Value::Object(changes)) if changes.len() <= PATHS_MAX => {
                self.changes = changes.into_iter().collect();
            }
            ("cells", Value::Array(cells)) if cells.len() <= CELLS_MAX => return self.cells(cells),
            ("changes", Value::Object(_)) => {
                return Err(vec![wrong_kind("/changes", ["至多 500 个路径", "at most 500 paths"])]);
            }
            ("cells", Value::Array(_)) => {
                return Err(vec![wrong_kind("/cells", ["至多 1000 个单元格", "at most 1,000 cells"])]);
            }
            ("policy" | "policy_toml", _) => return Err(vec![wrong_kind(&format!("/{name}"), ["文本", "a text"])]),
            ("changes", _) => {
                let an_object = ["对象：路径和新值", "an object of paths and their new values"];
                return Err(vec![wrong_kind("/changes", an_object)]);
            }
            ("cells", _) => return Err(vec![wrong_kind("/cells", ["数组", "an array"])]),
            (unknown, _) => return Err(vec![unknown_member(unknown)]),
        }
        Ok(())
    }

    fn cells(&mut self, cells: Vec<Value>) -> Result<(), Vec<WhatIfFault>> {
        let mut faults = Vec::new();
        for (n, cell) in cells.into_iter().enumerate() {
            match parse_cell(cell) {
                Ok(cell) => self.cells.push(cell),
                Err(what) => faults.push(wrong_kind(&format!("/cells/{n}"), what)),
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn is_nothing(&self) -> bool {
        self.policy.is_none() && self.policy_toml.is_none() && self.changes.is_empty() && self.cells.is_empty()
    }
}

const CELL: [&str; 2] = [
    "形如 {\"sheet\": \"表名\", \"cell\": \"H4\", \"value\": 数字、文本或 null} 的对象",
    "an object such as {\"sheet\": \"Dealers\", \"cell\": \"H4\", \"value\": a number, a text or null}",
];

fn parse_cell(cell: Value) -> Result<CellChange, [&'static str; 2]> {
    let Value::Object(mut members) = cell else { return Err(CELL) };
    let (sheet, cell, value) = (members.remove("sheet"), members.remove("cell"), members.remove("value"));
    let (Some(Value::String(sheet)), Some(Value::String(cell)), Some(value), true) =
        (sheet, cell, value, members.is_empty())
    else {
        return Err(CELL);
    };
    Ok(CellChange { sheet, cell, value: cell_value(&value).ok_or(CELL)? })
}

fn wrong_kind(pointer: &str, [zh, en]: [&str; 2]) -> WhatIfFault {
    let detail = [format!("{pointer} 应为{zh}"), format!("{pointer} must be {en}")];
    WhatIfFault::new(pointer, [&detail[0], &detail[1]], ["请改正这一项。", "Correct it."])
}

fn unknown_member(name: &str) -> WhatIfFault {
    let name = shown(name);
    let detail = [
        format!("没有“{name}”这一项；可写 policy、policy_toml、changes、cells"),
        format!("there is no member `{name}`; there are policy, policy_toml, changes, cells"),
    ];
    let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    WhatIfFault::new(
        pointer,
        [&detail[0], &detail[1]],
        ["请改正名称，或去掉它。", "Correct the name, or leave it out."],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers(body: &str) -> Vec<String> {
        WhatIf::parse(members(body.as_bytes())).1.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn faults_of_every_kind_are_told_at_once() {
        let body = r#"{"policy": 1, "policy_toml": [], "changes": [], "rate": 3,
            "cells": [{"sheet": "S", "cell": "A1", "value": true}, {"sheet": "S", "cell": "A1", "value": 1}, {"cell": "A1"}]}"#;
        assert_eq!(pointers(body), ["/policy", "/policy_toml", "/changes", "/rate", "/cells/0", "/cells/2"]);
        for (body, pointer) in
            [("", ""), ("[]", ""), ("{}", ""), (r#"{"policy": "a", "policy_toml": "b"}"#, "/policy_toml")]
        {
            assert_eq!(pointers(body), [pointer], "{body}");
        }
    }
}
