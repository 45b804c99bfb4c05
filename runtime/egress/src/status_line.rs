//! The status of an HTTP/1 answer, read from its first line alone.
//!
//! More lenient than the HTTP library, and only asked where that gives up.
//! Pure.

use crate::caps::STATUS_LINE_BYTES_KEPT;

/// The head of an answer, as far as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// Nothing came.
    Silent,
    /// Something came that has no status, or not yet.
    Unclear,
    /// A final status, 101 or from 200 on.
    Status {
        /// The status code.
        status: u16,
        /// Whether the blank line after the header fields came.
        is_whole: bool,
    },
}

/// Reads the bytes of a connection's answer for its status.
#[derive(Debug, Default)]
pub(crate) struct HeadReader {
    line: Vec<u8>,
    status: Option<u16>,
    /// Bytes came since the answer began.
    any: bool,
    in_first_line: bool,
    /// The line that is being read is empty so far.
    line_is_empty: bool,
    listening: bool,
    is_whole: bool,
}

impl HeadReader {
    /// A request begins; what comes is its answer.
    pub(crate) fn begin(&mut self) {
        self.line.clear();
        self.status = None;
        self.any = false;
        self.is_whole = false;
        self.listening = true;
        self.begin_head();
    }

    fn begin_head(&mut self) {
        self.line.clear();
        self.in_first_line = true;
        self.line_is_empty = true;
    }

    /// Whether what comes is of interest.
    pub(crate) fn is_listening(&self) -> bool {
        self.listening
    }

    /// Reads what came.
    pub(crate) fn read(&mut self, bytes: &[u8]) {
        self.any |= self.listening && !bytes.is_empty();
        for byte in bytes {
            if !self.listening {
                return;
            }
            self.read_byte(*byte);
        }
    }

    fn read_byte(&mut self, byte: u8) {
        if self.in_first_line && self.line.len() < STATUS_LINE_BYTES_KEPT {
            // Blank lines before the first one are passed over
            // (RFC 9112, section 2.2).
            if !(self.line.is_empty() && matches!(byte, b'\r' | b'\n')) {
                self.line.push(byte);
            }
            self.status = status_of(&self.line);
        }
        match byte {
            b'\n' if self.line_is_empty && !self.in_first_line => self.end_head(),
            b'\n' => {
                self.in_first_line = self.in_first_line && self.line.is_empty();
                self.line_is_empty = true;
            }
            b'\r' => {}
            _ => self.line_is_empty = false,
        }
    }

    /// The blank line. An interim answer is followed by another one.
    fn end_head(&mut self) {
        if self.status.is_some_and(is_interim) {
            self.status = None;
            return self.begin_head();
        }
        self.is_whole = true;
        self.listening = false;
    }

    /// What is known by now.
    pub(crate) fn head(&self) -> Head {
        match self.status {
            Some(status) if !is_interim(status) => Head::Status {
                status,
                is_whole: self.is_whole,
            },
            _ if self.any => Head::Unclear,
            _ => Head::Silent,
        }
    }
}

/// RFC 9110, section 15.2: 101 is the last word in HTTP/1.
fn is_interim(status: u16) -> bool {
    (100..200).contains(&status) && status != 101
}

/// `HTTP/1.1 200 OK`: the version, blanks, three digits, and then anything but
/// a further digit or letter.
fn status_of(line: &[u8]) -> Option<u16> {
    let (name, rest) = line.split_at_checked(5)?;
    if !name.eq_ignore_ascii_case(b"HTTP/") {
        return None;
    }
    let is_version = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let version = rest.iter().take_while(|byte| is_version(byte)).count();
    let rest = &rest[version..];
    let blanks = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let [hundreds, tens, ones, after, ..] = &rest[blanks..] else {
        return None;
    };
    if version == 0 || blanks == 0 || !matches!(after, b' ' | b'\t' | b'\r' | b'\n') {
        return None;
    }
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    let status = digit(hundreds)? * 100 + digit(tens)? * 10 + digit(ones)?;
    (status >= 100).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(status: u16) -> Head {
        Head::Status {
            status,
            is_whole: true,
        }
    }

    fn begun(status: u16) -> Head {
        Head::Status {
            status,
            is_whole: false,
        }
    }

    /// In one piece and byte by byte: it must not matter.
    fn read(bytes: &[u8]) -> Head {
        let mut at_once = HeadReader::default();
        at_once.begin();
        at_once.read(bytes);
        let mut piecemeal = HeadReader::default();
        piecemeal.begin();
        for byte in bytes {
            piecemeal.read(std::slice::from_ref(byte));
        }
        assert_eq!(at_once.head(), piecemeal.head());
        at_once.head()
    }

    #[test]
    fn a_status_is_read_as_soon_as_it_is_clear() {
        let table: [(&[u8], Head); 26] = [
            (b"", Head::Silent),
            (b"HTT", Head::Unclear),
            (b"HTTP/1.1 20", Head::Unclear),
            (b"HTTP/1.1 200", Head::Unclear),
            (b"HTTP/1.1 200 ", begun(200)),
            (b"HTTP/1.1 200\r\n", begun(200)),
            (b"HTTP/1.1 200\n", begun(200)),
            (b"HTTP/1.0 204 No Content\r\n\r\n", whole(204)),
            (b"HTTP/1.1 200 OK\r\nx-a: 1\r\n", begun(200)),
            (b"HTTP/1.1 200 OK\r\nx-a: 1\r\n\r\n", whole(200)),
            (b"HTTP/1.1 200 OK\n\nbody", whole(200)),
            (b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", whole(200)),
            (b"http/1.1  500 x\r\n", begun(500)),
            (b"HTTP/2 201 \r\n", begun(201)),
            (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", whole(101)),
            (b"HTTP/1.1 100 Continue\r\n\r\n", Head::Unclear),
            (
                b"HTTP/1.1 103 Early Hints\r\nx: 1\r\n\r\nHTTP/1.1 200 OK\r\n",
                begun(200),
            ),
            (
                b"HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 \r\n\r\nHTTP/1.1 404 \r\n\r\n",
                whole(404),
            ),
            (b"HTTP/1.1 000 \r\n\r\n", Head::Unclear),
            (b"HTTP/1.1 2000 OK\r\n", Head::Unclear),
            (b"HTTP/1.1 20x OK\r\n", Head::Unclear),
            (b"HTTP/1.1200 OK\r\n", Head::Unclear),
            (b"HTTP/ 200 OK\r\n", Head::Unclear),
            (b"ICY 200 OK\r\n\r\n", Head::Unclear),
            (b"<html>HTTP/1.1 200 OK\r\n", Head::Unclear),
            (b"SSH-2.0-OpenSSH\r\nHTTP/1.1 200 OK\r\n\r\n", Head::Unclear),
        ];
        for (bytes, expected) in table {
            let shown = String::from_utf8_lossy(bytes);
            assert_eq!(read(bytes), expected, "{shown:?}");
        }
        let long = format!("HTTP/1.1 299 {}", "x".repeat(100_000));
        assert_eq!(read(long.as_bytes()), begun(299));
    }

    #[test]
    fn a_body_is_not_listened_to_and_the_next_request_begins_anew() {
        let mut reader = HeadReader::default();
        assert!(!reader.is_listening());
        reader.begin();
        reader.read(b"HTTP/1.1 200 OK\r\n\r\n");
        assert!(!reader.is_listening());
        reader.read(b"HTTP/1.1 500 no\r\n\r\n");
        assert_eq!(reader.head(), whole(200));
        reader.begin();
        assert_eq!(reader.head(), Head::Silent);
    }
}
