//! What the explanations say of a run: period, policy, hashes, counts, and what was left out.

use super::{Report, Run, Status};
use crate::annotate::{self, LeftOut};
use crate::report::about_sheet::{Cell, Row, Section, texts};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::Rates;
use dealerbook_engine::schema::Severity;
use dealerbook_engine::validate::{Code, Issue};
use dealerbook_engine::workbook::cell_name;

/// So many characters of a hash tell one from another for people.
const HASH_SHOWN: usize = 12;

impl Run<'_> {
    fn say(&self, zh: &str, en: &str) -> String {
        self.job.options.lang.pick(zh, en).to_owned()
    }

    fn example_rates(&self) -> bool {
        self.policy.rates == Rates::Example
    }

    /// Period, as-of date and policy in a line; of a caller's own schema its title and hash.
    pub(super) fn subtitle(&self) -> String {
        if let Some(caller) = &self.speaker.schemas.caller {
            let title = caller.title.as_deref().unwrap_or("–");
            let hash = &caller.sha256[..HASH_SHOWN];
            return match self.job.options.lang {
                Lang::Zh => format!("校验依据 {title}　SHA-256 {hash}"),
                Lang::En => format!("Checked against {title} · SHA-256 {hash}"),
            };
        }
        let period = self.checked.period.map_or("–".to_owned(), |p| p.to_string());
        let as_of = self.checked.as_of.map_or("–".to_owned(), |d| d.to_string());
        let (title, version) = (self.policy.title.pick(self.job.options.lang), &self.policy.version);
        match self.job.options.lang {
            Lang::Zh => format!("考核年度 {period}　截止日期 {as_of}　政策 {title} {version}"),
            Lang::En => format!("Period {period} · as of {as_of} · policy {title} {version}"),
        }
    }

    /// What must not be overlooked of any result: that it is partial.
    pub(super) fn partial(&self) -> Option<String> {
        let partial = || {
            self.say(
                "部分结果：有错误的行及其经销商未参与计算，排名按其余经销商计",
                "Partial result: dealers with faulty rows are left out, ranks are among the rest",
            )
        };
        (self.status() == Status::Partial).then(partial)
    }

    /// What must not be overlooked of any result: that it is partial, or of a year that isn't whole.
    pub(super) fn caveat(&self) -> Option<String> {
        self.joined(self.partial().into_iter().chain(self.interim()))
    }

    fn interim(&self) -> Option<String> {
        self.checked.interim.map(|interim| self.speaker.interim(interim))
    }

    fn joined(&self, notices: impl Iterator<Item = String>) -> Option<String> {
        let notices: Vec<String> = notices.collect();
        (!notices.is_empty()).then(|| notices.join(self.job.options.lang.pick("；", "; ")))
    }

    /// What must not be overlooked.
    pub(super) fn notice(&self) -> Option<String> {
        let mut notices = Vec::from_iter(self.caveat());
        if self.example_rates() && self.calculated.is_some_and(|c| c.assessment.is_some()) {
            notices.push(self.say(
                "激励金额按示例费率计算，仅供参考，公司须设定自己的费率",
                "Incentives use example rates; the company must set its own",
            ));
        }
        self.joined(notices.into_iter())
    }

    /// Which run the result columns are of, for their note. No clock and no id: the same upload gets the same bytes.
    pub(super) fn about(&self, report: &Report) -> String {
        let mut lines = vec![self.subtitle()];
        lines.extend(self.notice());
        lines.push(format!(
            "{}{}",
            self.say("上传文件 SHA-256：", "SHA-256 of the upload: "),
            &report.origin.sha256[..HASH_SHOWN]
        ));
        lines.join("\n")
    }

    /// The sections of the explanations before the rules.
    pub(super) fn facts(&self, report: &Report, left_out: &LeftOut) -> Vec<Section> {
        let mut sections = Vec::new();
        if let Some(notice) = self.notice() {
            sections.push(Section {
                title: self.say("请注意", "Please note"),
                rows: vec![texts([self.say("提示", "Note"), notice])],
                warning: true,
            });
        }
        sections.extend(self.outdated_template());
        sections.push(Section {
            title: self.say("未能写入文件的内容", "What could not be written into the file"),
            rows: self.left_out_rows(left_out),
            warning: true,
        });
        sections.push(Section {
            title: match self.speaker.schemas.caller {
                Some(_) => self.say("本次校验", "This check"),
                None => self.say("本次计算", "This calculation"),
            },
            rows: self.run_rows(report),
            warning: false,
        });
        sections.push(Section { title: self.say("数量", "Counts"), rows: self.count_rows(report), warning: false });
        sections.push(Section {
            title: self.say("读取时的处理", "How the data were read"),
            rows: self.reading_rows(),
            warning: false,
        });
        sections
    }

    fn run_rows(&self, report: &Report) -> Vec<Row> {
        let status = match report.status {
            Status::Ok if self.calculated.is_none() => self.say("已校验", "checked"),
            Status::Ok => self.say("已计算", "calculated"),
            Status::Faulty if self.speaker.schemas.caller.is_some() => self.say("有错误", "there are errors"),
            Status::Faulty => self.say("有错误，未计算", "errors stopped the calculation"),
            Status::Partial => self.say("部分结果", "partial"),
        };
        let row = |zh: &str, en: &str, value: String| texts([self.say(zh, en), value]);
        let mut rows = vec![row("状态", "Status", status)];
        match &self.speaker.schemas.caller {
            Some(caller) => rows.extend([
                row("校验依据", "Checked against", caller.title.clone().unwrap_or_default()),
                row("校验依据 SHA-256", "SHA-256 of the descriptor", caller.sha256.clone()),
            ]),
            None => {
                rows.extend(self.policy_rows());
                rows.extend(self.history_rows());
            }
        }
        rows.extend([
            row("上传文件", "Upload", report.origin.filename.clone().unwrap_or_default()),
            row("上传文件 SHA-256", "Upload SHA-256", report.origin.sha256.clone()),
            row("程序版本", "Program version", format!("Dealerbook {}", env!("CARGO_PKG_VERSION"))),
        ]);
        if self.speaker.schemas.caller.is_none() {
            rows.push(row("申诉", "Appeals", self.appeals()));
        }
        rows.extend(self.template_row());
        rows
    }

    /// Period, as-of date and policy.
    fn policy_rows(&self) -> [Row; 4] {
        let rates = if self.example_rates() {
            self.say("示例费率", "example rates")
        } else {
            self.say("公司自定费率", "the company's own rates")
        };
        let row = |zh: &str, en: &str, value: String| texts([self.say(zh, en), value]);
        [
            row("考核年度", "Period", self.checked.period.map_or(String::new(), |p| p.to_string())),
            row("截止日期", "As of", self.checked.as_of.map_or(String::new(), |d| d.to_string())),
            row("政策", "Policy", format!("{} {} ({rates})", self.policy.id, self.policy.version)),
            row("政策 SHA-256", "Policy SHA-256", self.policy.sha256.clone()),
        ]
    }

    /// What was known of the year before, where anything was.
    fn history_rows(&self) -> Vec<Row> {
        let Some(history) = &self.job.options.history else { return Vec::new() };
        let row = |zh: &str, en: &str, value: String| texts([self.say(zh, en), value]);
        let says = match (self.job.past(self.checked.period), self.job.options.lang) {
            (Some(past), Lang::Zh) => {
                format!("{} 年度考核结果；表中“上年评级”“上年销量”为空处取自该结果", past.period)
            }
            (Some(past), Lang::En) => format!(
                "the result of {}; where the sheet leaves the previous grade or last year's tonnes empty, they come from it",
                past.period
            ),
            (None, Lang::Zh) => "所给的历史结果中没有上一年度，未采用".to_owned(),
            (None, Lang::En) => "the results that were given hold nothing of the year before; none was used".to_owned(),
        };
        vec![row("历史数据", "History", says), row("历史数据 SHA-256", "History SHA-256", history.sha256())]
    }

    fn appeals(&self) -> String {
        let lang = self.job.options.lang;
        format!(
            "{}{}",
            lang.pick("对考核结果可以申诉，", "an assessment can be appealed; appeals are "),
            annotate::clock(self.policy, lang)
        )
    }

    fn count_rows(&self, report: &Report) -> Vec<Row> {
        let summary = &report.summary;
        let row = |zh: &str, en: &str, count: usize| vec![self.say(zh, en).into(), Cell::Number(count as u64)];
        let mut rows = vec![
            row("错误", "Errors", summary.errors),
            row("警告", "Warnings", summary.warnings),
            row("提示", "Infos", summary.infos),
            row("单元格批注上限", "Notes at most", summary.notes_max),
        ];
        if let Some(comparison) = self.comparison {
            let open = comparison.open.iter().filter(|open| **open).count();
            let new = comparison.open.len() - open;
            let counts = match self.job.options.lang {
                Lang::Zh => format!("已改 {}，未改 {open}，新 {new}", comparison.fixed.len()),
                Lang::En => format!("{} mended, {open} open, {new} new", comparison.fixed.len()),
            };
            rows.push(texts([self.say("与上次结果相比", "Since the earlier answer"), counts]));
        }
        if self.calculated.is_none() && self.speaker.schemas.caller.is_none() {
            rows.insert(0, row("经销商", "Dealers", summary.dealers));
        }
        if self.checked.issues.beyond() > 0 {
            let beyond = self.checked.issues.beyond() as usize;
            rows.push(row("只计数、未逐条列出的问题", "Issues counted but not listed", beyond));
        }
        rows
    }

    /// What the user's sheets could not take, and what went beyond the limits.
    fn left_out_rows(&self, left_out: &LeftOut) -> Vec<Row> {
        let reported = |i: &&Issue| matches!(i.code, Code::NoteLeftOut | Code::SignatureVoid);
        let place = |i: &Issue| {
            let cell = i.place.row.zip(i.place.column).map(|(row, column)| cell_name(row, column));
            let sheet = self.speaker.sheet(i.place.sheet);
            sheet.into_iter().chain(cell.as_deref()).collect::<Vec<_>>().join(" ")
        };
        let issues = self.checked.issues.list().iter().filter(reported).take(INFOS_SHOWN);
        let mut rows = self.conversion_rows();
        let issues = issues.map(|i| texts([place(i), self.speaker.message(i)]));
        rows.extend(issues);
        let beyond = [
            (left_out.notes, self.say("超出批注上限的单元格", "Cells beyond the limit of notes")),
            (left_out.marks, self.say("超出标记上限的单元格", "Cells beyond the limit of marks")),
        ];
        let only_listed = self.say("仅列于“校验结果”", "they are listed on the issues sheet only");
        let words = beyond.into_iter().filter(|(count, _)| *count > 0);
        rows.extend(words.map(|(count, label)| texts([label, format!("{count}: {only_listed}")])));
        rows
    }

    /// What a workbook made anew lacks of the upload.
    fn conversion_rows(&self) -> Vec<Row> {
        let Some(kind) = self.converted_from else { return Vec::new() };
        let made = match self.job.options.lang {
            Lang::Zh => format!("上传的是 {}，无法直接写入；本文件是按其各单元格的值新建的 .xlsx", kind.extension()),
            Lang::En => {
                format!(
                    "the upload was {}, which can't be written into; this is a new .xlsx of its values",
                    kind.extension()
                )
            }
        };
        vec![
            texts([self.say("文件格式", "Kind of file"), made]),
            texts([
                self.say("已带入", "Carried over"),
                self.say(
                    "工作表及其名称、顺序和隐藏状态，文本、数字、日期、逻辑值、错误值，公式的结果",
                    "sheets with their names, order and hiding; texts, numbers, dates, booleans, error values; the results of formulas",
                ),
            ]),
            texts([
                self.say("未带入", "Not carried over"),
                self.say(
                    "公式本身，日期以外的数字格式，字体、颜色、边框，列宽、行高、合并单元格，批注、条件格式、数据验证、筛选，图表、图片、数据透视表，宏，名称和打印设置",
                    "the formulas themselves; number formats other than dates; fonts, colours, borders; widths, heights, merged cells; notes, conditional formats, validations, filters; charts, pictures, pivot tables; macros; names and print settings",
                ),
            ]),
            texts([
                self.say("原文件", "The upload itself"),
                self.say("未作改动，请一并保留", "is unchanged; keep it beside this one"),
            ]),
        ]
    }

    /// Infos, hidden sheets, and where the tonnes come from.
    fn reading_rows(&self) -> Vec<Row> {
        let infos = self.checked.issues.list().iter().filter(|i| i.severity == Severity::Info);
        let mut rows: Vec<Row> = infos
            .take(INFOS_SHOWN)
            .map(|i| texts([self.speaker.sheet(i.place.sheet).unwrap_or_default().to_owned(), self.speaker.message(i)]))
            .collect();
        if !self.checked.hidden.is_empty() {
            let names = self.checked.hidden.join(self.job.options.lang.pick("、", ", "));
            rows.push(texts([self.say("隐藏的工作表（照常计入）", "Hidden sheets (they count)"), names]));
        }
        if !self.checked.unfilled.is_empty() {
            let names = self.checked.unfilled.join(self.job.options.lang.pick("、", ", "));
            rows.push(texts([
                self.say("模板中未填写的工作表（不参与计算）", "Sheets of the template left empty (not used)"),
                names,
            ]));
        }
        if self.checked.shipments_decide {
            rows.push(texts([
                self.say("实际提货量", "Actual tonnes"),
                self.say("以发货流水为准", "from the shipments, which decide"),
            ]));
        }
        rows.push(texts([self.say("隐藏的行和列", "Hidden rows and columns"), self.say("照常计入", "they count")]));
        rows
    }
}

/// So many infos are reported one by one.
const INFOS_SHOWN: usize = 200;
