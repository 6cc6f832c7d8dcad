//! What words are made with: the language, the names of the schema and those of the policy. Each programme says in words of its own what came out
//! (`words.rs` in its folder).

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::policy::Policy;
use crate::schema::{Field, Schemas};
use dealerbook_base::lang::Lang;

/// Who puts results into words.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The names of categories.
    pub schemas: &'a Schemas,
    /// The names of grades and characteristics.
    pub policy: &'a Policy,
    /// The language.
    pub lang: Lang,
}

impl<'a> Words<'a> {
    /// A market class with what it is for: A：销量和利润的根据地…; the class alone where the policy doesn't say.
    pub fn market_class(&self, class: &str) -> String {
        let strategy = self.policy.market_strategies.get(class).map(|strategy| strategy.pick(self.lang));
        strategy.map_or_else(|| class.to_owned(), |strategy| format!("{class}{}{strategy}", self.lang.pick("：", ": ")))
    }

    /// The spelling of a category of the dealers sheet in the reader's language.
    pub fn category<'v>(&self, column: &str, value: &'v str) -> Cow<'v, str>
    where
        'a: 'v,
    {
        self.category_of("dealers", column, value)
    }

    /// A column of a sheet, by its name.
    pub fn field(&self, sheet: &str, column: &str) -> Option<&'a Field> {
        let resource = self.schemas.index(sheet).map(|index| &self.schemas.resources[index])?;
        resource.field(column).map(|field| &resource.fields[field])
    }

    /// The spelling of a category of any sheet in the reader's language.
    pub fn category_of<'v>(&self, sheet: &str, column: &str, value: &'v str) -> Cow<'v, str>
    where
        'a: 'v,
    {
        if self.lang == Lang::En {
            return Cow::Owned(value.replace('_', " "));
        }
        let field = self.field(sheet, column);
        let category = field.and_then(|f| f.categories.iter().find(|c| c.value == value));
        Cow::Borrowed(category.map_or(value, |c| c.label.as_str()))
    }

    /// The names of entitlements.
    pub fn entitlements(&self, ids: &[String]) -> String {
        let names: Vec<&str> =
            ids.iter().map(|id| self.policy.entitlements.get(id).map_or(id.as_str(), |t| t.pick(self.lang))).collect();
        names.join(self.lang.pick("；", "; "))
    }
}

/// A figure of a policy: 0.80 → 0.8, 2000 → 2000
pub fn figure(x: &Decimal) -> String {
    x.normalize().to_string()
}

/// 320000 → 320,000.00
pub fn money(yuan: Decimal) -> String {
    let text = format!("{:.2}", yuan.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let first = whole.len() % 3;
    let mut grouped = whole[..first].to_owned();
    for group in whole.as_bytes()[first..].chunks(3) {
        if !grouped.is_empty() {
            grouped.push(',');
        }
        grouped.extend(group.iter().map(|digit| char::from(*digit)));
    }
    format!("{}{grouped}.{cents}", if yuan.is_sign_negative() && !yuan.is_zero() { "-" } else { "" })
}

/// 0.9412 → 94.12%
pub fn percent(ratio: Decimal) -> String {
    format!("{}%", ratio.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(ratio).normalize())
}
