//! The sheets of a policy's workbook and their columns: what stands where, what it is called, and what its cells hold. Writing and
//! reading go by the same description.

use super::words::{BASES, GRADES, INCENTIVE_KINDS, JOINERS, METHODS, MODES, RATES, RULE_KINDS, VIOLATIONS, Word};

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text, and numbers as they are written.
    Text,
    /// A number.
    Figure,
    /// Yuan.
    Money,
    /// A share shown as a percentage: 60% is 0.6 in the policy.
    Share,
    /// A percentage: 1.5% is 1.5 in the policy.
    Percent,
    /// A sum or points of two places, which the policy compares as text.
    TwoPlaces,
    /// One of a few words.
    Choice(&'static [Word]),
    /// Several of them, between commas.
    List(&'static [Word]),
    /// Several numbers, between commas.
    Figures,
    /// Yes or no; nothing where the policy says nothing.
    Flag,
    /// A day.
    Day,
    /// What is only shown.
    Shown,
}

/// A column of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Where its value stands in the policy, below what its row is about.
    pub key: &'static str,
    /// Its label: Chinese, English.
    pub label: [&'static str; 2],
    /// What its cells hold.
    pub kind: Kind,
    /// Its width in characters.
    pub width: f64,
    /// What is to be known about it; empty where the label says it.
    pub note: [&'static str; 2],
}

/// A sheet.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    /// Which it is.
    pub id: SheetId,
    /// Its name: Chinese, English.
    pub title: [&'static str; 2],
    /// What it is for, in a line.
    pub about: [&'static str; 2],
    /// Its columns.
    pub columns: &'static [Column],
}

/// Which sheet it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SheetId {
    /// 总则
    General,
    /// 评级
    Grades,
    /// 评分卡
    Scorecards,
    /// 合作方式
    Modes,
    /// 激励
    Incentives,
    /// 阶梯
    Tiers,
    /// 权益
    Entitlements,
    /// 新经销商分级
    ApplicantGrades,
    /// 新经销商评分
    Applicants,
    /// 其他规则
    Others,
    /// 名称
    Names,
    /// 算例
    Examples,
}

const fn column(key: &'static str, zh: &'static str, en: &'static str, kind: Kind, width: f64) -> Column {
    Column { key, label: [zh, en], kind, width, note: ["", ""] }
}

impl Column {
    const fn noted(self, zh: &'static str, en: &'static str) -> Column {
        Column { note: [zh, en], ..self }
    }
}

const ID: Column = column("id", "编号", "Id", Kind::Text, 20.0);
const ZH: Column = column("title.zh", "中文名称", "Chinese name", Kind::Text, 24.0);
const EN: Column = column("title.en", "英文名称", "English name", Kind::Text, 24.0);
const FROM: Column = column("from", "下限（含）", "From (included)", Kind::Figure, 12.0);
const TO: Column = column("to", "上限（不含）", "To (excluded)", Kind::Figure, 12.0).noted(
    "须与相邻一档的下限衔接，有空档或重叠都是错误；留空则自动衔接。",
    "Must meet the neighbouring band: a gap or an overlap is a fault. Left empty, it meets it by itself.",
);
const POINTS: Column = column("points", "得分", "Points", Kind::Figure, 9.0);
const REASON: Column = column("reason", "原因代码", "Reason code", Kind::Text, 24.0);
const VALUE: Column = column("value", "取值", "Value", Kind::Text, 14.0);
const WEIGHT: Column = column("weight", "权重", "Weight", Kind::Figure, 9.0).noted(
    "只写在指标的第一行；一张评分卡合计 100。",
    "On the first row of a characteristic only; the weights of a card come to 100.",
);
const KEY: Column = column("key", "键", "Key", Kind::Text, 34.0);
const SECTION: Column = column("section", "部分", "Section", Kind::Text, 18.0);

const fn rate(key: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(key, zh, en, Kind::Figure, 10.0)
}
const fn percent(key: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(key, zh, en, Kind::Percent, 10.0)
}
const fn fixed(key: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(key, zh, en, Kind::Money, 12.0)
}
const fn order(key: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(key, zh, en, Kind::Text, 10.0)
}
const fn month(key: &'static str, zh: &'static str, en: &'static str) -> Column {
    column(key, zh, en, Kind::Figure, 8.0)
}

/// All sheets, in the order of their tabs.
pub const SHEETS: &[Sheet] = &[
    Sheet {
        id: SheetId::General,
        title: ["总则", "General"],
        about: [
            "政策的编号、版本、有效期和通用数字。改“值”一列，其余勿改；改后换一个版本号再提交。",
            "Id, version, dates and general figures. Change the values only, and give a changed policy another version.",
        ],
        columns: &[
            column("label", "项目", "Item", Kind::Shown, 30.0),
            column("value", "值", "Value", Kind::Text, 40.0),
            column("note", "说明", "Note", Kind::Shown, 70.0),
            KEY,
        ],
    },
    Sheet {
        id: SheetId::Grades,
        title: ["评级", "Grades"],
        about: [
            "从最好的一级写起；上限是上一级的下限，最后一级没有下限。",
            "The best grade first; a grade ends where the one above begins, and the last one has no lower bound.",
        ],
        columns: &[
            ID,
            ZH,
            EN,
            FROM,
            TO,
            column("sanctions.zh", "处罚", "Sanctions (Chinese)", Kind::Text, 40.0),
            column("sanctions.en", "处罚（英文）", "Sanctions", Kind::Text, 40.0),
            column("support.zh", "帮扶", "Support (Chinese)", Kind::Text, 28.0),
            column("support.en", "帮扶（英文）", "Support", Kind::Text, 28.0),
        ],
    },
    Sheet {
        id: SheetId::Scorecards,
        title: ["评分卡", "Scorecards"],
        about: [
            "每个指标占一行或几行：一档或一个取值一行。考核表的名称在“名称”工作表。",
            "A characteristic takes a row for each of its bands or values. The cards' names stand on the sheet Names.",
        ],
        columns: &[
            column("card", "考核表", "Card", Kind::Text, 20.0),
            column("id", "指标", "Characteristic", Kind::Text, 18.0),
            column("name", "指标名称", "Name", Kind::Shown, 20.0),
            WEIGHT,
            column("kind", "规则", "Rule", Kind::Choice(RULE_KINDS), 12.0).noted(
                "名次、数量：写各档；类别：写各取值；专销比重、违规次数：写右边各列；提货均衡：权重×指数。",
                "rank, count: bands; category: values; exclusivity, violations: the columns on the right; evenness: weight × index.",
            ),
            column("from", "从（含）", "From (included)", Kind::Figure, 11.0),
            column("to", "到", "To", Kind::Figure, 11.0).noted(
                "名次：含本数；数量：不含本数。须与相邻一档衔接；留空则自动衔接。",
                "Ranks: included; counts: excluded. Must meet the neighbouring band; left empty, it meets it by itself.",
            ),
            VALUE,
            POINTS,
            REASON,
            column("full_at", "满分比重", "Full at", Kind::Share, 11.0),
            column("step", "每档", "Step", Kind::Share, 9.0),
            column("points_a_step", "每档扣分", "Points a step", Kind::Figure, 10.0),
            column("violation", "违规类型", "Violation", Kind::Choice(VIOLATIONS), 16.0),
            column("points_each", "每次扣分", "Points each", Kind::Figure, 10.0),
        ],
    },
    Sheet {
        id: SheetId::Modes,
        title: ["合作方式", "Modes"],
        about: [
            "每种合作方式用哪张考核表；不考核的写“不考核”。",
            "The card of each channel mode; `none` where it is not assessed on purpose.",
        ],
        columns: &[
            column("mode", "合作方式编号", "Mode", Kind::Text, 26.0),
            column("name", "合作方式名称", "Name", Kind::Shown, 26.0),
            column("card", "考核表", "Card", Kind::Text, 26.0),
        ],
    },
    Sheet {
        id: SheetId::Incentives,
        title: ["激励", "Incentives"],
        about: [
            "每个项目一行。费率为元/吨，比例为金额的百分数，金额为元；“不分评级”与按评级填写只能选一种。分档写在“阶梯”工作表。",
            "A programme a row. Rates are yuan a tonne, percentages parts of an amount, sums yuan; either one figure for all or one a grade. Tiers stand on the sheet Tiers.",
        ],
        columns: &[
            ID,
            ZH,
            EN,
            column("kind", "类型", "Kind", Kind::Choice(INCENTIVE_KINDS), 16.0),
            column("grades", "适用评级", "Grades", Kind::List(GRADES), 20.0)
                .noted("用逗号分开；留空为全部。", "Between commas; empty means all."),
            column("modes", "适用合作方式", "Modes", Kind::List(MODES), 26.0)
                .noted("用逗号分开；留空为全部。", "Between commas; empty means all."),
            column("regions", "适用区域", "Regions", Kind::List(&[]), 18.0)
                .noted("用逗号分开；留空为全部。", "Between commas; empty means all."),
            fixed("cap", "封顶（元）", "Cap (yuan)"),
            fixed("minimum", "起付（元）", "Minimum (yuan)"),
            column("violations", "无此类违规", "No violation of", Kind::List(VIOLATIONS), 22.0),
            column("basis", "计算基数", "Basis", Kind::Choice(BASES), 10.0),
            column("method", "分档方法", "Method", Kind::Choice(METHODS), 14.0),
            percent("from_percent", "增长起点", "Growth from"),
            rate("rate", "费率·不分评级", "Rate, all"),
            rate("rate.core", "费率·核心", "Rate, core"),
            rate("rate.key", "费率·重点", "Rate, key"),
            rate("rate.ordinary", "费率·普通", "Rate, ordinary"),
            rate("rate.problem", "费率·问题", "Rate, problem"),
            percent("percent", "比例·不分评级", "Percent, all"),
            percent("percent.core", "比例·核心", "Percent, core"),
            percent("percent.key", "比例·重点", "Percent, key"),
            percent("percent.ordinary", "比例·普通", "Percent, ordinary"),
            percent("percent.problem", "比例·问题", "Percent, problem"),
            fixed("fixed", "金额·不分评级", "Sum, all"),
            fixed("fixed.core", "金额·核心", "Sum, core"),
            fixed("fixed.key", "金额·重点", "Sum, key"),
            fixed("fixed.ordinary", "金额·普通", "Sum, ordinary"),
            fixed("fixed.problem", "金额·问题", "Sum, problem"),
        ],
    },
    Sheet {
        id: SheetId::Tiers,
        title: ["阶梯", "Tiers"],
        about: [
            "“累进分档”类激励的各档：按吨数的写费率（元/吨），按金额的写比例。",
            "The tiers of tiered programmes: a rate (yuan a tonne) where tonnes count, a percentage where the amount does.",
        ],
        columns: &[
            column("incentive", "激励项目", "Incentive", Kind::Text, 24.0),
            FROM,
            TO,
            rate("rate", "费率（元/吨）", "Rate"),
            percent("percent", "比例", "Percent"),
        ],
    },
    Sheet {
        id: SheetId::Entitlements,
        title: ["权益", "Entitlements"],
        about: [
            "各评级享有的权益：写列示的次序（1、2、3……）或打√，不享有的留空。",
            "What each grade is entitled to: the place in its list (1, 2, 3 …) or √; empty where it isn't.",
        ],
        columns: &[
            column("id", "编号", "Id", Kind::Text, 36.0),
            column("zh", "中文名称", "Chinese name", Kind::Text, 28.0),
            column("en", "英文名称", "English name", Kind::Text, 34.0),
            order("core", "核心", "Core"),
            order("key", "重点", "Key"),
            order("ordinary", "普通", "Ordinary"),
            order("problem", "问题", "Problem"),
        ],
    },
    Sheet {
        id: SheetId::ApplicantGrades,
        title: ["新经销商分级", "Applicant grades"],
        about: ["新经销商的分级，从最好的一级写起。", "The grades of applicants, the best first."],
        columns: &[
            ID,
            ZH,
            EN,
            FROM,
            TO,
            column("treated_as", "等同评级", "Treated as", Kind::Text, 16.0),
            column("treatment.zh", "对待", "Treatment (Chinese)", Kind::Text, 26.0),
            column("treatment.en", "对待（英文）", "Treatment", Kind::Text, 26.0),
        ],
    },
    Sheet {
        id: SheetId::Applicants,
        title: ["新经销商评分", "Applicant scoring"],
        about: [
            "新经销商的评分表：一档或一个取值一行；否决的取值得 0 分。",
            "How applicants earn points: a row for each band or value; a value with a veto earns 0.",
        ],
        columns: &[
            column("id", "指标", "Characteristic", Kind::Text, 18.0),
            ZH,
            EN,
            column("column", "读取的列", "Column read", Kind::Text, 16.0)
                .noted("与指标编号不同时才写。", "Only where it isn't the characteristic's id."),
            WEIGHT,
            FROM,
            TO,
            VALUE,
            POINTS,
            REASON,
            column("veto", "一票否决", "Veto", Kind::Flag, 10.0),
        ],
    },
    Sheet {
        id: SheetId::Others,
        title: ["其他规则", "Other rules"],
        about: [
            "信用、库存、回顾、计划、客户、维护、总览等各部分的数字；一格几个数的用逗号分开。",
            "The figures of the other sections: credit, stock, review, plans, accounts, care, overview. Several figures in a cell stand between commas.",
        ],
        columns: &[
            SECTION,
            KEY,
            column("value", "值", "Value", Kind::Text, 24.0),
            column("note", "说明", "Note", Kind::Shown, 66.0),
        ],
    },
    Sheet {
        id: SheetId::Names,
        title: ["名称", "Names"],
        about: [
            "各处显示的名称，中文和英文。",
            "What people call things, in Chinese and in English.",
        ],
        columns: &[
            SECTION,
            KEY,
            column("zh", "中文名称", "Chinese name", Kind::Text, 30.0),
            column("en", "英文名称", "English name", Kind::Text, 34.0),
        ],
    },
    Sheet {
        id: SheetId::Examples,
        title: ["算例", "Worked examples"],
        about: [
            "每次读取政策都重算这些例子，结果必须相符；改了费率，也要改相应的期望值。",
            "These are calculated whenever the policy is read and must come out: where a rate changes, change what is expected.",
        ],
        columns: &[
            column("name", "算例", "Example", Kind::Text, 44.0)
                .noted("写在每个例子的第一行。", "On the first row of each example."),
            KEY,
            column("value", "值", "Value", Kind::Text, 24.0),
            month("1", "1月", "Jan"),
            month("2", "2月", "Feb"),
            month("3", "3月", "Mar"),
            month("4", "4月", "Apr"),
            month("5", "5月", "May"),
            month("6", "6月", "Jun"),
            month("7", "7月", "Jul"),
            month("8", "8月", "Aug"),
            month("9", "9月", "Sep"),
            month("10", "10月", "Oct"),
            month("11", "11月", "Nov"),
            month("12", "12月", "Dec"),
        ],
    },
];

/// An item of the first sheet.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Where it stands in the policy.
    pub key: &'static str,
    /// What people call it: Chinese, English.
    pub label: [&'static str; 2],
    /// What its cell holds.
    pub kind: Kind,
    /// What is to be known about it.
    pub note: [&'static str; 2],
}

const fn item(key: &'static str, label: [&'static str; 2], kind: Kind, note: [&'static str; 2]) -> Item {
    Item { key, label, kind, note }
}

const CAP_NOTE: [&str; 2] =
    ["全部激励合计不超过此数（元）；留空为不封顶", "all programmes together pay no more, in yuan; empty: no cap"];

/// The items of the first sheet, in their order.
pub const ITEMS: &[Item] = &[
    item("id", ["政策编号", "Id"], Kind::Text, ["同一政策的各版本编号相同", "the same for all versions of a policy"]),
    item(
        "version",
        ["版本", "Version"],
        Kind::Text,
        ["每个版本各不相同；批准后不能再改", "each version has its own; once approved it never changes"],
    ),
    item("title.zh", ["中文名称", "Chinese name"], Kind::Text, ["", ""]),
    item("title.en", ["英文名称", "English name"], Kind::Text, ["", ""]),
    item(
        "rates",
        ["费率", "Rates"],
        Kind::Choice(RATES),
        ["示例费率的结果处处注明，不能用于结算", "what is calculated by example rates says so everywhere"],
    ),
    item(
        "effective_from",
        ["生效日期", "Effective from"],
        Kind::Day,
        ["第一天；留空为一直有效", "the first day; empty: always before"],
    ),
    item(
        "effective_to",
        ["失效日期", "Effective to"],
        Kind::Day,
        ["最后一天；留空为到下一版本生效前一天", "the last day; empty: until the next version begins"],
    ),
    item(
        "extends",
        ["沿用政策", "Extends"],
        Kind::Text,
        ["本工作簿没有的部分取自该政策；可留空", "what this workbook doesn't have is that policy's; may be empty"],
    ),
    item(
        "tonnes_tolerance",
        ["吨数容差", "Tolerance of tonnes"],
        Kind::Figure,
        ["提货与发货相差不超过此数（吨）不提示", "a purchases row may differ from the shipments by so much, in tonnes"],
    ),
    item(
        "verify_appeals_in_working_days",
        ["申诉核实期限", "Appeals verified within"],
        Kind::Figure,
        ["工作日，自登记起", "working days from lodging"],
    ),
    item(
        "answer_appeals_in_working_days",
        ["申诉答复期限", "Appeals answered within"],
        Kind::Figure,
        [
            "工作日，自核实起；未登记核实的，自登记起",
            "working days from verification or, where none is noted, from lodging",
        ],
    ),
    item(
        "incentives_need_tonnes",
        ["无提货不计激励", "Incentives need tonnes"],
        Kind::Flag,
        [
            "“是”：全年提货合计不大于 0 的经销商没有任何激励",
            "yes: a dealer whose year comes to 0 tonnes or less earns no incentive",
        ],
    ),
    item(
        "joiners",
        ["年内加入的经销商", "Dealers that joined in the year"],
        Kind::Choice(JOINERS),
        [
            "按月折算：目标×加入后月数÷12，均衡指数和网络客户的计划都从加入当月算起",
            "prorated: target × months since joining / 12; evenness and a network customer's plan from that month on",
        ],
    ),
    item("dealer_cap", ["经销商封顶·不分评级", "Dealer's cap, all"], Kind::Money, CAP_NOTE),
    item("dealer_cap.core", ["经销商封顶·核心", "Dealer's cap, core"], Kind::Money, CAP_NOTE),
    item("dealer_cap.key", ["经销商封顶·重点", "Dealer's cap, key"], Kind::Money, CAP_NOTE),
    item("dealer_cap.ordinary", ["经销商封顶·普通", "Dealer's cap, ordinary"], Kind::Money, CAP_NOTE),
    item("dealer_cap.problem", ["经销商封顶·问题", "Dealer's cap, problem"], Kind::Money, CAP_NOTE),
];

/// The sheet of an id.
pub fn sheet(id: SheetId) -> &'static Sheet {
    &SHEETS[SHEETS.iter().position(|sheet| sheet.id == id).unwrap_or_default()]
}
