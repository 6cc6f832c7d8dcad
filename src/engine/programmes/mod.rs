//! The calculations: typed tables and a policy in, results out.
//!
//! A programme never sees a cell, a file or a request. Each has its own file: its inputs, its calculation, its results.
//!
//! # Adding a programme
//!
//! The assessment and the incentives have ways of their own, made for 10,000 dealers. Every other programme goes one way; for one called
//! `x`:
//!
//! 1. **Sheet**: `schemas/tables/x.json`, its entry under `resources` in `schemas/datapackage.json` and the table in
//!    `schema/embedded.rs`; under `programmes` there which sheets it `needs` and `uses`; its name in `pipeline::PROGRAMMES`, in the
//!    contract's order.
//! 2. **Figures and names**: `[x]` in `schemas/policies/handbook.toml`; `policy/x.rs` with `XRules` (`deny_unknown_fields`) and `impl
//!    Section for XRules`, whose `faults` say in sentences what can't be; in `policy/mod.rs` its `mod`, its field (`#[serde(default =
//!    "section::shipped")]`); a line in `sections!` in `policy/section.rs`. A policy that leaves a section out has the handbook's. A
//!    programme without any figure or name of its own needs no section.
//! 3. **Calculation**: `programmes/x.rs`. Its `//!` is the programme's page of documentation: a title, “Handbook n.”, the sheet,
//!    `## Rules`, what the added sheet says beyond the results, `## Example`. Then `pub struct X`, its inputs (owned: the tables go
//!    before anything is written), its results in the contract's shape, and `impl Programme for X`:
//!    - `inputs(sheets, policy)` reads `sheets.rows("x")`, which leaves out faulty rows, all rows of dealers with a faulty row
//!      anywhere, and other periods' (`rows_of_all_periods` keeps those; `rows_of_sound` leaves out groups with a faulty row). `Row`
//!      gives `text`, `category` (canonical), `number`, `number_if_any`, `exact`, `date`, `yes`, with the schema's defaults. `sheets`
//!      also tells `period`, `as_of`, whether it `has` a sheet, and name and region of a `dealer`.
//!    - `calculate(inputs, policy)` is pure: `Exact` up to the result, which is rounded once into a `Figure` (`money` 2 places, `ratio`
//!      4, `plain` as it adds up, `round(_, n)`). Results derive `Serialize` and `JsonSchema` (`#[schemars(rename = …)]`: names are
//!      unique over all programmes); nulls are `Option`s that are never skipped; what only the added sheet wants is `#[serde(skip)]`.
//!    - Tests beside it: the bounds of each rule, and what would change a result.
//!
//!    Register: `pub mod x;` in `programmes/mod.rs` and one line in `programmes! { … }` in `programmes/registry.rs`. The JSON, its schema
//!    and the documentation follow from that.
//! 4. **Added sheet**: `report/x_sheet.rs` with `pub fn sheet<'a>(outcome: &'a Outcome<X>, words: Words<'a>) -> Sheet<'a>`. Pair
//!    inputs and results, sort by what matters first, then describe (`programme_sheet::Describe`): `column(key, label, (width, Look,
//!    Group), value)` from left to right (who, what came out, why in words, what would change it, then what it comes of), each followed
//!    where it applies by
//!    - `live(formula)`: `[key]` is that column's cell in the row, `[key:]` its cells in all rows, `[key!]` their total, `[key;]` its cells
//!      in a block below the table (`look_up_in_block`). Whatever Excel can say is live, and nothing leans on where a row stands: users
//!      sort. Ties and running figures go by `[seq:]`, look-ups by key (`list::Ids`).
//!    - `rounded(places, exact)` wherever the formula rounds: gives the unrounded figure, so that half units are known and listed on
//!      计算说明 together with all that refers to them;
//!    - `summed()`: a total above the table, which follows its filter, and in subtotals, which don't.
//!    - `quotient_at(key, dividend, divisor)`, once those columns are there: its totals are quotients of the sums of two others, such
//!      as a return or a turnover.
//!
//!    Then `counted(where, of, unit)`, `total`, `coloured` (text and fill; `GOOD`, `FAIR`, `POOR` in `report/mod.rs`), `muted`,
//!    `subtotals("region")` and `below` (rows below the table; last, when all columns are there), `rule` (the rules in force with their
//!    figures, for 计算说明), `chart` (`programme_chart`: bars, stacked, columns, scatter), `finish`. Cells that feed a formula hold
//!    unrounded figures (`Value::from(&exact)`); texts of people go in as they are, the sink never writes them as formulas.
//!    `words.category_of`, `words::money` and `words::percent` help with sentences.
//!
//!    For the overview: `key_figure(label, formula, value, format)`, its formula over `[key:]` and `[key!]`, and `attention((id, name),
//!    reason, words)` for each dealer that needs it; a new reason is a variant of `policy::Attention` with its weight under
//!    `[overview.weights]`. The dealer card takes the columns of the groups Result and OtherBasis by itself, where the sheet's `id` is
//!    经销商编号, and from the JSON what has a `dealer_id`.
//!
//!    For pages: `came_of(row)` with `Row::place()` kept in the inputs where a row of the user's sheet makes one of the result (then `x`
//!    joins `ROW_BY_ROW` in `report/sources`), and a line in `READ` there for each column without a formula whose key is not the name of
//!    the column that it reads.
//!
//!    Register: `mod x_sheet;` in `report/mod.rs` and one line in `report/programme_sheets.rs`. A report on the same outcome
//!    (`report/visit_report.rs`) is another sheet with a key of its own and another line, behind the programmes'.
//! 5. **Sample**: `workbooks/programmes/x.py` with `books()` (rows at every bound of the rules) and `expected(sheets, as_of)`
//!    (`results.x`, from the handbook alone, in Fractions); `make_programmes.py --only x` writes `workbooks/accepted/x-small.xlsx` and
//!    what is expected of it, and `make_programmes.py --check` holds the calculation itself against the contract's examples. `goldens.rs`
//!    and `tests/sheets/check.sh` find the workbooks by their folder. One line in `tests/sheets/live.txt`: an input on the added sheet
//!    and a result that must follow.

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
