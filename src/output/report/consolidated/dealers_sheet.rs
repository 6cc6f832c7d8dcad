//! 经销商汇总 / All dealers: every dealer of every file, in the files' order or, where they are ranked, the best first.

use rust_decimal::Decimal;
use rust_xlsxwriter::Workbook;

use super::ConsolidatedError;
use super::gather::{Dealer, Gathered};
use super::ranking::Placed;
use super::read::Run;
use super::spool::Row;
use super::table::{Cell, Table, Top, dress};
use super::words::{self, Terms};
use crate::report::layout::{BODY_ROW, Group, Look, Total};
use crate::report::small_sheet::prefix;
use dealerbook_base::narrow::{u16_of, u32_of};
use dealerbook_engine::sheet::columns::Columns;
use dealerbook_engine::sheet::value::Value;
use dealerbook_engine::workbook::column_name;

/// The sheet, known before it is drawn to those that refer to it.
pub(super) struct DealersSheet {
    title: &'static str,
    table: Table,
    fields: Vec<Field>,
    rows: usize,
}

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    ByScore,
    Id,
    Name,
    FileNumber,
    Filename,
    Score,
    Grade,
    Paid,
    Volume,
    Rank,
    ByVolume,
    Mode,
    Card,
    Period,
    Policy,
    /// A programme, by its number.
    Programme(usize),
    Deposit,
    Note,
}

impl DealersSheet {
    /// Chooses the columns: those of every programme that pays anybody.
    pub(super) fn new(gathered: &Gathered, terms: Terms<'_>) -> DealersSheet {
        let mut chosen = Chosen { columns: Columns::default(), fields: Vec::new(), terms };
        chosen.who_and_what();
        for (n, number) in gathered.programmes.shown(Some(terms.words.policy)).into_iter().enumerate() {
            let group = if n.is_multiple_of(2) { Group::Basis } else { Group::OtherBasis };
            let name = terms.programme(&gathered.programmes.0[number].0);
            let label = format!("{name}\n{}", terms.pick("金额（元）", "amount (yuan)"));
            chosen.add(Field::Programme(number), &label, (16.0, Look::Money, group));
        }
        if gathered.files.iter().any(|file| !file.deposits.is_zero()) {
            let label = terms.pick("没收保证金（元）", "Forfeited deposit (yuan)");
            chosen.add(Field::Deposit, label, (15.0, Look::Money, Group::Result));
        }
        if !gathered.repeated.is_empty() {
            chosen.add(Field::Note, terms.pick("备注", "Note"), (24.0, Look::Text, Group::Identity));
        }
        DealersSheet {
            title: terms.pick("经销商汇总", "All dealers"),
            table: Table::new(chosen.columns),
            fields: chosen.fields,
            rows: gathered.dealers.len(),
        }
    }

    /// The cells of a column, as the formulas of other sheets write them.
    fn cells(&self, field: Field) -> String {
        let letter = column_name(self.at(field));
        let last = BODY_ROW as usize + self.rows.max(1);
        format!("{}${letter}${}:${letter}${last}", prefix(self.title), BODY_ROW + 1)
    }

    pub(super) fn file_numbers(&self) -> String {
        self.cells(Field::FileNumber)
    }

    pub(super) fn scores(&self) -> String {
        self.cells(Field::Score)
    }

    pub(super) fn grades(&self) -> String {
        self.cells(Field::Grade)
    }

    pub(super) fn volumes(&self) -> String {
        self.cells(Field::Volume)
    }

    pub(super) fn paid(&self) -> String {
        self.cells(Field::Paid)
    }

    fn at(&self, field: Field) -> u16 {
        u16_of(self.fields.iter().position(|known| *known == field).unwrap_or_default())
    }

