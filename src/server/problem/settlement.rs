//! What is said of something that isn't done with a settlement: why, and what to do about it.

use super::seal::seal_faults;
use super::{Class, Words};
use crate::lang::Lang;
use crate::settlement::{Deed, OrderFault, Refusal, SealFault, Status, WhyNotSuperseding, two_places};

/// So many dealers or numbers are named; further ones are counted.
const TOLD_MAX: usize = 20;

/// Code, title and what to do: the same for all refusals of a kind.
struct Fixed(&'static str, [&'static str; 2], [&'static str; 2]);

/// What a refusal says.
pub fn words(refusal: &Refusal, lang: Lang) -> Words {
    let Fixed(code, title, mend) = fixed(refusal);
    let class = match refusal {
        Refusal::NoSuchPayments { .. } | Refusal::NoSuchAdjustment { .. } => Class::Missing,
        _ => Class::Conflict,
    };
    let pick = |[zh, en]: [&str; 2]| lang.pick(zh, en).to_owned();
    Words { code, class, title: pick(title), detail: detail(refusal, lang), mend: pick(mend) }
}

fn fixed(refusal: &Refusal) -> Fixed {
    match refusal {
        Refusal::OfValidation => Fixed(
            "settlement-of-validation",
            ["校验没有结算", "A validation has no settlement"],
            ["请把工作簿提交到 /v1/runs 计算后再结算。", "Send the workbook to /v1/runs and settle that run."],
        ),
        Refusal::OfFaultyRun => Fixed(
            "settlement-of-faulty-run",
            ["有错误的运行没有结算", "A faulty run has no settlement"],
            ["请改正工作簿中的错误，重新提交后再结算。", "Mend the workbook, send it again, and settle that run."],
        ),
        Refusal::OfPartialRun => Fixed(
            "settlement-of-partial-run",
            ["不完整的运行不能结算", "A partial run is not settled"],
            [
                "请改正全部错误，不带 on_error=partial 重新提交，再结算。",
                "Mend all errors, send it again without on_error=partial, and settle that run.",
            ],
        ),
        Refusal::OfExampleRates => Fixed(
            "settlement-of-example-rates",
            ["按示例费率计算的结果不能结算", "Example rates are not settled"],
            [
                "请启用公司自己的政策（rates = \"own\"），重新提交工作簿后再结算。",
                "Put the company's own policy in force (`rates = \"own\"`), send the workbook again, and settle that run.",
            ],
        ),
        Refusal::OfInterimRun => Fixed(
            "settlement-of-interim-run",
            ["阶段性结果不能结算", "An interim run is not settled"],
            [
                "请在年度结束、数据补齐后重新提交工作簿再结算；确要结算阶段性结果，须在政策中写 [settlement] interim = \"allow\"。",
                "Send the workbook again when the year is over and whole, and settle that run; where interim ones are to be settled, the policy says so (`[settlement] interim = \"allow\"`).",
            ],
        ),
        Refusal::WithoutIncentives => Fixed(
            "settlement-without-incentives",
            ["没有激励可结算", "There are no incentives to settle"],
            [
                "请提交含经销商档案、月度提货等工作表的工作簿，并计算 incentives。",
                "Send a workbook with the sheets of dealers and purchases, and have `incentives` calculated.",
            ],
        ),
        Refusal::Locked { .. } => Fixed(
            "settlement-locked",
            ["结算已锁定", "The settlement is locked"],
            [
                "已提交的请先驳回再修改；已批准的请以新的运行更正（提交时写 supersedes）。",
                "Have it rejected first where it is submitted; where it is approved, correct it by a new run that supersedes it.",
            ],
        ),
        Refusal::NotSubmitted { .. } => Fixed(
            "settlement-not-submitted",
            ["结算不在待批准状态", "The settlement does not wait for approval"],
            [
                "只有已提交的结算才能批准或驳回；尚未提交的请先提交。",
                "Only a submitted settlement is approved or rejected; submit it first where it isn't yet.",
            ],
        ),
        Refusal::NotApproved { .. } => Fixed(
            "settlement-not-approved",
            ["结算未获批准", "The settlement is not approved"],
            [
                "请先由另一人批准；已被更正的，请在更正它的结算中支付。",
                "Have another person approve it first; where it is superseded, pay by the one that corrects it.",
            ],
        ),
        Refusal::SamePerson { .. } => Fixed(
            "settlement-same-person",
            ["不能批准自己经手的结算", "Nobody approves their own settlement"],
            ["请由没有经手过这份结算的另一个人批准。", "Have somebody approve it who had no hand in it."],
        ),
        Refusal::ApprovedBefore { .. } => Fixed(
            "settlement-approved-before",
            ["您已经批准过这份结算", "You have approved it already"],
            ["还缺的批准须由其他人作出。", "What is missing is for other people to approve."],
        ),
        Refusal::ApproverPays { .. } => Fixed(
            "settlement-approver-pays",
            ["批准人不能付款", "Who approved it doesn't pay it"],
            [
                "请由没有批准这份结算的人下单付款并确认；确要允许，须在政策中写 [settlement] approver_may_pay = true。",
                "Have somebody order the payment and confirm it who didn't approve the settlement; where approvers are to pay, the policy says so (`[settlement] approver_may_pay = true`).",
            ],
        ),
        Refusal::OrdererConfirms { .. } => Fixed(
            "payments-own-order",
            ["下单人不能确认付款", "Who ordered the payments doesn't confirm them"],
            [
                "请由另一个人确认已付：政策中写了 [settlement] orderer_may_confirm = false。",
                "Have somebody else confirm them: the policy says `[settlement] orderer_may_confirm = false`.",
            ],
        ),
        Refusal::NotSuperseding { .. } => Fixed(
            "settlement-cannot-supersede",
            ["不能更正那份结算", "That settlement cannot be superseded"],
            [
                "请在 supersedes 中填写同一年度最近一次获批准的结算的运行编号。",
                "Name in `supersedes` the run of the year's last approved settlement.",
            ],
        ),
        Refusal::OpenPayments { .. } => Fixed(
            "settlement-open-payments",
            ["被更正的结算还有未了结的付款", "The superseded settlement has open payments"],
            ["请先把这些付款批次标记为已付或取消。", "Mark those batches of payments as paid, or cancel them, first."],
        ),
        Refusal::PaidElsewhere { .. } => Fixed(
            "settlement-paid-elsewhere",
            ["经销商已在另一份获批准的结算中", "Dealers stand in another approved settlement"],
            [
                "更正那份结算请在提交时写 supersedes；否则请把这些经销商从其中一本工作簿中去掉。",
                "To correct that settlement, submit this one with `supersedes`; otherwise leave these dealers out of one of the workbooks.",
            ],
        ),
        Refusal::InPayment { .. } => Fixed(
            "settlement-in-payment",
            ["经销商已付款或正在付款", "The dealer is paid or in payment"],
            ["在付款中的，请先取消那个付款批次。", "Where the payment is only ordered, cancel that batch first."],
        ),
        Refusal::NothingPayable => Fixed(
            "nothing-payable",
            ["没有应付金额", "There is nothing to pay"],
            ["请查看各行的应付、暂缓和付款中的金额。", "See what is payable, held and ordered in each line."],
        ),
        Refusal::Unpayable { .. } => Fixed(
            "payments-refused",
            ["付款不被接受", "The payments are refused"],
            ["请按 faults 逐处改正后重新提交；没有生成付款批次。", "Mend all that `faults` names; no batch was made."],
        ),
        Refusal::PaymentsMade { .. } => Fixed(
            "payments-made",
            ["付款批次已付", "The payments are made"],
            [
                "已付的批次不能取消；多付的请以更正结算收回。",
                "What is paid isn't cancelled; a correction recovers what is too much.",
            ],
        ),
        Refusal::PaymentsCancelled { .. } => Fixed(
            "payments-cancelled",
            ["付款批次已取消", "The payments were cancelled"],
            ["请生成新的付款批次。", "Order new payments."],
        ),
        Refusal::NoSuchPayments { .. } => Fixed(
            "no-such-payments",
            ["没有这个付款批次", "There are no such payments"],
            ["付款批次见 …/settlement/payments。", "The address …/settlement/payments lists the batches."],
        ),
        Refusal::NoSuchAdjustment { .. } => Fixed(
            "no-such-adjustment",
            ["没有这项调整", "There is no such adjustment"],
            [
                "各项调整的序号见 …/settlement/lines。",
                "The address …/settlement/lines shows the numbers of all adjustments.",
            ],
        ),
        Refusal::FormulaLike { .. } => Fixed(
            "payee-like-formula",
            ["收款单位名称可能被当作公式", "A payee's name could be taken for a formula"],
            [
                "请在工作簿中改正这些名称（不以 = + - @ 开头，不含控制字符），再以新的运行更正；在此之前可暂缓这些经销商。",
                "Mend these names in the workbook (no = + - @ at the beginning, no control characters) and correct the settlement by a new run; until then hold these dealers back.",
            ],
        ),
        Refusal::SealBroken { .. } => Fixed(
            "settlement-seal-broken",
            ["结算与批准时不符", "The settlement isn't what was approved"],
            [
                "没有付款，也没有导出或更正。有人绕过服务改动了数据库：请管理员运行 dealerbook audit verify 查明，并从备份恢复这些数据。",
                "Nothing was paid, exported or corrected. Somebody has changed the database beside the service: have an administrator run `dealerbook audit verify` and bring the data back from a backup.",
            ],
        ),
        Refusal::RunSettled { .. } => Fixed(
            "run-settled",
            ["运行已结算，不能删除", "The run is settled and stays"],
            [
                "已提交的结算请先驳回；已批准的结算及其运行须保留。",
                "Have a submitted settlement rejected first; an approved one is kept with its run.",
            ],
        ),
    }
}

fn detail(refusal: &Refusal, lang: Lang) -> String {
    let (zh, en) = match refusal {
        Refusal::OfValidation => (
            "这次提交只做了校验，没有计算金额。".to_owned(),
            "It was a check only; no amounts were calculated.".to_owned(),
        ),
        Refusal::OfFaultyRun => (
            "这次运行因错误停止，没有计算金额。".to_owned(),
            "Errors stopped the run; no amounts were calculated.".to_owned(),
        ),
        Refusal::OfPartialRun => (
            "这次运行略去了有错误的经销商，金额不完整。".to_owned(),
            "The run left out dealers with faulty rows, so its amounts are not all.".to_owned(),
        ),
        Refusal::OfExampleRates => (
            "这次运行按示例费率计算，不是公司的费率。".to_owned(),
            "The run was calculated by example rates, which are not the company's.".to_owned(),
        ),
        Refusal::OfInterimRun => (
            "这次运行的截止日期早于年度最后一天，或最后几个月没有任何经销商提货，金额不是全年的。".to_owned(),
            "The run's as-of date lies before the year's last day, or its last months have no purchases: its amounts are not those of a whole year.".to_owned(),
        ),
        Refusal::WithoutIncentives => {
            ("这次运行没有计算激励。".to_owned(), "The run calculated no incentives.".to_owned())
        }
        Refusal::Locked { status } | Refusal::NotSubmitted { status } | Refusal::NotApproved { status } => (
            format!("这份结算{}。", named(*status, Lang::Zh)),
            format!("The settlement is {}.", named(*status, Lang::En)),
        ),
        Refusal::SamePerson { who, deeds } => {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| all_of(deeds, lang));
            (format!("{who} 经手过这份结算：{zh}。"), format!("{who} had a hand in the settlement: {en}."))
        }
        Refusal::ApprovedBefore { who, given, needed } => (
            format!("{who} 已批准；共须 {needed} 人批准，已有 {given} 人。"),
            format!("{who} has approved it; of {needed} approvals there are {given}."),
        ),
        Refusal::ApproverPays { who } => {
            (format!("这份结算是 {who} 批准的。"), format!("{who} has approved the settlement."))
        }
        Refusal::OrdererConfirms { who, number } => {
            (format!("付款批次 {number} 是 {who} 下单的。"), format!("{who} has ordered batch {number}."))
        }
        Refusal::NotSuperseding { run, why } => {
            (format!("运行 {run}：{}。", why_not(why, Lang::Zh)), format!("Run {run}: {}.", why_not(why, Lang::En)))
        }
        Refusal::OpenPayments { run, numbers } => {
            let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| told(&numbers, lang));
            (format!("运行 {run} 的付款批次：{zh}。"), format!("Of run {run}: {en}."))
        }
        Refusal::PaidElsewhere { dealers } => {
            let dealers: Vec<String> = dealers.iter().map(|(run, dealer)| format!("{dealer} ({run})")).collect();
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| told(&dealers, lang));
            (format!("经销商（运行）：{zh}。"), format!("Dealers, each with the run: {en}."))
        }
        Refusal::InPayment { dealer } => (
            format!("经销商 {dealer} 的金额已付或在付款批次中。"),
            format!("What {dealer} gets is paid or stands in a batch of payments."),
        ),
        Refusal::NothingPayable => ("现在没有应付的金额。".to_owned(), "Nothing is payable now.".to_owned()),
        Refusal::Unpayable { faults } => {
            let first = |lang| faults.first().map(|fault| of_order(fault, lang)).unwrap_or_default();
            (
                format!("共 {} 处不能付；第一处：{}。", faults.len(), first(Lang::Zh)),
                format!("{} can't be paid; the first: {}.", faults.len(), first(Lang::En)),
            )
        }
        Refusal::PaymentsMade { number } => (format!("付款批次 {number} 已付。"), format!("Batch {number} is paid.")),
        Refusal::PaymentsCancelled { number } => {
            (format!("付款批次 {number} 已取消。"), format!("Batch {number} was cancelled."))
        }
        Refusal::NoSuchPayments { number } => {
            (format!("没有付款批次 {number}。"), format!("There is no batch {number}."))
        }
        Refusal::NoSuchAdjustment { number } => {
            (format!("没有第 {number} 项调整。"), format!("There is no adjustment {number}."))
        }
        Refusal::FormulaLike { payees } => {
            let payees: Vec<String> = payees.iter().map(|(id, name)| format!("{id} {name:?}")).collect();
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| told(&payees, lang));
            (format!("共 {} 家：{zh}。", payees.len()), format!("{} of them: {en}.", payees.len()))
        }
        Refusal::SealBroken { run, faults } => {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| seal_faults(faults, lang));
            (format!("运行 {run} 的结算：{zh}。"), format!("The settlement of run {run}: {en}."))
        }
        Refusal::RunSettled { status } => (
            format!("这次运行的结算{}。", named(*status, Lang::Zh)),
            format!("The run's settlement is {}.", named(*status, Lang::En)),
        ),
    };
    lang.pick(&zh, &en).to_owned()
}

