//! What the calculations read: a dealer, its twelve months and its violations.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::money::{self, Money};
use crate::history::PastPeriod;
use crate::policy::{Joiners, Policy, VIOLATIONS};
use crate::schema::{Resource, Schemas};
use crate::validate::{Checked, Ledger, Table};
use dealerbook_base::exact::Exact;
use dealerbook_base::key::Key;

/// A row of the dealers sheet.
#[derive(Clone, Debug)]
pub struct Dealer<'s> {
    /// 经销商编号
    pub id: &'s str,
    /// 经销商名称
    pub name: &'s str,
    /// 区域
    pub region: Key,
    /// Its row in the sheet, from 0.
    pub row: u32,
    /// 合作方式, canonical.
    pub channel_mode: &'s str,
    /// The scorecard of the mode, by its index in the policy.
    pub card: Option<usize>,
    /// 是否网络客户
    pub network_customer: bool,
    /// 年度目标销量, tonnes
    pub target_tonnes: Decimal,
    /// 各品牌尿素总销量, tonnes
    pub total_urea_tonnes: Decimal,
    /// Counts by column, such as outlets.
    pub counts: Vec<(&'s str, Decimal)>,
    /// Categories by column, canonical.
    pub categories: Vec<(&'s str, &'s str)>,
    /// 上年评级, by its index in the policy.
    pub previous_grade: Option<usize>,
    /// 提供虚假资料
    pub falsified_documents: bool,
    /// 保证金, yuan
    pub deposit: Decimal,
    /// 上年销量, tonnes
    pub last_year_tonnes: Option<Decimal>,
    /// 合作起始日期
    pub joined_on: Option<Date>,
}

impl<'s> Dealer<'s> {
    /// The canonical category in a column.
    pub fn category(&self, column: &str) -> Option<&'s str> {
        self.categories.iter().find(|(c, _)| *c == column).map(|(_, value)| *value)
    }

    /// The count in a column.
    pub fn count(&self, column: &str) -> Option<Decimal> {
        self.counts.iter().find(|(c, _)| *c == column).map(|(_, count)| *count)
    }
}

impl Dealer<'_> {
    /// Fills what the sheet leaves empty of the year before.
    fn fill(&mut self, past: Option<&PastPeriod>, policy: &Policy) {
        let Some(past) = past.and_then(|past| past.dealer(self.id)) else { return };
        self.previous_grade = self.previous_grade.or_else(|| policy.grade(past.grade.as_deref()?));
        self.last_year_tonnes = self.last_year_tonnes.or(past.tonnes);
    }
}

/// One month of a dealer.
#[derive(Clone, Debug)]
pub struct Month {
    /// 实际提货量, tonnes
    pub actual: Exact,
    /// 计划提货量, tonnes
    pub planned: Option<Decimal>,
    /// 我方原因
    pub supplier_fault: bool,
}

/// How many confirmed violations of the period a dealer has, and where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations {
    /// 价格违规
    pub price: u32,
    /// 推广服务不配合
    pub promotion: u32,
    /// 跨区销售
    pub cross_region: u32,
    /// The rows of those that stand in a sheet, from 0, each with its kind's place in [`VIOLATIONS`].
    rows: Vec<(u8, u32)>,
}

impl Violations {
    /// So many of each kind, without a sheet in which they stand.
    pub fn counted(price: u32, promotion: u32, cross_region: u32) -> Self {
        Self { price, promotion, cross_region, rows: Vec::new() }
    }

    /// Of one kind.
    pub fn of(&self, kind: &str) -> u32 {
        match kind {
            "price" => self.price,
            "promotion" => self.promotion,
            "cross_region" => self.cross_region,
            _ => 0,
        }
    }

    /// Adds some of a kind.
    pub fn add(&mut self, kind: &str, more: u32) {
        match kind {
            "price" => self.price += more,
            "promotion" => self.promotion += more,
            "cross_region" => self.cross_region += more,
            _ => {}
        }
    }

    /// Adds the one that stands in a row of the sheet, from 0.
    #[expect(clippy::cast_possible_truncation, reason = "there are seven categories at most")]
    pub fn add_row(&mut self, kind: &str, row: u32) {
        self.add(kind, 1);
        if let Some(place) = VIOLATIONS.iter().position(|own| *own == kind) {
            self.rows.push((place as u8, row));
        }
    }

    /// The rows of a kind as Excel shows them, in the sheet's order.
    pub fn rows_of(&self, kind: &str) -> Vec<u32> {
        let is_own = |place: u8| VIOLATIONS.get(usize::from(place)) == Some(&kind);
        self.rows.iter().filter(|(place, _)| is_own(*place)).map(|(_, row)| row + 1).collect()
    }
}

