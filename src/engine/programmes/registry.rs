//! What a programme is: what it reads, what it calculates, how it is shown. `programmes!` makes one list of all, from which everything else
//! that goes by programmes follows.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::sheets::Sheets;
use crate::policy::{Policy, SectionKind};
use crate::sheet::{Sheet, Words};

/// The calculation of a programme: inputs out of the user's sheets, results out of inputs and policy. Neither knows a cell, a file or a request.
pub trait Programme {
    /// What it looks at; owned, since the sheets are let go of before anything is written.
    type Inputs;
    /// What comes out, in the contract's shape.
    type Results: Serialize + JsonSchema;

    /// The section of a policy with its figures and names; none where it needs none.
    const SECTION: Option<SectionKind> = None;

    /// Takes out of the sheets what it needs; the policy says which columns, where that is a rule's choice.
    fn inputs(sheets: &Sheets<'_>, policy: &Policy) -> Self::Inputs;

    /// Calculates; exact figures, rounded once.
    fn calculate(inputs: &Self::Inputs, policy: &Policy) -> Self::Results;
}

/// A rule in words: what, and how with its figures.
pub type Rule = (String, String);

/// How a programme is shown.
pub trait Presentation: Programme + Sized {
    /// Whether each row of the user's sheet of the programme's name comes out as one row, so that each can be asked for by its place.
    const ROW_BY_ROW: bool = false;

    /// Returns the sheet of the results; its key is the programme's name.
    fn sheet<'a>(outcome: &'a Outcome<Self>, words: Words<'a>) -> Sheet<'a>;

    /// Returns further sheets on the same results, which stand behind those of all programmes.
    fn reports<'a>(_outcome: &'a Outcome<Self>, _words: Words<'a>) -> Vec<Sheet<'a>> {
        Vec::new()
    }

    /// Returns what is said of a dealer, by its id, that has no row on the sheet.
    fn aside(_outcome: &Outcome<Self>, _id: &str, _words: Words<'_>) -> Option<String> {
        None
    }

    /// Returns the rules in force, without a run.
    fn rules(words: Words<'_>) -> Vec<Rule>;
}

/// What a programme looked at and what came out. In JSON the results alone.
pub struct Outcome<P: Programme> {
    /// What it looked at.
    pub inputs: P::Inputs,
    /// What came out.
    pub results: P::Results,
}

impl<P: Programme> Outcome<P> {
    /// Returns what comes out of a workbook's sheets; none where the programme of this name wasn't requested, or has not all its sheets.
    pub(super) fn of(name: &str, sheets: &Sheets<'_>, policy: &Policy) -> Option<Self> {
        sheets.runs(name).then(|| {
            let inputs = P::inputs(sheets, policy);
            let results = P::calculate(&inputs, policy);
            Self { inputs, results }
        })
    }
}

impl<P: Programme> Serialize for Outcome<P> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.results.serialize(serializer)
    }
}

impl<P: Programme> JsonSchema for Outcome<P> {
    fn schema_name() -> Cow<'static, str> {
        P::Results::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        P::Results::json_schema(generator)
    }
}

