//! What is reported of rows, merged ranges, units and measures, beside what single cells hold; and its words.

use super::issue::Issue;
use super::message::Speaker;
use crate::lang::Lang;
use crate::workbook::Merge;

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum LayoutFault {
    /// A merged range gave its value to all of its rows.
    MergedFilled(Merge),
    /// A figure, or a value that must be unique, merged over several rows.
    MergedFigure(Merge),
    /// A merged range over several known columns.
    MergedColumns(Merge),
    /// A cell under a merged range holds something else than its visible cell.
    HiddenUnderMerge(Merge),
    /// A signature, a remark, a group title, a row of units or of column numbers.
    NoteRow,
    /// The header stands again.
    RepeatedHeader,
    /// A unit in a title or label that is not the own one of these columns.
    Unit {
        /// The unit, in normal form.
        unit: Box<str>,
        /// The columns that it concerns, by their fields.
        fields: Box<[u16]>,
    },
    /// A number format that shows another unit as mere text.
    UnitOfFormat(Box<str>),
    /// A row that is left in as an example.
    ExampleRow,
    /// A date or figure out of any measure.
    Implausible,
}

impl LayoutFault {
    /// The range that the fault is about, where it is one.
    pub fn range(&self) -> Option<&Merge> {
        match self {
            LayoutFault::MergedFilled(merge) => Some(merge),
            _ => None,
        }
    }

    /// What is wrong and what is expected.
    pub(super) fn message(&self, speaker: &Speaker<'_>, issue: &Issue) -> String {
        let field = speaker.field(issue.place.resource, issue.place.field);
        let label = field.map_or("", |f| f.label(speaker.lang));
        let value = issue.value.as_deref().unwrap_or_default();
        match (self, speaker.lang) {
            (LayoutFault::MergedFilled(merge), Lang::Zh) => {
                format!("“{label}”的合并区域 {} 各行均按“{value}”读取", merge.name())
            }
            (LayoutFault::MergedFilled(merge), Lang::En) => {
                format!("“{label}”: every row of the merged range {} was read as “{value}”", merge.name())
            }
            (LayoutFault::MergedFigure(merge), Lang::Zh) => {
                format!("“{label}”的 {} 合并了多行，{value} 属于哪一行无法确定", merge.name())
            }
            (LayoutFault::MergedFigure(merge), Lang::En) => format!(
                "“{label}”: {} is merged over several rows; to which of them {value} belongs is not certain",
                merge.name()
            ),
            (LayoutFault::MergedColumns(merge), Lang::Zh) => {
                format!("{} 合并了多列，“{value}”属于哪一列无法确定", merge.name())
            }
            (LayoutFault::MergedColumns(merge), Lang::En) => format!(
                "{} is merged over several columns; to which of them “{value}” belongs is not certain",
                merge.name()
            ),
            (LayoutFault::HiddenUnderMerge(merge), Lang::Zh) => {
                format!("“{label}”的合并区域 {} 显示“{value}”，但下面的单元格里还有别的内容", merge.name())
            }
            (LayoutFault::HiddenUnderMerge(merge), Lang::En) => {
                format!(
                    "“{label}”: the merged range {} shows “{value}”, but a cell under it holds something else",
                    merge.name()
                )
            }
            (LayoutFault::NoteRow, Lang::Zh) => "签名、说明、分组标题、单位或栏号行，不是数据，已跳过".to_owned(),
            (LayoutFault::NoteRow, Lang::En) => {
                "a signature, a remark, a group title, or a row of units or column numbers: no data, skipped".to_owned()
            }
            (LayoutFault::RepeatedHeader, Lang::Zh) => "表头在此重复出现，已跳过".to_owned(),
            (LayoutFault::RepeatedHeader, Lang::En) => "the header stands here again; skipped".to_owned(),
            (LayoutFault::Unit { unit, fields }, lang) => {
                let fields = fields.iter().filter_map(|f| speaker.field(issue.place.resource, Some(*f)));
                let own = |f: &crate::schema::Field| f.unit(lang).unwrap_or_default().to_owned();
                let columns: Vec<String> = match lang {
                    Lang::Zh => fields.map(|f| format!("{}（{}）", f.label(lang), own(f))).collect(),
                    Lang::En => fields.map(|f| format!("{} ({})", f.label(lang), own(f))).collect(),
                };
                let columns = columns.join(lang.pick("、", ", "));
                match lang {
                    Lang::Zh => {
                        format!("此处写明单位为“{unit}”，而以下列应使用各自的单位：{columns}。系统不会自行换算")
                    }
                    Lang::En => {
                        format!(
                            "the unit here is “{unit}”, but these columns have their own: {columns}. Nothing is converted"
                        )
                    }
                }
            }
            (LayoutFault::UnitOfFormat(unit), Lang::Zh) => {
                format!("“{label}”的数字格式把 {value} 显示为带“{unit}”的数，但数值本身没有换算，按 {value} 读取")
            }
            (LayoutFault::UnitOfFormat(unit), Lang::En) => {
                format!(
                    "“{label}”: the number format shows {value} with “{unit}”, but the number itself is not scaled; it was read as {value}"
                )
            }
            (LayoutFault::ExampleRow, Lang::Zh) => format!("“{value}”是留在表中的示例行"),
            (LayoutFault::ExampleRow, Lang::En) => format!("“{value}” is an example row that was left in"),
            (LayoutFault::Implausible, Lang::Zh) => format!("“{label}” {value} 超出常理，请核对"),
            (LayoutFault::Implausible, Lang::En) => format!("“{label}” {value} is out of any measure; please check it"),
        }
    }

    /// How to fix it.
    pub(super) fn suggestion(&self, lang: Lang) -> Option<&'static str> {
        let (zh, en) = match self {
            LayoutFault::MergedFigure(_) | LayoutFault::HiddenUnderMerge(_) => {
                ("取消合并，在每一行分别填写", "take the merge apart and fill in each row")
            }
            LayoutFault::MergedColumns(_) => {
                ("取消合并，在每一列分别填写", "take the merge apart and fill in each column")
            }
            LayoutFault::Unit { .. } => (
                "把数字换算成该列的单位，并改正单位说明",
                "convert the figures to the column's unit and correct the unit that is stated",
            ),
            LayoutFault::UnitOfFormat(_) => (
                "按该列的单位填写数字，并改用普通数字格式",
                "enter the figure in the column's unit and use a plain number format",
            ),
            LayoutFault::ExampleRow => {
                ("删除这一行；如是真实数据，填写真实编号", "delete the row; if it is data, enter the true id")
            }
            _ => return None,
        };
        Some(lang.pick(zh, en))
    }
}
