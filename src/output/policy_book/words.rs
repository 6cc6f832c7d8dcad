//! The words of a policy's workbook: what a policy says by short names, as people write it; and what its rows mean.

/// A short name of a policy and its Chinese word; the English word is the name itself.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// As the policy has it.
    pub value: &'static str,
    /// In Chinese.
    pub zh: &'static str,
}

const fn word(value: &'static str, zh: &'static str) -> Word {
    Word { value, zh }
}

/// Whose the rates are.
pub const RATES: &[Word] = &[word("example", "示例"), word("own", "自有")];
/// How dealers that joined within the period are counted.
pub const JOINERS: &[Word] = &[word("full", "全年"), word("prorated", "按月折算")];
/// The grades.
pub const GRADES: &[Word] =
    &[word("core", "核心"), word("key", "重点"), word("ordinary", "普通"), word("problem", "问题")];
/// The channel modes.
pub const MODES: &[Word] = &[
    word("general_agency", "区域总代理"),
    word("joint_sales_agency", "区域联销代理"),
    word("joint_venture_agency", "区域联营联销代理"),
    word("general_distributor", "区域总经销"),
    word("regional_distributor", "区域经销"),
    word("direct_store", "零售门店直供"),
    word("chain_store", "连锁店直供"),
];
/// The kinds of violation.
pub const VIOLATIONS: &[Word] =
    &[word("price", "价格违规"), word("promotion", "推广服务不配合"), word("cross_region", "跨区销售")];
/// The kinds of rule of a scorecard.
pub const RULE_KINDS: &[Word] = &[
    word("rank", "名次"),
    word("category", "类别"),
    word("count", "数量"),
    word("exclusivity", "专销比重"),
    word("evenness", "提货均衡"),
    word("violations", "违规次数"),
];
/// The kinds of incentive.
pub const INCENTIVE_KINDS: &[Word] = &[
    word("above_target", "超额销量"),
    word("exclusive_sale", "专销"),
    word("no_violation", "无违规"),
    word("tiered", "累进分档"),
    word("growth", "增长"),
    word("commission", "佣金"),
    word("prompt_payment", "回款"),
];
/// What tiers measure.
pub const BASES: &[Word] = &[word("tonnes", "吨数"), word("amount", "金额")];
/// How tiers pay.
pub const METHODS: &[Word] = &[word("marginal", "分段累进"), word("retroactive", "达档全额")];

/// How it is written that a mode has no card.
pub const NO_CARD: [&str; 2] = ["不考核", "none"];
/// All spellings of it that are read.
pub const NO_CARDS: &[&str] = &["不考核", "none", "否", "无", "false", "no"];

/// The short name behind a word, in either language; the text itself where there is none.
pub fn value_of<'t>(words: &[Word], text: &'t str) -> &'t str {
    let same = |word: &&Word| word.zh == text || word.value.eq_ignore_ascii_case(text);
    words.iter().find(same).map_or(text, |word| word.value)
}

