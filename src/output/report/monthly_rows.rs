//! 月度销售明细 / Monthly sales rows: the long form of the monthly sales, a month of a group a row, for pivot tables and filters.

use std::rc::Rc;

use jiff::civil::date;

use super::layout::{Group as Columns, Look};
use super::monthly_sheet::{Group, Line, groups, of_months, value};
use super::small_sheet::cut;
use dealerbook_engine::programmes::monthly::MonthlySales;
use dealerbook_engine::sheet::words::Words;
use dealerbook_engine::sheet::{Describe, Sheet, Value};

/// The key of the sheet.
pub const KEY: &str = "monthly_rows";

/// What was bought since January by the row's group, wherever the rows of its months have been sorted to.
const CUMULATIVE: &str =
    "IF([actual]=\"\",\"\",SUMPRODUCT(EXACT([kind:],[kind])*EXACT([name:],[name])*([month:]<=[month]),[actual:]))";

/// The sheet of a year. What is bought in months that haven't come stays empty.
#[expect(clippy::cast_possible_truncation, reason = "there are twelve months")]
pub fn sheet<'a>(sales: &'a MonthlySales<'a>, year: i16, words: Words<'a>) -> Sheet<'a> {
    let groups: Rc<Vec<Group<'a>>> = Rc::new(groups(sales, words));
    let months = sales.months;
    // A group and a month, both from 0.
    let rows: Vec<(usize, usize)> =
        (0..groups.len()).flat_map(|group| (0..12).map(move |month| (group, month))).collect();
    let mut sheet = Describe::new(KEY, ("月度销售明细", "Monthly sales rows"), words, rows);
    let label = |zh, en| words.lang.pick(zh, en);
    let of = |pick: fn(&Group<'a>) -> Value<'static>| {
        let groups = Rc::clone(&groups);
        move |(group, _): (usize, usize)| pick(&groups[group])
    };
    let text = |width| (width, Look::Text, Columns::Identity);
    sheet.column("kind", label("分组", "Group"), text(14.0), of(|group| group.kind.into()));
    sheet.column("name", label("名称", "Name"), text(24.0), of(|group| cut(&group.name).to_owned().into()));
    sheet.column("month", label("月份", "Month"), (10.0, Look::Month, Columns::Identity), move |(_, month)| {
        date(year, month as i8 + 1, 1)
    });
    let figure = |line: Line| {
        let groups = Rc::clone(&groups);
        move |(group, month): (usize, usize)| {
            let figure = of_months(&groups[group].months, months, line, month);
            figure.map_or(Value::Blank, |figure| value(Some(figure)))
        }
    };
    let mut result = |key: &str, text: &str, look, line| {
        sheet.column(key, text, (14.0, look, Columns::Result), figure(line));
    };
    result("actual", label("实际提货（吨）", "Actual (t)"), Look::Tonnes, Line::Actual);
    result("planned", label("计划提货（吨）", "Plan (t)"), Look::Tonnes, Line::Planned);
    result("against", label("其中有计划的（吨）", "Of it with a plan (t)"), Look::Tonnes, Line::Against);
    result("attainment", label("计划完成率", "Attainment of plan"), Look::Percent, Line::Attainment);
    result("cumulative", label("累计提货（吨）", "Year to date (t)"), Look::Tonnes, Line::Cumulative);
    result("of_target", label("累计占年度目标", "Of the year's target"), Look::Percent, Line::OfTarget);
    sheet.live_at("attainment", "IF(OR([actual]=\"\",[planned]=0),\"\",[against]/[planned])");
    sheet.live_at("cumulative", CUMULATIVE);
    sheet.live_at("of_target", "IF(OR([actual]=\"\",[target]=0),\"\",[cumulative]/[target])");
    let target = label("年度目标（吨）", "Annual target (t)");
    sheet.column("target", target, (14.0, Look::Tonnes, Columns::Result), {
        let groups = Rc::clone(&groups);
        move |(group, _)| value(Some(groups[group].months.target.clone()))
    });
    let dealers = label("经销商数", "Dealers");
    sheet.column("dealers", dealers, (9.0, Look::Count, Columns::Result), of(|group| group.months.dealers.into()));
    // Groups overlap, so their tonnes are not added up here.
    sheet.counted("name", "kind", ("0\" 行\"", "0\" rows\""));
    sheet.finish()
}
