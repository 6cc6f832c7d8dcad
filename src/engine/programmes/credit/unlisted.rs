//! Receivables of dealers without a credit row: rows below 信用额度结果, so that the sheet ties out with the ledger, and a sentence where
//! the dealer itself is shown.

use super::{Credit, Unlisted};
use crate::programmes::Outcome;
use crate::sheet::{BODY_ROW, Describe, Value, Words, money};
use dealerbook_base::exact::Exact;
use dealerbook_base::lang::Lang;

/// The columns that are added up, and what of a dealer stands in them.
type Sum<'k> = (&'k str, fn(&Unlisted) -> &Exact);

const OWED: [Sum<'static>; 2] = [("outstanding", |d| &d.owed.outstanding), ("overdue", |d| &d.owed.overdue)];

/// The dealers, their sum, and what all receivables come to; nothing where every dealer has a credit row. `classes` are the columns of the
/// ageing, the youngest first.
pub fn below<'a, T: Copy + 'a>(
    sheet: &mut Describe<'a, T>,
    words: Words<'a>,
    outcome: &'a Outcome<Credit>,
    classes: &[&str],
) {
    let unlisted = &outcome.inputs.unlisted;
    if unlisted.is_empty() {
        return;
    }
    let label = |zh, en| Value::from(words.lang.pick(zh, en));
    sheet.below([("id", label("没有信用额度行的应收账款：", "Receivables without a credit row:"))]);
    let first = BODY_ROW + sheet.next_below() + 1;
    for dealer in unlisted {
        let mut cells =
            vec![("id", Value::from(dealer.id.as_str()), None), ("name", dealer.name.as_str().into(), None)];
        cells.extend(OWED.map(|(key, of)| (key, Value::from(of(dealer)), None)));
        cells.extend(classes.iter().zip(&dealer.owed.ageing).map(|(key, class)| (*key, Value::from(class), None)));
        sheet.below_live(cells);
    }
    let last = BODY_ROW + sheet.next_below();
    let listed = &outcome.inputs.dealers;
    let mut sums = Vec::new();
    let mut all = Vec::new();
    for (n, key) in OWED.iter().map(|(key, _)| *key).chain(classes.iter().copied()).enumerate() {
        let of = |dealer: &Unlisted| match n.checked_sub(OWED.len()) {
            Some(class) => dealer.owed.ageing[class].clone(),
            None => OWED[n].1(dealer).clone(),
        };
        let sum: Exact = unlisted.iter().map(of).sum();
        let of_listed: Exact = listed.iter().map(|dealer| dealer.owed_in(n)).sum();
        let letter = sheet.letter(key);
        sums.push((key, Value::Number(sum.round(2)), Some(format!("ROUND(SUM({letter}{first}:{letter}{last}),2)"))));
        let formula = format!("ROUND([{key}!]+{letter}{},2)", last + 1);
        all.push((key, Value::Number((&sum + &of_listed).round(2)), Some(formula)));
    }
    sums.insert(0, ("id", label("以上合计", "Their sum"), None));
    all.insert(0, ("id", label("应收账款合计", "All receivables"), None));
    sheet.below_live(sums);
    sheet.below_live(all);
}

/// What the receivables say of a dealer that has no credit row, where it owes something.
pub fn sentence(outcome: &Outcome<Credit>, id: &str, words: Words<'_>) -> Option<String> {
    let dealer = outcome.inputs.unlisted.iter().find(|dealer| dealer.id == id)?;
    let [outstanding, overdue] = OWED.map(|(_, of)| money(of(dealer).round(2)));
    Some(match words.lang {
        Lang::Zh => format!("应收账款：未回款 {outstanding} 元，其中超期 {overdue} 元；“信用额度”中没有该经销商"),
        Lang::En => format!(
            "Receivables: {outstanding} yuan outstanding, {overdue} of it overdue; the dealer has no row on the credit sheet"
        ),
    })
}
