//! From the bytes of a workbook to a policy, with everything that is wrong, each with its sheet and cell.

use std::fmt;

use super::gather;
use super::grid::{Grids, Place};
use dealerbook_base::lang::Lang;
use dealerbook_engine::policy::{Fault, Policy};
use dealerbook_engine::workbook::{ReadError, Workbook};
use dealerbook_package::{Limits, Package};

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedFault {
    /// Where, where it is anywhere: the sheet, and the cell as Excel shows it.
    pub place: Option<(String, Option<String>)>,
    /// What.
    pub fault: Fault,
}

impl PlacedFault {
    pub(super) fn at(place: &Place, fault: Fault) -> PlacedFault {
        let cell = Some(place.cell()).filter(|cell| !cell.is_empty());
        PlacedFault { place: Some((place.sheet.to_string(), cell)), fault }
    }

    /// Where it is, as formulas write it: `评级!D5`, or a policy's keys where it is in no workbook.
    pub fn pointer(&self) -> String {
        match &self.place {
            Some((sheet, Some(cell))) => format!("{sheet}!{cell}"),
            Some((sheet, None)) => sheet.clone(),
            None => self.fault.path().to_owned(),
        }
    }

    /// What is wrong, with its place before it.
    pub fn said(&self, lang: Lang) -> String {
        let reported = self.fault.pick(lang);
        match &self.place {
            Some(_) => format!("{}{}{reported}", self.pointer(), lang.pick("：", ": ")),
            None => reported.to_owned(),
        }
    }
}

impl From<Fault> for PlacedFault {
    fn from(fault: Fault) -> Self {
        PlacedFault { place: None, fault }
    }
}

/// Why there is no policy in a workbook.
#[derive(Debug)]
pub enum BookError {
    /// It can't be read.
    Workbook(ReadError),
    /// It says what can't be; all of it.
    Faults(Vec<PlacedFault>),
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BookError::Workbook(error) => error.fmt(f),
            BookError::Faults(faults) => {
                let reported: Vec<String> = faults.iter().map(|fault| fault.said(Lang::En)).collect();
                f.write_str(&reported.join("; "))
            }
        }
    }
}

impl std::error::Error for BookError {}

/// Whether bytes are those of a workbook, and not of a text.
pub fn is_book(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
}

/// Reads a policy from its workbook, or from a text in TOML, and checks it like any other.
///
/// # Errors
///
/// [`BookError`] names everything that is wrong.
pub fn read(file: &str, bytes: &[u8], limits: &Limits) -> Result<Policy, BookError> {
    if !is_book(bytes) {
        let text = std::str::from_utf8(bytes).map_err(|_| {
            let fault = Fault::new(
                "既不是 .xlsx 工作簿，也不是 UTF-8 文本",
                "it is neither an .xlsx workbook nor a text in UTF-8",
            );
            BookError::Faults(vec![fault.into()])
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let parsed = Policy::parse(file, text);
        return parsed.map_err(|error| BookError::Faults(error.faults().into_iter().map(PlacedFault::from).collect()));
    }
    // Judged as every upload is, before any other reader sees it.
    let package = Package::open(bytes, limits).map_err(|error| BookError::Workbook(error.into()))?;
    let grids = Workbook::open(&package).and_then(|mut book| Grids::read(&mut book)).map_err(BookError::Workbook)?;
    if grids.lines(super::shape::SheetId::General).is_empty() && !grids.faults.is_empty() {
        return Err(BookError::Faults(grids.faults));
    }
    let (tree, mut faults) = gather::gather(&grids);
    faults.splice(0..0, grids.faults);
    let parsed = toml::to_string(&tree.whole()).map_err(|error| {
        let reported = error.to_string();
        vec![PlacedFault::from(Fault::new(reported.clone(), reported))]
    });
    let parsed = parsed.and_then(|text| {
        let placed = |fault: Fault| match tree.place(fault.path()) {
            Some(place) => PlacedFault::at(place, fault),
            None => fault.into(),
        };
        let explained = |fault: &Fault| tree.explains(fault.path());
        Policy::parse(file, &text)
            .map_err(|error| error.faults().into_iter().filter(|fault| !explained(fault)).map(placed).collect())
    });
    match parsed {
        Ok(policy) if faults.is_empty() => Ok(policy),
        Ok(_) => Err(BookError::Faults(faults)),
        Err(more) => {
            faults.extend(more);
            Err(BookError::Faults(faults))
        }
    }
}
