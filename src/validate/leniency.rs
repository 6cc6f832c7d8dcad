//! What was forgiven in reading a cell, so that it can be said.

use crate::lang::Lang;

/// A set of forgivenesses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Leniency(u16);

impl Leniency {
    /// Nothing.
    pub const NONE: Leniency = Leniency(0);
    /// Full-width digits and letters.
    pub const WIDTH: Leniency = Leniency(1);
    /// Space around the value.
    pub const SPACE: Leniency = Leniency(2);
    /// Separators of thousands.
    pub const SEPARATORS: Leniency = Leniency(4);
    /// A unit or currency sign.
    pub const UNIT: Leniency = Leniency(8);
    /// A percent sign.
    pub const PERCENT: Leniency = Leniency(16);
    /// A number stored as text.
    pub const TEXT_NUMBER: Leniency = Leniency(32);
    /// An id stored as a number.
    pub const NUMBER_ID: Leniency = Leniency(64);
    /// A date or month stored as text, in a way that is not declared.
    pub const DATE_TEXT: Leniency = Leniency(128);
    /// A date stored as a bare number, or a whole date where a month is wanted.
    pub const SERIAL: Leniency = Leniency(256);
    /// Another spelling of a category or of yes and no.
    pub const SPELLING: Leniency = Leniency(512);
    /// A sign that there is nothing, such as a dash.
    pub const PLACEHOLDER: Leniency = Leniency(2048);
    /// A minus behind the number, or brackets for one.
    pub const NEGATIVE: Leniency = Leniency(4096);

    /// Adds another where `condition` holds.
    pub fn set(&mut self, other: Leniency, condition: bool) {
        if condition {
            self.0 |= other.0;
        }
    }

    /// Whether nothing was forgiven.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// What was forgiven, in words.
    pub fn words(self, lang: Lang) -> String {
        const WORDS: [(Leniency, &str, &str); 12] = [
            (Leniency::TEXT_NUMBER, "文本形式的数字", "numbers stored as text"),
            (Leniency::WIDTH, "全角字符", "full-width characters"),
            (Leniency::SPACE, "多余空格", "surrounding space"),
            (Leniency::SEPARATORS, "千位分隔符", "separators of thousands"),
            (Leniency::UNIT, "单位", "units"),
            (Leniency::PERCENT, "百分号", "percent signs"),
            (Leniency::NUMBER_ID, "数字形式的编号", "ids stored as numbers"),
            (Leniency::DATE_TEXT, "文本形式的日期", "dates stored as text"),
            (Leniency::SERIAL, "日期序列号或完整日期", "date serials or whole dates"),
            (Leniency::SPELLING, "其他写法", "other spellings"),
            (Leniency::PLACEHOLDER, "表示没有的符号，按空白处理", "signs for nothing, read as blank"),
            (Leniency::NEGATIVE, "括号或后置的负号", "brackets or a minus behind for negative numbers"),
        ];
        let words: Vec<&str> =
            WORDS.iter().filter(|(bit, ..)| self.0 & bit.0 != 0).map(|(_, zh, en)| lang.pick(zh, en)).collect();
        words.join(lang.pick("、", ", "))
    }
}

impl std::ops::BitOrAssign for Leniency {
    fn bitor_assign(&mut self, other: Leniency) {
        self.0 |= other.0;
    }
}
