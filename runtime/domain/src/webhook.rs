//! What a transform made of an event.

use crate::request::Request;

/// A transform's result: a request, and whether it is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Webhook {
    /// The request is sent. When the transform left the payload alone, its body
    /// is the event's body itself.
    Send(Request),
    /// Nothing is sent. The request is what the transform left, for people.
    Cancel(Request),
}

impl Webhook {
    /// The request, sent or not.
    #[must_use]
    pub const fn request(&self) -> &Request {
        match self {
            Self::Send(request) | Self::Cancel(request) => request,
        }
    }

    /// Whether nothing is sent.
    #[must_use]
    pub const fn is_canceled(&self) -> bool {
        matches!(self, Self::Cancel(_))
    }
}
