//! How things are called on the sheets over a batch.

use std::borrow::Cow;

use super::FileStatus;
use super::gather::{File, Gathered};
use super::read::{Run, RunPolicy};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{CAP_LINE, Policy, Title};
use dealerbook_engine::sheet::words::Words;

/// Who puts it into words: the policy of the first result, then the others.
#[derive(Clone, Copy)]
pub(super) struct Terms<'a> {
    pub words: Words<'a>,
    pub policies: &'a [Policy],
    /// Whether dealers are ranked over all files.
    pub rank_all: bool,
}

impl<'a> Terms<'a> {
    pub(super) fn lang(self) -> Lang {
        self.words.lang
    }

    pub(super) fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        self.words.lang.pick(zh, en)
    }

    /// A name by its id, in the first policy that knows it; the id where none does.
    fn name<'i>(self, id: &'i str, of: impl Fn(&'a Policy, &str) -> Option<&'a Title>) -> &'i str
    where
        'a: 'i,
    {
        let policies = std::iter::once(self.words.policy).chain(self.policies);
        policies.into_iter().find_map(|policy| of(policy, id)).map_or(id, |title| title.pick(self.words.lang))
    }

    pub(super) fn grade<'i>(self, id: &'i str) -> &'i str
    where
        'a: 'i,
    {
        self.name(id, |policy, id| policy.grades.iter().find(|grade| grade.id == id).map(|grade| &grade.title))
    }

    pub(super) fn card<'i>(self, id: &'i str) -> &'i str
    where
        'a: 'i,
    {
        self.name(id, |policy, id| policy.scorecards.iter().find(|card| card.id == id).map(|card| &card.title))
    }

    pub(super) fn programme<'i>(self, id: &'i str) -> &'i str
    where
        'a: 'i,
    {
        if id == CAP_LINE {
            return self.pick("经销商封顶扣减", "Taken off by the dealer's cap");
        }
        self.name(id, |policy, id| policy.incentives.iter().find(|paid| paid.id == id).map(|paid| &paid.title))
    }

    pub(super) fn mode<'v>(self, id: &'v str) -> Cow<'v, str>
    where
        'a: 'v,
    {
        self.words.category("channel_mode", id)
    }

    /// The label of a column, where its schema is known.
    pub(super) fn field<'i>(self, resource: Option<&str>, field: &'i str) -> &'i str
    where
        'a: 'i,
    {
        resource.and_then(|sheet| self.words.field(sheet, field)).map_or(field, |field| field.label(self.words.lang))
    }

    pub(super) fn status(self, status: FileStatus) -> &'static str {
        match status {
            FileStatus::Ok => self.pick("已计算", "calculated"),
            FileStatus::Faulty => self.pick("有错误，未计算", "has errors"),
            FileStatus::Partial => self.pick("部分计算", "partial"),
            FileStatus::Refused => self.pick("未能处理", "failed"),
            FileStatus::Cancelled => self.pick("已取消", "cancelled"),
        }
    }

    pub(super) fn severity(self, severity: &str) -> &'static str {
        match severity {
            "error" => self.pick("错误", "error"),
            "warning" => self.pick("警告", "warning"),
            _ => self.pick("提示", "info"),
        }
    }

    pub(super) fn rates(self, policy: &RunPolicy) -> &'static str {
        if policy.rates == "example" { self.pick("示例", "example") } else { self.pick("自有", "own") }
    }
}

/// handbook 1.0
pub(super) fn policy(policy: &RunPolicy) -> String {
    format!("{} {}", policy.id, policy.version)
}

/// What must not be overlooked, a sentence each.
pub(super) fn warnings(gathered: &Gathered, terms: Terms<'_>) -> Vec<String> {
    let with = |is: &dyn Fn(&File) -> bool| gathered.files.iter().filter(|file| is(file)).count();
    let calculated = |file: &File| matches!(file.status, FileStatus::Ok | FileStatus::Partial);
    let without = with(&|file| !calculated(file));
    let partial = with(&|file| file.status == FileStatus::Partial);
    let interim = with(&|file| calculated(file) && file.run.as_ref().is_some_and(|run| run.interim));
    let policy = |run: &Run| run.policy.as_ref().is_some_and(|policy| policy.rates == "example");
    let example = with(&|file| calculated(file) && file.run.as_ref().is_some_and(policy));
    let (groups, repeated) = (gathered.groups.len(), gathered.repeated.len());
    let apart = if terms.rank_all {
        [
            format!("考核年度或政策不全相同（{groups} 种），不能互相比较，已分别排名"),
            format!("the files are of {groups} periods or policies, which can't be compared and are ranked apart"),
        ]
    } else {
        [
            format!("考核年度或政策不全相同（{groups} 种），不能互相比较"),
            format!("the files are of {groups} periods or policies, which can't be compared"),
        ]
    };
    let said = [
        (groups > 1, apart),
        (
            without > 0,
            [
                format!("{without} 个文件没有结果，未计入"),
                format!("{without} of the files have no result and are not in the figures"),
            ],
        ),
        (
            partial > 0,
            [
                format!("{partial} 个文件只计算了无错误的部分"),
                format!("{partial} of the files are calculated without their faulty rows"),
            ],
        ),
        (
            interim > 0,
            [
                format!("{interim} 个文件是阶段性结果：年度尚未完整"),
                format!("{interim} of the files are interim: their year isn't whole"),
            ],
        ),
        (
            example > 0,
            ["激励金额按示例费率计算，仅供参考".to_owned(), "incentives are calculated with example rates".to_owned()],
        ),
        (
            repeated > 0,
            [
                format!("{repeated} 家经销商出现在多个文件中，每处都计入"),
                format!("{repeated} of the dealers stand in several files and count in each"),
            ],
        ),
    ];
    said.into_iter().filter(|(is, _)| *is).map(|(_, [zh, en])| if terms.lang() == Lang::Zh { zh } else { en }).collect()
}

/// The same in a line; none where all is well.
pub(super) fn notice(gathered: &Gathered, terms: Terms<'_>) -> Option<String> {
    let warnings = warnings(gathered, terms);
    (!warnings.is_empty()).then(|| warnings.join(terms.pick("；", "; ")))
}

/// Periods and policies in a line: 考核年度 2007，政策 handbook 1.0
pub(super) fn subtitle(gathered: &Gathered, terms: Terms<'_>) -> String {
    let runs = || gathered.files.iter().filter_map(|file| file.run.as_ref());
    let mut periods: Vec<String> = runs().filter_map(|run| run.period).map(|period| period.to_string()).collect();
    periods.sort();
    periods.dedup();
    let mut policies: Vec<String> = Vec::new();
    for of_run in runs().filter_map(|run| run.policy.as_ref()).map(policy) {
        if !policies.contains(&of_run) {
            policies.push(of_run);
        }
    }
    let (files, comma) = (gathered.files.len(), terms.pick("、", ", "));
    let (periods, policies) = (periods.join(comma), policies.join(comma));
    match terms.lang() {
        Lang::Zh => format!("文件 {files} 个　考核年度 {}　政策 {}", or_dash(&periods), or_dash(&policies)),
        Lang::En => format!("{files} files · period {} · policy {}", or_dash(&periods), or_dash(&policies)),
    }
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "–" } else { text }
}
