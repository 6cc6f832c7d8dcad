//! Which figures of the added sheets follow a changed input, and which need a new upload: what 计算说明 says of each list.

use super::about_sheet::{Section, texts};
use dealerbook_base::lang::Lang;
use dealerbook_engine::sheet::body::Liveness;
use dealerbook_engine::sheet::list::LIVE_ROWS_MAX;
use dealerbook_engine::sheet::words::Words;

/// The lists, in order, with their headings.
#[derive(Debug, Default)]
pub struct Follows {
    lists: Vec<(String, Liveness)>,
    reports: Vec<String>,
}

impl Follows {
    /// Adds a list by the title of its sheet.
    pub fn add(&mut self, title: &str, of: Liveness) {
        self.lists.push((title.to_owned(), of));
    }

    /// Adds a sheet that is laid out, whose figures are added up from what stands on it or on the lists.
    pub fn add_report(&mut self, title: &str) {
        self.reports.push(title.to_owned());
    }

    /// What is said of them; nothing where there is no list.
    pub fn sections(&self, words: Words<'_>) -> Vec<Section> {
        if self.lists.is_empty() {
            return Vec::new();
        }
        let section = |zh, en, rows| Section { title: words.lang.pick(zh, en).to_owned(), rows, warning: false };
        let mut following = vec![texts(general(words))];
        following.extend(self.lists.iter().filter_map(|(title, of)| Some(texts([title.clone(), said(of, words)?]))));
        following.extend(self.reports.iter().map(|title| {
            let how = words.lang.pick(
                "合计和比率跟随改动；按月的数和排名、文字等重新上传后才更新",
                "sums and ratios follow; months, rankings and texts need a new upload",
            );
            texts([title.clone(), how.to_owned()])
        }));
        let mut sections = vec![section("改动后哪些数字会变", "Which figures follow a changed input", following)];
        let valued: Vec<_> = self.lists.iter().filter(|(_, of)| !of.valued.is_empty()).collect();
        if !valued.is_empty() {
            let rows = valued.iter().map(|(title, of)| {
                let headings = join(&of.valued, words);
                let how = match words.lang {
                    Lang::Zh => format!("超过 {LIVE_ROWS_MAX} 行，以下要查遍全列的各列写成数值，不是公式，重新上传后才更新：{headings}"),
                    Lang::En => format!(
                        "more than {LIVE_ROWS_MAX} rows: these columns look through whole columns and are values, not formulas, which need a new upload: {headings}"
                    ),
                };
                texts([title.clone(), how])
            });
            sections.push(section("写成数值的公式列", "Formulas written as values", rows.collect()));
        }
        sections
    }
}

/// What holds for every list.
fn general(words: Words<'_>) -> [String; 2] {
    let how = words.lang.pick(
        "改动原表（经销商档案、月度提货等）须重新上传，各结果表才会更新；改动结果表上的数，只有下列公式列跟随。各结果表可按任一列排序、筛选，其他表的数不变；按“序号”排序即恢复原来的次序，并列时也按它分先后。表头上方的合计随筛选变化，下方的小计不变",
        "Changes on your own sheets (dealers, purchases …) need a new upload before the result sheets follow; of figures changed on a result sheet, only the formula columns below follow. Result sheets can be sorted by any column and filtered, which changes no figure on another sheet; sorting by “No.” brings the first order back, and it decides between equals. Totals above the headings follow the filter, subtotals below don't",
    );
    [words.lang.pick("总则", "In general").to_owned(), how.to_owned()]
}

/// What is said of a list; nothing where all of it is who it is.
fn said(of: &Liveness, words: Words<'_>) -> Option<String> {
    let live = (!of.live.is_empty()).then(|| {
        let headings = join(&of.live, words);
        match words.lang {
            Lang::Zh => format!("跟随本表改动：{headings}"),
            Lang::En => format!("follow: {headings}"),
        }
    });
    let plain = (!of.plain.is_empty()).then(|| {
        let headings = join(&of.plain, words);
        match words.lang {
            Lang::Zh => format!("须重新上传：{headings}"),
            Lang::En => format!("need a new upload: {headings}"),
        }
    });
    let said: Vec<String> = [live, plain].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join("\n"))
}

fn join(headings: &[String], words: Words<'_>) -> String {
    headings.join(words.lang.pick("、", ", "))
}