/// A dealer and its year.
#[derive(Clone, Debug)]
pub struct DealerYear<'s> {
    /// The dealer.
    pub dealer: Dealer<'s>,
    /// January to December; `None` once they are not needed any more.
    pub months: Option<Box<[Month; 12]>>,
    /// The sum of the actual tonnes.
    pub volume: Exact,
    /// Confirmed violations of the period.
    pub violations: Violations,
    /// What the ledgers say in yuan; `None` where there is none that a programme reads.
    pub money: Option<Box<Money>>,
    /// Looked at from within the year: none of the months to come is planned.
    pub goes_without_plan: bool,
    /// The first month that counts for target and evenness, from 0: that of joining, where the policy prorates it.
    pub first_month: usize,
}

/// So many months has a year.
const MONTHS: usize = 12;

impl<'s> DealerYear<'s> {
    /// Adds up the year.
    pub fn new(dealer: Dealer<'s>, months: [Month; 12], violations: Violations) -> Self {
        let volume = months.iter().map(|month| &month.actual).sum();
        Self {
            dealer,
            months: Some(Box::new(months)),
            volume,
            violations,
            money: None,
            goes_without_plan: false,
            first_month: 0,
        }
    }

    /// How many months count for target and evenness.
    pub fn months_counted(&self) -> usize {
        MONTHS - self.first_month
    }

    /// The target of the months that count, in tonnes.
    pub fn target(&self) -> Exact {
        let year = Exact::from(self.dealer.target_tonnes);
        if self.first_month == 0 {
            return year;
        }
        let months = &year * &Exact::whole(self.months_counted() as i64);
        months.checked_div(&Exact::whole(MONTHS as i64)).unwrap_or(months)
    }

    /// The amount of the shipments, in yuan.
    pub fn amount(&self) -> Exact {
        self.money.as_ref().map_or(Exact::ZERO, |money| money.amount.clone())
    }

    /// What was collected within the term, in yuan.
    pub fn collected(&self) -> Exact {
        self.money.as_ref().map_or(Exact::ZERO, |money| money.collected.clone())
    }
}

/// What the calculations need of the sheets beside the dealers', by row of the dealers sheet: all that must be kept of them.
#[derive(Debug)]
pub struct Gathered {
    ledger: Ledger,
    violations: Vec<Violations>,
    money: Vec<Money>,
    left_out: Vec<bool>,
}

/// Takes out of a checked workbook what the calculations need, so that its long tables can go. `None` without dealers or months. Violations
/// and money count up to the end of the month `through`.
pub fn gather(checked: &mut Checked, schemas: &Schemas, through: i8) -> Option<Gathered> {
    let ledger = checked.ledger.take()?;
    let table = checked.table(schemas, "dealers")?;
    let violations = violations(checked, schemas, table.len(), through);
    let money = money::gather(checked, schemas, table.len(), through);
    let left_out = left_out(checked, schemas, table, &ledger);
    Some(Gathered { ledger, violations, money, left_out })
}

/// The dealers of a checked workbook, in the sheet's order, without those that have a faulty row. What the sheet leaves empty of the year
/// before, `past` says.
pub fn dealer_years<'s>(
    gathered: &Gathered,
    checked: &'s Checked,
    schemas: &'s Schemas,
    policy: &'s Policy,
    past: Option<&PastPeriod>,
) -> Vec<DealerYear<'s>> {
    let Some(table) = checked.table(schemas, "dealers") else { return Vec::new() };
    let resource = &schemas.resources[table.resource];
    let Gathered { ledger, violations, money, left_out } = gathered;
    let columns = Columns::new(resource);
    let mut years = Vec::with_capacity(table.len());
    years.extend((0..table.len()).filter(|row| !left_out[*row]).filter_map(|row| {
        let mut dealer = columns.dealer(resource, table, row, policy)?;
        dealer.fill(past, policy);
        let months = std::array::from_fn(|m| Month {
            actual: ledger.actual(row, m),
            planned: ledger.planned(row, m),
            supplier_fault: ledger.supplier_fault(row, m),
        });
        Some(DealerYear {
            first_month: first_month(&dealer, checked.period, policy),
            money: money.get(row).cloned().map(Box::new),
            ..DealerYear::new(dealer, months, violations[row].clone())
        })
    }));
    years
}