    /// Draws the sheet, its rows in this order.
    pub(super) fn draw(
        &self,
        book: &mut Workbook,
        gathered: &mut Gathered,
        order: &[Placed],
        terms: Terms<'_>,
    ) -> Result<(), ConsolidatedError> {
        let sheet = book.add_worksheet_with_constant_memory()?.set_name(self.title)?;
        let heading = if terms.rank_all {
            terms.pick(
                "全部文件经销商排名（得分、评级和激励仍按各自文件内的名次计算）",
                "Dealers of all files, ranked (points, grades and money are those of the ranks within each file)",
            )
        } else {
            terms.pick("全部文件经销商", "Dealers of all files")
        };
        let top = Top {
            heading,
            totals: self.totals(gathered, terms),
            colours: self.colours(terms),
            frozen: if terms.rank_all { 3 } else { 2 },
        };
        dress(&self.table, sheet, self.rows, top, gathered, terms)?;
        for (n, placed) in order.iter().enumerate() {
            let dealer = gathered.dealers[placed.dealer];
            let row = gathered.spool.get(dealer.place)?;
            let line = Line { row: &row, dealer, placed: *placed, gathered, terms };
            let cells: Vec<Cell<'_>> = self.fields.iter().map(|field| self.cell(*field, &line, n)).collect();
            self.table.write(sheet, n, false, &cells)?;
        }
        Ok(())
    }

    fn cell<'l>(&self, field: Field, line: &Line<'l>, n: usize) -> Cell<'l> {
        let value = line.value(field);
        match (field, line.row.paid) {
            (Field::Paid, Some(paid)) if line.row.lines.iter().map(|(_, amount)| *amount).sum::<Decimal>() == paid => {
                self.sum_of_programmes(BODY_ROW + u32_of(n) + 1)
                    .map_or(value.clone().into(), |sum| Cell::live(value, sum))
            }
            _ => value.into(),
        }
    }

    /// What a dealer is paid, from its programmes' amounts; none where no programme pays anybody.
    fn sum_of_programmes(&self, row: u32) -> Option<String> {
        let is_programme = |field: &Field| matches!(field, Field::Programme(_));
        let (first, last) = (self.fields.iter().position(is_programme)?, self.fields.iter().rposition(is_programme)?);
        Some(format!("ROUND(SUM({}{row}:{}{row}),2)", column_name(u16_of(first)), column_name(u16_of(last))))
    }

    fn totals(&self, gathered: &Gathered, terms: Terms<'_>) -> Vec<Total> {
        if self.rows == 0 {
            return Vec::new();
        }
        let range = |field: Field| {
            let letter = column_name(self.at(field));
            format!("{letter}{}:{letter}{}", BODY_ROW + 1, BODY_ROW as usize + self.rows)
        };
        let money = |field: Field, sum: Decimal| {
            Total::new(self.at(field), format!("ROUND(SUM({}),2)", range(field)), sum.to_string())
        };
        let files = &gathered.files;
        let volume: Decimal = files.iter().map(|file| file.volume).sum();
        let mut totals = vec![
            Total::count(self.at(Field::Id), &range(Field::Id), u32_of(self.rows), terms.lang()),
            Total::new(
                self.at(Field::Volume),
                format!("SUM({})", range(Field::Volume)),
                volume.normalize().to_string(),
            ),
            money(Field::Paid, files.iter().filter_map(|file| file.paid).sum()),
        ];
        if !terms.rank_all {
            // The first column says what the row is.
            totals.remove(0);
        }
        for field in &self.fields {
            match field {
                Field::Programme(number) => totals.push(money(*field, gathered.programmes.0[*number].1)),
                Field::Deposit => totals.push(money(*field, files.iter().map(|file| file.deposits).sum())),
                _ => {}
            }
        }
        totals
    }

    fn colours(&self, terms: Terms<'_>) -> Vec<(u16, String, u32)> {
        let grade = |(id, fill): (&str, u32)| (self.at(Field::Grade), terms.grade(id).to_owned(), fill);
        dealerbook_engine::sheet::GRADE_FILLS.into_iter().map(grade).collect()
    }
}

/// Columns being chosen.
struct Chosen<'a> {
    columns: Columns,
    fields: Vec<Field>,
    terms: Terms<'a>,
}

