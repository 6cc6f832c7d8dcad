//! What is wrong with an appeal or an answer that was sent: where, what, and how to mend it.

use jiff::civil::Date;

use super::FaultDocument;
use crate::lang::Lang;
use crate::package::WhyNot;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AppealFault {
    /// It says nothing that could be read: JSON's own words.
    NotAnObject(String),
    /// A member that isn't known.
    UnknownMember(String),
    /// A member that must be there and say something.
    Missing(&'static str),
    /// A member that isn't a text.
    NotAText(&'static str),
    /// A text that is too long, or has characters that don't show.
    Unfit {
        /// The member.
        name: &'static str,
        /// What it may have.
        chars_max: usize,
    },
    /// What isn't a day of the calendar.
    NotADay(String),
    /// A day on which the appeal can't have been verified.
    NotVerifiedThen {
        /// The day on which it was lodged.
        first: Date,
        /// Today.
        last: Date,
    },
    /// A dealer that isn't in the run.
    UnknownDealer {
        /// As it was sent.
        id: String,
        /// The nearest one that is.
        nearest: Option<String>,
    },
    /// Neither a characteristic nor a programme nor a field.
    UnknownAbout {
        /// As it was sent.
        about: String,
        /// The nearest one that there is.
        nearest: Option<String>,
    },
    /// Corrections that aren't a list of cells with something in it.
    NoCorrections,
    /// More corrections than an answer takes.
    TooManyCorrections {
        /// What it takes.
        max: usize,
    },
    /// A correction without one of its members, or with one of the wrong kind.
    Correction {
        /// Its place in the list.
        index: usize,
        /// The member.
        name: &'static str,
    },
    /// A cell that can't be changed.
    Change {
        /// Its place in the list.
        index: usize,
        /// Why not.
        why: WhyNot,
    },
}

impl AppealFault {
    /// As it is sent.
    pub fn document(&self, lang: Lang) -> FaultDocument {
        FaultDocument::at(self.pointer(), self.detail(lang), self.mend(lang))
    }

    fn pointer(&self) -> String {
        match self {
            AppealFault::NotAnObject(_) => String::new(),
            AppealFault::UnknownMember(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            AppealFault::Missing(name) | AppealFault::NotAText(name) | AppealFault::Unfit { name, .. } => {
                format!("/{name}")
            }
            AppealFault::NotADay(_) | AppealFault::NotVerifiedThen { .. } => "/verified_on".to_owned(),
            AppealFault::UnknownDealer { .. } => "/dealer_id".to_owned(),
            AppealFault::UnknownAbout { .. } => "/about".to_owned(),
            AppealFault::NoCorrections | AppealFault::TooManyCorrections { .. } => "/corrections".to_owned(),
            AppealFault::Correction { index, name } => format!("/corrections/{index}/{name}"),
            AppealFault::Change { index, why } => format!("/corrections/{index}/{}", member_of(why)),
        }
    }

    /// What is wrong.
    pub fn detail(&self, lang: Lang) -> String {
        let near = |nearest: &Option<String>| match (nearest, lang) {
            (Some(nearest), Lang::Zh) => format!("；是否为“{nearest}”？"),
            (Some(nearest), Lang::En) => format!("; is `{nearest}` meant?"),
            (None, Lang::Zh) => "。".to_owned(),
            (None, Lang::En) => ".".to_owned(),
        };
        match (self, lang) {
            (AppealFault::NotAnObject(why), Lang::Zh) => format!("正文不是 JSON 对象：{why}。"),
            (AppealFault::NotAnObject(why), Lang::En) => format!("The body is no JSON object: {why}."),
            (AppealFault::UnknownMember(name), Lang::Zh) => format!("没有“{name}”这一项。"),
            (AppealFault::UnknownMember(name), Lang::En) => format!("There is no member `{name}`."),
            (AppealFault::Missing(name), Lang::Zh) => format!("缺少 {name}，或它是空的。"),
            (AppealFault::Missing(name), Lang::En) => format!("`{name}` is missing or empty."),
            (AppealFault::NotAText(name), Lang::Zh) => format!("{name} 应为文本。"),
            (AppealFault::NotAText(name), Lang::En) => format!("`{name}` must be a text."),
            (AppealFault::Unfit { name, chars_max }, Lang::Zh) => {
                format!("{name} 超过 {chars_max} 个字符，或含有不可见的控制字符。")
            }
            (AppealFault::Unfit { name, chars_max }, Lang::En) => {
                format!("`{name}` has more than {chars_max} characters, or control characters.")
            }
            (AppealFault::NotADay(text), Lang::Zh) => format!("verified_on 不是日期：“{text}”。"),
            (AppealFault::NotADay(text), Lang::En) => format!("`verified_on` is no date: `{text}`."),
            (AppealFault::NotVerifiedThen { first, last }, Lang::Zh) => {
                format!("核实日期应在登记之日 {first} 至今天 {last} 之间。")
            }
            (AppealFault::NotVerifiedThen { first, last }, Lang::En) => {
                format!("`verified_on` must be from {first}, when it was lodged, to today, {last}.")
            }
            (AppealFault::UnknownDealer { id, nearest }, Lang::Zh) => {
                format!("这次考核中没有经销商“{id}”{}", near(nearest))
            }
            (AppealFault::UnknownDealer { id, nearest }, Lang::En) => {
                format!("The run has no dealer `{id}`{}", near(nearest))
            }
            (AppealFault::UnknownAbout { about, nearest }, Lang::Zh) => {
                format!("“{about}”不是指标、项目或列的名称{}", near(nearest))
            }
            (AppealFault::UnknownAbout { about, nearest }, Lang::En) => {
                format!("`{about}` is no characteristic, programme or field{}", near(nearest))
            }
            (AppealFault::NoCorrections, Lang::Zh) => "corrections 应为至少更正一格的列表。".to_owned(),
            (AppealFault::NoCorrections, Lang::En) => "`corrections` must be a list of at least one cell.".to_owned(),
            (AppealFault::TooManyCorrections { max }, Lang::Zh) => format!("一次最多更正 {max} 格。"),
            (AppealFault::TooManyCorrections { max }, Lang::En) => {
                format!("At most {max} cells are corrected at once.")
            }
            (AppealFault::Correction { name, .. }, Lang::Zh) => match *name {
                "value" => "value 应为数字、文本或 null。".to_owned(),
                name => format!("{name} 应为文本。"),
            },
            (AppealFault::Correction { name, .. }, Lang::En) => match *name {
                "value" => "`value` must be a number, a text or null.".to_owned(),
                name => format!("`{name}` must be a text."),
            },
            (AppealFault::Change { why, .. }, lang) => why_not(why, lang),
        }
    }

    fn mend(&self, lang: Lang) -> &'static str {
        match self {
            AppealFault::NotAnObject(_) => lang.pick(
                "请发送 JSON 对象，字段见接口说明。",
                "Send a JSON object; the interface's description tells its members.",
            ),
            AppealFault::UnknownMember(_) => lang.pick("请去掉它，或改正名称。", "Leave it out, or correct its name."),
            AppealFault::Missing(_) | AppealFault::NotAText(_) | AppealFault::Unfit { .. } => {
                lang.pick("请填写简短的文本。", "Say it in a short text.")
            }
            AppealFault::NotADay(_) | AppealFault::NotVerifiedThen { .. } => lang.pick(
                "请按 2008-01-07 的写法填写核实日期，或不填（即今天）。",
                "Write the day like 2008-01-07, or leave it out for today.",
            ),
            AppealFault::UnknownDealer { .. } => {
                lang.pick("经销商编号见该次运行的结果。", "The run's result tells the ids of its dealers.")
            }
            AppealFault::UnknownAbout { .. } => lang.pick(
                "可写考核指标、激励项目或工作表列的英文名，也可不填。",
                "Name a characteristic, an incentive programme or a column by its English name, or leave it out.",
            ),
            AppealFault::NoCorrections | AppealFault::Correction { .. } => lang.pick(
                "每项写成 {\"sheet\": 工作表, \"cell\": \"H5\", \"value\": 数字、文本或 null}。",
                "Write each as {\"sheet\": its name, \"cell\": \"H5\", \"value\": a number, a text or null}.",
            ),
            AppealFault::TooManyCorrections { .. } => lang.pick(
                "更正很多时，请改好工作簿后作为新的运行上传。",
                "Where much is to be corrected, upload the mended workbook as a new run.",
            ),
            AppealFault::Change { .. } => lang
                .pick("请写该次运行所上传的工作簿中的格。", "Name a cell of the workbook that the run was made from."),
        }
    }
}

/// The member of a correction that is at fault.
fn member_of(why: &WhyNot) -> &'static str {
    match why {
        WhyNot::NoSuchSheet | WhyNot::NotAUsersSheet => "sheet",
        WhyNot::NotANumber | WhyNot::TooLong => "value",
        _ => "cell",
    }
}

fn why_not(why: &WhyNot, lang: Lang) -> String {
    match (why, lang) {
        (WhyNot::NoSuchSheet, Lang::Zh) => "工作簿中没有这张工作表。".to_owned(),
        (WhyNot::NoSuchSheet, Lang::En) => "The workbook has no such sheet.".to_owned(),
        (WhyNot::NotAUsersSheet, Lang::Zh) => "这张工作表没有单元格，或是由系统加上的。".to_owned(),
        (WhyNot::NotAUsersSheet, Lang::En) => "The sheet has no cells, or was added by an earlier run.".to_owned(),
        (WhyNot::NotAnAddress, Lang::Zh) => "这不是单元格地址。".to_owned(),
        (WhyNot::NotAnAddress, Lang::En) => "This is no cell's address.".to_owned(),
        (WhyNot::Added, Lang::Zh) => "这一格是由系统加上的。".to_owned(),
        (WhyNot::Added, Lang::En) => "The cell was added by an earlier run.".to_owned(),
        (WhyNot::Twice, Lang::Zh) => "这一格更正了两次。".to_owned(),
        (WhyNot::Twice, Lang::En) => "The cell is corrected twice.".to_owned(),
        (WhyNot::NotANumber, Lang::Zh) => "这不是工作簿能存的数字。".to_owned(),
        (WhyNot::NotANumber, Lang::En) => "A workbook can't hold this number.".to_owned(),
        (WhyNot::TooLong, Lang::Zh) => "文本超过单元格能存的长度。".to_owned(),
        (WhyNot::TooLong, Lang::En) => "The text is longer than a cell holds.".to_owned(),
        (WhyNot::Formula(range), Lang::Zh) => format!("{range} 是一个整体的公式，不能只改其中一格。"),
        (WhyNot::Formula(range), Lang::En) => {
            format!("The formula of {range} is one, and can't be changed in one of its cells.")
        }
        (WhyNot::Merged(range), Lang::Zh) => format!("这一格被合并单元格 {range} 盖住，请更正其中的第一格。"),
        (WhyNot::Merged(range), Lang::En) => format!("The merged cells {range} cover it: correct the first of them."),
        (WhyNot::TableHeading, Lang::Zh) => "这一格是 Excel 表格的列标题。".to_owned(),
        (WhyNot::TableHeading, Lang::En) => "It is the heading of a table's column.".to_owned(),
    }
}
