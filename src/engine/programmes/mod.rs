//! The calculations: typed tables and a policy in, results out. Each programme stands in a folder of its own.
//!
//! A programme never sees a cell, a file or a request. `mod.rs` in its folder has its inputs, its calculation and its results, `policy.rs` its
//! section of a policy, `sheet.rs` how it is shown. Everything else goes by the one list below, [`NAMES`] and [`Outcomes`]: the JSON, its schema
//! and documentation, the added sheets, the overview, dealer cards, pages, help, the policy as a workbook, the command line, tests.
//!
//! # Adding a programme
//!
//! The assessment and the incentives have ways of their own, made for 10,000 dealers. Every other programme goes one way; `channel_options` is
//! the one to copy, `stock` where it has figures in the policy. For one called `x`:
//!
//! 1. **Sheet**: `schemas/tables/x.json`; in `schemas/datapackage.json` its entry under `resources`, and under `programmes`, in the
//!    contract's order, which sheets it `needs` and `uses`. Templates, help and checks follow from these.
//! 2. **Figures and names**: `[x]` in `schemas/policies/handbook.toml`, and `policy.rs` with `XRules` (`deny_unknown_fields`) and `impl
//!    Section for XRules`: its `NOTES` say what each figure means, its `faults` say in sentences what can't be. A policy that leaves a
//!    section out has the handbook's. `XRules::of(policy)` gets it. A programme without any figure or name of its own needs no section.
//! 3. **Calculation**: `mod.rs`. Its `//!` is the programme's page of documentation: a title, “Handbook n.”, the sheet,
//!    `## Rules`, what the added sheet says beyond the results, `## Example`. Then `pub struct X`, its inputs (owned: the tables go
//!    before anything is written), its results in the contract's shape, and `impl Programme for X`:
//!    - `SECTION`, where it has one: `Some(SectionKind::of::<XRules>())`.
//!    - `inputs(sheets, policy)` reads `sheets.rows("x")`, which leaves out faulty rows, all rows of dealers with a faulty row
//!      anywhere, and other periods' (`rows_of_all_periods` keeps those; `rows_of_sound` leaves out groups with a faulty row). `Row`
//!      gives `text`, `category` (canonical), `number`, `number_if_any`, `exact`, `date`, `yes`, with the schema's defaults. `sheets`
//!      also gives `period`, `as_of`, whether it `has` a sheet, and name and region of a `dealer`.
//!    - `calculate(inputs, policy)` is pure: `Exact` up to the result, which is rounded once into a `Figure` (`money` 2 places, `ratio`
//!      4, `plain` as it adds up, `round(_, n)`). Results derive `Serialize` and `JsonSchema` (`#[schemars(rename = …)]`: names are
//!      unique over all programmes); nulls are `Option`s that are never skipped; what only the added sheet wants is `#[serde(skip)]`.
//!    - Tests beside it: the bounds of each rule, and what would change a result.
//! 4. **Added sheet**: `sheet.rs` with `impl Presentation for X`. `sheet` pairs inputs and results, sorts by what matters first, then describes
//!    ([`crate::sheet::Describe`]): `column(key, label, (width, Look, Group), value)` from left to right (who, what came out, why in words, what
//!    would change it, then what it derives from), each followed where it applies by
//!    - `live(formula)`: `[key]` is that column's cell in the row, `[key:]` its cells in all rows, `[key!]` their total, `[key;]` its cells
//!      in a block below the table (`look_up_in_block`). Whatever Excel can say is live, and nothing leans on where a row stands: users
//!      sort. Ties and running figures go by `[seq:]`, look-ups by key ([`crate::sheet::Ids`]).
//!    - `rounded(places, exact)` wherever the formula rounds: gives the unrounded figure, so that half units are known and listed on
//!      计算说明 together with all that refers to them;
//!    - `summed()`: a total above the table, which follows its filter, and in subtotals, which don't.
//!    - `quotient_at(key, dividend, divisor)`, once those columns are there: its totals are quotients of the sums of two others, such
//!      as a return or a turnover.
//!
//!    Then `counted(where, of, unit)`, `total`, `coloured` (text and fill; `GOOD`, `FAIR`, `POOR`), `muted`,
//!    `subtotals("region")` and `below` (rows below the table; last, when all columns are there), `rule` (the rules in force with their
//!    figures, for 计算说明), `chart` (`Chart`: bars, stacked, columns, scatter), `finish`. Cells that feed a formula hold
//!    unrounded figures (`Value::from(&exact)`); texts of people go in as they are, the sink never writes them as formulas.
//!    `words.category_of`, `money` and `percent` help with sentences; many of them stand in a `words.rs`.
//!
//!    For the overview: `key_figure(label, formula, value, format)`, its formula over `[key:]` and `[key!]`, and `attention((id, name),
//!    reason, words)` for each dealer that needs it; a new reason is a variant of `policy::Attention` with its weight under
//!    `[overview.weights]`. The dealer card takes the columns of the groups Result and OtherBasis by itself, where the sheet's `id` is
//!    经销商编号, and from the JSON what has a `dealer_id`.
//!
//!    For pages: `origin_row(row)` with `Row::place()` kept in the inputs where a row of the user's sheet makes one of the result (then also
//!    `ROW_BY_ROW`), and `reads` for each column without a formula whose key is not the name of the column that it reads.
//!
//!    A report on the same results (`stock/report.rs`) is another sheet with a key of its own, which `reports` returns.
//! 5. **Registry**: below, `pub mod x;` and one line in `programmes! { … }`.
//! 6. **Sample**: `workbooks/programmes/x.py` with `books()` (rows at every bound of the rules), `expected(sheets, as_of)`
//!    (`results.x`, from the handbook alone, in Fractions), `LIVE` (an input on the added sheet and a result that must follow) and `FAULTS`
//!    (workbooks with one kind of fault each). `make_programmes.py --only x` writes `workbooks/accepted/x-small.xlsx` and what is expected of
//!    it, `make_faults.py` those under `workbooks/rejected`, and `make_programmes.py --check` holds the calculation itself against the
//!    contract's examples. `goldens.rs` and `tests/sheets/check.sh` find the workbooks by their folder.
//! 7. **Guide**: the sheet and its results in `workbook.md` of both languages.

