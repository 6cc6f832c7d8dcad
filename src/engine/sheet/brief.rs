//! What a sheet has to say on the overview: key figures, and the dealers that need attention.

use super::value::Value;
use crate::policy::Attention;

/// What a sheet has to tell the overview.
#[derive(Debug, Default)]
pub struct Brief<'a> {
    /// Its key figures.
    pub figures: Vec<KeyFigure<'a>>,
    /// The dealers on it that need attention.
    pub needs: Vec<Need<'a>>,
}

/// A key figure.
#[derive(Debug)]
pub struct KeyFigure<'a> {
    /// What it is, with its unit.
    pub label: String,
    /// Where it comes from: a formula without its `=`.
    pub formula: String,
    /// What that comes to.
    pub value: Value<'a>,
    /// Its number format.
    pub format: &'static str,
}

/// Why a dealer needs attention.
#[derive(Debug)]
pub struct Need<'a> {
    /// 经销商编号
    pub id: &'a str,
    /// 经销商名称
    pub name: &'a str,
    /// Why.
    pub reason: Attention,
    /// That in words, with its figures.
    pub words: String,
}
