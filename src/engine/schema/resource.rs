//! A table: its columns, keys and checks over several cells.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

use super::SchemaError;
use super::field::Field;
use super::label::normalise;

/// How grave an issue is, the gravest first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Stops the calculation.
    #[default]
    Error,
    /// Is said and marked.
    Warning,
    /// Is said.
    Info,
}

/// A table that a sheet may hold.
#[derive(Clone, Debug, Default)]
pub struct Resource {
    /// Its English name, fixed.
    pub name: String,
    /// Its Chinese title.
    pub title: String,
    /// An English title for people.
    pub title_en: String,
    /// What a row is, and what the sheet is for: in Chinese,
    pub description: String,
    /// and in English.
    pub description_en: String,
    /// Other names by which a sheet is known.
    pub aliases: Vec<String>,
    /// The names of its sheet in a caller's own schema, which go before all others.
    pub sheet_names: Vec<String>,
    /// Its sheet's place in the workbook, from 1, where a caller's own schema goes by that.
    pub sheet_number: Option<usize>,
    /// The text of the schema's file; empty in a caller's own.
    pub text: &'static str,
    /// The columns.
    pub fields: Vec<Field>,
    /// The columns that tell rows apart, by index; empty: none.
    pub primary_key: Vec<usize>,
    /// Columns whose values must stand in another table.
    pub foreign_keys: Vec<ForeignKey>,
    /// Checks over several cells.
    pub row_checks: Vec<RowCheck>,
    /// The column that says to which period a row belongs, by index.
    pub period_field: Option<usize>,
    /// How the table may be laid out with its months across.
    pub wide: Option<Wide>,
}

/// A layout in which the values of one column stand across as labels, a column each.
#[derive(Clone, Debug)]
pub struct Wide {
    /// The column whose values stand across, by index.
    pub across: usize,
    /// The column that is meant where a label says nothing but the value across, by index.
    pub bare: usize,
    /// The columns whose values stand beneath, by index, each with the further labels of its group in normal form.
    pub groups: Vec<(usize, Vec<String>)>,
    /// Labels of sums, in normal form.
    pub totals: Vec<String>,
}

/// Columns whose values must stand in another table.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    /// The columns here, by index; a fault stands at the first.
    pub fields: Vec<usize>,
    /// The other table.
    pub resource: String,
    /// Its columns, as many.
    pub targets: Vec<String>,
    /// How grave a stranger is.
    pub severity: Severity,
}

/// A check over several cells of a row, or over several rows.
#[derive(Clone, Debug, Deserialize)]
pub struct RowCheck {
    /// The column on which it stands.
    pub field: String,
    /// How grave a fault is.
    #[serde(default)]
    pub severity: Severity,
    /// What is checked.
    #[serde(flatten)]
    pub kind: RowCheckKind,
}

/// The kinds of check that code knows; which apply where is the schema's word.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(tag = "check", rename_all = "kebab-case")]
pub enum RowCheckKind {
    /// A dealer's own tonnes of the period exceed its tonnes of all brands.
    OwnAboveAllBrands,
    /// The dealer's scorecard has a characteristic of this name, and the cell is empty.
    NeededByScorecard,
    /// A network customer whose mode has a card needs a plan for every month.
    TwelvePlannedMonths,
    /// The mode has no scorecard.
    NoScorecard,
    /// A network customer's month needs a plan.
    PlanOfNetworkCustomer,
    /// The month's tonnes differ from the shipments.
    Reconciliation,
    /// The value may not exceed that of another column.
    AtMost {
        /// The other column.
        of: String,
    },
    /// A dealer bought before the day on which it joined.
    PurchasesBeforeJoining,
    /// What is said to have been purchased differs from what was shipped in these days.
    PurchasedAsShipped,
    /// The value may not exceed that of another column in size, nor have the other sign.
    Within {
        /// The other column.
        of: String,
    },
    /// The day may not lie before that of another column.
    NotBefore {
        /// The other column.
        of: String,
    },
    /// The value must be above 0 where another column's is.
    PositiveWith {
        /// The other column.
        with: String,
    },
    /// The sum of some columns less others may not be negative.
    SalesNotNegative {
        /// Added.
        plus: Vec<String>,
        /// Taken off.
        minus: Vec<String>,
    },
    /// What is tied up, less what is owed, should be above 0; it stands on what is owed, or on its own column where nothing is.
    NoCapital {
        /// Tied up.
        plus: Vec<String>,
        /// Owed.
        minus: String,
    },
    /// The weights of each group must come to a sum and be the same in every group.
    Weights {
        /// The column of the group.
        group: String,
        /// The column that tells the weights of a group apart.
        key: String,
        /// What they must come to.
        sum: Decimal,
    },
}

