//! Columns of a source: the engine counts bytes, people UTF-16 code units.
//!
//! | bytes | content |
//! |---|---|
//! | 12 each | line, byte column, surplus; little endian |

use crate::bindings::exports::hookmill::js_engine::engine::Position;

/// Where the engine's byte columns differ from UTF-16 columns: one entry for
/// each character that takes more bytes than code units.
pub(crate) struct Columns<'a>(&'a [u8]);

impl<'a> Columns<'a> {
    const ENTRY: usize = 12;

    /// Reads what [`Columns::table`] gave.
    pub(crate) fn new(table: &'a [u8]) -> Self {
        Self(table)
    }

    /// The entries for a source.
    pub(crate) fn table(source: &str) -> Vec<u8> {
        let mut table = Vec::new();
        if source.is_ascii() {
            return table;
        }
        let mut line = 1u32;
        let mut column = 1u32;
        for character in source.chars() {
            let bytes = character.len_utf8() as u32;
            let surplus = bytes - character.len_utf16() as u32;
            if surplus > 0 {
                for number in [line, column, surplus] {
                    table.extend_from_slice(&number.to_le_bytes());
                }
            }
            column += bytes;
            // The line ends that the engine counts.
            if character == '\n' {
                line += 1;
                column = 1;
            }
        }
        table
    }

    /// Turns a byte column into a UTF-16 column.
    pub(crate) fn correct(&self, position: Position) -> Position {
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0u32, |sum, byte| sum << 8 | u32::from(*byte))
        };
        let surplus: u32 = self
            .0
            .chunks_exact(Self::ENTRY)
            .filter(|entry| number(&entry[..4]) == position.line)
            .filter(|entry| number(&entry[4..8]) < position.column)
            .map(|entry| number(&entry[8..]))
            .sum();
        Position {
            line: position.line,
            column: position.column.saturating_sub(surplus).max(1),
        }
    }
}
