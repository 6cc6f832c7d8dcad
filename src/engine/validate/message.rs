//! The words of an issue, in the language of its reader: what is wrong, what is expected, and how to mend it.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::coerce::Parsed;
use super::issue::{Code, Detail, Issue, ResourceId};
use crate::lang::Lang;
use crate::policy::Policy;
use crate::schema::{Bound, Field, FieldType, Format, Resource, Scalar, Schemas};
use crate::workbook::column_name;

/// What the words need to know beside the issue itself.
pub struct Speaker<'a> {
    /// The schemas by which the workbook was checked.
    pub schemas: &'a Schemas,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The names of the workbook's sheets.
    pub sheets: &'a [String],
    /// The language.
    pub lang: Lang,
}

/// Picks the format by the language.
macro_rules! say {
    ($self:ident, $zh:literal, $en:literal $(, $arg:expr)* $(,)?) => {
        match $self.lang {
            Lang::Zh => format!($zh $(, $arg)*),
            Lang::En => format!($en $(, $arg)*),
        }
    };
}

mod year;

impl<'a> Speaker<'a> {
    /// The resource of an issue, where it is a table.
    pub fn resource(&self, issue: &Issue) -> Option<&'a Resource> {
        match issue.place.resource? {
            ResourceId::Cover => None,
            ResourceId::Table(index) => self.schemas.resources.get(usize::from(index)),
        }
    }

    /// The name of the resource of an issue.
    pub fn resource_name(&self, id: Option<ResourceId>) -> Option<&'a str> {
        Some(match id? {
            ResourceId::Cover => &self.schemas.cover.name,
            ResourceId::Table(index) => &self.schemas.resources.get(usize::from(index))?.name,
        })
    }

    /// A field by its place.
    pub fn field(&self, id: Option<ResourceId>, field: Option<u16>) -> Option<&'a Field> {
        let fields = match id? {
            ResourceId::Cover => &self.schemas.cover.fields,
            ResourceId::Table(index) => &self.schemas.resources.get(usize::from(index))?.fields,
        };
        fields.get(usize::from(field?))
    }

    /// The name of a sheet by its index.
    pub fn sheet(&self, index: Option<u16>) -> Option<&'a str> {
        self.sheets.get(usize::from(index?)).map(String::as_str)
    }

    /// What is wrong and what is expected, in one sentence or two.
    pub fn message(&self, issue: &Issue) -> String {
        let field = self.field(issue.place.resource, issue.place.field);
        let label = field.map_or("", |f| f.label(self.lang));
        let value = issue.value.as_deref().map(shortened).unwrap_or_default();
        match &issue.detail {
            Detail::Required => say!(self, "“{}”为必填项，此单元格为空", "“{}” is required; this cell is empty", label),
            Detail::NotANumber => say!(
                self,
                "“{}”应为数字，“{}”无法确定是什么数",
                "“{}” takes a number; “{}” can't be read as one with certainty",
                label,
                value
            ),
            Detail::TooLarge => say!(
                self,
                "“{}”的数字位数过多（最多15位整数）：{}",
                "“{}” has too many digits (15 before the point at most): {}",
                label,
                value
            ),
            Detail::NotAnInteger => {
                say!(self, "“{}”应为整数，现为 {}", "“{}” takes a whole number; this is {}", label, value)
            }
            Detail::NotADate => say!(
                self,
                "“{}”应为日期（如 2007-03-05），“{}”不是日期",
                "“{}” takes a date (such as 2007-03-05); “{}” is none",
                label,
                value
            ),
            Detail::NoSuchDate => {
                say!(self, "“{}”：日历上没有 {} 这一天", "“{}”: there is no such day as {}", label, value)
            }
            Detail::NotAMonth => say!(
                self,
                "“{}”应为年月（如 2007-03），“{}”不是年月",
                "“{}” takes a month (such as 2007-03); “{}” is none",
                label,
                value
            ),
            Detail::NoSuchMonth => {
                say!(self, "“{}”：没有 {} 这个月份", "“{}”: there is no such month as {}", label, value)
            }
            Detail::NotAYear => say!(
                self,
                "“{}”应为四位年份（如 2007），现为“{}”",
                "“{}” takes a year of four digits (such as 2007); this is “{}”",
                label,
                value
            ),
            Detail::NotABoolean => {
                let [yes, no] = [true, false].map(|value| field.map_or("", |f| f.spelled(value, self.lang)));
                say!(self, "“{}”应填“{}”或“{}”，现为“{}”", "“{}” takes {} or {}; this is “{}”", label, yes, no, value)
            }
            Detail::UnexpectedDate => {
                let wanted = field.map(|f| expectation(f, self.lang)).unwrap_or_default();
                say!(
                    self,
                    "“{}”应为{}，此单元格是日期：{}",
                    "“{}” takes {}; this cell is a date: {}",
                    label,
                    wanted,
                    value
                )
            }
            Detail::LostDigits => say!(
                self,
                "“{}”以数字存储且超过15位，末尾几位已丢失：{}",
                "“{}” is stored as a number of more than 15 digits and has lost its end: {}",
                label,
                value
            ),
            Detail::Minimum(least) => {
                say!(self, "“{}”不得小于 {}，现为 {}", "“{}” must be at least {}; this is {}", label, least, value)
            }
            Detail::ExclusiveMinimum(least) => {
                say!(self, "“{}”必须大于 {}，现为 {}", "“{}” must be above {}; this is {}", label, least, value)
            }
            Detail::Maximum(most) => {
                say!(self, "“{}”不得大于 {}，现为 {}", "“{}” must be at most {}; this is {}", label, most, value)
            }
            Detail::ExclusiveMaximum(most) => {
                say!(self, "“{}”必须小于 {}，现为 {}", "“{}” must be below {}; this is {}", label, most, value)
            }
            Detail::TooEarly(bound) => {
                let day = day(field, bound.date);
                match bound.exclusive {
                    true => {
                        say!(self, "“{}”必须晚于 {}，现为 {}", "“{}” must be after {}; this is {}", label, day, value)
                    }
                    false => say!(
                        self,
                        "“{}”不得早于 {}，现为 {}",
                        "“{}” must not be before {}; this is {}",
                        label,
                        day,
                        value
                    ),
                }
            }
            Detail::TooLate(bound) => {
                let day = day(field, bound.date);
                match bound.exclusive {
                    true => {
                        say!(self, "“{}”必须早于 {}，现为 {}", "“{}” must be before {}; this is {}", label, day, value)
                    }
                    false => say!(
                        self,
                        "“{}”不得晚于 {}，现为 {}",
                        "“{}” must not be after {}; this is {}",
                        label,
                        day,
                        value
                    ),
                }
            }
            Detail::TooShort(least) => say!(
                self,
                "“{}”至少 {} 个字符，现为“{}”",
                "“{}” must have {} characters at least; this is “{}”",
                label,
                least,
                value
            ),
            Detail::TooLong(most) => say!(
                self,
                "“{}”最多 {} 个字符，现为“{}”",
                "“{}” must have {} characters at most; this is “{}”",
                label,
                most,
                value
            ),
            Detail::NotOfPattern => {
                let pattern = field.and_then(|f| f.constraints.more.pattern.as_ref()).map_or("", |p| p.text.as_str());
                say!(
                    self,
                    "“{}”应符合格式 {}，现为“{}”",
                    "“{}” must look like {}; this is “{}”",
                    label,
                    shortened(pattern),
                    value
                )
            }
            Detail::NotOfFormat => {
                let form = field.map_or("", |f| form(f.format, self.lang));
                say!(self, "“{}”应为{}，现为“{}”", "“{}” takes {}; this is “{}”", label, form, value)
            }
            Detail::UnknownCategory(_) | Detail::NotListed => {
                let allowed = field.map(|f| allowed(f, self.lang)).unwrap_or_default();
                say!(self, "“{}”不能填“{}”，可填：{}", "“{}” doesn't take “{}”; it takes: {}", label, value, allowed)
            }
            Detail::Duplicate(first) if matches!(issue.code, Code::UniqueError | Code::DuplicateLabel) => {
                say!(self, "“{}” {} 重复，第 {} 行已有", "“{}” {} stands in row {} already", label, value, first + 1)
            }
            Detail::Duplicate(first) => {
                let key = self.key_labels(issue);
                say!(self, "本行与第 {} 行重复（{} 相同）", "this row repeats row {} (the same {})", first + 1, key)
            }
            Detail::Stranger(key, _) => {
                let other = self.referred(issue, *key).map_or("", |r| r.label(self.lang));
                say!(self, "“{}” {} 不在“{}”中", "“{}” {} is not in “{}”", label, value, other)
            }
            Detail::ErrorValue => say!(self, "“{}”是错误值 {}", "“{}” is the error value {}", label, value),
            Detail::Uncached => say!(
                self,
                "“{}”是公式，但文件中没有保存它的计算结果",
                "“{}” is a formula whose result is not stored in the file",
                label
            ),
            Detail::MissingLabel => say!(
                self,
                "缺少必需的列“{}”（{}）",
                "the required column “{}” ({}) is missing",
                label,
                field.map_or("", |f| f.name.as_str())
            ),
            Detail::DuplicateLabel(first) | Detail::RepeatedMonth(first) => say!(
                self,
                "列名“{}”与 {} 列重复",
                "the label “{}” means the same as column {}",
                value,
                column_name(*first)
            ),
            Detail::ExtraLabel(_) => {
                say!(self, "未知的列“{}”，未予采用", "the column “{}” is not known and is not used", value)
            }
            Detail::BlankLabel => {
                say!(self, "此列有数据但没有列名，未予采用", "this column has values but no label and is not used")
            }
            Detail::NeededBySheets if issue.place.sheet.is_some() => say!(
                self,
                "“{}”工作表没有数据行：月度提货、发货流水、违规记录都要以它为准",
                "the sheet “{}” has no row of data: purchases, shipments and violations refer to it",
                self.title_of(issue)
            ),
            Detail::NeededBySheets => say!(
                self,
                "缺少“{}”工作表：月度提货、发货流水、违规记录都要以它为准",
                "the sheet “{}” is missing: purchases, shipments and violations refer to it",
                self.title_of(issue)
            ),
            Detail::NeededByKey(index) => {
                let other = self.schemas.resources.get(usize::from(*index)).map_or("", |r| r.label(self.lang));
                say!(
                    self,
                    "缺少工作表“{}”：“{}”要以它为准",
                    "the sheet “{}” is missing: “{}” refers to it",
                    self.title_of(issue),
                    other
                )
            }
            Detail::NotThere => {
                say!(self, "工作簿中没有工作表“{}”", "there is no sheet “{}” in the workbook", self.title_of(issue))
            }
            Detail::NeededByProgramme(programme) => say!(
                self,
                "缺少工作表“{}”，无法计算 {}",
                "the sheet “{}” is missing; {} can't be calculated",
                self.title_of(issue),
                programme
            ),
            Detail::NoViolations => say!(
                self,
                "没有“{}”工作表：所有经销商均按无违规计算",
                "there is no sheet “{}”: every dealer is taken to have no violations",
                self.title_of(issue)
            ),
            Detail::NoKnownSheet => say!(self, "工作簿中没有可识别的工作表", "no sheet of this workbook is known"),
            Detail::NothingFilledIn => {
                say!(
                    self,
                    "模板尚未填写：各工作表都没有数据行",
                    "the template has not been filled in: no sheet has a row of data"
                )
            }
            Detail::ExtraSheet(_) => {
                say!(self, "未知的工作表“{}”，未予采用", "the sheet “{}” is not known and is not used", value)
            }
            Detail::DuplicateSheet(first) => say!(
                self,
                "工作表“{}”与“{}”是同一种资料",
                "the sheets “{}” and “{}” mean the same",
                value,
                self.sheet(Some(*first)).unwrap_or_default()
            ),
            Detail::Coerced(what) => say!(
                self,
                "“{}”有 {} 个单元格按确定的含义读取（{}）",
                "“{}”: {} cells were read by their certain meaning ({})",
                label,
                issue.count,
                what.words(self.lang)
            ),
            Detail::TotalsRow => say!(self, "合计行，已跳过", "a row of totals, skipped"),
            Detail::TotalsColumn => say!(self, "“{}”为合计列，已跳过", "“{}” is a column of totals, skipped", value),
            Detail::WideLayout => say!(
                self,
                "本表按横排读取：每行一家经销商，{} 个月份横列；空白单元格按该月无提货计",
                "this sheet was read as laid out wide: a dealer a row, {} months across; an empty cell is a month without purchases",
                issue.count
            ),
            Detail::MonthWithoutYear => say!(
                self,
                "“{}”没有写明年份，封面、表头上方的标题和请求中也都没有",
                "“{}” says no year, and neither do the cover, the title above nor the request",
                value
            ),
            Detail::MonthLacks(field) => {
                say!(self, "“{}”没有对应的“{}”列", "“{}” has no column for “{}”", value, self.other(issue, *field))
            }
            Detail::SpreadSheets(count, resource) => say!(
                self,
                "未知的工作表“{}”，不参与计算；共有 {} 张未知工作表的列与“{}”相同",
                "the sheet “{}” is not known and is not used; {} unknown sheets have the columns of “{}”",
                value,
                count,
                self.title(*resource)
            ),
            Detail::OutsidePeriod(period) => say!(
                self,
                "{} 行不属于 {} 年度，未计入",
                "{} rows are not of {} and were left out",
                issue.count,
                period
            ),
            Detail::AfterAsOf(as_of) => say!(
                self,
                "{} 行在截止日期 {} 之后，未计入",
                "{} rows are dated after the as-of date {} and were left out",
                issue.count,
                as_of
            ),
            Detail::PeriodMismatch { period, within, year, rows, .. } => say!(
                self,
                "考核年度为 {}，而“{}”多数是 {} 年的：{} 年 {} 行，{} 年 {} 行",
                "{} is assessed, but most of “{}” is of {}: {} has {} rows, {} has {}",
                period,
                label,
                year,
                year,
                rows,
                period,
                within
            ),
            Detail::Interim(interim) => self.interim(*interim),
            Detail::NoPurchases(volume) => {
                let earns = match self.policy.incentives_need_tonnes {
                    true => self.lang.pick("照常考核，不计任何激励", "it is assessed, and earns no incentive"),
                    false => self.lang.pick("照常考核", "it is assessed"),
                };
                say!(
                    self,
                    "该经销商全年提货合计 {} 吨，不大于 0：{}",
                    "the dealer's year comes to {} t, which isn't above 0: {}",
                    volume,
                    earns
                )
            }
            Detail::JoinedInPeriod(day) => self.joined_in_period(label, *day),
            Detail::BoughtBeforeJoining(first) => say!(
                self,
                "“{}”为 {}，但该经销商 {} 已有提货或发货",
                "“{}” is {}, but the dealer bought in {} already",
                label,
                value,
                first.strftime("%Y-%m")
            ),
            Detail::RanksWithinFile(dealers) => say!(
                self,
                "本工作簿的经销商都属于“{}”：{} 家的名次只在本工作簿之内排，按名次计的得分、等级和激励不能与其他工作簿相比",
                "all dealers of this workbook are of region `{}`: the ranks of {} run within it alone, so that points, grades and money that hang on them don't compare with other workbooks'",
                value,
                dealers
            ),
            Detail::UnlistedReceivables(sum) => say!(
                self,
                "该经销商未回款 {} 元（{} 张发票），但“信用额度”中没有它；合计列在信用额度结果的表下",
                "the dealer owes {} yuan ({} invoices) and has no row on the credit sheet; it is listed below the credit results",
                sum,
                issue.count
            ),
            Detail::ShippedInDays { from, to, tonnes } => say!(
                self,
                "“{}” {} 与发货流水 {} 至 {} 的合计 {} 不一致",
                "“{}” {} differs from what was shipped from {} to {}, {}",
                label,
                value,
                from,
                to,
                tonnes
            ),
            Detail::BeyondField(other, limit) => say!(
                self,
                "“{}” {} 超过“{}” {}",
                "“{}” {} goes beyond “{}” {}",
                label,
                value,
                self.other(issue, *other),
                limit
            ),
            Detail::OtherSign(other, limit) => say!(
                self,
                "“{}” {} 与“{}” {} 正负相反",
                "“{}” {} has another sign than “{}” {}",
                label,
                value,
                self.other(issue, *other),
                limit
            ),
            Detail::BeforeField(other, first) => say!(
                self,
                "“{}” {} 早于“{}” {}",
                "“{}” {} lies before “{}” {}",
                label,
                value,
                self.other(issue, *other),
                first
            ),
            Detail::Overridden(instead) => say!(
                self,
                "“{}”为 {}，本次按请求中的 {} 计算",
                "“{}” says {}; the request says {}, which counts",
                label,
                value,
                instead
            ),
            Detail::OwnAboveAll(own) => say!(
                self,
                "“{}” {} 小于该经销商的自有销量 {}",
                "“{}” {} is less than the dealer's own tonnes, {}",
                label,
                value,
                own
            ),
            Detail::NeededByScorecard(card) => {
                let card = self.policy.scorecards.get(usize::from(*card)).map_or("", |c| c.title.pick(self.lang));
                say!(self, "“{}”为空，而“{}”需要它", "“{}” is empty, and the {} needs it", label, card)
            }
            Detail::NeededByIncentive(programme) => self.needed_by_incentive(issue, label, *programme),
            Detail::MissingMonths { missing, .. } => say!(
                self,
                "网络客户须有12个月的计划，缺少：{} 月",
                "a network customer needs a plan for all twelve months; missing: {}",
                self.months(*missing)
            ),
            Detail::PlanNeeded => {
                say!(self, "网络客户的“{}”为必填项", "“{}” is required for a network customer", label)
            }
            Detail::NoRunToAppeal => say!(
                self,
                "“{}”填了 {} 家，但本文件不是由系统返回的结果文件，不知对哪次考核申诉，未予登记",
                "“{}” is filled in for {} dealers, but this workbook didn't come back from a run that is known: there is no assessment to appeal against, and nothing was lodged",
                label,
                issue.count
            ),
            Detail::AppealsClosed(last_day) => say!(
                self,
                "“{}”有 {} 家未予登记：申诉已于 {} 截止",
                "“{}”: {} appeals were not lodged, since {} was the last day for them",
                label,
                issue.count,
                last_day
            ),
            Detail::PastGrade { period, grade } => {
                let was = field.and_then(|f| f.categories.get(usize::from(*grade)));
                let was = was.map_or("", |category| self.lang.pick(&category.label, &category.value));
                say!(
                    self,
                    "“{}”为“{}”，与 {} 年度考核结果“{}”不一致，以表中为准",
                    "“{}” is “{}”, but the result of {} says “{}”; the sheet counts",
                    label,
                    value,
                    period,
                    was
                )
            }
            Detail::PastTonnes { period, tonnes } => say!(
                self,
                "“{}” {} 与 {} 年度考核结果 {} 不一致，以表中为准",
                "“{}” {} differs from the result of {}, {}; the sheet counts",
                label,
                value,
                period,
                tonnes
            ),
            Detail::Shipped(shipped) => say!(
                self,
                "“{}” {} 与发货流水合计 {} 不一致，以发货流水为准",
                "“{}” {} differs from the shipments, {}, which count",
                label,
                value,
                shipped
            ),
            Detail::NoScorecard => say!(
                self,
                "合作方式“{}”没有对应的考核表，不参加考核",
                "the channel mode “{}” has no scorecard; the dealer is not assessed",
                value
            ),
            Detail::NoCapital(capital) => say!(
                self,
                "库存占用＋应收占用＋预付款＋固定资产－应付款 ＝ {}，占用资金不大于 0，不计算投入产出比",
                "inventory + receivables + prepayments + fixed assets − payables = {}; without capital there is no ROI",
                capital
            ),
            Detail::AboveField(other, limit) => say!(
                self,
                "“{}” {} 大于“{}” {}",
                "“{}” {} is above “{}” {}",
                label,
                value,
                self.other(issue, *other),
                limit
            ),
            Detail::ZeroDespite(other) => say!(
                self,
                "“{}”为 0，而“{}”大于 0",
                "“{}” is 0 although “{}” is above 0",
                label,
                self.other(issue, *other)
            ),
            Detail::NegativeSales(sales) => say!(
                self,
                "期初库存＋本期进货－期末库存 ＝ {}，销量不能为负",
                "opening + purchased − closing = {}; sales can't be negative",
                sales
            ),
            Detail::WeightsSum(sum, wanted) => say!(
                self,
                "该方案的权重合计为 {}，应为 {}",
                "the weights of this option come to {} instead of {}",
                sum,
                wanted
            ),
            Detail::WeightsDiffer(factor) => say!(
                self,
                "该方案中“{}”的权重与其他方案不同",
                "the weight of “{}” differs from that of the other options",
                factor
            ),
            Detail::ThreadedComment => say!(
                self,
                "该单元格已有会话批注，说明未写入单元格，仅列于此",
                "a threaded comment stands on this cell; the note is listed here only"
            ),
            Detail::NotesDrawing => say!(
                self,
                "该工作表的批注绘图已损坏，无法再添加批注；有 {} 条说明未写入单元格，仅列于此",
                "the drawing of this sheet's notes is broken and takes no more; {} notes are listed here only",
                issue.count
            ),
            Detail::NoFreeColumn => say!(
                self,
                "该工作表右侧没有空列，结果列未写入；结果见“考核结果”",
                "there are no free columns on the right; the result columns are left out, the results stand on the added sheets"
            ),
            Detail::Layout(fault) => fault.message(self, issue),
            Detail::SignatureVoid => say!(
                self,
                "文件带有数字签名；写入批注后签名失效",
                "the file was signed; its signature is void now that it is annotated"
            ),
        }
    }

    /// How to mend it, where there is something definite to say.
    pub fn suggestion(&self, issue: &Issue) -> Option<String> {
        let field = self.field(issue.place.resource, issue.place.field);
        Some(match &issue.detail {
            Detail::UnknownCategory(Some(nearest)) => {
                let category = field?.categories.get(usize::from(*nearest))?;
                self.lang.pick(&category.label, &category.value).to_owned()
            }
            Detail::Stranger(_, Some(nearest)) => nearest.to_string(),
            Detail::ExtraLabel(Some(nearest)) => {
                let resource = self.resource(issue)?;
                resource.fields.get(usize::from(*nearest))?.label(self.lang).to_owned()
            }
            Detail::ExtraSheet(Some(nearest)) => nearest.to_string(),
            Detail::NoRunToAppeal => say!(
                self,
                "把申诉填在系统返回的结果文件中，再上传该文件",
                "fill it in in the annotated workbook that came back, and upload that"
            ),
            Detail::MonthWithoutYear => say!(
                self,
                "在封面填写考核年度，或把列名写成“2007年1月”",
                "enter the period on the cover, or write labels such as 2007-01"
            ),
            Detail::RepeatedMonth(_) => say!(
                self,
                "在月份上方加一行，分别注明“计划”和“实际”；同一月份同一种数只留一列",
                "add a row above the months that says which are planned and which actual; keep one column a month and kind"
            ),
            Detail::MonthLacks(_) => say!(
                self,
                "补上该月的这一列，没有提货填 0",
                "add this column for the month, with 0 where nothing was purchased"
            ),
            Detail::SpreadSheets(_, resource) => say!(
                self,
                "把各表的行合并到一张“{}”，加一列“月份”；或每家经销商一行，1月至12月横排",
                "put their rows together on one sheet “{}” with a column for the month, or lay it out with a dealer a row and the months across",
                self.title(*resource)
            ),
            Detail::Uncached => say!(
                self,
                "用 Excel 或 WPS 打开并保存一次，再上传",
                "open the file in Excel or WPS, save it, and upload it again"
            ),
            Detail::LostDigits => {
                say!(self, "把该列设为文本格式后重新录入编号", "format the column as text and enter the id again")
            }
            Detail::ErrorValue => say!(self, "改正公式或直接填写数值", "mend the formula or enter the value"),
            Detail::NoScorecard => {
                say!(self, "如应参加考核，请改正合作方式", "if the dealer is to be assessed, correct the channel mode")
            }
            Detail::NoCapital(_) => say!(
                self,
                "核对各项占用是否漏填，应付款是否偏大",
                "see whether an item that is tied up is missing, or the payables are too high"
            ),
            Detail::NeededByIncentive(_) if field.is_some_and(|f| f.name == "last_year_tonnes") => {
                say!(self, "上年没有销量的经销商填 0", "enter 0 for a dealer without sales last year")
            }
            Detail::MissingMonths { missing, joined } => self.missing_months(*missing, *joined),
            Detail::PeriodMismatch { period, year, guessed: true, .. } => say!(
                self,
                "在封面填写“考核年度” {}（或在请求中写 period={}）；确要考核 {} 年就填 {}",
                "enter the period {} on the cover (or ask for period={}); if {} is really to be assessed, enter {}",
                year,
                year,
                period,
                period
            ),
            Detail::PeriodMismatch { period, year, .. } => say!(
                self,
                "核对封面的“考核年度”（或请求中的 period）是否应为 {}；如无误，请换上 {} 年的数据",
                "see whether the cover's period (or the request's) should be {}; if it is right, put in the rows of {}",
                year,
                period
            ),
            Detail::Interim(_) => say!(
                self,
                "年度结束、数据补齐后重新上传；要结算阶段性结果，须由政策允许（[settlement] interim = \"allow\"）",
                "upload again when the year is over and whole; an interim run is settled only where the policy allows it ([settlement] interim = \"allow\")"
            ),
            Detail::NoPurchases(_) => say!(
                self,
                "核对是否漏填提货，或编号是否写错；已不合作的可从档案中删去",
                "see whether its purchases are missing or stand under another ID; a dealer that has left may be taken off the sheet"
            ),
            Detail::BoughtBeforeJoining(_) => {
                say!(
                    self,
                    "核对合作起始日期，或提货、发货的日期",
                    "see which is right, the day of joining or that of the purchase"
                )
            }
            Detail::RanksWithinFile(_) => say!(
                self,
                "把各区域的经销商放在同一个工作簿中上传；公司只有这一个区域的，不必处理",
                "upload the dealers of all regions in one workbook; where the company has no other region, leave it"
            ),
            Detail::UnlistedReceivables(_) => {
                say!(self, "在“信用额度”中补上该经销商一行", "add a row for the dealer to the credit sheet")
            }
            Detail::BeyondField(..) | Detail::OtherSign(..) => say!(
                self,
                "多付的另记预收款；红字发票的金额和回款都为负数",
                "book what was paid too much elsewhere; of a red invoice both amounts are negative"
            ),
            Detail::WeightsSum(..) => {
                say!(self, "调整权重使其合计为100", "change the weights so that they come to 100")
            }
            Detail::NothingFilledIn => say!(
                self,
                "在表头下方填写数据，并覆盖或删除示例行",
                "fill in rows below the header; overwrite or delete the example row"
            ),
            Detail::Layout(fault) => return fault.suggestion(self.lang).map(str::to_owned),
            Detail::NoKnownSheet => {
                let titles: Vec<&str> = self.schemas.resources.iter().map(|r| r.label(self.lang)).collect();
                say!(self, "把工作表命名为：{}", "name the sheets: {}", titles.join(self.lang.pick("、", ", ")))
            }
            _ => return None,
        })
    }

    /// The table that a foreign key of the issue's own table refers to.
    fn referred(&self, issue: &Issue, key: u16) -> Option<&'a Resource> {
        let key = self.resource(issue)?.foreign_keys.get(usize::from(key))?;
        self.schemas.index(&key.resource).map(|index| &self.schemas.resources[index])
    }

    /// A cell, a column or a sheet that only an incentive programme of the policy needs.
    fn needed_by_incentive(&self, issue: &Issue, label: &str, programme: u16) -> String {
        let incentive = self.policy.incentives.get(usize::from(programme));
        let title = incentive.map_or("", |i| i.title.pick(self.lang));
        match issue.code {
            Code::MissingSheet => say!(
                self,
                "缺少工作表“{}”，而激励项目“{}”需要它",
                "the sheet “{}” is missing, and the incentive “{}” needs it",
                self.title_of(issue),
                title
            ),
            Code::MissingLabel => say!(
                self,
                "缺少列“{}”，而激励项目“{}”需要它",
                "the column “{}” is missing, and the incentive “{}” needs it",
                label,
                title
            ),
            _ => say!(
                self,
                "“{}”为空，而激励项目“{}”需要它",
                "“{}” is empty, and the incentive “{}” needs it",
                label,
                title
            ),
        }
    }

    fn other(&self, issue: &Issue, field: u16) -> &'a str {
        self.field(issue.place.resource, Some(field)).map_or("", |f| f.label(self.lang))
    }

    fn title_of(&self, issue: &Issue) -> &'a str {
        self.resource(issue).map_or("", |r| r.label(self.lang))
    }

    fn title(&self, resource: u16) -> &'a str {
        self.schemas.resources.get(usize::from(resource)).map_or("", |r| r.label(self.lang))
    }

    fn key_labels(&self, issue: &Issue) -> String {
        let Some(resource) = self.resource(issue) else { return String::new() };
        let labels: Vec<&str> = resource.primary_key.iter().map(|f| resource.fields[*f].label(self.lang)).collect();
        labels.join(self.lang.pick("、", " and "))
    }
}

