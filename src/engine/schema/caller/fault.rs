//! What can be wrong with a caller's descriptor: where, what, and how to fix it.

use serde_json::Value as Json;

use dealerbook_base::lang::Lang;

/// A fault and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The JSON pointer (RFC 6901) of the value; empty for the whole descriptor.
    pub pointer: String,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is no JSON.
    Syntax {
        /// Where the reader stopped, from 1.
        line: usize,
        /// Where the reader stopped, from 1.
        column: usize,
        /// What it says.
        reason: String,
    },
    /// A value of another shape belongs there.
    WrongShape(Shape),
    /// A property is missing.
    Missing(&'static str),
    /// A Table Schema stands where a Data Package belongs.
    OnlyATable,
    /// There is no element, and one is needed.
    Empty,
    /// There are more than so many elements.
    TooMany(usize),
    /// More characters than this.
    TooLong(usize),
    /// A character that can't stand in a sheet.
    ControlCharacter,
    /// This name stands twice.
    Repeated(String),
    /// The schema stands in another file.
    Elsewhere,
    /// Not one of a few words.
    Unknown {
        /// What stands there.
        value: String,
        /// What may stand there.
        allowed: Vec<&'static str>,
    },
    /// A type that no cell of a sheet can be checked for.
    NoCellType(String),
    /// The constraint or property doesn't go with this type.
    NotForType(&'static str),
    /// The value is not of the column's type.
    NotOfType(&'static str),
    /// The pattern can't be read.
    Pattern(String),
    /// The form of dates can't be read.
    DateFormat(String),
    /// There is no such field or resource; the nearest name.
    NoSuch {
        /// What was named.
        name: String,
        /// The nearest one that there is.
        nearest: Option<String>,
    },
    /// A foreign key has not as many fields here as there.
    UnequalKeys,
    /// The lower bound is above the upper one.
    Crossed,
    /// Not one value meets all constraints.
    NothingAllowed,
    /// A date with a time of day can't be compared to the second.
    NoMoment,
    /// It is not checked; this is instead.
    NotChecked(&'static str),
}

/// The shape of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number from 0 on.
    Count,
    /// An array.
    List,
    /// An object.
    Object,
    /// A string or an array of strings.
    Names,
}

impl Shape {
    pub(super) fn fits(self, value: &Json) -> bool {
        match self {
            Shape::Text => value.is_string(),
            Shape::Flag => value.is_boolean(),
            Shape::Count => value.as_u64().is_some_and(|count| u32::try_from(count).is_ok()),
            Shape::List => value.is_array(),
            Shape::Object => value.is_object(),
            Shape::Names => value.is_string() || value.is_array(),
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Shape::Text => ("字符串", "a string"),
            Shape::Flag => ("true 或 false", "true or false"),
            Shape::Count => ("非负整数", "a whole number from 0 on"),
            Shape::List => ("数组", "an array"),
            Shape::Object => ("对象", "an object"),
            Shape::Names => ("字符串或字符串数组", "a string or an array of strings"),
        };
        lang.pick(zh, en)
    }
}

impl Fault {
    pub(super) fn syntax(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let reason = error.to_string();
        let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason).to_owned();
        Fault { pointer: String::new(), kind: FaultKind::Syntax { line, column, reason } }
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        match &self.kind {
            FaultKind::Syntax { line, column, reason } if zh => {
                format!("第 {line} 行第 {column} 列不是有效的 JSON：{reason}")
            }
            FaultKind::Syntax { line, column, reason } => {
                format!("no JSON from line {line}, column {column} on: {reason}")
            }
            FaultKind::WrongShape(shape) if zh => format!("此处应为{}", shape.name(lang)),
            FaultKind::WrongShape(shape) => format!("this must be {}", shape.name(lang)),
            FaultKind::Missing(key) if zh => format!("缺少属性 {key}"),
            FaultKind::Missing(key) => format!("the property `{key}` is missing"),
            FaultKind::OnlyATable => lang
                .pick("这是 Table Schema，不是 Data Package", "this is a Table Schema, not a Data Package")
                .to_owned(),
            FaultKind::Empty => lang.pick("列表为空", "the list is empty").to_owned(),
            FaultKind::TooMany(max) if zh => format!("最多 {max} 项"),
            FaultKind::TooMany(max) => format!("there may be {max} of these at most"),
            FaultKind::TooLong(max) if zh => format!("最多 {max} 个字符"),
            FaultKind::TooLong(max) => format!("this may have {max} characters at most"),
            FaultKind::ControlCharacter => lang.pick("含有控制字符", "there is a control character in it").to_owned(),
            FaultKind::Repeated(name) if zh => format!("“{name}”重复"),
            FaultKind::Repeated(name) => format!("`{name}` stands here twice"),
            FaultKind::Elsewhere => lang
                .pick(
                    "schema 在别的文件中，服务不读取其他文件或网址",
                    "the schema stands elsewhere; no other file or address is read",
                )
                .to_owned(),
            FaultKind::Unknown { value, .. } if zh => format!("“{value}”不可用"),
            FaultKind::Unknown { value, .. } => format!("`{value}` is not known here"),
            FaultKind::NoCellType(name) if zh => format!("工作表的单元格无法按类型 {name} 校验"),
            FaultKind::NoCellType(name) => format!("the cells of a sheet can't be checked for the type `{name}`"),
            FaultKind::NotForType(kind) if zh => format!("类型 {kind} 不支持这一项"),
            FaultKind::NotForType(kind) => format!("this doesn't go with the type `{kind}`"),
            FaultKind::NotOfType(kind) if zh => format!("值不符合类型 {kind}"),
            FaultKind::NotOfType(kind) => format!("the value is not of the type `{kind}`"),
            FaultKind::Pattern(reason) if zh => format!("正则表达式无法读取：{reason}"),
            FaultKind::Pattern(reason) => format!("the pattern can't be read: {reason}"),
            FaultKind::DateFormat(reason) if zh => format!("日期格式无法读取：{reason}"),
            FaultKind::DateFormat(reason) => format!("the form of dates can't be read: {reason}"),
            FaultKind::NoSuch { name, .. } if zh => format!("没有“{name}”"),
            FaultKind::NoSuch { name, .. } => format!("there is no `{name}`"),
            FaultKind::UnequalKeys => {
                lang.pick("外键两边的字段数不同", "the foreign key has not as many fields here as there").to_owned()
            }
            FaultKind::Crossed => lang.pick("下限大于上限", "the lower bound is above the upper one").to_owned(),
            FaultKind::NothingAllowed => {
                lang.pick("没有任何值能同时满足各项约束", "not one value meets all constraints").to_owned()
            }
            FaultKind::NoMoment => lang
                .pick(
                    "带时刻的日期只按日校验，不能作为键或限定范围",
                    "a date with a time of day is checked by its day only and can't be a key or have bounds",
                )
                .to_owned(),
            FaultKind::NotChecked(_) => lang.pick("服务不校验这一项", "this is not checked").to_owned(),
        }
    }

    /// How to fix it.
    pub fn remedy(&self, lang: Lang) -> String {
        let (zh, en) = match &self.kind {
            FaultKind::Syntax { .. } => ("请用 JSON 编辑器检查描述文件。", "Check the descriptor with a JSON editor."),
            FaultKind::WrongShape(_) | FaultKind::NotOfType(_) => {
                ("请改正这个值，或去掉它。", "Correct the value, or leave it out.")
            }
            FaultKind::Missing(_) => ("请补上这个属性。", "Add the property."),
            FaultKind::OnlyATable => (
                r#"请写成 {"resources": [{"name": "工作表名", "schema": 此处内容}]}。"#,
                r#"Write {"resources": [{"name": "the sheet's name", "schema": this}]}."#,
            ),
            FaultKind::Empty => ("请至少列出一项。", "List at least one."),
            FaultKind::TooMany(_) => ("请拆分成几个描述文件。", "Split the descriptor."),
            FaultKind::TooLong(_) => ("请缩短。", "Shorten it."),
            FaultKind::ControlCharacter => ("请删去控制字符。", "Take it out."),
            FaultKind::Repeated(_) => ("请改名，或去掉其中一个。", "Rename one of the two, or leave it out."),
            FaultKind::Elsewhere => ("请把 schema 的内容直接写在这里。", "Put the schema itself here."),
            FaultKind::NoCellType(_) => ("请改用 string 或 any。", "Use `string` or `any` instead."),
            FaultKind::NotForType(_) => ("请去掉这一项，或改用别的类型。", "Leave it out, or choose another type."),
            FaultKind::Pattern(_) => (
                "请改正正则表达式；不支持环视和反向引用。",
                "Correct the regular expression; look-around and back references are not supported.",
            ),
            FaultKind::DateFormat(_) => (
                "请使用 strftime 的写法，如 %Y-%m-%d，或 default。",
                "Use the signs of strftime, such as %Y-%m-%d, or `default`.",
            ),
            FaultKind::UnequalKeys => (
                "请使 fields 与 reference.fields 一一对应。",
                "Let `fields` and `reference.fields` correspond one by one.",
            ),
            FaultKind::Crossed | FaultKind::NothingAllowed => ("请改正约束。", "Correct the constraints."),
            FaultKind::NoMoment => ("请改用类型 date。", "Use the type `date` instead."),
            FaultKind::NotChecked(instead) => {
                return match lang {
                    Lang::Zh => format!("请改用 {instead}，或去掉这一项。"),
                    Lang::En => format!("Use {instead} instead, or leave it out."),
                };
            }
            FaultKind::Unknown { allowed, .. } => return listed(allowed, lang),
            FaultKind::NoSuch { nearest: Some(nearest), .. } => {
                return match lang {
                    Lang::Zh => format!("是否为“{nearest}”？"),
                    Lang::En => format!("Is `{nearest}` meant?"),
                };
            }
            FaultKind::NoSuch { nearest: None, .. } => ("请改正名称。", "Correct the name."),
        };
        lang.pick(zh, en).to_owned()
    }
}

fn listed(allowed: &[&str], lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("可用：{}。", allowed.join("、")),
        Lang::En => format!("It takes: {}.", allowed.join(", ")),
    }
}
