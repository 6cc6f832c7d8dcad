//! An accrual as a workbook: the year in all, and dealer by dealer with the range and its reason. Recognised amounts, true-ups and sums are
//! live.

use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::layout::{self, BODY_ROW, Group, Layout, Look, Total};
use super::policy_names::PolicyNames;
use super::small_sheet;
use dealerbook_base::lang::Lang;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::accrual::{Accrual, DealerAccrual};
use dealerbook_engine::policy::{Expect, Policy, Rates};
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::sheet::words::{figure, money};

/// What is to be laid out.
pub struct AccrualBook<'a> {
    /// The accrual.
    pub accrual: &'a Accrual,
    /// How grades are called.
    pub names: PolicyNames<'a>,
    /// The policy by which it was calculated.
    pub policy: &'a Policy,
    /// Whether faulty rows were left out.
    pub partial: bool,
}

/// Why a dealer's range is what it is, in words.
pub fn reason(dealer: &DealerAccrual, names: &PolicyNames<'_>) -> String {
    let DealerAccrual { tonnes_to_plan: plan, tonnes_as_so_far: like, amounts, .. } = dealer;
    let zh = names.lang == Lang::Zh;
    let grade = |id: &Option<String>| {
        id.as_deref().map_or(names.lang.pick("未评级", "no grade"), |id| names.grade(id)).to_owned()
    };
    if dealer.region.is_empty() && amounts.expected.is_zero() && !amounts.recognised_before.is_zero() {
        return names.lang.pick("本次未计算，冲回以前计提", "not calculated any more; taken back").to_owned();
    }
    let mut said = Vec::new();
    if plan != like {
        let (plan, like) = (figure(plan), figure(like));
        said.push(match (zh, dealer.tonnes_to_plan > dealer.tonnes_as_so_far) {
            (true, true) => format!("目前进度低于计划（全年 {like} 吨，计划 {plan} 吨）"),
            (true, false) => format!("目前进度高于计划（全年 {like} 吨，计划 {plan} 吨）"),
            (false, true) => format!("behind the plan ({like} t a year at this pace, {plan} t planned)"),
            (false, false) => format!("ahead of the plan ({like} t a year at this pace, {plan} t planned)"),
        });
    }
    if dealer.grade_to_plan != dealer.grade_as_so_far {
        let (plan, like) = (grade(&dealer.grade_to_plan), grade(&dealer.grade_as_so_far));
        said.push(match zh {
            true => format!("按计划为{plan}，按目前进度为{like}"),
            false => format!("{plan} to plan, {like} at this pace"),
        });
    }
    if amounts.low == amounts.high {
        said.push(names.lang.pick("两种情形金额相同", "both come to the same").to_owned());
    } else {
        let (plan, like) = (money(amounts.year_to_plan), money(amounts.year_as_so_far));
        said.push(match zh {
            true => format!("按计划 {plan} 元，按目前进度 {like} 元"),
            false => format!("{plan} yuan to plan, {like} at this pace"),
        });
    }
    said.join(names.lang.pick("；", "; "))
}

