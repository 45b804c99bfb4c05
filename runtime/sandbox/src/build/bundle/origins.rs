//! From a position in a bundle back to the author's file.

use hookmill_domain::fault::Position;
use std::path::{Path, PathBuf};
use swc_common::{BytePos, FileName, LineCol, SourceMap};

/// Where the parts of a bundle come from.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    files: Vec<PathBuf>,
    /// Ordered by their position in the bundle.
    mappings: Vec<Mapping>,
}

/// Where a piece of a bundle begins, and where it stood.
#[derive(Clone, Copy, Debug)]
struct Mapping {
    line: u32,
    column: u32,
    file: usize,
    at: Position,
}

/// A position in one of the author's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'o> {
    /// The file, as its importers lead to it.
    pub file: &'o Path,
    /// Where in it.
    pub position: Position,
}

impl Origins {
    pub(super) fn new(map: &SourceMap, written: &[(BytePos, LineCol)]) -> Self {
        let mut origins = Self::default();
        for (from, to) in written {
            // What the bundler made itself has no origin.
            let Ok(found) = map.try_lookup_char_pos(*from) else {
                continue;
            };
            let FileName::Real(path) = &*found.file.name else {
                continue;
            };
            let known = origins.files.iter().position(|file| file == path);
            let file = known.unwrap_or_else(|| {
                origins.files.push(path.clone());
                origins.files.len() - 1
            });
            origins.mappings.push(Mapping {
                line: to.line + 1,
                column: to.col + 1,
                file,
                at: position(map, *from),
            });
        }
        origins
            .mappings
            .sort_by_key(|mapping| (mapping.line, mapping.column));
        origins
    }

    /// The files that the bundle is made of.
    #[must_use]
    pub fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Where a position in the bundle comes from: the nearest piece before it in
    /// its line.
    #[must_use]
    pub fn origin(&self, at: Position) -> Option<Origin<'_>> {
        let behind = self
            .mappings
            .partition_point(|mapping| (mapping.line, mapping.column) <= (at.line, at.column));
        let mapping = self.mappings.get(behind.checked_sub(1)?)?;
        (mapping.line == at.line).then(|| Origin {
            file: &self.files[mapping.file],
            position: mapping.at,
        })
    }

    /// A text in which the bundle's positions, as `NAME:LINE:COLUMN`, are those of
    /// the author's files.
    #[must_use]
    pub fn restore(&self, text: &str, name: &str) -> String {
        let mut restored = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(name) {
            let (before, found) = rest.split_at(at);
            restored.push_str(before);
            let behind = &found[name.len()..];
            match leading_position(behind).and_then(|(at, length)| Some((self.origin(at)?, length)))
            {
                Some((origin, length)) => {
                    let file = origin.file.display();
                    restored.push_str(&format!("{file}:{}", origin.position));
                    rest = &behind[length..];
                }
                None => {
                    restored.push_str(name);
                    rest = behind;
                }
            }
        }
        restored.push_str(rest);
        restored
    }
}

/// A position at the beginning of a text, as `:LINE:COLUMN`, and its length.
fn leading_position(text: &str) -> Option<(Position, usize)> {
    let number = |text: &str| -> Option<(u32, usize)> {
        let digits = text.strip_prefix(':')?;
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        Some((digits[..length].parse().ok()?, length + 1))
    };
    let (line, first) = number(text)?;
    let (column, second) = number(&text[first..])?;
    Some((Position { line, column }, first + second))
}

/// Where a byte of the parser's stands; the column in UTF-16 code units.
pub(super) fn position(map: &SourceMap, at: BytePos) -> Position {
    let found = map.lookup_char_pos(at);
    let line = found.file.get_line(found.line.saturating_sub(1));
    let before = line.iter().flat_map(|line| line.chars()).take(found.col.0);
    let column: usize = before.map(char::len_utf16).sum();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Position {
        line: count(found.line),
        column: count(column + 1),
    }
}