/// Makes [`super::Outcomes`] and all that goes by the programmes' names out of one line for each: its name, which is that of its folder, of its
/// results and of its sheet's key; and its type.
macro_rules! programmes {
    ($($(#[doc = $doc:literal])* $name:ident: $programme:ty,)*) => {
        /// What has come of each programme that ran; absent in JSON where it didn't.
        #[derive(Default, serde::Serialize, schemars::JsonSchema)]
        pub struct Outcomes {
            $(
                $(#[doc = $doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<$crate::programmes::Outcome<$programme>>,
            )*
        }

        /// The names of the programmes that have a folder and a line, in the contract's order.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// The names of all programmes, in the contract's order.
        pub const ALL: &[&str] = &["assessment", "incentives", $(stringify!($name)),*];

        /// The sections of policies that the programmes own.
        pub const SECTIONS: $crate::policy::SectionKinds = &[$(<$programme as Programme>::SECTION),*];

        impl Outcomes {
            /// Runs the programmes that were requested and whose sheets are there.
            pub fn calculate(
                checked: &$crate::validate::Checked,
                schemas: &$crate::schema::Schemas,
                policy: &$crate::policy::Policy,
            ) -> Self {
                if !NAMES.iter().any(|name| checked.programmes.iter().any(|own| own == name)) {
                    return Self::default();
                }
                let sheets = $crate::programmes::sheets::Sheets::new(checked, schemas, policy);
                Self { $($name: $crate::programmes::Outcome::of(stringify!($name), &sheets, policy),)* }
            }

            /// Returns the added sheets of the programmes that ran, in the contract's order, then their reports.
            pub fn sheets<'a>(&'a self, words: $crate::sheet::Words<'a>) -> Vec<$crate::sheet::Sheet<'a>> {
                let mut sheets = Vec::new();
                $(sheets.extend(self.$name.as_ref().map(|outcome| <$programme>::sheet(outcome, words)));)*
                $(sheets.extend(self.$name.iter().flat_map(|outcome| <$programme>::reports(outcome, words)));)*
                sheets
            }

            /// Returns what the programmes say of a dealer, by its id, that has no row on their sheets.
            pub fn asides(&self, id: &str, words: $crate::sheet::Words<'_>) -> Vec<String> {
                let asides = [$(self.$name.as_ref().and_then(|outcome| <$programme>::aside(outcome, id, words))),*];
                asides.into_iter().flatten().collect()
            }
        }

        /// Returns the rules in force of a programme by its name.
        pub fn rules(name: &str, words: $crate::sheet::Words<'_>) -> Option<Vec<$crate::programmes::registry::Rule>> {
            match name {
                $(stringify!($name) => Some(<$programme>::rules(words)),)*
                _ => None,
            }
        }

        /// Whether each row of the user's sheet of this name comes out as one row.
        pub fn is_row_by_row(sheet: &str) -> bool {
            match sheet {
                $(stringify!($name) => <$programme>::ROW_BY_ROW,)*
                _ => false,
            }
        }

        /// Returns a programme's page of documentation, as Markdown: the module documentation of its folder.
        pub fn docs(name: &str) -> Option<String> {
            let source = match name {
                "assessment" => include_str!("assessment/mod.rs"),
                "incentives" => include_str!("incentives/mod.rs"),
                $(stringify!($name) => include_str!(concat!(stringify!($name), "/mod.rs")),)*
                _ => return None,
            };
            Some($crate::programmes::registry::page(source))
        }
    };
}
pub(super) use programmes;

/// Returns the module documentation of a source file.
pub(super) fn page(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;
    use crate::programmes::{ALL, NAMES, Outcomes, SECTIONS, docs};
    use crate::schema::Schemas;
    use crate::sheet::Words;
    use dealerbook_base::lang::Lang;

    #[test]
    fn each_programme_has_its_page_and_its_results_in_the_schema() {
        let schema = schemars::schema_for!(Outcomes);
        for name in ["assessment", "incentives"] {
            assert!(docs(name).unwrap().contains("## Example"), "{name}");
        }
        for name in NAMES {
            let page = docs(name).unwrap();
            assert!(page.contains("Handbook") && page.contains("## Example") && page.lines().count() > 12, "{name}");
            assert!(schema.pointer(&format!("/properties/{name}")).is_some(), "{name}");
        }
        assert_eq!(docs("nobody"), None);
        let package: Vec<String> = Schemas::embedded().unwrap().programmes.into_iter().map(|own| own.name).collect();
        assert_eq!(package, ALL, "the programmes of datapackage.json, in the registry's order");
        for (name, section) in NAMES.iter().zip(SECTIONS) {
            assert!(section.is_none_or(|kind| kind.name == *name), "{name}");
        }
    }

    #[test]
    fn the_rules_of_a_programme_are_told_without_a_run() {
        let (schemas, policy) = (Schemas::embedded().unwrap(), Policy::embedded().unwrap());
        let words = Words { schemas: &schemas, policy: &policy, lang: Lang::En };
        assert!(NAMES.iter().all(|name| super::super::rules(name, words).is_some_and(|rules| !rules.is_empty())));
        assert_eq!(super::super::rules("assessment", words), None);
    }
}
