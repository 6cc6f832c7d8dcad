//! The amounts of a dealer's settlement, from what the run came to down to what is payable, and how they follow from each other.

use rust_decimal::Decimal;
use strum::{EnumCount, IntoEnumIterator};

use dealerbook_base::lang::Lang;
use dealerbook_engine::settlement::Due;

/// An amount that is listed, stated and summed, in the order of the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, strum::EnumIter)]
pub(super) enum Amount {
    /// What the run came to.
    Incentives,
    Adjustments,
    Entitled,
    PaidBefore,
    Paid,
    Ordered,
    Held,
    Payable,
    Recoverable,
}

/// One of each, or their sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amounts([Decimal; Amount::COUNT]);

impl Amounts {
    pub(super) fn of(due: &Due) -> Amounts {
        let mut amounts = Amounts::default();
        Amount::iter().for_each(|amount| amounts.0[amount as usize] = amount.of(due));
        amounts
    }

    pub(super) fn get(&self, amount: Amount) -> Decimal {
        self.0[amount as usize]
    }

    pub(super) fn add(&mut self, other: &Amounts) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, amount)| *sum += amount);
    }
}

impl Amount {
    fn of(self, due: &Due) -> Decimal {
        match self {
            Amount::Incentives => due.dealer.amount,
            Amount::Adjustments => due.adjusted(),
            Amount::Entitled => due.entitled(),
            Amount::PaidBefore => due.paid_before,
            Amount::Paid => due.paid,
            Amount::Ordered => due.ordered,
            Amount::Held => due.held_back(),
            Amount::Payable => due.payable(),
            Amount::Recoverable => due.recoverable(),
        }
    }

    /// How it follows from the others, whose cells `cell` names; none for what comes in, and for nothing held.
    pub(super) fn formula(self, due: &Due, cell: impl Fn(Amount) -> String) -> Option<String> {
        use Amount::{Adjustments, Entitled, Held, Incentives, Ordered, Paid, PaidBefore};
        let minus = |amounts: &[Amount]| amounts.iter().map(|amount| format!("-{}", cell(*amount))).collect::<String>();
        match self {
            Amount::Entitled => Some(format!("ROUND({}+{},2)", cell(Incentives), cell(Adjustments))),
            Amount::Held if due.held.is_some() => {
                Some(format!("MAX(ROUND({}{},2),0)", cell(Entitled), minus(&[PaidBefore, Paid, Ordered])))
            }
            Amount::Payable => {
                Some(format!("MAX(ROUND({}{},2),0)", cell(Entitled), minus(&[PaidBefore, Paid, Ordered, Held])))
            }
            Amount::Recoverable => {
                Some(format!("MAX(ROUND({}+{}-{},2),0)", cell(PaidBefore), cell(Paid), cell(Entitled)))
            }
            _ => None,
        }
    }

    /// Whether it derives from the lines of a statement.
    pub(super) fn is_of_lines(self) -> bool {
        !matches!(self, Amount::Adjustments | Amount::PaidBefore | Amount::Paid | Amount::Ordered)
    }

    /// What it is called.
    pub(super) fn label(self, lang: Lang) -> &'static str {
        match self {
            Amount::Incentives => lang.pick("返利合计", "Incentives"),
            Amount::Adjustments => lang.pick("调整", "Adjustments"),
            Amount::Entitled => lang.pick("应得合计", "Entitled"),
            Amount::PaidBefore => lang.pick("以前结算已付", "Paid before"),
            Amount::Paid => lang.pick("本结算已付", "Paid of this"),
            Amount::Ordered => lang.pick("付款中", "Ordered"),
            Amount::Held => lang.pick("暂缓", "Held"),
            Amount::Payable => lang.pick("应付", "Payable"),
            Amount::Recoverable => lang.pick("应退回", "To be given back"),
        }
    }

    /// The mark of its line on a statement, by which the summary finds it.
    pub(super) fn mark(self, lang: Lang) -> &'static str {
        const ZH: [&str; Amount::COUNT] = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
        const EN: [&str; Amount::COUNT] = ["A", "B", "C", "D", "E", "F", "G", "H", "I"];
        lang.pick(ZH[self as usize], EN[self as usize])
    }

    /// How the statement says that it follows from the lines above.
    pub(super) fn made_of(self, lang: Lang) -> &'static str {
        match self {
            Amount::Entitled => lang.pick("一＋二", "A + B"),
            Amount::Payable => lang.pick("三－四－五－六－七", "C − D − E − F − G"),
            Amount::Recoverable => lang.pick("四＋五－三", "D + E − C"),
            _ => "",
        }
    }
}
