//! 新经销商结果 / Applicant results: the best first, rejected ones last; each characteristic with its points, live.

use rust_decimal::Decimal;

use super::{Answer, Applicant, Applicants, Assessed, Lift};
use super::{ApplicantCharacteristic, ApplicantRules};
use crate::policy::Section;
use crate::programmes::Outcome;
use crate::programmes::registry::{Presentation, Rule};
use crate::schema::FieldType;
use crate::sheet::{
    Chart, ChartKind, Describe, FAIR, GOOD, GRADE_FILLS, Group, Look, POOR, Series, Sheet, Value, Words, figure,
    quoted, rules_of,
};

type Row<'a> = (&'a Applicant, &'a Assessed);

impl Presentation for Applicants {
    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let rules = ApplicantRules::of(words.policy);
        let mut rows: Vec<Row<'a>> = outcome.inputs.iter().zip(&outcome.results.applicants).collect();
        rows.sort_by_key(|(_, result)| (result.vetoed, std::cmp::Reverse(result.total)));
        let mut sheet = Describe::new("applicants", ("新经销商结果", "Applicant results"), words, rows);
        let label = |zh, en| words.lang.pick(zh, en);
        sheet.column("id", label("申请编号", "Applicant ID"), (12.0, Look::Text, Group::Identity), |(a, _)| {
            a.id.as_str()
        });
        sheet.column("name", label("名称", "Name"), (26.0, Look::Text, Group::Identity), |(a, _)| a.name.as_str());
        results(&mut sheet, words);
        for (n, characteristic) in rules.characteristics.iter().enumerate() {
            let group = if n % 2 == 0 { Group::Basis } else { Group::OtherBasis };
            scored(&mut sheet, n, characteristic, group, words);
        }
        for (grade, (_, fill)) in rules.grades.iter().zip(GRADE_FILLS) {
            sheet.coloured("grade", grade.title.pick(words.lang), fill);
        }
        sheet.coloured("grade", label("否决", "Rejected"), 0xD9D9D9);
        explain(&mut sheet, words);
        sheet.muted(|(_, result)| result.vetoed);
        sheet.counted("name", "id", ("0\" 家\"", "0\" applicants\""));
        sheet.chart(Chart {
            title: label("申请人得分", "Points of the applicants").to_owned(),
            kind: ChartKind::Bars,
            series: vec![Series {
                name: label("总分", "Total").to_owned(),
                along: "name".to_owned(),
                values: "total".to_owned(),
                rows: None,
                colour: 0x2F5597,
            }],
            axes: (String::new(), String::new()),
            number_format: "0",
        });
        for c in &ApplicantRules::of(words.policy).characteristics {
            sheet.reads_field(format!("{}value", c.id), "applicants", c.column());
        }
        sheet.finish()
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// The rules in force: grades and vetoes, then each characteristic with its bands.
pub fn explain<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let rules = ApplicantRules::of(words.policy);
    let join = |parts: Vec<String>| parts.join(words.lang.pick("；", "; "));
    let grades = rules.grades.iter().map(|grade| {
        let from = grade
            .from
            .as_ref()
            .map_or_else(|| words.lang.pick("其余", "the rest").to_owned(), |f| format!("≥ {}", figure(f)));
        format!("{from} {}（{}）", grade.title.pick(words.lang), grade.treatment.pick(words.lang))
    });
    sheet.rule(words.lang.pick("评级", "Grades"), join(grades.collect()));
    for c in &rules.characteristics {
        let bands = c.bands.iter().map(|band| format!("≥ {} → {}", figure(&band.from), figure(&band.points)));
        let choices = c.choices.iter().map(|choice| {
            let value = words.category_of("applicants", c.column(), &choice.value);
            if choice.veto {
                format!("{value} → {}", words.lang.pick("否决", "rejected"))
            } else {
                format!("{value} → {}", figure(&choice.points))
            }
        });
        sheet.rule(c.title.pick(words.lang), join(bands.chain(choices).collect()));
    }
}

