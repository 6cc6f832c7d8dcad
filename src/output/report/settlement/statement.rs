//! A dealer's statement: who, what it is paid for, what was adjusted, held and paid already, what is payable, its tax, and who signs.

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Worksheet, XlsxError};
use strum::IntoEnumIterator;

use super::amounts::Amount;
use super::list_columns::{TAXED, TaxPart};
use super::settled::{Line, line_is_governed, tax_is_governed};
use super::statement_form::{AMOUNT, BASIS, ITEM, Looks, NUMBER, RATE, REMARK, WIDTHS};
use super::words::Terms;
use crate::report::layout;
use crate::report::small_sheet::{set_lines, write, write_across};
use dealerbook_base::money::capitals;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::outcome::{PaidLine, UnpaidLine};
use dealerbook_engine::policy::CAP_LINE;
use dealerbook_engine::programmes::incentives::Unit;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::sheet::words::money;
use dealerbook_engine::workbook::cell_name;

/// A statement in the making.
pub(super) struct Statement<'s, 'a> {
    sheet: &'s mut Worksheet,
    looks: &'s Looks,
    line: &'s Line<'a>,
    terms: Terms<'a>,
    /// The next row, from 0.
    row: u32,
    /// The rows of the amounts, as far as they are written.
    rows: Vec<u32>,
    /// The cells whose cached value governs.
    governed: &'s mut Vec<(u16, u32)>,
}

/// A cell of a row: column, value, formula, format.
type Cell<'c> = (u16, Value<'c>, Option<String>, &'c Format);

/// Writes a statement from a row on; gives the row behind it.
pub(super) fn write_statement<'s, 'a>(
    sheet: &'s mut Worksheet,
    row: u32,
    line: &'s Line<'a>,
    looks: &'s Looks,
    governed: &'s mut Vec<(u16, u32)>,
    terms: Terms<'a>,
) -> Result<u32, XlsxError> {
    let mut statement = Statement { sheet, looks, line, terms, row, rows: Vec::new(), governed };
    statement.head()?;
    statement.lines()?;
    statement.amounts()?;
    statement.tax()?;
    statement.foot()?;
    Ok(statement.row)
}

impl<'s, 'a> Statement<'s, 'a> {
    fn head(&mut self) -> Result<(), XlsxError> {
        let (terms, looks, dealer) = (self.terms, self.looks, &self.line.due.dealer);
        let company = terms.rebates.words.policy.settlement.company.as_ref();
        let company = company.map_or("", |company| company.pick(terms.lang()));
        let title = terms.pick(format!("{company}返利结算单"), format!("{company} Incentive Statement"));
        write_across(self.sheet, self.row, (NUMBER, REMARK), &title.trim().into(), &looks.title)?;
        self.sheet.set_row_height(self.row, 32)?;
        self.row += 1;
        let (reported, look) = match terms.notice() {
            Some(notice) => (notice, &looks.notice),
            None => (terms.approval().unwrap_or_default(), &looks.approval),
        };
        self.across((NUMBER, REMARK), reported, look)?;
        self.row += 1;
        let settlement = terms.settlement();
        let (period, day) = (settlement.period, settlement.as_of.as_deref().unwrap_or_default());
        let period = terms.pick(format!("{period} 年，截止 {day}"), format!("{period}, as of {day}"));
        let number = terms.statement_number(self.line.number);
        self.who(&[
            (NUMBER, NUMBER, terms.pick("结算单号", "Statement").into(), true),
            (ITEM, ITEM, number.into(), false),
            (BASIS, BASIS, terms.pick("结算期间", "Period").into(), true),
            (RATE, REMARK, period.into(), false),
        ])?;
        self.who(&[
            (NUMBER, NUMBER, terms.pick("经销商", "Dealer").into(), true),
            (ITEM, BASIS, dealer.name.as_str().into(), false),
            (RATE, RATE, terms.pick("编号", "ID").into(), true),
            (AMOUNT, REMARK, dealer.dealer_id.as_str().into(), false),
        ])?;
        self.who(&[
            (NUMBER, NUMBER, terms.pick("区域", "Region").into(), true),
            (ITEM, ITEM, self.line.region.into(), false),
            (BASIS, BASIS, terms.pick("评级", "Grade").into(), true),
            (RATE, RATE, self.line.grade.into(), false),
            (AMOUNT, AMOUNT, terms.pick("年销量（吨）", "Annual tonnes").into(), true),
            (REMARK, REMARK, dealer.tonnes.into(), false),
        ])?;
        let policy = &settlement.policy;
        let (name, id, version, run) = (terms.policy_name(), &policy.id, &policy.version, &settlement.run_id);
        let basis = terms.pick(
            format!("政策 {name}（{id} {version}）；运行 {run}"),
            format!("policy {name} ({id} {version}); run {run}"),
        );
        self.who(&[(NUMBER, NUMBER, terms.pick("依据", "Based on").into(), true), (ITEM, REMARK, basis.into(), false)])
    }

