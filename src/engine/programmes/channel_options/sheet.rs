//! 渠道方案结果 / Channel choice: the winner first; the weights stand above the factors and can be tried out, all else is live.

use super::{ChannelOptions, Choice, Inputs, Ranked};
use crate::programmes::Outcome;
use crate::programmes::registry::{Presentation, Rule};
use crate::sheet::{Chart, ChartKind, Describe, GOOD, Group, Look, Series, Sheet, Value, Words, quoted, rules_of};
use dealerbook_base::exact::{Exact, decimal};
use dealerbook_base::lang::Lang;

type Row<'a> = (&'a Choice, &'a Ranked);

/// The colours of the factors in the chart, over again where there are more.
const COLOURS: [u32; 6] = [0x2F5597, 0xA9D08E, 0xF4B183, 0xFFD966, 0x9DC3E6, 0x7F7F7F];

impl Presentation for ChannelOptions {
    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a> {
        let mut rows: Vec<Row<'a>> = outcome.inputs.options.iter().zip(&outcome.results.options).collect();
        rows.sort_by_key(|(_, ranked)| ranked.rank);
        let mut sheet = Describe::new("channel_options", ("渠道方案结果", "Channel choice"), words, rows);
        let label = |zh, en| words.lang.pick(zh, en);
        sheet.column("option", label("方案", "Option"), (26.0, Look::Text, Group::Identity), |(c, _)| c.name.shown());
        result(&mut sheet, words, &outcome.inputs);
        for (n, (factor, weight)) in outcome.inputs.factors.iter().enumerate() {
            let group = if n % 2 == 0 { Group::Basis } else { Group::OtherBasis };
            let score = format!("{factor}\n{}", label("评分", "score"));
            sheet
                .column(format!("score{n}"), score, (13.0, Look::Rate, group), move |(c, _)| Value::from(&c.scores[n]));
            sheet.total(&format!("score{n}"), &decimal(weight).normalize().to_string(), decimal(weight));
            let points = format!("{factor}\n{}", label("加权分", "weighted"));
            let weighted = move |c: &Choice| (&c.scores[n] * weight).checked_div(&Exact::whole(100));
            sheet.column(format!("points{n}"), points, (13.0, Look::Points, group), move |(c, _)| {
                weighted(c).as_ref().map_or(Value::Blank, Value::from)
            });
            sheet.live(format!("[score{n}]*[score{n}!]/100"));
        }
        let points: Vec<String> = (0..outcome.inputs.factors.len()).map(|n| format!("[points{n}]")).collect();
        let exact = label("总分（未四舍五入）", "Total, unrounded");
        sheet.column("exact", exact, (13.0, Look::Rate, Group::Basis), |(_, r)| Value::from(&r.exact));
        sheet.live(points.join("+"));
        explain(&mut sheet, words);
        sheet.totals_called(("权重（%）", "Weights (%)"));
        sheet.coloured("place", label("首选", "first choice"), GOOD);
        sheet.chart(chart(words, &outcome.inputs));
        sheet.reads(&[("score*", "channel_options", &["factor", "weight", "score"])]);
        sheet.finish()
    }

    fn rules(words: Words<'_>) -> Vec<Rule> {
        rules_of(words, explain)
    }
}

/// The rules in force.
pub fn explain<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>) {
    let label = |zh, en| words.lang.pick(zh, en);
    sheet.rule(
        label("总分", "Total"),
        label(
            "Σ 权重 × 评分 ÷ 100；权重写在表头上方，可以试改",
            "Σ weight × score / 100; the weights stand above the labels and can be tried out",
        ),
    );
    sheet.rule(
        label("领先分差", "Margin"),
        label(
            "首选与次席总分之差；并列首选为 0.00",
            "the winner's total less the runner-up's; 0.00 between tied winners",
        ),
    );
}

fn result<'a>(sheet: &mut Describe<'a, Row<'a>>, words: Words<'a>, inputs: &'a Inputs) {
    let label = |zh, en| words.lang.pick(zh, en);
    let result = |width, look| (width, look, Group::Result);
    let first = label("首选", "first choice");
    sheet.column("rank", label("名次", "Rank"), result(8.0, Look::Count), |(_, r)| r.rank);
    sheet.live("SUMPRODUCT((ROUND([exact:],9)>ROUND([exact],9))*1)+1");
    sheet.column("place", label("结论", "Conclusion"), result(13.0, Look::Centre), move |(_, r)| {
        (r.rank == 1).then_some(first)
    });
    sheet.live(format!("IF([rank]=1,{},\"\")", quoted(first)));
    sheet.column("total", label("总分", "Total"), result(10.0, Look::Points), |(_, r)| r.total);
    sheet.live("ROUND([exact],2)").rounded(2, |(_, r)| Some(r.exact.clone()));
    sheet.column("margin", label("领先分差", "Margin"), result(11.0, Look::Points), |(_, r)| r.margin);
    sheet.live("IF(OR([rank]>1,ROWS([exact:])=1),\"\",ROUND([exact]-LARGE([exact:],2),2))");
    sheet.rounded(2, |(_, r)| r.lead.clone());
    sheet.column(
        "lift",
        label("如何追平首选", "What would draw level"),
        result(44.0, Look::Wrap),
        move |(c, r)| advice(c, r, inputs, words),
    );
}

fn advice(choice: &Choice, ranked: &Ranked, inputs: &Inputs, words: Words<'_>) -> String {
    let zh = words.lang == Lang::Zh;
    match &ranked.lift {
        None if ranked.rank == 1 => String::new(),
        None => words.lang.pick("任何单项都不足以追平", "no single factor is enough").to_owned(),
        Some((n, rise)) => {
            let (factor, from) = (&inputs.factors[*n].0, decimal(&choice.scores[*n]).normalize());
            // Rounded up, so that it is enough.
            let to = (&choice.scores[*n] + rise).round_up(2).normalize();
            if zh {
                format!("“{factor}”由 {from} 分提高到 {to} 分")
            } else {
                format!("“{factor}” from {from} to {to}")
            }
        }
    }
}

fn chart(words: Words<'_>, inputs: &Inputs) -> Chart {
    let series = inputs.factors.iter().enumerate().map(|(n, (factor, _))| Series {
        name: factor.to_string(),
        along: "option".to_owned(),
        values: format!("points{n}"),
        rows: None,
        colour: COLOURS[n % COLOURS.len()],
    });
    Chart {
        title: words.lang.pick("各方案总分（按因素）", "Totals of the options by factor").to_owned(),
        kind: ChartKind::StackedBars,
        series: series.collect(),
        axes: (String::new(), String::new()),
        number_format: "0",
    }
}
