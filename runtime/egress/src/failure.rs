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
        let kind = kind_of(&error);
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

/// The kind that the most telling cause gives: a refusal of ours or of TLS
/// says more than that time ran out meanwhile.
fn kind_of(error: &reqwest::Error) -> SendFailure {
    let caused_by = |is: fn(&(dyn Error + 'static)) -> bool| chain(error).any(is);
    if caused_by(|cause| cause.is::<ForbiddenAddress>()) {
        SendFailure::Forbidden
    } else if caused_by(|cause| cause.is::<LookupError>()) {
        SendFailure::Dns
    } else if caused_by(|cause| cause.is::<rustls::Error>()) {
        SendFailure::Tls
    } else if error.is_timeout() {
        SendFailure::Timeout
    } else {
        SendFailure::Connection
    }
}