/// What came out, and what would change it.
fn results<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let (lang, rules) = (words.lang, ApplicantRules::of(words.policy));
    let label = |zh, en| lang.pick(zh, en);
    let find = move |id: &Option<String>| rules.grades.iter().find(|g| Some(&g.id) == id.as_ref());
    let rejected = label("否决", "Rejected");
    let points: Vec<String> = rules.characteristics.iter().map(|c| format!("[{}points]", c.id)).collect();
    let list = |pick: &dyn Fn(usize) -> String| (0..rules.grades.len()).rev().map(pick).collect::<Vec<_>>().join(",");
    let from = |n: usize| rules.grades[n].from.map_or("-1E+300".to_owned(), |f| f.normalize().to_string());
    let by_total = |values: String| format!("LOOKUP([total],{{{}}},{{{values}}})", list(&from));
    let names = by_total(list(&|n| quoted(rules.grades[n].title.pick(lang))));
    let treatments = by_total(list(&|n| quoted(rules.grades[n].treatment.pick(lang))));
    let next = by_total(list(&|n| n.checked_sub(1).map_or("0".to_owned(), from)));
    let best = rules.grades.first().and_then(|g| g.from).unwrap_or_default().normalize();

    sheet.column("grade", label("评级", "Grade"), (17.0, Look::Centre, Group::Result), move |(_, r)| {
        find(&r.grade).map_or(rejected, |g| g.title.pick(lang))
    });
    sheet.live(format!("IF([vetoes]<>\"\",{},{names})", quoted(rejected)));
    sheet.column("total", label("总分", "Total"), (9.0, Look::Points, Group::Result), |(_, r)| r.total);
    sheet.live(format!("ROUND(SUM({}),2)", points.join(",")));
    sheet.column("treated", label("合作后对待", "Treated"), (20.0, Look::Centre, Group::Result), move |(_, r)| {
        find(&r.grade).map(|g| g.treatment.pick(lang))
    });
    sheet.live(format!("IF([vetoes]<>\"\",\"\",{treatments})"));
    sheet.column("vetoes", label("否决原因", "Rejected for"), (24.0, Look::Wrap, Group::Result), move |(a, r)| {
        vetoes(a, r, words)
    });
    sheet.column(
        "missing",
        label("距上一级差分", "Points to the next grade"),
        (12.0, Look::Points, Group::Result),
        |(_, r)| {
            if r.vetoed { Value::Blank } else { r.points_missing.unwrap_or_default().into() }
        },
    );
    sheet.live(format!("IF([vetoes]<>\"\",\"\",IF([total]>={best},0,ROUND({next}-[total],2)))"));
    sheet.column(
        "lift",
        label("如何升级（任一项即可）", "What would lift it (any one)"),
        (52.0, Look::Wrap, Group::Result),
        move |(a, r)| advice(a, r, words),
    );
}

/// A characteristic: what was answered, and its points.
fn scored<'a>(
    sheet: &mut Describe<'a, Row<'a>>,
    n: usize,
    c: &'a ApplicantCharacteristic,
    group: Group,
    words: Words<'a>,
) {
    let name = c.title.pick(words.lang);
    let is_number = c.choices.is_empty();
    let look = match words.field("applicants", c.column()).map(|field| field.type_) {
        Some(FieldType::Integer) => Look::Count,
        Some(FieldType::Number) => Look::Tonnes,
        _ => Look::Centre,
    };
    let value = format!("{}value", c.id);
    sheet.column(value.clone(), name, (13.0, look, group), move |(a, _)| answer(&a.values[n], c, words));
    let points = format!("{name}\n{}", words.lang.pick("得分", "points"));
    sheet.column(format!("{}points", c.id), points, (11.0, Look::Points, group), move |(_, r)| {
        r.characteristics[n].points
    });
    let text = |x: Decimal| x.normalize().to_string();
    let join = |items: Vec<String>| items.join(",");
    sheet.live(match is_number {
        true => {
            let rising = || c.bands.iter().rev();
            let (from, points) = (rising().map(|b| text(b.from)).collect(), rising().map(|b| text(b.points)).collect());
            format!("LOOKUP([{value}],{{{}}},{{{}}})", join(from), join(points))
        }
        false => {
            let labels =
                c.choices.iter().map(|choice| quoted(&words.category_of("applicants", c.column(), &choice.value)));
            let points = c.choices.iter().map(|choice| text(choice.points));
            format!("INDEX({{{}}},MATCH([{value}],{{{}}},0))", join(points.collect()), join(labels.collect()))
        }
    });
    let (best, least) = (c.choices.first(), c.choices.last());
    if let (Some(best), Some(least)) = (best, least) {
        let spelt = |value: &str| words.category_of("applicants", c.column(), value).into_owned();
        sheet.coloured(&value, spelt(&best.value), GOOD);
        sheet.coloured(&value, spelt(&least.value), if least.veto { POOR } else { FAIR });
    }
}

