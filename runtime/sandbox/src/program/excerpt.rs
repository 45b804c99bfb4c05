//! The line of a source that an error is in, with a caret below its position.
//!
//! It is somebody else's text, shown in terminals, logs and JSON: bounded, and
//! without anything that moves a cursor.

use crate::caps::{EXCERPT_CHARS_AFTER_MAX, EXCERPT_CHARS_BEFORE_MAX};
use hookmill_domain::fault::Position;
use std::fmt;

/// A line of a source and a position in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    line: u32,
    text: String,
    /// Characters before the position.
    before: usize,
}

impl Excerpt {
    /// The position's line; none when the source has no such position.
    pub(crate) fn of(source: &str, at: Position) -> Option<Self> {
        let index = usize::try_from(at.line.checked_sub(1)?).ok()?;
        let line = source.split(['\n', '\u{2028}', '\u{2029}']).nth(index)?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        let units = usize::try_from(at.column.saturating_sub(1)).ok()?;
        let mut passed = 0;
        let mut caret = 0_usize;
        for character in line.chars() {
            if passed >= units {
                break;
            }
            passed += character.len_utf16();
            caret += 1;
        }
        let cut = caret.saturating_sub(EXCERPT_CHARS_BEFORE_MAX);
        let shown: String = line
            .chars()
            .skip(cut)
            .take(caret - cut + EXCERPT_CHARS_AFTER_MAX)
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .collect();
        if shown.trim().is_empty() {
            return None;
        }
        let is_cut = caret - cut + EXCERPT_CHARS_AFTER_MAX < line.chars().skip(cut).count();
        let (head, tail) = (
            if cut > 0 { "..." } else { "" },
            if is_cut { "..." } else { "" },
        );
        Some(Self {
            line: at.line,
            text: format!("{head}{shown}{tail}").trim_end().to_owned(),
            before: head.len() + caret - cut,
        })
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let before = " ".repeat(self.before);
        write!(f, "{number} | {}\n{margin} | {before}^", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str, line: u32, column: u32) -> Option<String> {
        Excerpt::of(source, Position { line, column }).map(|it| it.to_string())
    }

    #[test]
    fn the_caret_stands_below_the_position() {
        let source = "first\n  const x = = 3;\r\nlast";
        let expected = "2 |   const x = = 3;\n  |             ^";
        assert_eq!(shown(source, 2, 13).as_deref(), Some(expected));
        // Columns count UTF-16 code units, the caret counts characters.
        let expected = "1 | '日😀' = 1\n  |      ^";
        assert_eq!(shown("'日😀' = 1", 1, 7).as_deref(), Some(expected));
    }

    #[test]
    fn long_lines_are_cut_and_nothing_moves_the_cursor() {
        let source = format!("{}!{}", "a".repeat(500), "b".repeat(500));
        let text = shown(&source, 1, 501).expect("there is such a position");
        let (line, caret) = text.split_once('\n').expect("two lines");
        assert_eq!(caret.find('^'), line.find('!'), "{text}");
        assert!(
            line.len() < 120 && line.contains("...a") && line.ends_with("b..."),
            "{text}"
        );
        let expected = "1 | a [31m b\n  | ^";
        assert_eq!(shown("a\u{1b}[31m\tb", 1, 1).as_deref(), Some(expected));
    }

    #[test]
    fn a_position_outside_of_the_source_has_no_line() {
        for (line, column) in [(0, 1), (3, 1)] {
            assert_eq!(shown("one\ntwo", line, column), None);
        }
        // Behind the end of a line is a position.
        assert_eq!(shown("one", 1, 9).as_deref(), Some("1 | one\n  |    ^"));
        assert_eq!(shown("one\n\n", 2, 1), None);
    }
}
