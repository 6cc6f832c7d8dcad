//! Every programme but the assessment and the incentives, by one rule: what it reads, what it calculates, what it tells.
//!
//! A programme is one line in `programmes!` below. The order of the lines is the contract's, and that of results and sheets.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use super::sheets::Sheets;
use super::{accounts, applicants, channel_options, channels, credit, maintenance, plans, review, roi, stock};
use crate::policy::Policy;
use crate::schema::Schemas;
use crate::validate::Checked;

/// A calculation of its own: inputs out of the sheets, results out of inputs and policy. Neither knows a cell, a file or a request.
pub trait Programme {
    /// Its name in the contract, which is also that of its section in a policy.
    const NAME: &'static str;
    /// Its source, whose module documentation is the programme's page of documentation.
    const SOURCE: &'static str;
    /// What it looks at; owned, since the sheets are let go of before anything is written.
    type Inputs;
    /// What comes out, in the contract's shape.
    type Results: Serialize + JsonSchema;

    /// Takes out of the sheets what it needs; the policy says which columns, where that is a rule's choice.
    fn inputs(sheets: &Sheets<'_>, policy: &Policy) -> Self::Inputs;

    /// Calculates; exact figures, rounded once.
    fn calculate(inputs: &Self::Inputs, policy: &Policy) -> Self::Results;
}

/// What a programme looked at and what came out. In JSON the results alone.
pub struct Outcome<P: Programme> {
    /// What it looked at.
    pub inputs: P::Inputs,
    /// What came out.
    pub results: P::Results,
}

impl<P: Programme> Outcome<P> {
    fn of(sheets: &Sheets<'_>, policy: &Policy) -> Option<Self> {
        sheets.runs(P::NAME).then(|| {
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

macro_rules! programmes {
    ($($(#[doc = $doc:literal])* $name:ident: $programme:ty,)*) => {
        /// What has come of each programme that ran; absent in JSON where it didn't.
        #[derive(Default, Serialize, JsonSchema)]
        pub struct Outcomes {
            $($(#[doc = $doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $name: Option<Outcome<$programme>>,)*
        }

        impl Outcomes {
            /// Runs the programmes that are wanted and whose sheets are there.
            pub fn calculate(checked: &Checked, schemas: &Schemas, policy: &Policy) -> Self {
                if ![$(<$programme>::NAME),*].iter().any(|name| checked.programmes.iter().any(|p| p == name)) {
                    return Self::default();
                }
                let sheets = Sheets::new(checked, schemas, policy);
                Self { $($name: Outcome::of(&sheets, policy),)* }
            }
        }

        /// The page of documentation of a programme, as Markdown.
        pub fn docs(name: &str) -> Option<String> {
            let own_ways = [("assessment", include_str!("assessment.rs")), ("incentives", include_str!("incentives.rs"))];
            let sources = own_ways.into_iter().chain([$((<$programme>::NAME, <$programme>::SOURCE)),*]);
            sources.into_iter().find(|(own, _)| *own == name).map(|(_, source)| page(source))
        }

        /// The names of these programmes, in the contract's order.
        pub const NAMES: &[&str] = &[$(<$programme>::NAME),*];
    };
}

programmes! {
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

/// The module documentation of a source file.
fn page(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