/// The first month that counts of a dealer, from 0.
fn first_month(dealer: &Dealer<'_>, period: Option<i16>, policy: &Policy) -> usize {
    let joined = dealer.joined_on.filter(|day| policy.joiners == Joiners::Prorated && Some(day.year()) == period);
    joined.map_or(0, |day| usize::from(day.month().unsigned_abs()) - 1)
}

/// A dealer with any faulty row, in any sheet, is left out whole; so are both rows of an id that stands twice.
fn left_out(checked: &Checked, schemas: &Schemas, dealers: &Table, ledger: &Ledger) -> Vec<bool> {
    let mut out: Vec<bool> =
        dealers.faulty.iter().zip(&ledger.broken).map(|(faulty, broken)| *faulty || *broken).collect();
    for table in checked.tables.iter().flatten() {
        for (row, dealer) in Ledger::dealers_of(schemas, &checked.tables, table) {
            out[dealer] |= table.faulty[row];
        }
    }
    out
}

/// The confirmed violations of the period, by row of the dealers sheet.
fn violations(checked: &Checked, schemas: &Schemas, dealers: usize, through: i8) -> Vec<Violations> {
    let mut counts = vec![Violations::default(); dealers];
    let Some(table) = checked.table(schemas, "violations") else { return counts };
    let resource = &schemas.resources[table.resource];
    let (Some(kind), Some(confirmed)) = (resource.field("kind"), resource.field("confirmed")) else { return counts };
    for (row, dealer) in Ledger::dealers_of(schemas, &checked.tables, table) {
        let is_later =
            resource.field("date").and_then(|day| table.column(day).date(row)).is_some_and(|day| day.month() > through);
        let counts_for_it = !is_later
            && !table.faulty[row]
            && !table.outside[row]
            && table.column(confirmed).boolean(row) != Some(false);
        if let Some(category) = table.column(kind).category(row).filter(|_| counts_for_it) {
            counts[dealer].add_row(&resource.fields[kind].categories[category].value, table.rows[row]);
        }
    }
    counts
}

/// The columns of the dealers sheet by what they mean.
struct Columns {
    id: usize,
    name: usize,
    region: usize,
    mode: usize,
    network: usize,
    target: usize,
    total_urea: usize,
    previous_grade: usize,
    falsified: usize,
    deposit: usize,
    last_year: usize,
    joined: usize,
}

impl Columns {
    fn new(resource: &Resource) -> Self {
        let field = |name| resource.field(name).unwrap_or_default();
        Self {
            id: field("dealer_id"),
            name: field("name"),
            region: field("region"),
            mode: field("channel_mode"),
            network: field("network_customer"),
            target: field("target_tonnes"),
            total_urea: field("total_urea_tonnes"),
            previous_grade: field("previous_grade"),
            falsified: field("falsified_documents"),
            deposit: field("deposit"),
            last_year: field("last_year_tonnes"),
            joined: field("joined_on"),
        }
    }

    fn dealer<'s>(
        &self,
        resource: &'s Resource,
        table: &'s Table,
        row: usize,
        policy: &'s Policy,
    ) -> Option<Dealer<'s>> {
        let value = |field: usize| {
            table.column(field).category(row).map(|c| resource.fields[field].categories[c].value.as_str())
        };
        let channel_mode = value(self.mode)?;
        let fields = || resource.fields.iter().enumerate();
        Some(Dealer {
            id: table.column(self.id).text(row)?,
            name: table.column(self.name).text(row).unwrap_or_default(),
            region: table.column(self.region).key(row).unwrap_or_default().clone(),
            row: table.rows[row],
            channel_mode,
            card: policy.card_of(channel_mode),
            network_customer: table.column(self.network).boolean(row)?,
            target_tonnes: table.column(self.target).number(row)?,
            total_urea_tonnes: table.column(self.total_urea).number(row)?,
            counts: fields()
                .filter(|(_, f)| f.type_ == crate::schema::FieldType::Integer)
                .filter_map(|(n, f)| Some((f.name.as_str(), table.column(n).number(row)?)))
                .collect(),
            categories: fields()
                .filter(|(_, f)| !f.categories.is_empty())
                .filter_map(|(n, f)| Some((f.name.as_str(), value(n)?)))
                .collect(),
            previous_grade: value(self.previous_grade).and_then(|grade| policy.grade(grade)),
            falsified_documents: table.column(self.falsified).boolean(row).unwrap_or(false),
            deposit: table.column(self.deposit).number(row).unwrap_or_default(),
            last_year_tonnes: table.column(self.last_year).number(row),
            joined_on: table.column(self.joined).date(row),
        })
    }
}