pub mod accounts;
pub mod applicants;
pub mod assessment;
pub mod attainment;
pub mod channel_options;
pub mod channels;
pub mod credit;
pub mod figure;
pub mod horizon;
pub mod incentives;
mod inputs;
pub mod maintenance;
mod money;
pub mod monthly;
pub mod plans;
pub mod registry;
pub mod review;
pub mod roi;
pub mod sheets;
pub mod stock;
pub mod year_month;

pub use assessment::{Change, Lift};
pub use horizon::{Horizon, Rest};
pub use inputs::{Dealer, DealerYear, Gathered, Month, Violations, dealer_years, gather};
pub use money::Money;
pub use registry::{Outcome, Presentation, Programme};

// One line a programme. The order of the lines is the contract's, and that of results and sheets.
registry::programmes! {
    /// 新经销商评级 (handbook 4)
    applicants: applicants::Applicants,
    /// 信用额度 (handbook 5)
    credit: credit::Credit,
    /// 1.5倍库存原则 (handbook 6)
    stock: stock::Stock,
    /// 投入产出 (handbook 7)
    roi: roi::Roi,
    /// 生意回顾 (handbook 7)
    review: review::Review,
    /// 联合生意计划 (handbook 8)
    plans: plans::Plans,
    /// 客户分类 (handbook 9)
    accounts: accounts::Accounts,
    /// 渠道盘点 (handbook 10)
    channels: channels::Channels,
    /// 渠道方案 (handbook 11)
    channel_options: channel_options::ChannelOptions,
    /// 渠道维护与预警 (handbook 12)
    maintenance: maintenance::Maintenance,
}
