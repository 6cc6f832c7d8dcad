//! The words of a policy's workbook: what a policy says by short names, as people write it; and what its rows mean.

use dealerbook_engine::policy::SectionKind;
use dealerbook_engine::programmes::SECTIONS;

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
    let of_section = |kind: &SectionKind| {
        let key = path.strip_prefix(kind.name)?.strip_prefix('.')?;
        kind.notes.iter().find(|(own, ..)| *own == key)
    };
    let own = NOTES.iter().find(|(key, ..)| *key == path);
    let note = own.or_else(|| SECTIONS.iter().flatten().find_map(of_section));
    note.map_or(["", ""], |(_, zh, en)| [zh, en])
}