/// The values that a column takes; of a long list the first.
fn allowed(field: &Field, lang: Lang) -> String {
    const SHOWN_MAX: usize = 30;
    let listed = &field.constraints.more.one_of;
    let categories = field.categories.iter().map(|c| c.spelled(lang).to_owned());
    let mut shown: Vec<String> = categories.chain(listed.iter().map(|x| scalar(field, x))).take(SHOWN_MAX).collect();
    if field.categories.len() + listed.len() > SHOWN_MAX {
        shown.push("…".to_owned());
    }
    shown.join(lang.pick("、", ", "))
}

/// What a column takes, in words, for notes: a type or its categories.
pub fn expectation(field: &Field, lang: Lang) -> String {
    let more = &field.constraints.more;
    if !field.categories.is_empty() || !more.one_of.is_empty() {
        return allowed(field, lang);
    }
    let boolean;
    let kind = match field.type_ {
        FieldType::String => form(field.format, lang),
        FieldType::Number => lang.pick("数字", "a number"),
        FieldType::Integer => lang.pick("整数", "a whole number"),
        FieldType::Date => lang.pick("日期，如 2007-03-05", "a date such as 2007-03-05"),
        FieldType::Yearmonth => lang.pick("年月，如 2007-03", "a month such as 2007-03"),
        FieldType::Year => lang.pick("四位年份", "a year of four digits"),
        FieldType::Boolean => {
            let [yes, no] = [true, false].map(|value| field.spelled(value, lang));
            boolean = format!("{yes}{}{no}", lang.pick(" 或 ", " or "));
            &boolean
        }
    };
    let bound = |zh: &str, en: &str, x: Option<Decimal>| x.map(|x| format!("{} {x}", lang.pick(zh, en)));
    let bounds = [
        bound("不小于", "at least", field.constraints.minimum),
        bound("大于", "above", field.constraints.exclusive_minimum),
        bound("不大于", "at most", field.constraints.maximum),
        bound("小于", "below", more.exclusive_maximum),
    ];
    let mut words = vec![kind.to_owned()];
    words.extend(bounds.into_iter().flatten());
    words.extend(expected_days(field, lang));
    words.extend(expected_look(field, lang));
    words.join(lang.pick("，", ", "))
}

