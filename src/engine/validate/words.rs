//! Words by which rows are known that are no data: totals, signatures and remarks, examples left in (contract, section 1).

use crate::schema::normalise;

/// Words of totals, in normal form.
const TOTALS: [&str; 13] = [
    "合计",
    "合计数",
    "总计",
    "总计数",
    "小计",
    "累计",
    "共计",
    "汇总",
    "平均",
    "平均数",
    "平均值",
    "subtotal",
    "total",
];

/// What a signature or a remark begins with, in normal form.
const NOTES: [&str; 33] = [
    "制表",
    "编制",
    "填表",
    "填报",
    "经办",
    "负责人",
    "主管",
    "审核",
    "复核",
    "审批",
    "批准",
    "核准",
    "签字",
    "签章",
    "签名",
    "盖章",
    "公章",
    "日期",
    "打印",
    "注",
    "备注",
    "附注",
    "说明",
    "填表说明",
    "以上",
    "以下空白",
    "数据来源",
    "资料来源",
    "来源",
    "preparedby",
    "approvedby",
    "checkedby",
    "note",
];

/// Whether a text is a word of totals, or ends in one (涪陵小计).
pub fn is_total(text: &str) -> bool {
    // Nearly all texts are distinguished by their last letter.
    let last = text.trim_end().chars().next_back();
    let may_be = |c: char| {
        matches!(c, '计' | '数' | '总' | '均' | '值' | 'l' | 'L' | 'ｌ' | 'Ｌ' | ')' | '）' | ':' | '：' | '】' | ']')
            || !c.is_alphanumeric()
    };
    if text.len() > 96 || !last.is_some_and(may_be) {
        return false;
    }
    let word = normalise(text);
    let word = bare(&word);
    TOTALS.iter().any(|total| {
        word.strip_suffix(total).is_some_and(|before| {
            // "total" is a word of its own: "subtotal", "grand total", "D001 total", but no name that ends so.
            !total.is_ascii() || before.is_empty() || is_word_before(text, total)
        })
    })
}

/// Whether a Latin word at the end of a text stands apart from what is before it.
fn is_word_before(text: &str, total: &str) -> bool {
    let lower = crate::schema::narrow(text).to_lowercase();
    let lower = lower.trim_end_matches(|c: char| !c.is_alphanumeric());
    let before = lower.strip_suffix(total).or_else(|| lower.strip_suffix("sub-total").filter(|_| total == "total"));
    before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()))
}

/// A text in normal form without the brackets, colons and the like at its end: 合计(吨): is 合计.
fn bare(word: &str) -> &str {
    let mut word = word;
    loop {
        let trimmed = word.trim_end_matches([':', '*', '-', '—', '_', '.', '=']);
        let without = [('(', ')'), ('【', '】'), ('[', ']')].into_iter().find_map(|(open, close)| {
            let inner = trimmed.strip_suffix(close)?;
            Some(&inner[..inner.rfind(open)?])
        });
        match without {
            Some(rest) if !rest.is_empty() => word = rest,
            _ => return trimmed.trim_matches(['【', '[', '(', '】', ']', ')', '*', '-', '—']),
        }
    }
}

/// Whether a text begins as a signature or a remark does: 制表：张三, 注：…, 以上数据由各片区上报.
pub fn is_note(text: &str) -> bool {
    let start: String = text.chars().take(24).collect();
    let word = normalise(&start);
    let word = word.trim_start_matches(['(', '*', '※', '★', '【', '[', '-', '—']);
    NOTES.iter().any(|note| {
        let Some(behind) = word.strip_prefix(note) else { return false };
        // A single character begins other words too: 注册资金 is no remark.
        let ends = behind.is_empty() || behind.starts_with([':', '.', ',', '、', ')', '】', ']', ';']);
        let numbered = behind.starts_with(|c: char| c.is_ascii_digit());
        ends || numbered && note.chars().count() < 3
            || behind.starts_with(['人', '者', '单', '部', '数']) && note.chars().count() > 1
    }) || word.contains(':')
        && word.split(':').next().is_some_and(|before| NOTES.iter().any(|note| before.ends_with(note)))
}

/// Whether a key says that its row is an example: 示例, 样例, 例：D001, example.
pub fn is_example(key: &str) -> bool {
    // Nearly all keys are distinguished by their first letter.
    if !key
        .trim_start()
        .starts_with(['示', '样', '例', 'E', 'e', 'Ｅ', 'ｅ', '(', '（', '【', '[', '\u{200b}', '\u{feff}'])
    {
        return false;
    }
    let word = normalise(key);
    let word = word.trim_start_matches(['(', '【', '[']);
    let behind_latin = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphabetic());
    ["示例", "样例", "例:", "例如"].iter().any(|mark| word.starts_with(mark))
        || word == "例"
        || word.strip_prefix("example").is_some_and(behind_latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_known_by_their_last_word() {
        for text in [
            "合计",
            " 合 计 ",
            "总计：",
            "小計".replace('計', "计").as_str(),
            "涪陵小计",
            "合计（吨）",
            "1-6月累计",
            "月平均",
            "Total",
            "SUBTOTAL",
            "Sub-total:",
            "Grand Total",
            "D001 total",
            "合计数",
            "【合计】",
            "全年汇总",
            "总　计",
        ] {
            assert!(is_total(text), "{text}");
        }
        for text in [
            "D001",
            "总计划",
            "合计农资公司",
            "Portotal",
            "设计",
            "统计",
            "会计",
            "大颗粒尿素",
            "",
            "总",
            "2007-01",
            "ＡＢＣ",
        ] {
            assert!(!is_total(text), "{text}");
        }
    }

    #[test]
    fn signatures_and_remarks_are_known_by_their_first_word() {
        for text in [
            "制表：张三",
            "制表人：",
            "编制单位：渠道部",
            "经办人: 李四",
            "审核",
            "注：以上数据含税",
            "注1：含税",
            "备注",
            "以上数据由各片区上报",
            "说明：",
            "数据来源：ERP",
            "日期：2007-12-31",
            "（注：含运费）",
            "负责人：",
            "Note: all in tonnes",
            "Prepared by: Li",
            "填表人：",
            "财务审核：王五",
        ] {
            assert!(is_note(text), "{text}");
        }
        for text in ["注册农资公司", "D001", "审美农资", "日期农资", "Notebook", "涪陵", "说明书", ""]
        {
            assert!(!is_note(text), "{text}");
        }
    }

    #[test]
    fn an_example_is_known_by_its_key() {
        for key in ["示例", "示例：D001", "样例1", "例：D001", "Example: D001", "example", "（示例）D001", "例"]
        {
            assert!(is_example(key), "{key}");
        }
        for key in ["D001", "例会", "Examples", "E001", ""] {
            assert!(!is_example(key), "{key}");
        }
    }
}
