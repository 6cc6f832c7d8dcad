//! The files under `schemas/` that are built into the program.

/// The Data Package descriptor.
pub(super) const PACKAGE: &str = include_str!("../../../schemas/datapackage.json");

macro_rules! tables {
    ($($name:literal),* $(,)?) => {
        /// The Table Schemas by their path below `schemas/`.
        pub(super) const TABLES: &[(&str, &str)] =
            &[$((concat!("tables/", $name, ".json"), include_str!(concat!("../../../schemas/tables/", $name, ".json")))),*];
    };
}

tables![
    "accounts",
    "applicants",
    "channel_options",
    "channels",
    "credit",
    "dealers",
    "plans",
    "purchases",
    "receivables",
    "review",
    "roi",
    "shipments",
    "stock",
    "violations",
    "visits",
];