/// What rows of the sheet of other rules mean: the path, Chinese, English.
const NOTES: &[(&str, &str, &str)] = &[
    ("check.cliff", "断点检查：超过此数（元）的跳变要指出", "policy check names steps of more than so many yuan"),
    ("check.tonnes", "断点检查用的经销商：年销量（吨）", "the dealer on whom steps are worked out: annual tonnes"),
    ("check.target_tonnes", "同上：目标销量（吨）", "its target, in tonnes"),
    ("check.last_year_tonnes", "同上：上年销量（吨）", "its tonnes of the year before"),
    ("check.yuan_a_tonne", "同上：每吨金额（元），均按期回款", "what it pays for a tonne, all within the term"),
    (
        "credit.new_customer_months",
        "首次交易起几个日历月内为新客户",
        "new for so many calendar months from the first sale on",
    ),
    (
        "credit.exception_approvers",
        "可例外批准的人，用逗号分开；留空为不限",
        "who may let a held order out, between commas; empty: whoever is named",
    ),
    ("credit.ageing_days", "账龄前三档的最后一天", "the last days of the first three classes of ageing"),
    ("stock.safety_factor", "安全库存为本期销量的几倍", "the safety stock is so many times the sales of the period"),
    ("review.opportunity_below", "达成率低于此数为机会", "a metric below this attainment is an opportunity"),
    ("review.results", "属于结果的维度，不算机会", "dimensions whose metrics are results, never opportunities"),
    ("plans.attainment_cap", "每行达成率最多计到此数", "a row counts at most so much attainment"),
    ("plans.green_from", "从此达成率起为绿", "green from this attainment on"),
    ("plans.amber_from", "从此达成率起为黄，以下为红", "amber from this one on, else red"),
    (
        "accounts.a_below",
        "之前各客户累计占比低于此数为 A",
        "A where the accounts before it have less than this share of all sales",
    ),
    ("accounts.b_below", "低于此数为 B，其余为 C", "B where they have less than this, else C"),
    ("maintenance.visit_gap_days_max", "两次上门之间最多几天", "days between visits, at most"),
    (
        "maintenance.first_order_only_share_max",
        "只有首批进货、没有后续订单的经销商占比上限",
        "of those who ordered, who have a first order only, at most",
    ),
    (
        "maintenance.first_order_young_days",
        "截止日期之前这么多天内的首单还太新，不算没有后续",
        "a first order within so many days before the as-of date is too young to count",
    ),
    (
        "maintenance.drop_below",
        "低于前几个月平均的此比例为下滑",
        "a drop is less than this part of the mean of the months before",
    ),
    ("maintenance.drop_months", "平均取前几个月", "the mean is over so many months"),
    ("maintenance.silent_months", "最近几个月没有提货为停止提货", "so many of the latest months without any purchase"),
    (
        "accrual.expect",
        "计提时对后几个月的预期：plan 按计划，so_far 按至今平均",
        "what an accrual expects of the months to come: plan or so_far",
    ),
    ("settlement.tax_rate", "税率，按不含税金额", "the tax rate, of the amount without tax"),
    (
        "settlement.tax_included",
        "激励金额是否含税：是或否",
        "whether incentives are amounts with tax in them: yes or no",
    ),
    (
        "settlement.interim",
        "阶段性（年度尚未完整）的结果能否结算：refuse 不能，allow 能",
        "whether a run of a year that isn't whole may be settled: refuse or allow",
    ),
    (
        "settlement.approver_may_pay",
        "批准人能否下单付款并确认：是或否",
        "whether somebody who approved may order the payment and confirm it: yes or no",
    ),
    (
        "settlement.orderer_may_confirm",
        "下单付款的人能否自己确认已付：是或否",
        "whether somebody who ordered a payment may confirm it: yes or no",
    ),
    ("overview.dealers_max", "总览最多列出的经销商数", "so many dealers are listed at most"),
    ("overview.regions_max", "总览最多单列的区域数", "so many regions are shown by themselves at most"),
    (
        "overview.plan_missed_below",
        "低于计划的此比例为未完成计划",
        "a dealer below this part of its plan has missed it",
    ),
];

/// What a row of the sheet of other rules means; empty where it says so itself.
pub fn note_of(path: &str) -> [&'static str; 2] {
    if path.starts_with("overview.weights.") {
        return ["关注原因的分量，多个原因相加", "how much the reason weighs; a dealer's reasons are added up"];
    }
    if path.starts_with("market_classes.") {
        return ["该区域的市场分类：A、B 或 C", "the market class of the region: A, B or C"];
    }
    if let Some(band) = path.strip_prefix("settlement.approval.") {
        return match band.ends_with("up_to") {
            true => {
                ["本档上限（元，含本数）；最后一档不写", "the band's upper bound in yuan, included; none in the last"]
            }
            false => ["本档须几人批准", "so many people approve in this band"],
        };
    }
    NOTES.iter().find(|(key, ..)| *key == path).map_or(["", ""], |(_, zh, en)| [zh, en])
}
