//! What a dealer is paid, on its card: line by line, and why the other programmes pay nothing.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::card::Cards;
use super::card_sheet::{LAST, LEFT, long, part};
use super::small_sheet::{figures, framed, write, write_across};
use dealerbook_engine::programmes::incentives::Paid;

impl Cards<'_> {
    /// What it is paid, line by line; gives the row behind.
    pub(super) fn paid(&self, sheet: &mut Worksheet, row: u32, paid: &Paid<'_>) -> Result<u32, XlsxError> {
        let (words, lang) = (self.words, self.words.lang);
        part(sheet, row, (LEFT, LAST), lang.pick("激励（元）", "Incentives (yuan)"))?;
        let mut next = row + 1;
        for line in &paid.lines {
            let programme = words.policy.incentives.iter().find(|incentive| incentive.id == line.programme);
            let cap = lang.pick("全年封顶扣减", "cut by the cap");
            let name = programme.map_or(cap, |programme| programme.title.pick(lang));
            let how = match (line.basis, line.rate) {
                (Some(basis), Some(rate)) => format!("{} × {}", basis.normalize(), rate.normalize()),
                _ => lang.pick("定额", "fixed sum").to_owned(),
            };
            write_across(sheet, next, (LEFT, LEFT + 3), &name.into(), &framed())?;
            write_across(sheet, next, (LEFT + 4, LEFT + 8), &how.into(), &framed())?;
            write_across(sheet, next, (LEFT + 9, LAST), &line.amount.into(), &figures("#,##0.00"))?;
            next += 1;
        }
        write_across(sheet, next, (LEFT, LEFT + 8), &lang.pick("合计", "Total").into(), &framed().set_bold())?;
        sheet.merge_range(next, LEFT + 9, next, LAST, "", &figures("#,##0.00"))?;
        let formula = format!("SUM(J{}:J{next})", row + 2);
        let formula = Some(formula.as_str()).filter(|_| !paid.lines.is_empty());
        write(sheet, (next, LEFT + 9), &paid.total.into(), formula, &figures("#,##0.00").set_bold())?;
        for unpaid in &paid.unpaid {
            next += 1;
            let name = lang.pick("未得", "Not paid");
            long(sheet, next, name, &words.unpaid(unpaid.programme, &unpaid.reason).into())?;
        }
        if !paid.entitlements.is_empty() {
            next += 1;
            long(sheet, next, lang.pick("其他权益", "Entitlements"), &words.entitlements(paid.entitlements).into())?;
        }
        Ok(next + 1)
    }
}
