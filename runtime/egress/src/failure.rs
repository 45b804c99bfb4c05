//! Why a request was not answered.
//!
//! The kind comes from the types of the causes, never from their texts. The
//! message is for the endpoint's owner: the whole chain of causes, without the
//! URL, which may hold a secret in its path or query.

use crate::caps::MESSAGE_CHARS_MAX;
use crate::connect_timed_out::ConnectTimedOut;
use crate::lookup::LookupError;
use crate::policy::ForbiddenAddress;
use hookmill_domain::attempt::SendFailure;
use hookmill_domain::headers::UnsendableHeader;
use std::error::Error;
use std::fmt;
use std::io;

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

    /// The HTTP client gave up before there was a connection, or the
    /// destination said nothing.
    pub(crate) fn unanswered(error: &(dyn Error + 'static)) -> Self {
        Self::from_chain(error, kind_of(error))
    }

    /// The destination said something that is not an answer.
    pub(crate) fn unreadable(error: &(dyn Error + 'static)) -> Self {
        Self::from_chain(error, SendFailure::UnreadableAnswer)
    }

    fn from_chain(error: &(dyn Error + 'static), kind: SendFailure) -> Self {
        let message = chain_text(error);
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

/// The texts of an error and all that caused it, outermost first, at most
/// 1,000 characters.
pub(crate) fn chain_text(error: &(dyn Error + 'static)) -> String {
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
    message
}

/// The kind that the most telling cause gives: a refusal of ours or of TLS
/// says more than that time ran out meanwhile.
fn kind_of(error: &(dyn Error + 'static)) -> SendFailure {
    let caused_by = |is: fn(&(dyn Error + 'static)) -> bool| chain(error).any(is);
    if caused_by(|cause| cause.is::<ForbiddenAddress>()) {
        SendFailure::Forbidden
    } else if caused_by(|cause| cause.is::<LookupError>()) {
        SendFailure::Dns
    } else if caused_by(|cause| cause.is::<rustls::Error>()) {
        SendFailure::Tls
    } else if caused_by(is_timeout) {
        SendFailure::Timeout
    } else {
        SendFailure::Connection
    }
}

/// Whether a time limit of ours was the reason.
pub(crate) fn is_elapsed(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|cause| cause.is::<tokio::time::error::Elapsed>())
}

fn is_timeout(cause: &(dyn Error + 'static)) -> bool {
    let io = cause.downcast_ref::<io::Error>();
    cause.is::<ConnectTimedOut>() || io.is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
}

/// Whether the request was not begun: its connection was gone before.
pub(crate) fn is_unbegun(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|cause| {
        let http = cause.downcast_ref::<hyper::Error>();
        http.is_some_and(hyper::Error::is_canceled)
    })
}

/// Whether the server says that it has not looked at the request (RFC 9113,
/// section 8.7): it may be sent again at once.
pub(crate) fn is_unprocessed(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|cause| {
        cause.downcast_ref::<h2::Error>().is_some_and(|http2| {
            let reason = http2.reason();
            let is_refused = http2.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM);
            let is_leaving = http2.is_go_away() && reason == Some(h2::Reason::NO_ERROR);
            http2.is_remote() && (is_refused || is_leaving)
        })
    })
}

/// Whether what a server sent over HTTP/2 could not be taken: too much, or not
/// what it should be.
pub(crate) fn is_refused_by_us(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|cause| {
        let http2 = cause.downcast_ref::<h2::Error>();
        http2.is_some_and(h2::Error::is_library)
    })
}