impl AccrualBook<'_> {
    /// Writes the workbook; the same accrual gives the same bytes.
    ///
    /// # Errors
    ///
    /// Those of rust_xlsxwriter, which are ours.
    pub fn write(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
        let sheet = book.add_worksheet().set_name(self.pick("激励计提", "Accrual"))?;
        let columns = self.columns();
        Layout {
            heading: self.heading(),
            subtitle: self.subtitle(),
            notice: self.notice(),
            columns: &columns,
            rows: u32_of(self.accrual.dealers.len()),
            frozen: 2,
            pages_wide: layout::pages_wide(&columns),
            totals: self.totals(&columns),
            colours: Vec::new(),
            totals_label: self.pick("合计", "Totals"),
            lang: self.names.lang,
            list: None,
        }
        .dress(sheet)?;
        let formats: Vec<_> = columns.iter().map(|column| layout::cell(column.look, false)).collect();
        for (n, dealer) in self.accrual.dealers.iter().enumerate() {
            let row = BODY_ROW + u32_of(n);
            let why = reason(dealer, &self.names);
            for (column, (value, formula)) in self.cells(dealer, &why, row, &columns).into_iter().enumerate() {
                small_sheet::write(sheet, (row, u16_of(column)), &value, formula.as_deref(), &formats[column])?;
            }
            small_sheet::set_lines(sheet, row, layout::lines(&why, columns.get("reason").width))?;
        }
        book.save_to_buffer()
    }

    fn pick(&self, zh: &'static str, en: &'static str) -> &'static str {
        self.names.lang.pick(zh, en)
    }

    fn heading(&self) -> String {
        let Accrual { period, month, .. } = self.accrual;
        match self.names.lang {
            Lang::Zh => format!("{period} 年 {month} 月激励计提"),
            Lang::En => format!("Accrual of incentives, {period}-{month:02}"),
        }
    }

    fn subtitle(&self) -> String {
        let Policy { id, version, .. } = self.policy;
        let expect = match self.accrual.expect {
            Expect::Plan => self.pick("其余月份按计划", "the rest to plan"),
            Expect::SoFar => self.pick("其余月份按目前进度", "the rest as so far"),
        };
        match self.names.lang {
            Lang::Zh => format!(
                "政策 {id} {version}　预计全年：{expect}　应确认＝预计全年×已提货吨数÷预计全年吨数　本期调整＝应确认−以前月份已确认"
            ),
            Lang::En => format!(
                "policy {id} {version} · expected: {expect} · recognised = expected × tonnes so far ÷ its tonnes · true-up = recognised − before"
            ),
        }
    }

    fn notice(&self) -> Option<String> {
        let mut said = Vec::new();
        if self.policy.rates == Rates::Example {
            said.push(self.pick("按示例费率计算，仅供参考", "calculated with example rates").to_owned());
        }
        if self.partial {
            said.push(
                self.pick("部分计算：有错误的经销商未计入", "partial: dealers with faulty rows are left out")
                    .to_owned(),
            );
        }
        match (self.accrual.without_plan, self.names.lang) {
            (0, _) => {}
            (n, Lang::Zh) => said.push(format!("{n} 家经销商其余月份没有计划，按目前进度预计")),
            (n, Lang::En) => said.push(format!("{n} dealers have no plan for the rest and go by the months so far")),
        }
        (!said.is_empty()).then(|| said.join(self.pick("；", "; ")))
    }

    fn columns(&self) -> Columns {
        use Group::{Basis, Identity, OtherBasis, Result};
        let mut columns = Columns::default();
        let mut add = |key: &str, label: &str, width, look, group| columns.add(key, label, width, look, group);
        add("id", self.pick("经销商编号", "Dealer id"), 13.0, Look::Text, Identity);
        add("name", self.pick("经销商名称", "Name"), 26.0, Look::Text, Identity);
        add("region", self.pick("区域", "Region"), 10.0, Look::Text, Identity);
        add("recognised", self.pick("应确认（元）", "Recognised"), 15.0, Look::Money, Result);
        add("before", self.pick("以前月份已确认（元）", "Recognised before"), 20.0, Look::Money, Result);
        add("true_up", self.pick("本期调整（元）", "True-up"), 15.0, Look::Money, Result);
        add("expected", self.pick("预计全年（元）", "Expected year"), 15.0, Look::Money, Basis);
        add("tonnes", self.pick("已提货（吨）", "Tonnes so far"), 12.0, Look::Tonnes, Basis);
        add("tonnes_expected", self.pick("预计全年（吨）", "Expected tonnes"), 12.0, Look::Tonnes, Basis);
        add("earned", self.pick("已实现（元）", "Earned so far"), 15.0, Look::Money, OtherBasis);
        add("plan", self.pick("全年：按计划（元）", "Year to plan"), 15.0, Look::Money, OtherBasis);
        add("like", self.pick("全年：按目前进度（元）", "Year as so far"), 15.0, Look::Money, OtherBasis);
        add("low", self.pick("区间下限（元）", "Low"), 15.0, Look::Money, OtherBasis);
        add("high", self.pick("区间上限（元）", "High"), 15.0, Look::Money, OtherBasis);
        add("reason", self.pick("区间的原因", "Why the range"), 52.0, Look::Wrap, OtherBasis);
        columns
    }

    fn cells<'d>(
        &self,
        dealer: &'d DealerAccrual,
        why: &'d str,
        row: u32,
        columns: &Columns,
    ) -> Vec<(Value<'d>, Option<String>)> {
        let cell = |key: &str| format!("{}{}", columns.letter(key), row + 1);
        let amounts = &dealer.amounts;
        let (expected, tonnes) = match self.accrual.expect {
            Expect::Plan => ("plan", dealer.tonnes_to_plan),
            Expect::SoFar => ("like", dealer.tonnes_as_so_far),
        };
        let share = format!(
            "IF({0}>0,MAX(0,MIN(1,{1}/{0})),{2}/12)",
            cell("tonnes_expected"),
            cell("tonnes"),
            self.accrual.month
        );
        let recognised = format!("ROUND({}*{share},2)", cell("expected"));
        let true_up = format!("ROUND({}-{},2)", cell("recognised"), cell("before"));
        vec![
            (dealer.dealer_id.as_str().into(), None),
            (dealer.name.as_str().into(), None),
            (dealer.region.shown().into(), None),
            (amounts.recognised.into(), Some(recognised)),
            (amounts.recognised_before.into(), None),
            (amounts.true_up.into(), Some(true_up)),
            (amounts.expected.into(), Some(cell(expected))),
            (dealer.tonnes_so_far.into(), None),
            (tonnes.into(), None),
            (amounts.earned_so_far.into(), None),
            (amounts.year_to_plan.into(), None),
            (amounts.year_as_so_far.into(), None),
            (amounts.low.into(), Some(format!("MIN({},{})", cell("plan"), cell("like")))),
            (amounts.high.into(), Some(format!("MAX({},{})", cell("plan"), cell("like")))),
            (why.into(), None),
        ]
    }

    fn totals(&self, columns: &Columns) -> Vec<Total> {
        let rows = u32_of(self.accrual.dealers.len());
        if rows == 0 {
            return Vec::new();
        }
        let total = &self.accrual.total;
        let sum = |key: &str, cached: Decimal| {
            let formula = format!("ROUND(SUM({}),2)", columns.range(key, rows));
            Total::new(columns.at(key), formula, cached.to_string())
        };
        vec![
            Total::count(columns.at("name"), &columns.range("name", rows), rows, self.names.lang),
            sum("recognised", total.recognised),
            sum("before", total.recognised_before),
            sum("true_up", total.true_up),
            sum("expected", total.expected),
            sum("earned", total.earned_so_far),
            sum("plan", total.year_to_plan),
            sum("like", total.year_as_so_far),
            sum("low", total.low),
            sum("high", total.high),
        ]
    }
}