/// What somebody did, between commas.
fn all_of(deeds: &[Deed], lang: Lang) -> String {
    deeds.iter().map(|deed| of_deed(*deed, lang)).collect::<Vec<_>>().join(lang.pick("、", ", "))
}

fn of_deed(deed: Deed, lang: Lang) -> &'static str {
    let (zh, en) = match deed {
        Deed::Uploaded => ("上传了工作簿", "uploaded the workbook"),
        Deed::Submitted => ("提交了结算", "submitted it"),
        Deed::Adjusted => ("调整过金额", "adjusted an amount"),
        Deed::Held => ("暂缓过经销商", "held a dealer back"),
        Deed::Released => ("解除过暂缓", "released a dealer"),
        Deed::AcceptedAppeal => ("采纳了更改工作簿的申诉", "accepted an appeal that changed the workbook"),
        Deed::ProposedPolicy => ("提议了所用的政策版本", "proposed the policy's version that it goes by"),
    };
    lang.pick(zh, en)
}

/// A status in a sentence.
fn named(status: Status, lang: Lang) -> &'static str {
    let (zh, en) = match status {
        Status::Calculated => ("尚未提交", "not submitted yet"),
        Status::Submitted => ("已提交，待批准", "submitted and waits for approval"),
        Status::Rejected => ("已驳回", "rejected"),
        Status::Approved => ("已批准", "approved"),
        Status::PartlyPaid => ("已批准，部分已付", "approved and partly paid"),
        Status::Paid => ("已批准并付清", "approved and paid"),
        Status::Superseded => ("已被另一份结算更正", "superseded by another"),
    };
    lang.pick(zh, en)
}

