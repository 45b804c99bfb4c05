//! What a destination answered: its status, the beginning of its body as a
//! person would read it, and what is to be said of the rest.
//!
//! The status holds in every case, since the destination has decided when it
//! sends it. What goes wrong afterwards is a note.

use crate::caps::{CODED_BYTES_MAX, LOCATION_CHARS_MAX};
use crate::failure::chain_text;
use bytes::Bytes;
use hookmill_domain::coding::{Codings, DecodeError, UnsupportedCoding};
use http::HeaderMap;
use http::header::LOCATION;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};

/// What the destination answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// `Retry-After` in milliseconds from now, at most a day; none when it
    /// was not sent or is neither seconds nor a date.
    pub retry_after_ms: Option<u64>,
    /// Where a redirect leads, as sent, in visible characters, at most 500.
    pub location: Option<String>,
    /// The first bytes of the body, decoded where they were coded.
    pub body: Bytes,
    /// Why there is no more of the body.
    pub body_end: BodyEnd,
    /// What was odd about the answer, in a sentence; empty when nothing was.
    /// Holds nothing that was sent.
    pub note: String,
}

/// How a response's body ended. The status holds in every case: the
/// destination has decided when it sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyEnd {
    /// It is all there.
    Complete,
    /// It was longer than what is kept.
    Cut,
    /// The rest did not come in time.
    TimedOut,
    /// The connection broke off, or the rest can't be read.
    Broken,
}

impl Response {
    /// A status whose header fields can't be read, nor what follows.
    pub(crate) fn status_alone(status: u16, body_end: BodyEnd, problem: &str) -> Self {
        Self {
            status,
            retry_after_ms: None,
            location: None,
            body: Bytes::new(),
            body_end,
            note: format!("all after the status can't be read: {problem}"),
        }
    }
}

/// The beginning of a body.
pub(crate) struct Body {
    pub(crate) bytes: Bytes,
    pub(crate) end: BodyEnd,
    pub(crate) note: String,
}

/// Where a redirect leads.
pub(crate) fn location(headers: &HeaderMap) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(LOCATION)?.as_bytes());
    let visible = value
        .chars()
        .map(|character| match character {
            character if character.is_control() => '?',
            character => character,
        })
        .take(LOCATION_CHARS_MAX);
    Some(visible.collect())
}

/// The body's first `kept` bytes. Stopping early closes the connection, by
/// dropping the rest.
pub(crate) async fn read_body(
    codings: Result<Codings, UnsupportedCoding>,
    mut body: Incoming,
    kept: usize,
    deadline: Instant,
) -> Body {
    let is_coded = codings.as_ref().is_ok_and(|codings| !codings.is_empty());
    let bytes_max = if is_coded {
        kept.max(CODED_BYTES_MAX)
    } else {
        kept
    };
    let (bytes, end, trouble) = read(&mut body, bytes_max, deadline).await;
    let mut read = Body {
        bytes: Bytes::new(),
        end,
        note: trouble,
    };
    match codings {
        Ok(codings) if codings.is_empty() => read.bytes = bytes.into(),
        Ok(codings) => decode(&mut read, &codings, bytes, kept),
        Err(unsupported) => {
            read.bytes = bytes.into();
            let why = match unsupported {
                UnsupportedCoding::Unknown(name) => format!("`{name}` is not one that is decoded"),
                UnsupportedCoding::TooMany => "there are too many".to_owned(),
            };
            add(
                &mut read.note,
                &format!("the body is shown as it came, with its codings: {why}"),
            );
        }
    }
    read
}

fn decode(read: &mut Body, codings: &Codings, coded: Vec<u8>, kept: usize) {
    let decoded = codings.decode_beginning(&coded, kept);
    match decoded.end {
        Some(DecodeError::TooLarge { .. }) => read.end = BodyEnd::Cut,
        // It breaks off where reading stopped, of which all is said.
        Some(_) if read.end != BodyEnd::Complete && !decoded.bytes.is_empty() => {}
        Some(error) if decoded.bytes.is_empty() => {
            let mut shown = coded;
            shown.truncate(kept);
            read.bytes = shown.into();
            add(
                &mut read.note,
                &format!("the body is shown as it came: {error}"),
            );
            return;
        }
        Some(error) => add(&mut read.note, &error.to_string()),
        None => {}
    }
    read.bytes = decoded.bytes.into();
}

fn add(note: &mut String, sentence: &str) {
    if !note.is_empty() {
        note.push_str("; ");
    }
    note.push_str(sentence);
}

async fn read(
    body: &mut Incoming,
    bytes_max: usize,
    deadline: Instant,
) -> (Vec<u8>, BodyEnd, String) {
    let mut bytes = Vec::new();
    let (end, trouble) = loop {
        let frame = match timeout_at(deadline, body.frame()).await {
            Err(_) => break (BodyEnd::TimedOut, "the body did not end in time".to_owned()),
            Ok(Some(Err(error))) => {
                let problem = format!("the body broke off: {}", chain_text(&error));
                break (BodyEnd::Broken, problem);
            }
            Ok(None) => break (BodyEnd::Complete, String::new()),
            Ok(Some(Ok(frame))) => frame,
        };
        // What is not data are trailers, in which nobody is interested.
        let Ok(chunk) = frame.into_data() else {
            continue;
        };
        // Copied, as a slice would keep the connection's whole buffer alive.
        let taken = chunk.len().min(bytes_max - bytes.len());
        bytes.extend_from_slice(&chunk[..taken]);
        if taken < chunk.len() {
            break (BodyEnd::Cut, String::new());
        }
    };
    (bytes, end, trouble)
}
