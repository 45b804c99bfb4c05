//! What a guest says: kept as text, one line a message, cut at a limit.
//!
//! Owners read it in a terminal or a web page, so control characters and
//! terminal escapes are taken out, and a line break inside a message is
//! indented: no message can pass itself off as another.

use crate::caps::LOG_LINE_BYTES_MAX;
use std::fmt::Write as _;

/// Which standard stream a component wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Out,
    Err,
}

impl Stream {
    fn level(self) -> &'static str {
        match self {
            Self::Out => "info",
            Self::Err => "error",
        }
    }
}

#[derive(Default)]
pub(crate) struct Log {
    text: String,
    bytes_max: usize,
    cut: bool,
    /// Output that still lacks its line break.
    out: Vec<u8>,
    err: Vec<u8>,
}

impl Log {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self {
            text: String::new(),
            bytes_max,
            cut: false,
            out: Vec::new(),
            err: Vec::new(),
        }
    }

    /// Adds one message.
    pub(crate) fn message(&mut self, level: &str, message: &str) {
        if self.cut {
            return;
        }
        self.text.push_str(level);
        self.text.push_str(": ");
        // More than the limit is never looked at.
        let end = message.floor_char_boundary(self.bytes_max.saturating_add(1));
        // Indented, no line can pass itself off as a message of its own.
        push_clean(&mut self.text, &message[..end], "\n    ");
        self.text.push('\n');
        if self.text.len() > self.bytes_max {
            let end = self.text.floor_char_boundary(self.bytes_max);
            self.text.truncate(end);
            // Writing to a String can't fail.
            let _ = write!(
                self.text,
                "\n[the log was cut at {} bytes: `log_bytes_max` raises the limit]\n",
                self.bytes_max
            );
            self.cut = true;
        }
    }

    /// Adds bytes written to a standard stream; a line is a message.
    pub(crate) fn output(&mut self, stream: Stream, bytes: &[u8]) {
        if self.cut {
            return;
        }
        let mut pending = std::mem::take(self.pending(stream));
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.cut {
                break;
            }
            // More than the limit is never looked at.
            let end = piece.len().min(self.bytes_max.saturating_add(1));
            pending.extend_from_slice(&piece[..end]);
            if piece.ends_with(b"\n") || pending.len() > LOG_LINE_BYTES_MAX {
                self.line(stream, &pending);
                pending.clear();
            }
        }
        *self.pending(stream) = pending;
    }

    /// The text; what still lacks a line break is its last line.
    pub(crate) fn finish(mut self) -> String {
        for stream in [Stream::Out, Stream::Err] {
            let pending = std::mem::take(self.pending(stream));
            if !pending.is_empty() {
                self.line(stream, &pending);
            }
        }
        self.text
    }

    fn line(&mut self, stream: Stream, bytes: &[u8]) {
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        self.message(stream.level(), &String::from_utf8_lossy(line));
    }

    fn pending(&mut self, stream: Stream) -> &mut Vec<u8> {
        match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        }
    }
}

/// Appends a message without what could move a cursor or change colours, with
/// this in place of each line break.
pub(crate) fn push_clean(text: &mut String, message: &str, line_break: &str) {
    if !message.chars().any(char::is_control) {
        text.push_str(message);
        return;
    }
    let mut characters = message.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => text.push_str(line_break),
            '\t' => text.push('\t'),
            '\u{1b}' => {
                // ECMA-48: a control sequence ends with a byte from @ to ~.
                if characters.next_if_eq(&'[').is_some() {
                    characters.by_ref().find(|c| matches!(c, '@'..='~'));
                }
            }
            character if character.is_control() => {}
            character => text.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_lines_that_nothing_can_forge() {
        let mut log = Log::new(1_000);
        log.message("info", "plain");
        log.message("warn", "two\nerror: lines\u{1b}[31m red\u{1b}[0m\r\u{7}");
        assert_eq!(
            log.finish(),
            "info: plain\nwarn: two\n    error: lines red\n"
        );
    }

    #[test]
    fn the_limit_cuts_once_and_says_so() {
        let mut log = Log::new(20);
        log.message("info", &"é".repeat(100));
        log.message("info", "dropped");
        let text = log.finish();
        assert!(
            text.starts_with("info: ééééééé\n[the log was cut at 20 bytes"),
            "{text}"
        );
        assert!(!text.contains("dropped"));
    }

    #[test]
    fn output_becomes_lines_however_it_is_split() {
        let mut log = Log::new(1_000);
        log.output(Stream::Out, b"one\ntw");
        log.output(Stream::Err, b"bad \xff\n");
        log.output(Stream::Out, b"o\nrest");
        assert_eq!(
            log.finish(),
            "info: one\nerror: bad \u{fffd}\ninfo: two\ninfo: rest\n"
        );
    }

    #[test]
    fn output_beyond_the_limit_is_not_copied() {
        let mut log = Log::new(20);
        log.output(Stream::Out, &[b'x'; 5_000]);
        assert_eq!(log.out.len(), 21);
        log.output(Stream::Out, b"\nnever seen");
        let text = log.finish();
        assert!(
            text.starts_with("info: xxxxxxxxxxxxxx\n[the log was cut"),
            "{text}"
        );
        assert!(!text.contains("seen"));
    }
}