fn why_not(why: &WhyNotSuperseding, lang: Lang) -> String {
    let (zh, en) = match why {
        WhyNotSuperseding::Itself => ("不能更正自己".to_owned(), "it is the same run".to_owned()),
        WhyNotSuperseding::NotApproved(status) => {
            (format!("它的结算{}", named(*status, Lang::Zh)), format!("its settlement is {}", named(*status, Lang::En)))
        }
        WhyNotSuperseding::Superseded { by } => {
            (format!("已被运行 {by} 的结算更正"), format!("that of run {by} has superseded it"))
        }
        WhyNotSuperseding::OtherPeriod(year) => (format!("它是 {year} 年度的"), format!("it is of the year {year}")),
    };
    lang.pick(&zh, &en).to_owned()
}

/// Why a payment can't be made.
pub(super) fn of_order(fault: &OrderFault, lang: Lang) -> String {
    let (zh, en) = match fault {
        OrderFault::NoSuchDealer { dealer, .. } => {
            (format!("结算中没有经销商“{dealer}”"), format!("there is no dealer `{dealer}` in the settlement"))
        }
        OrderFault::Repeated { dealer, .. } => {
            (format!("经销商 {dealer} 重复"), format!("{dealer} stands there twice"))
        }
        OrderFault::Held { dealer, why, .. } => {
            (format!("经销商 {dealer} 暂缓支付（{why}）"), format!("{dealer} is held back ({why})"))
        }
        OrderFault::TooMuch { dealer, amount, payable, .. } => {
            let (amount, payable) = (two_places(*amount), two_places(*payable));
            (
                format!("经销商 {dealer} 要付 {amount} 元，应付 {payable} 元"),
                format!("{amount} yuan for {dealer}, of which {payable} are payable"),
            )
        }
    };
    lang.pick(&zh, &en).to_owned()
}

