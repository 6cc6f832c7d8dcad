//! The columns of 考核结果 / Assessment: who it is, what came out, and a few columns for each characteristic.

use super::layout::{Group, Look};
use dealerbook_engine::policy::{Characteristic, Joiners, Policy, Rule};
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::list;
use dealerbook_engine::sheet::words::Words;

/// So many columns stand before those of the characteristics.
pub const FIXED_COLUMNS: u16 = 14;

/// How many columns a characteristic has.
pub fn width_of(rule: &Rule, policy: &Policy) -> u16 {
    match rule {
        Rule::Evenness => 4 + u16::from(counts_months(policy)),
        Rule::Exclusivity { .. } => 3,
        Rule::Rank { .. } | Rule::Category { .. } | Rule::Count { .. } | Rule::Violations { .. } => 2,
    }
}

/// Whether the evenness of some dealers is that of fewer months than twelve, so that they stand in a column.
pub fn counts_months(policy: &Policy) -> bool {
    policy.joiners == Joiners::Prorated
}

/// The columns for the characteristics of all cards.
pub fn columns(words: Words<'_>, characteristics: &[&Characteristic]) -> Columns {
    let mut columns = Columns::default();
    fixed(words, &mut columns);
    debug_assert_eq!(columns.len(), usize::from(FIXED_COLUMNS));
    for (n, characteristic) in characteristics.iter().enumerate() {
        let group = if n % 2 == 0 { Group::Basis } else { Group::OtherBasis };
        of_characteristic(characteristic, group, words, &mut columns);
    }
    columns
}

fn fixed(words: Words<'_>, columns: &mut Columns) {
    list::number_rows(columns, words.lang);
    let mut add = |key: &str, zh, en, width, look, group| columns.add(key, words.lang.pick(zh, en), width, look, group);
    add("id", "经销商编号", "Dealer ID", 12.0, Look::Text, Group::Identity);
    add("name", "经销商名称", "Name", 26.0, Look::Text, Group::Identity);
    add("region", "区域", "Region", 10.0, Look::Text, Group::Identity);
    add("mode", "合作方式", "Channel mode", 20.0, Look::Text, Group::Identity);
    add("volume", "年销量（吨）", "Annual tonnes", 13.0, Look::Tonnes, Group::Identity);
    add("total", "考核得分", "Total", 12.0, Look::Points, Group::Result);
    add("grade", "评级", "Grade", 13.0, Look::Centre, Group::Result);
    add("gap", "距上一级差分", "Points to next grade", 11.0, Look::Points, Group::Result);
    add("previous", "上年评级", "Previous grade", 13.0, Look::Centre, Group::Result);
    add("movement", "变动", "Movement", 11.0, Look::Centre, Group::Result);
    add("actions", "措施", "Actions", 18.0, Look::Wrap, Group::Result);
    add("lift", "怎样可升级（任选一项）", "What would lift it (any one)", 46.0, Look::Wrap, Group::Result);
    add("losses", "失分（由多到少）", "Points lost (most first)", 38.0, Look::Wrap, Group::Result);
}

fn of_characteristic(c: &Characteristic, group: Group, words: Words<'_>, columns: &mut Columns) {
    let name = words.policy.characteristic(&c.id, words.lang);
    let say = |zh, en| words.lang.pick(zh, en);
    let own = |part: &str| format!("{}{part}", c.id);
    let mut add = |key: String, label: &str, width, look| columns.add(key, label, width, look, group);
    match &c.rule {
        Rule::Rank { .. } => add(own("rank"), say("同表排名", "Rank on the card"), 9.0, Look::Count),
        Rule::Exclusivity { .. } => {
            add(own("all"), say("各品牌尿素总销量（吨）", "Urea of all brands (t)"), 14.0, Look::Tonnes);
            add(own("ratio"), name, 11.0, Look::Percent);
        }
        Rule::Evenness => {
            add(own("divisor"), say("各月实际除以", "Each month divided by"), 30.0, Look::Centre);
            if counts_months(words.policy) {
                add(own("counted"), say("计入月数", "Months that count"), 9.0, Look::Count);
            }
            add(own("months"), say("完成月数合计（Σr）", "Months fulfilled (Σr)"), 12.0, Look::Index);
            add(own("index"), say("提货均衡指数", "Evenness index"), 11.0, Look::Index);
        }
        Rule::Category { .. } => add(own("value"), name, 13.0, Look::Centre),
        Rule::Count { .. } => add(own("value"), name, 10.0, Look::Count),
        Rule::Violations { .. } => {
            let label = format!("{name}{}", say("\n违规次数", " violations"));
            add(own("value"), &label, 14.0, Look::Count);
        }
    }
    add(own("points"), &format!("{name}\n{}", say("得分", "points")), 13.0, Look::Points);
}
