//! Where the entries of a zip lie.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::result::ZipResult;

/// The entries that share bytes with the one behind them or with the directory, in the order in which they lie.
///
/// # Errors
/// Where an entry's header can't be read.
pub(super) fn overlapping<R: Read + Seek>(zip: &mut ZipArchive<R>) -> ZipResult<Vec<usize>> {
    let directory = zip.central_directory_start();
    let mut places = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        let (from, to) = place(zip, index)?;
        places.push((from, to, index));
    }
    places.sort_unstable();
    let ends = places.iter().skip(1).map(|(from, ..)| *from).chain([directory]);
    let shares = |((_, to, index), next): (&(u64, u64, usize), u64)| (*to > next).then_some(*index);
    Ok(places.iter().zip(ends).filter_map(shares).collect())
}

/// From where to where an entry reaches, its header with it.
///
/// # Errors
/// Where its header can't be read.
pub(super) fn place<R: Read + Seek>(zip: &mut ZipArchive<R>, index: usize) -> ZipResult<(u64, u64)> {
    let entry = zip.by_index_raw(index)?;
    let data = entry.data_start().unwrap_or_else(|| entry.header_start());
    Ok((entry.header_start(), data.saturating_add(entry.compressed_size())))
}
