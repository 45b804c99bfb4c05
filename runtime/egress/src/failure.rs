//! Why a request was not answered.
//!
//! The kind comes from the types of the causes, never from their texts. The
//! message is for the endpoint's owner: the whole chain of causes, without the
//! URL, which may hold a secret in its path or query.

use crate::headers::UnsendableHeader;
use crate::lookup::LookupError;
use crate::policy::ForbiddenAddress;
use hookmill_domain::attempt::SendFailure;
use std::error::Error;
use std::fmt;
use std::io;

/// Characters of a message that are kept.
const MESSAGE_CHARS_MAX: usize = 1_000;

/// A request was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    /// Which kind of failure.
    pub kind: SendFailure,
    /// The chain of causes, outermost first, at most 1,000 characters. Holds
    /// no URL, header or body.
    pub message: String,
}

impl SendError {
    /// The time was up before the status came.
    pub(crate) fn timed_out(timeout_ms: u64) -> Self {
        Self {
            kind: SendFailure::Timeout,
            message: format!("no response within {timeout_ms} ms"),
        }
    }

    /// The URL's host is an address that may not be dialled.
    pub(crate) fn forbidden(address: ForbiddenAddress) -> Self {
        Self::from_chain(&address, SendFailure::Forbidden)
    }

    /// A header field can't be sent; nor could it the next time.
    pub(crate) fn unsendable(header: &UnsendableHeader) -> Self {
        Self::from_chain(header, SendFailure::Forbidden)
    }

    /// The HTTP client gave up.
    pub(crate) fn from_client(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let kind = chain(&error)
            .find_map(kind_of)
            .unwrap_or(SendFailure::Connection);
        Self::from_chain(&error, kind)
    }

    fn from_chain(error: &(dyn Error + 'static), kind: SendFailure) -> Self {
        let mut message = String::new();
        let mut last = String::new();
        for cause in chain(error) {
            let text = cause.to_string();
            // `io::Error` shows what it wraps, and then has it as its cause.
            if text == last {
                continue;
            }
            if !message.is_empty() {
                message.push_str(": ");
            }
            message.push_str(&text);
            last = text;
        }
        if let Some((cut, _)) = message.char_indices().nth(MESSAGE_CHARS_MAX) {
            message.truncate(cut);
        }
        Self { kind, message }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl Error for SendError {}

/// An error and all that caused it. `io::Error` passes over the error that it
/// wraps, which is where TLS errors are; so that one is taken by hand.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        let wrapped = cause
            .downcast_ref::<io::Error>()
            .and_then(|io| io.get_ref());
        match wrapped {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => cause.source(),
        }
    })
}

fn kind_of(cause: &(dyn Error + 'static)) -> Option<SendFailure> {
    if cause.is::<ForbiddenAddress>() {
        Some(SendFailure::Forbidden)
    } else if cause.is::<LookupError>() {
        Some(SendFailure::Dns)
    } else if cause.is::<rustls::Error>() {
        Some(SendFailure::Tls)
    } else if cause
        .downcast_ref::<reqwest::Error>()
        .is_some_and(reqwest::Error::is_timeout)
        || cause
            .downcast_ref::<io::Error>()
            .is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
    {
        Some(SendFailure::Timeout)
    } else {
        None
    }
}