    /// A row of names and values: first and last column, what stands there, whether it is a name.
    fn who(&mut self, cells: &[(u16, u16, Value<'_>, bool)]) -> Result<(), XlsxError> {
        let mut lines = 1;
        for (first, last, value, is_name) in cells {
            let look = if *is_name { &self.looks.name } else { &self.looks.text };
            let tonnes =
                self.looks.text.clone().set_num_format("#,##0.0##").set_align(rust_xlsxwriter::FormatAlign::Left);
            let look = if matches!(value, Value::Number(_)) { &tonnes } else { look };
            write_across(self.sheet, self.row, (*first, *last), value, look)?;
            if let Value::Text(text) = value {
                lines = lines.max(layout::lines(text, width(*first, *last)));
            }
        }
        set_lines(self.sheet, self.row, lines)?;
        self.row += 1;
        Ok(())
    }

    /// What it is paid for, and the sum.
    fn lines(&mut self) -> Result<(), XlsxError> {
        let terms = self.terms;
        let labels = [
            terms.pick("序号", "No."),
            terms.pick("激励项目", "Incentive"),
            terms.pick("计算基数", "Basis"),
            terms.pick("标准", "Rate"),
            terms.pick("金额（元）", "Amount (yuan)"),
            terms.pick("说明", "Remarks"),
        ];
        for (column, text) in labels.into_iter().enumerate() {
            write(self.sheet, (self.row, u16_of(column)), &text.into(), None, &self.looks.header)?;
        }
        set_lines(self.sheet, self.row, 1)?;
        self.row += 1;
        let first = self.row;
        let due = self.line.due;
        for (n, paid) in due.dealer.lines.iter().enumerate() {
            self.paid(u32_of(n) + 1, paid)?;
        }
        if due.dealer.lines.is_empty() {
            let why = match due.dealer.is_disqualified {
                true => terms.pick("提供虚假资料，取消资格", "falsified documents: disqualified"),
                false => terms.pick("本期没有返利", "no incentives in this period"),
            };
            let looks = self.looks;
            let blank = || Value::Blank;
            self.cells([
                (NUMBER, "–".into(), None, &looks.mark),
                (ITEM, why.into(), None, &looks.text),
                (BASIS, blank(), None, &looks.text),
                (RATE, blank(), None, &looks.text),
                (AMOUNT, blank(), None, &looks.money),
                (REMARK, blank(), None, &looks.text),
            ])?;
        }
        for unpaid in &due.dealer.unpaid {
            self.unpaid(unpaid)?;
        }
        self.amount(Amount::Incentives, Some(self.sum_from(first)))
    }

    /// A programme that pays nothing, and why.
    fn unpaid(&mut self, unpaid: &UnpaidLine) -> Result<(), XlsxError> {
        let text = self.terms.rebates.words.unpaid(&unpaid.programme, &unpaid.reason);
        write(self.sheet, (self.row, NUMBER), &"–".into(), None, &self.looks.mark)?;
        self.across((ITEM, REMARK), text, &self.looks.unpaid)?;
        self.row += 1;
        Ok(())
    }

    fn paid(&mut self, number: u32, paid: &'a PaidLine) -> Result<(), XlsxError> {
        let (looks, terms) = (self.looks, self.terms);
        let incentive = terms.incentive(&paid.programme);
        let unit = incentive.map_or(Unit::YuanATonne, Unit::of);
        let is_product = paid.basis.is_some() && paid.rate.is_some();
        let how = match unit {
            _ if paid.programme == CAP_LINE => terms.pick("超过全年封顶的部分", "above the cap of the year"),
            _ if !is_product && incentive.is_some_and(|own| own.cap == Some(paid.amount)) => {
                terms.pick("按项目封顶", "the incentive's cap")
            }
            _ if !is_product => terms.pick("固定金额", "fixed sum"),
            Unit::Share => terms.pick("元 × 比例", "yuan × share"),
            _ => terms.pick("吨 × 元/吨", "t × yuan/t"),
        };
        let at = self.row + 1;
        let formula = is_product.then(|| format!("ROUND(C{at}*D{at},2)"));
        if line_is_governed(paid) {
            self.governed.push((AMOUNT, self.row));
        }
        let (basis, rate) = looks.of(unit);
        self.cells([
            (NUMBER, number.into(), None, &looks.mark),
            (ITEM, terms.programme(&paid.programme).into(), None, &looks.text),
            (BASIS, paid.basis.into(), None, basis),
            (RATE, paid.rate.into(), None, rate),
            (AMOUNT, paid.amount.into(), formula, &looks.money),
            (REMARK, how.into(), None, &looks.text),
        ])
    }

    /// From the adjustments down to what is payable.
    fn amounts(&mut self) -> Result<(), XlsxError> {
        let (terms, looks, due) = (self.terms, self.looks, self.line.due);
        let first = self.row;
        for adjustment in &due.adjustments {
            let number = format!("{}-{}", Amount::Adjustments.mark(terms.lang()), adjustment.number);
            let why = adjustment.signature.note.clone().unwrap_or_default();
            let label = terms.pick(format!("调整：{why}"), format!("adjustment: {why}"));
            self.cells([
                (NUMBER, number.into(), None, &looks.mark),
                (ITEM, label.into(), None, &looks.text),
                (BASIS, Value::Blank, None, &looks.text),
                (RATE, Value::Blank, None, &looks.text),
                (AMOUNT, adjustment.amount.into(), None, &looks.money),
                (REMARK, terms.signed(&adjustment.signature).into(), None, &looks.text),
            ])?;
        }
        let adjusted = (!due.adjustments.is_empty()).then(|| self.sum_from(first));
        self.amount(Amount::Adjustments, adjusted)?;
        for amount in Amount::iter().skip(Amount::Entitled as usize) {
            let formula = amount.formula(due, |other| cell_name(self.rows[other as usize], AMOUNT));
            self.amount(amount, formula)?;
        }
        Ok(())
    }

    fn sum_from(&self, first: u32) -> String {
        format!("ROUND(SUM({}:{}),2)", cell_name(first, AMOUNT), cell_name(self.row - 1, AMOUNT))
    }

    /// An amount's row.
    fn amount(&mut self, amount: Amount, formula: Option<String>) -> Result<(), XlsxError> {
        let (terms, looks) = (self.terms, self.looks);
        self.rows.push(self.row);
        if self.line.is_governed && formula.is_some() {
            self.governed.push((AMOUNT, self.row));
        }
        let is_bold = matches!(amount, Amount::Incentives | Amount::Entitled | Amount::Payable);
        let held = self.line.due.held.as_ref().filter(|_| amount == Amount::Held);
        let why = held.map(|held| {
            let (why, by) = (held.note.as_deref().unwrap_or_default(), terms.signed(held));
            terms.pick(format!("{why}（{by}）"), format!("{why} ({by})"))
        });
        let (mark, label, figure) = match is_bold {
            true => (&looks.sum_mark, &looks.sum_label, &looks.sum),
            false => (&looks.mark, &looks.text, &looks.money),
        };
        self.cells([
            (NUMBER, amount.mark(terms.lang()).into(), None, mark),
            (ITEM, amount.label(terms.lang()).into(), None, label),
            (BASIS, amount.made_of(terms.lang()).into(), None, &looks.made_of),
            (RATE, Value::Blank, None, &looks.text),
            (AMOUNT, self.line.amounts.get(amount).into(), formula, figure),
            (REMARK, why.into(), None, &looks.text),
        ])
    }

    /// Net, tax and gross of what the dealer is entitled to and of what is payable.
    fn tax(&mut self) -> Result<(), XlsxError> {
        let (terms, looks) = (self.terms, self.looks);
        let rate = cell_name(self.row, ITEM);
        let head = |part: TaxPart| Value::from(part.label(terms));
        self.cells([
            (NUMBER, terms.pick("税", "Tax").into(), None, &looks.name),
            (ITEM, terms.rebates.words.policy.settlement.tax_rate.into(), None, &looks.tax_rate),
            (BASIS, head(TaxPart::Net), None, &looks.name),
            (RATE, head(TaxPart::Tax), None, &looks.name),
            (AMOUNT, head(TaxPart::Gross), None, &looks.name),
            (REMARK, Value::Blank, None, &looks.text),
        ])?;
        for (amount, taxed) in TAXED.into_iter().zip([self.line.entitled, self.line.payable]) {
            let [net, gross] = [BASIS, AMOUNT].map(|column| cell_name(self.row, column));
            let of = cell_name(self.rows[amount as usize], AMOUNT);
            let formula = |part: TaxPart| Some(part.formula(terms, &of, &rate, (&net, &gross)));
            if self.line.is_governed || tax_is_governed(self.line.amounts.get(amount), terms) {
                let parts = [(TaxPart::Net, BASIS), (TaxPart::Tax, RATE), (TaxPart::Gross, AMOUNT)];
                let reckoned = parts.into_iter().filter(|(part, _)| self.line.is_governed || part.is_reckoned(terms));
                self.governed.extend(reckoned.map(|(_, column)| (column, self.row)));
            }
            let mark = amount.mark(terms.lang());
            let label = terms.pick(
                format!("{}（{mark}）", amount.label(terms.lang())),
                format!("{} ({mark})", amount.label(terms.lang())),
            );
            self.cells([
                (NUMBER, Value::Blank, None, &looks.mark),
                (ITEM, label.into(), None, &looks.text),
                (BASIS, taxed.net.into(), formula(TaxPart::Net), &looks.money),
                (RATE, taxed.tax.into(), formula(TaxPart::Tax), &looks.money),
                (AMOUNT, taxed.gross.into(), formula(TaxPart::Gross), &looks.money),
                (REMARK, Value::Blank, None, &looks.text),
            ])?;
        }
        Ok(())
    }

    /// The payable amount in capitals, what was corrected, and who signs.
    fn foot(&mut self) -> Result<(), XlsxError> {
        let (terms, looks) = (self.terms, self.looks);
        let payable = self.line.amounts.get(Amount::Payable);
        let mut rows =
            vec![(terms.pick("应付大写", "In capitals"), format!("人民币{}", capitals(payable)), &looks.capitals)];
        let given_back = self.line.amounts.get(Amount::Recoverable);
        if given_back > Decimal::ZERO {
            rows.push((
                terms.pick("应退大写", "Given back"),
                format!("人民币{}", capitals(given_back)),
                &looks.capitals,
            ));
        }
        rows.extend(self.corrected().map(|text| (terms.pick("更正", "Correction"), text, &looks.text)));
        for (name, text, look) in rows {
            write(self.sheet, (self.row, NUMBER), &name.into(), None, &looks.name)?;
            self.across((ITEM, REMARK), text, look)?;
            self.row += 1;
        }
        let approved = terms.approval().and(terms.settlement().decided.as_ref());
        let approved = approved.map(|signed| terms.signed(signed)).unwrap_or_default();
        let lines = [
            [
                terms.pick("供方（盖章）：", "Supplier (seal):").to_owned(),
                terms.pick("经销商（盖章）：", "Dealer (seal):").to_owned(),
            ],
            [terms.pick("制表：", "Prepared by:").to_owned(), terms.pick("经办人：", "For the dealer:").to_owned()],
            [terms.pick("复核：", "Checked by:").to_owned(), terms.pick("日期：", "Date:").to_owned()],
            [terms.pick(format!("批准：{approved}"), format!("Approved by: {approved}")), String::new()],
        ];
        for [supplier, dealer] in lines {
            for column in NUMBER..=REMARK {
                write(self.sheet, (self.row, column), &Value::Blank, None, &looks.to_sign)?;
            }
            write(self.sheet, (self.row, NUMBER), &supplier.into(), None, &looks.to_sign)?;
            write(self.sheet, (self.row, RATE), &dealer.into(), None, &looks.to_sign)?;
            self.sheet.set_row_height(self.row, 26)?;
            self.row += 1;
        }
        Ok(())
    }

    /// By how much the entitlement differs from that of the settlement which is corrected, and why.
    fn corrected(&self) -> Option<String> {
        let difference = self.line.due.difference.as_ref()?;
        let [before, total, data, policy, appeal, adjustment] = [
            difference.before,
            self.line.due.entitled() - difference.before,
            difference.data,
            difference.policy,
            difference.appeal,
            difference.adjustment,
        ]
        .map(money);
        Some(self.terms.pick(
            format!("更正前应得 {before} 元，差额 {total} 元（数据 {data}，政策 {policy}，申诉 {appeal}，调整 {adjustment}）"),
            format!("entitled to {before} yuan before; difference {total} (data {data}, policy {policy}, appeals {appeal}, adjustments {adjustment})"),
        ))
    }

    /// A text over several columns, as high as it needs.
    fn across(&mut self, (first, last): (u16, u16), text: String, look: &Format) -> Result<(), XlsxError> {
        let lines = layout::lines(&text, width(first, last));
        write_across(self.sheet, self.row, (first, last), &text.into(), look)?;
        set_lines(self.sheet, self.row, lines)
    }

    /// A row of all six cells, as high as its texts need.
    fn cells(&mut self, cells: [Cell<'_>; 6]) -> Result<(), XlsxError> {
        let mut lines = 1;
        for (column, value, formula, format) in cells {
            // What doesn't fit basis and rate runs on: nothing stands beside it.
            if let (Value::Text(text), false) = (&value, matches!(column, BASIS | RATE)) {
                lines = lines.max(layout::lines(text, WIDTHS[usize::from(column)]));
            }
            write(self.sheet, (self.row, column), &value, formula.as_deref(), format)?;
        }
        set_lines(self.sheet, self.row, lines)?;
        self.row += 1;
        Ok(())
    }
}

fn width(first: u16, last: u16) -> f64 {
    WIDTHS[usize::from(first)..=usize::from(last)].iter().sum()
}