/// What to do about a payment that can't be made.
pub(super) fn mend_of_order(fault: &OrderFault, lang: Lang) -> &'static str {
    let (zh, en) = match fault {
        OrderFault::NoSuchDealer { .. } => ("请改正经销商编号", "Correct the dealer's id."),
        OrderFault::Repeated { .. } => ("每家只写一行", "Write one line for each."),
        OrderFault::Held { .. } => ("请先解除暂缓，或去掉这一行", "Release the dealer first, or leave the line out."),
        OrderFault::TooMuch { .. } => ("请改为不超过应付金额", "Pay no more than is payable."),
    };
    lang.pick(zh, en)
}

/// Names of which the first are told and the rest counted.
pub(super) fn told(names: &[String], lang: Lang) -> String {
    let more = names.len().saturating_sub(TOLD_MAX);
    let told = names.iter().take(TOLD_MAX).cloned().collect::<Vec<_>>().join(lang.pick("、", ", "));
    match (more, lang) {
        (0, _) => told,
        (more, Lang::Zh) => format!("{told}，另有 {more} 个"),
        (more, Lang::En) => format!("{told} and {more} more"),
    }
}

/// One of each kind, for the interface's description.
pub(super) fn samples() -> Vec<Refusal> {
    use strum::IntoEnumIterator;
    crate::settlement::RefusalKind::iter().map(sample_of).collect()
}

