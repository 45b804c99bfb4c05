//! One run: a file of sorted tables for a stretch of the journal.
//!
//! `{from:016x}-{to:016x}.run`: blocks, table after table; then the filters;
//! then a footer, which begins 128 bytes before the end: magic8 (its last byte
//! is the version), from8, to8, for each of the four tables first_block4
//! blocks4 entries8 filter_bytes8, crc4 over the filters, crc4 over the footer.

use super::block::{self, BLOCK_BYTES};
use super::entry::{Entry, Table};
use super::filter::Filter;
use crate::journal::lsn::Lsn;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"HMruns\0\x01";

const FOOTER_BYTES: usize = 128;

/// A run can't be used. It is made anew from the journal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadRun {
    #[error("{path} can't be read: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error("{path} is damaged")]
    Damaged { path: PathBuf },
    #[error("{path} has a format that this hookmill does not know; use a newer one")]
    Version { path: PathBuf },
}

/// Where a table is in the file.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    first_block: u32,
    blocks: u32,
    entries: u64,
    filter_bytes: u64,
}

/// An open run.
#[derive(Debug)]
pub(crate) struct Run {
    path: PathBuf,
    file: File,
    from: Lsn,
    to: Lsn,
    extents: [Extent; Table::ALL.len()],
    filters: [Option<Filter>; Table::ALL.len()],
}

/// The name of the file for a stretch.
pub(crate) fn name(from: Lsn, to: Lsn) -> String {
    format!("{:016x}-{:016x}.run", from.to_u64(), to.to_u64())
}

/// The stretch of a file with this name.
pub(crate) fn stretch(name: &str) -> Option<(Lsn, Lsn)> {
    let (from, to) = name.strip_suffix(".run")?.split_once('-')?;
    let lsn = |text: &str| u64::from_str_radix(text, 16).ok().map(Lsn::from_u64);
    (from.len() == 16 && to.len() == 16).then_some((lsn(from)?, lsn(to)?))
}

impl Run {
    pub(crate) fn open(path: &Path) -> Result<Self, BadRun> {
        let io = |cause| BadRun::Io {
            path: path.to_owned(),
            cause,
        };
        let damaged = || BadRun::Damaged {
            path: path.to_owned(),
        };
        let file = File::open(path).map_err(io)?;
        let len = file.metadata().map_err(io)?.len();
        let footer_at = len.checked_sub(FOOTER_BYTES as u64).ok_or_else(damaged)?;
        let mut footer = [0; FOOTER_BYTES];
        file.read_exact_at(&mut footer, footer_at).map_err(io)?;
        let (checked, crc) = footer.split_at(FOOTER_BYTES - 4);
        if checked[..7] != MAGIC[..7] || crc32fast::hash(checked).to_le_bytes() != *crc {
            return Err(damaged());
        }
        if checked[7] != MAGIC[7] {
            let path = path.to_owned();
            return Err(BadRun::Version { path });
        }
        let mut fields = FooterFields(&checked[8..]);
        let (from, to) = (Lsn::from_u64(fields.u64()), Lsn::from_u64(fields.u64()));
        let extents = Table::ALL.map(|_| Extent {
            first_block: fields.u32(),
            blocks: fields.u32(),
            entries: fields.u64(),
            filter_bytes: fields.u64(),
        });
        let filters_crc = fields.u32();
        let filters_bytes: u64 = extents.iter().map(|extent| extent.filter_bytes).sum();
        let filters_at = footer_at.checked_sub(filters_bytes).ok_or_else(damaged)?;
        let mut bytes = vec![0; usize::try_from(filters_bytes).map_err(|_| damaged())?];
        file.read_exact_at(&mut bytes, filters_at).map_err(io)?;
        if crc32fast::hash(&bytes) != filters_crc {
            return Err(damaged());
        }
        let mut rest = &bytes[..];
        let filters = extents.map(|extent| {
            let (filter, after) = rest.split_at(usize::try_from(extent.filter_bytes).unwrap_or(0));
            rest = after;
            Filter::from_bytes(filter)
        });
        Ok(Self {
            path: path.to_owned(),
            file,
            from,
            to,
            extents,
            filters,
        })
    }

    /// The first frame of its stretch.
    pub(crate) fn from(&self) -> Lsn {
        self.from
    }