/// A calculation, and the sheets without which it can't run.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Programme {
    /// Its name in the contract.
    pub name: String,
    /// Its Chinese title.
    pub title: String,
    /// An English title for people.
    pub title_en: String,
    /// All of these must be there,
    pub needs: Vec<String>,
    /// and at least one of these, where any are named.
    #[serde(default)]
    pub any_of: Vec<String>,
    /// These are read where they are there.
    #[serde(default)]
    pub uses: Vec<String>,
}

/// A resource as the Data Package lists it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    name: String,
    title: String,
    title_en: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    description_en: String,
    #[serde(default)]
    aliases: Vec<String>,
    pub(super) schema: String,
}

/// A Table Schema file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TableSchema {
    fields: Vec<Field>,
    #[serde(default)]
    primary_key: Vec<String>,
    #[serde(default)]
    foreign_keys: Vec<Key>,
    #[serde(default)]
    row_checks: Vec<RowCheck>,
    period_field: Option<String>,
    wide: Option<WideLabels>,
}

#[derive(Deserialize)]
struct WideLabels {
    across: String,
    bare: String,
    groups: BTreeMap<String, Vec<String>>,
    totals: Vec<String>,
}

#[derive(Deserialize)]
struct Key {
    fields: Vec<String>,
    reference: Reference,
    #[serde(default)]
    severity: Severity,
}

#[derive(Deserialize)]
struct Reference {
    resource: String,
    fields: Vec<String>,
}

impl Resource {
    pub(super) fn new(entry: Entry, mut table: TableSchema, text: &'static str) -> Result<Self, SchemaError> {
        table.fields.iter_mut().for_each(Field::prepare);
        let place = |name: &String| {
            let found = table.fields.iter().position(|f| f.name == *name);
            found.ok_or_else(|| SchemaError::Meaning(format!("{}: no field {name}", entry.name)))
        };
        let primary_key = table.primary_key.iter().map(place).collect::<Result<_, _>>()?;
        let period_field = table.period_field.as_ref().map(place).transpose()?;
        for check in &table.row_checks {
            place(&check.field)?;
        }
        let foreign_keys = table.foreign_keys.iter().map(|key| {
            Ok(ForeignKey {
                fields: key.fields.iter().map(place).collect::<Result<_, _>>()?,
                resource: key.reference.resource.clone(),
                targets: key.reference.fields.clone(),
                severity: key.severity,
            })
        });
        let foreign_keys = foreign_keys.collect::<Result<_, SchemaError>>()?;
        let normal = |labels: &[String]| labels.iter().map(|label| normalise(label)).collect::<Vec<_>>();
        let wide = table.wide.as_ref().map(|wide| {
            let groups = wide.groups.iter().map(|(name, labels)| Ok((place(name)?, normal(labels))));
            Ok(Wide {
                across: place(&wide.across)?,
                bare: place(&wide.bare)?,
                groups: groups.collect::<Result<_, SchemaError>>()?,
                totals: normal(&wide.totals),
            })
        });
        let wide = wide.transpose()?;
        let Entry { name, title, title_en, description, description_en, aliases, .. } = entry;
        Ok(Self {
            name,
            title,
            title_en,
            description,
            description_en,
            aliases,
            sheet_names: Vec::new(),
            sheet_number: None,
            text,
            primary_key,
            foreign_keys,
            period_field,
            wide,
            row_checks: table.row_checks,
            fields: table.fields,
        })
    }

    /// The index of a column by its name.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }

    /// Whether a column takes part in a key, so that its values are ids: texts, whatever they look like.
    pub fn is_key(&self, field: usize) -> bool {
        let foreign = self.foreign_keys.iter().any(|key| key.fields.contains(&field)) || self.fields[field].referred_to;
        foreign || self.primary_key.contains(&field) || self.fields[field].constraints.unique
    }

    /// The title in the language of the reader.
    pub fn label(&self, lang: dealerbook_base::lang::Lang) -> &str {
        lang.pick(&self.title, &self.title_en)
    }
}
