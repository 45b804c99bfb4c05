//! Takes the codings off events' bodies, on threads that may block.
//!
//! Decoding takes the processor for milliseconds, and the threads that answer
//! requests are few. As many bodies are decoded at once as there are
//! processors. A tenant's are decoded one after the other, so that tenants take
//! turns and one that sends many waits for itself. Only bodies that are signed
//! get here.

use hookmill_domain::TenantId;
use hookmill_domain::coding::DecodeError;
use hookmill_domain::event::{DecodedEvent, VerifiedEvent};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Where bodies are decoded.
pub(crate) struct Decoding {
    places: Arc<Semaphore>,
    turns: HashMap<TenantId, Arc<Semaphore>>,
}

impl Decoding {
    /// With a turn for each of these tenants.
    pub(crate) fn new(tenants: impl Iterator<Item = TenantId>) -> Self {
        let places = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            places: Arc::new(Semaphore::new(places)),
            turns: tenants
                .map(|tenant| (tenant, Arc::new(Semaphore::new(1))))
                .collect(),
        }
    }

    /// Decodes a body, in its tenant's turn, of which at most `bytes_max` bytes
    /// may come out.
    ///
    /// # Errors
    /// See [`DecodeError`].
    pub(crate) async fn decode(
        &self,
        tenant: TenantId,
        verified: VerifiedEvent,
        bytes_max: usize,
    ) -> Result<DecodedEvent, DecodeError> {
        if !verified.is_coded() {
            return verified.decode(bytes_max);
        }
        let turn = self.turns.get(&tenant);
        let turn = Arc::clone(turn.expect("a source's tenant is declared"));
        let turn = turn.acquire_owned().await;
        let place = Arc::clone(&self.places).acquire_owned().await;
        let decode = move || {
            // Held until it ends, also when the sender has gone.
            let _held = (turn, place);
            verified.decode(bytes_max)
        };
        let decoded = tokio::task::spawn_blocking(decode).await;
        decoded.unwrap_or(Err(DecodeError::Panicked))
    }
}

#[cfg(test)]
mod tests {
    use super::Decoding;
    use hookmill_domain::coding::Codings;
    use hookmill_domain::event::{UnverifiedEvent, VerifiedEvent};
    use hookmill_domain::signature::{Signer, Verifier};
    use hookmill_domain::{TenantId, UnixMs};
    use http::{HeaderMap, HeaderValue};
    use std::future::Future as _;
    use std::task::{Context, Waker};

    fn tenant(number: u8) -> TenantId {
        TenantId::from_bytes([number; 16])
    }

    /// A signed event that says of its body that it is coded, which it is not.
    fn event() -> VerifiedEvent {
        let key = || {
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
                .parse()
                .expect("a key")
        };
        let mut headers = HeaderMap::new();
        headers.insert("content-encoding", HeaderValue::from_static("gzip"));
        let codings = Codings::of(&headers).expect("a coding that is known");
        let signer = Signer::standard_webhooks(vec![key()]);
        for (name, value) in signer.headers("evt_1", UnixMs(0), b"plain") {
            headers.insert(name, value.parse().expect("visible ASCII"));
        }
        let unverified = UnverifiedEvent {
            headers,
            body: "plain".into(),
            codings,
        };
        let verifier = Verifier::standard_webhooks(vec![key()]);
        let verified = unverified.verify(&verifier, UnixMs(0), 300);
        verified.expect("it is signed")
    }

    #[tokio::test]
    async fn a_tenant_whose_bodies_are_being_decoded_holds_up_nobody_else() {
        let decoding = Decoding::new([tenant(1), tenant(2)].into_iter());
        let under_way = decoding.turns[&tenant(1)].acquire().await;
        let mut waiting: Vec<_> = (0..100)
            .map(|_| Box::pin(decoding.decode(tenant(1), event(), 100)))
            .collect();
        let mut context = Context::from_waker(Waker::noop());
        for decode in &mut waiting {
            assert!(decode.as_mut().poll(&mut context).is_pending());
        }
        let other = decoding.decode(tenant(2), event(), 100).await;
        assert!(other.is_err(), "it is no gzip");
        drop(under_way);
        for decode in waiting {
            assert!(decode.await.is_err(), "each has its turn");
        }
    }
}