    /// The end of its stretch.
    pub(crate) fn to(&self) -> Lsn {
        self.to
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Entries in all tables.
    pub(crate) fn entries(&self) -> u64 {
        self.extents.iter().map(|extent| extent.entries).sum()
    }

    /// Entries in a table.
    pub(crate) fn entries_of(&self, table: Table) -> u64 {
        self.extents[table as usize].entries
    }

    /// Whether there may be an entry with this head. False is certain.
    pub(crate) fn may_have(&self, table: Table, head: &[u8; 16]) -> bool {
        let filter = &self.filters[table as usize];
        filter.as_ref().is_none_or(|filter| filter.may_have(head))
    }

    /// The first block that may have entries from this one on.
    pub(crate) fn seek(&self, table: Table, from: &Entry) -> Result<u32, BadRun> {
        let (mut low, mut high) = (0, self.extents[table as usize].blocks);
        // The last block whose first entry is not beyond `from`.
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            let first = self.block(table, middle)?.first().copied();
            if first.is_some_and(|first| first <= *from) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// Blocks of a table.
    pub(crate) fn blocks(&self, table: Table) -> u32 {
        self.extents[table as usize].blocks
    }

    /// The entries of a table's block.
    pub(crate) fn block(&self, table: Table, index: u32) -> Result<Vec<Entry>, BadRun> {
        let number = self.extents[table as usize].first_block + index;
        let mut bytes = [0; BLOCK_BYTES];
        let at = u64::from(number) * BLOCK_BYTES as u64;
        let read = self.file.read_exact_at(&mut bytes, at);
        read.map_err(|cause| BadRun::Io {
            path: self.path.clone(),
            cause,
        })?;
        let entries = block::decode(table, number, &bytes);
        entries.ok_or_else(|| BadRun::Damaged {
            path: self.path.clone(),
        })
    }
}

struct FooterFields<'a>(&'a [u8]);

impl FooterFields<'_> {
    fn array<const N: usize>(&mut self) -> [u8; N] {
        let (head, rest) = self.0.split_at(N);
        self.0 = rest;
        let mut array = [0; N];
        array.copy_from_slice(head);
        array
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }
}

/// Writes a run. Tables come in their order, entries in theirs.
pub(crate) struct RunWriter {
    folder: PathBuf,
    from: Lsn,
    to: Lsn,
    file: io::BufWriter<File>,
    blocks: u32,
    extents: [Extent; Table::ALL.len()],
    filters: [Option<Filter>; Table::ALL.len()],
    open: Vec<Entry>,
    table: Table,
}

/// A name that is no run's, for one that is being written.
const UNFINISHED: &str = "run.making";

impl RunWriter {
    pub(crate) fn new(folder: &Path, from: Lsn, to: Lsn) -> io::Result<Self> {
        let file = File::create(folder.join(UNFINISHED))?;
        Ok(Self {
            folder: folder.to_owned(),
            from,
            to,
            file: io::BufWriter::new(file),
            blocks: 0,
            extents: Default::default(),
            filters: Default::default(),
            open: Vec::new(),
            table: Table::Keys,
        })
    }

    /// Begins a table of at most so many entries.
    pub(crate) fn begin(&mut self, table: Table, entries_max: u64) -> io::Result<()> {
        self.end_block()?;
        self.table = table;
        self.extents[table as usize].first_block = self.blocks;
        let heads = usize::try_from(entries_max).map_err(io::Error::other)?;
        self.filters[table as usize] = table.has_filter().then(|| Filter::new(heads));
        Ok(())
    }

    pub(crate) fn push(&mut self, entry: Entry) -> io::Result<()> {
        if let Some(filter) = &mut self.filters[self.table as usize] {
            filter.insert(&entry.head());
        }
        self.extents[self.table as usize].entries += 1;
        self.open.push(entry);
        if self.open.len() == block::len_max(self.table) {
            self.end_block()?;
        }
        Ok(())
    }

    /// Ends the file, makes it durable and gives it its name.
    pub(crate) fn finish(mut self) -> io::Result<PathBuf> {
        self.end_block()?;
        let mut filters_crc = crc32fast::Hasher::new();
        for (extent, filter) in self.extents.iter_mut().zip(&self.filters) {
            let bytes = filter.as_ref().map(Filter::to_bytes).unwrap_or_default();
            filters_crc.update(&bytes);
            extent.filter_bytes = bytes.len() as u64;
            self.file.write_all(&bytes)?;
        }
        let mut footer = Vec::with_capacity(FOOTER_BYTES);
        footer.extend_from_slice(MAGIC);
        footer.extend_from_slice(&self.from.to_u64().to_le_bytes());
        footer.extend_from_slice(&self.to.to_u64().to_le_bytes());
        for extent in self.extents {
            footer.extend_from_slice(&extent.first_block.to_le_bytes());
            footer.extend_from_slice(&extent.blocks.to_le_bytes());
            footer.extend_from_slice(&extent.entries.to_le_bytes());
            footer.extend_from_slice(&extent.filter_bytes.to_le_bytes());
        }
        footer.extend_from_slice(&filters_crc.finalize().to_le_bytes());
        let crc = crc32fast::hash(&footer);
        footer.extend_from_slice(&crc.to_le_bytes());
        debug_assert_eq!(footer.len(), FOOTER_BYTES);
        self.file.write_all(&footer)?;
        self.file.into_inner()?.sync_all()?;
        let path = self.folder.join(name(self.from, self.to));
        fs::rename(self.folder.join(UNFINISHED), &path)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(path)
    }

    fn end_block(&mut self) -> io::Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let bytes = block::encode(self.table, self.blocks, &self.open);
        self.file.write_all(&bytes)?;
        self.open.clear();
        self.extents[self.table as usize].blocks += 1;
        self.blocks += 1;
        Ok(())
    }
}
