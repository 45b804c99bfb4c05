//! The block of tables that `tables.mjs` writes: Node.js' answers.
//!
//! It begins with where each section starts and the last one ends, 32 bits
//! each, little endian. A section is a list of texts (their number, where each
//! starts and the last one ends, the texts), numbers of 16 bits, or bytes.
//! Lists of rows are sorted by their key, which a tab ends. All places are
//! relative, so the block may lie anywhere.

use std::cell::Cell;

thread_local! {
    static BLOCK: Cell<&'static [u8]> = const { Cell::new(&[]) };
}

/// Tells where the block is; before anything else is asked of this crate.
pub fn install(block: &'static [u8]) {
    BLOCK.set(block);
}

/// A section of the block.
#[derive(Clone, Copy)]
pub(crate) enum Section {
    Currencies,
    Units,
    Patterns,
    DatePatterns,
    TimePatterns,
    StylePatterns,
    Zones,
    ZoneKinds,
    ZoneChanges,
    Relative,
    Languages,
    Regions,
    Scripts,
    OtherNames,
    Supported,
    Aliases,
    Collation,
}

fn word(bytes: &[u8], index: usize) -> usize {
    let word = bytes[index * 4..].first_chunk::<4>();
    u32::from_le_bytes(*word.expect("the tables are whole")) as usize
}

pub(crate) fn bytes(section: Section) -> &'static [u8] {
    let block = BLOCK.get();
    &block[word(block, section as usize)..word(block, section as usize + 1)]
}

/// A number of 16 bits.
pub(crate) fn number(section: Section, index: usize) -> usize {
    let pair = bytes(section)[index * 2..].first_chunk::<2>();
    usize::from(u16::from_le_bytes(*pair.expect("the tables are whole")))
}

/// A text of a list.
pub(crate) fn text(section: Section, index: usize) -> &'static str {
    core::str::from_utf8(item(section, index)).expect("the tables are UTF-8")
}

/// The bytes of a list's entry.
pub(crate) fn item(section: Section, index: usize) -> &'static [u8] {
    entry(bytes(section), index)
}

/// The fields behind a key.
pub(crate) fn row(section: Section, key: &str) -> Option<Row> {
    let list = bytes(section);
    let (mut low, mut high) = (0, word(list, 0));
    while low < high {
        let middle = (low + high) / 2;
        let found = entry(list, middle);
        let end = found.iter().position(|byte| *byte == b'\t');
        let end = end.unwrap_or(found.len());
        match found[..end].cmp(key.as_bytes()) {
            core::cmp::Ordering::Less => low = middle + 1,
            core::cmp::Ordering::Greater => high = middle,
            core::cmp::Ordering::Equal => {
                let fields = found.get(end + 1..).unwrap_or_default();
                let fields = core::str::from_utf8(fields);
                return Some(Row(fields.expect("the tables are UTF-8")));
            }
        }
    }
    None
}

fn entry(list: &'static [u8], index: usize) -> &'static [u8] {
    let texts = &list[(word(list, 0) + 2) * 4..];
    &texts[word(list, index + 1)..word(list, index + 2)]
}

/// What a row has besides its key.
#[derive(Clone, Copy)]
pub(crate) struct Row(&'static str);

impl Row {
    /// A field by its place; empty when there are fewer.
    pub(crate) fn field(self, index: usize) -> &'static str {
        self.0.split('\t').nth(index).unwrap_or_default()
    }

    /// The field for a width: rows whose names are all the same have one.
    pub(crate) fn width(self, index: usize) -> &'static str {
        match self.0.split('\t').nth(index) {
            Some(name) => name,
            None => self.field(0),
        }
    }
}
