//! Takes the codings off events' bodies, on threads that may block.
//!
//! Decoding takes the processor for milliseconds, and the threads that answer
//! requests are few. As many bodies are decoded at once as there are
//! processors; further ones wait. Only bodies that are signed get here.

use hookmill_domain::coding::DecodeError;
use hookmill_domain::event::{DecodedEvent, VerifiedEvent};
use tokio::sync::Semaphore;

/// Where bodies are decoded.
pub(crate) struct Decoding {
    places: Semaphore,
}

impl Default for Decoding {
    fn default() -> Self {
        let places = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            places: Semaphore::new(places),
        }
    }
}

impl Decoding {
    /// Decodes a body of which at most `bytes_max` bytes may come out.
    ///
    /// # Errors
    /// See [`DecodeError`].
    pub(crate) async fn decode(
        &self,
        verified: VerifiedEvent,
        bytes_max: usize,
    ) -> Result<DecodedEvent, DecodeError> {
        if !verified.is_coded() {
            return verified.decode(bytes_max);
        }
        let _place = self
            .places
            .acquire()
            .await
            .expect("the semaphore is never closed");
        tokio::task::spawn_blocking(move || verified.decode(bytes_max))
            .await
            .unwrap_or(Err(DecodeError::Panicked))
    }
}