fn expected_days(field: &Field, lang: Lang) -> impl Iterator<Item = String> {
    let words = |bound: Bound, [(zh, en), (zh_not, en_not)]: [(&str, &str); 2]| {
        let words = if bound.exclusive { lang.pick(zh, en) } else { lang.pick(zh_not, en_not) };
        format!("{words} {}", day(Some(field), bound.date))
    };
    let more = &field.constraints.more;
    let earliest = more.earliest.map(|bound| words(bound, [("晚于", "after"), ("不早于", "not before")]));
    let latest = more.latest.map(|bound| words(bound, [("早于", "before"), ("不晚于", "not after")]));
    earliest.into_iter().chain(latest)
}

fn expected_look(field: &Field, lang: Lang) -> impl Iterator<Item = String> {
    let more = &field.constraints.more;
    let characters = |zh: &str, en: &str, count: u32| match lang {
        Lang::Zh => format!("{zh} {count} 个字符"),
        Lang::En => format!("{en} {count} characters"),
    };
    let least = more.min_length.map(|count| characters("至少", "at least", count));
    let most = more.max_length.map(|count| characters("最多", "at most", count));
    let pattern = more.pattern.as_ref().map(|p| format!("{} {}", lang.pick("格式", "like"), shortened(&p.text)));
    [least, most, pattern].into_iter().flatten()
}

/// What a text must be.
fn form(format: Format, lang: Lang) -> &'static str {
    match format {
        Format::Plain => lang.pick("文本", "text"),
        Format::Email => lang.pick("电子邮件地址", "an e-mail address"),
        Format::Uri => lang.pick("带协议的网址（URI）", "a URI with its scheme"),
        Format::Uuid => lang.pick("UUID", "a UUID"),
    }
}

/// A day as it stands in a column: of a month without the day.
fn day(field: Option<&Field>, date: Date) -> String {
    match field.map(|f| f.type_) {
        Some(FieldType::Yearmonth) => date.strftime("%Y-%m").to_string(),
        _ => date.to_string(),
    }
}

fn scalar(field: &Field, value: &Scalar) -> String {
    let parsed = match value {
        Scalar::Number(x) => Parsed::Number(*x),
        Scalar::Date(date) => Parsed::Date(*date),
        Scalar::Boolean(b) => Parsed::Boolean(*b),
    };
    parsed.spelled(field).into_owned()
}

/// A long value, cut for a message.
fn shortened(value: &str) -> String {
    const SHOWN_MAX: usize = 60;
    match value.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}
