//! Putting parked deliveries back into the queue.

use serde::{Deserialize, Serialize};

/// How to replay: the body of the request, which may be absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// Run the transform again, also where its request is stored.
    #[serde(default)]
    pub transform: bool,
}

/// The answer for one delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// `queued`.
    pub status: String,
}

/// The answer for a page of an endpoint's parked deliveries. It counts them
/// and does not show them, so it is not a [`Page`](crate::page::Page), but
/// goes on in the same words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayedPage {
    /// How many are in the queue now.
    pub queued: usize,
    /// How many can't be sent again, as what is stored of them is damaged.
    pub damaged: usize,
    /// What the next page is asked for with; none when `done`.
    pub iterator: Option<String>,
    /// Whether there is nothing after this page.
    pub done: bool,
}
