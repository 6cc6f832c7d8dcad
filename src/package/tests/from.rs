//! What a workbook was made from stays with it, is told without opening it, and is replaced by the next run.

use std::io::Cursor;

use super::*;
use crate::edit::Edits;
use crate::{Limits, Package, made_from};

fn from(workbook: &[u8]) -> Option<String> {
    let told = made_from(Cursor::new(workbook), &Limits::default());
    let opened = Package::open(workbook, &Limits::default()).unwrap();
    assert_eq!(opened.ours().from, told);
    told
}

#[test]
fn it_is_told_and_replaced_and_taken_away() {
    let plain = book(&sheet("<sheetData/>"), &[]);
    assert_eq!(from(&plain), None);
    let stamped = |workbook: &[u8], says: Option<&str>| {
        write(workbook, Edits { from: says.map(str::to_owned), ..Edits::default() }).0
    };
    let once = stamped(&plain, Some("aa 2007"));
    assert_eq!(from(&once).as_deref(), Some("aa 2007"));
    let twice = stamped(&once, Some("bb 2008"));
    assert_eq!(from(&twice).as_deref(), Some("bb 2008"));
    assert_eq!(from(&stamped(&twice, None)), None);
    assert_eq!(made_from(Cursor::new(b"PK\x03\x04 nothing".as_slice()), &Limits::default()), None);
}