impl Chosen<'_> {
    fn add(&mut self, field: Field, label: &str, (width, look, group): (f64, Look, Group)) {
        self.columns.add(self.fields.len().to_string(), label, width, look, group);
        self.fields.push(field);
    }

    fn who_and_what(&mut self) {
        use Group::{Identity, Result};
        let ranked = self.terms.rank_all;
        let mut add =
            |field, zh, en, width, look, group| self.add(field, self.terms.pick(zh, en), (width, look, group));
        if ranked {
            add(Field::ByScore, "总排名（得分）", "Rank by total", 12.0, Look::Count, Result);
        }
        add(Field::Id, "经销商编号", "Dealer ID", 12.0, Look::Text, Identity);
        add(Field::Name, "经销商名称", "Name", 26.0, Look::Text, Identity);
        add(Field::FileNumber, "文件序号", "File no.", 8.0, Look::Count, Identity);
        add(Field::Filename, "文件", "File", 28.0, Look::Text, Identity);
        add(Field::Score, "考核得分", "Total", 11.0, Look::Points, Result);
        add(Field::Grade, "评级", "Grade", 13.0, Look::Centre, Result);
        add(Field::Paid, "激励合计（元）", "Incentives (yuan)", 17.0, Look::Money, Result);
        add(Field::Volume, "年销量（吨）", "Annual tonnes", 13.0, Look::Tonnes, Identity);
        add(
            Field::Rank,
            "文件内销量排名（同表）",
            "Rank by tonnes on the card, in its file",
            13.0,
            Look::Count,
            Result,
        );
        if ranked {
            add(
                Field::ByVolume,
                "总销量排名（同表）",
                "Rank by tonnes on the card, all files",
                13.0,
                Look::Count,
                Result,
            );
        }
        add(Field::Mode, "合作方式", "Channel mode", 20.0, Look::Text, Identity);
        add(Field::Card, "考核表", "Scorecard", 20.0, Look::Text, Identity);
        add(Field::Period, "考核年度", "Period", 9.0, Look::Count, Identity);
        add(Field::Policy, "政策", "Policy", 16.0, Look::Text, Identity);
    }
}

/// A dealer while its row is written.
struct Line<'l> {
    row: &'l Row,
    dealer: Dealer,
    placed: Placed,
    gathered: &'l Gathered,
    terms: Terms<'l>,
}

impl<'l> Line<'l> {
    fn value(&self, field: Field) -> Value<'l> {
        let (row, terms) = (self.row, self.terms);
        let file = &self.gathered.files[self.dealer.file as usize];
        let run = || file.run.as_ref();
        match field {
            Field::ByScore => self.placed.by_score.into(),
            Field::ByVolume => self.placed.by_volume.into(),
            Field::Id => row.id.as_str().into(),
            Field::Name => row.name.as_str().into(),
            Field::FileNumber => (self.dealer.file + 1).into(),
            Field::Filename => file.filename.as_str().into(),
            Field::Score => row.score.into(),
            Field::Grade => row.grade.as_deref().map(|grade| terms.grade(grade)).into(),
            Field::Paid => row.paid.into(),
            Field::Volume => row.volume.into(),
            Field::Rank => row.rank.into(),
            Field::Mode => Value::Text(terms.mode(&row.mode)),
            Field::Card => row.card.as_deref().map(|card| terms.card(card)).into(),
            Field::Period => run().and_then(|run| run.period).map(Decimal::from).into(),
            Field::Policy => run().and_then(policy_of).into(),
            Field::Programme(number) => {
                let of_programme = row.lines.iter().filter(|(programme, _)| *programme == number);
                // A programme may pay in several lines, a tier each.
                of_programme.map(|(_, amount)| *amount).reduce(|sum, amount| sum + amount).into()
            }
            Field::Deposit => row.deposit.into(),
            Field::Note => self.elsewhere().into(),
        }
    }

    /// The other files in which the dealer stands.
    fn elsewhere(&self) -> Option<String> {
        let files = self.gathered.repeated.get(&(self.dealer.group, self.row.id.clone()))?;
        let others: Vec<String> =
            files.iter().filter(|file| **file != self.dealer.file).map(|file| (file + 1).to_string()).collect();
        let others = others.join(self.terms.pick("、", ", "));
        Some(format!("{}{others}", self.terms.pick("也在文件 ", "also in file ")))
    }
}

fn policy_of(run: &Run) -> Option<String> {
    run.policy.as_ref().map(words::policy)
}
