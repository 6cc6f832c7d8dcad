//! Why a file can't be read or written, in both languages: whoever speaks picks one.

use std::borrow::Cow;
use std::fmt;

use dealerbook_base::lang::Lang;

/// A reason in Chinese and in English, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    zh: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Reason {
    /// The reason as these two texts give it.
    #[must_use]
    pub const fn new(zh: &'static str, en: &'static str) -> Reason {
        Reason { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    /// The reason with something of the file in it.
    #[must_use]
    pub fn of(zh: String, en: String) -> Reason {
        Reason { zh: zh.into(), en: en.into() }
    }

    /// A text that stands for both languages, such as one that was stored in one of them.
    #[must_use]
    pub fn same(text: String) -> Reason {
        Reason { zh: text.clone().into(), en: text.into() }
    }

    /// The same, named after where it is: a part, a sheet.
    #[must_use]
    pub fn at(&self, place: &str) -> Reason {
        Reason::of(format!("{place}：{}", self.zh), format!("{place}: {}", self.en))
    }

    /// The text of this language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.en)
    }
}

/// A part that something leads to isn't there.
pub(super) const MISSING: Reason = Reason::new("文件包中缺少这个部件", "it is missing");
pub(super) const DOC_TYPE: Reason =
    Reason::new("含有文档类型定义（DOCTYPE），不予读取", "it has a document type definition");
pub(super) const NOT_XML: Reason = Reason::new("不是格式正确的 XML", "it is not well-formed XML");
pub(super) const NOT_UTF_8: Reason = Reason::new("不是 UTF-8 编码", "it is not in UTF-8");
pub(super) const ENDS_EARLY: Reason = Reason::new("内容不完整，提前结束", "it ends too early");
pub(super) const ENDS_IN_ROWS: Reason = Reason::new("在数据行中间就结束了", "it ends within its rows");
pub(super) const TOO_DEEP: Reason = Reason::new("元素嵌套过深", "its elements nest too deeply");
pub(super) const SAME_NAME: Reason = Reason::new("有两个部件同名", "two entries have the same name");
pub(super) const DAMAGED: Reason = Reason::new("无法解压，文件已损坏", "it can't be unpacked, the file is damaged");
pub(super) const CHECKSUM: Reason = Reason::new(
    "内容与校验和不符：文件在传输或保存中损坏，或被改动过",
    "its content doesn't fit its checksum: it was damaged on the way, or changed",
);
pub(super) const OVERLAPS: Reason =
    Reason::new("与另一个部件共用同一段数据", "it shares bytes with another part or with the directory");
pub(super) const RECORD: Reason =
    Reason::new("其中有一条记录不符合格式", "one of its records is not what it should be");
pub(super) const NO_ROWS: Reason = Reason::new("没有数据区", "it has no rows");