fn answer<'a>(answer: &'a Answer, c: &ApplicantCharacteristic, words: Words<'a>) -> Value<'a> {
    match answer {
        Answer::Number(x) => (*x).into(),
        Answer::Category(value) => Value::Text(words.category_of("applicants", c.column(), value)),
    }
}

/// 合作意愿：无
fn vetoes(applicant: &Applicant, result: &Assessed, words: Words<'_>) -> String {
    let rules = ApplicantRules::of(words.policy);
    let answers = rules.characteristics.iter().zip(&applicant.values).filter(|(c, _)| result.vetoes.contains(&c.id));
    let said = answers.map(|(c, value)| {
        let value = words.category_of("applicants", c.column(), &value.to_string()).into_owned();
        format!("{}{}{value}", c.title.pick(words.lang), words.lang.pick("：", ": "))
    });
    said.collect::<Vec<_>>().join(words.lang.pick("；", "; "))
}

/// What would change it: the single changes that reach the next grade, or what is missing.
fn advice(applicant: &Applicant, result: &Assessed, words: Words<'_>) -> String {
    let rules = ApplicantRules::of(words.policy);
    if result.vetoed {
        let grade = rules.grades[rules.grade_of(result.total.decimal())].title.pick(words.lang);
        return match words.lang {
            dealerbook_base::lang::Lang::Zh => format!("须先消除否决项；现有总分相当于{grade}"),
            dealerbook_base::lang::Lang::En => {
                format!("what rejects it must change first; its total would earn {grade}")
            }
        };
    }
    match (result.lift.as_slice(), result.points_missing) {
        ([], None) => String::new(),
        ([], Some(missing)) => match words.lang {
            dealerbook_base::lang::Lang::Zh => format!("单项改进都不够，还差 {missing:.2} 分"),
            dealerbook_base::lang::Lang::En => format!("no single change is enough: {missing:.2} points are missing"),
        },
        (lifts, _) => lifts.iter().map(|l| lift(l, applicant, rules, words)).collect::<Vec<_>>().join("\n"),
    }
}

/// 可控网络规模由 24 到 25：+2.00 分，达到优秀
fn lift(lift: &Lift, applicant: &Applicant, rules: &ApplicantRules, words: Words<'_>) -> String {
    let c = &rules.characteristics[lift.characteristic];
    let spelt = |answer: &Answer| match answer {
        Answer::Number(x) => x.normalize().to_string(),
        Answer::Category(value) => words.category_of("applicants", c.column(), value).into_owned(),
    };
    let (from, to) = (spelt(&applicant.values[lift.characteristic]), spelt(&lift.to));
    let (what, grade) = (c.title.pick(words.lang), rules.grades[lift.reaches].title.pick(words.lang));
    match words.lang {
        dealerbook_base::lang::Lang::Zh => format!("{what}由 {from} 到 {to}：+{:.2} 分，达到{grade}", lift.points),
        dealerbook_base::lang::Lang::En => format!("{what}: from {from} to {to} → +{:.2} → {grade}", lift.points),
    }
}