fn sample_of(kind: crate::settlement::RefusalKind) -> Refusal {
    use crate::settlement::RefusalKind as Kind;
    let run = || "01980000-0000-7000-8000-000000000000".to_owned();
    match kind {
        Kind::OfValidation => Refusal::OfValidation,
        Kind::OfFaultyRun => Refusal::OfFaultyRun,
        Kind::OfPartialRun => Refusal::OfPartialRun,
        Kind::OfExampleRates => Refusal::OfExampleRates,
        Kind::OfInterimRun => Refusal::OfInterimRun,
        Kind::WithoutIncentives => Refusal::WithoutIncentives,
        Kind::Locked => Refusal::Locked { status: Status::Approved },
        Kind::NotSubmitted => Refusal::NotSubmitted { status: Status::Approved },
        Kind::NotApproved => Refusal::NotApproved { status: Status::Submitted },
        Kind::SamePerson => {
            Refusal::SamePerson { who: "李明".to_owned(), deeds: vec![Deed::Uploaded, Deed::Submitted] }
        }
        Kind::ApprovedBefore => Refusal::ApprovedBefore { who: "李明".to_owned(), given: 1, needed: 2 },
        Kind::ApproverPays => Refusal::ApproverPays { who: "李明".to_owned() },
        Kind::OrdererConfirms => Refusal::OrdererConfirms { who: "李明".to_owned(), number: 1 },
        Kind::NotSuperseding => Refusal::NotSuperseding { run: run(), why: WhyNotSuperseding::OtherPeriod(2006) },
        Kind::OpenPayments => Refusal::OpenPayments { run: run(), numbers: vec![2] },
        Kind::PaidElsewhere => Refusal::PaidElsewhere { dealers: vec![(run(), "D001".to_owned())] },
        Kind::InPayment => Refusal::InPayment { dealer: "D001".to_owned() },
        Kind::NothingPayable => Refusal::NothingPayable,
        Kind::Unpayable => {
            let (amount, payable) = (crate::settlement::yuan(123_450), crate::settlement::yuan(100_000));
            let too_much = OrderFault::TooMuch { line: 0, dealer: "D001".to_owned(), amount, payable };
            Refusal::Unpayable {
                faults: vec![too_much, OrderFault::NoSuchDealer { line: 1, dealer: "D01".to_owned() }],
            }
        }
        Kind::PaymentsMade => Refusal::PaymentsMade { number: 1 },
        Kind::PaymentsCancelled => Refusal::PaymentsCancelled { number: 1 },
        Kind::NoSuchPayments => Refusal::NoSuchPayments { number: "9".to_owned() },
        Kind::NoSuchAdjustment => Refusal::NoSuchAdjustment { number: "9".to_owned() },
        Kind::FormulaLike => Refusal::FormulaLike { payees: vec![("D001".to_owned(), "=丰收农资".to_owned())] },
        Kind::SealBroken => {
            Refusal::SealBroken { run: run(), faults: vec![SealFault::Lines { dealers: vec!["D001".to_owned()] }] }
        }
        Kind::RunSettled => Refusal::RunSettled { status: Status::Approved },
    }
}
