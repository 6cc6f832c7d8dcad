//! Which regions a workbook speaks of: whoever works for some of them only is shown no other's.

use super::Run;
use crate::validate::Column;

impl Run<'_> {
    /// The regions of the dealers sheet, each once, in the sheet's order. None of a workbook that is checked against a caller's own
    /// schema: its dealers are not ours.
    pub(super) fn regions(&self) -> Vec<String> {
        let schemas = self.job.schemas();
        let dealers = self.checked.table(schemas, "dealers").filter(|_| schemas.caller.is_none());
        let column = dealers.and_then(|table| {
            let region = schemas.resources[table.resource].field("region")?;
            Some(table.column(region))
        });
        match column {
            Some(Column::Text(column)) => column.texts.iter().map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }
}
