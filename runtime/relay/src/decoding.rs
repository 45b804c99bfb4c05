//! Takes the codings off events' bodies, on threads that may block.
//!
//! Decoding takes the processor for milliseconds, and the threads that answer
//! requests are few. As many bodies are decoded at once as there are
//! processors. A tenant's are decoded one after the other, so that tenants take
//! turns and one that sends many waits for itself. Only bodies that are signed
//! get here.

use crate::caps::DECODINGS_DEFAULT;
use crate::turns::WorkInTurns;
use hookmill_domain::TenantId;
use hookmill_domain::coding::DecodeError;
use hookmill_domain::event::{DecodedEvent, VerifiedEvent};

/// Where bodies are decoded.
pub(crate) struct Decoding(WorkInTurns);

impl Decoding {
    /// For these tenants.
    pub(crate) fn new(tenants: impl IntoIterator<Item = TenantId>) -> Self {
        let processors =
            std::thread::available_parallelism().map_or(DECODINGS_DEFAULT, usize::from);
        Self(WorkInTurns::new(tenants, processors))
    }

    /// Decodes a body, in its tenant's turn, of which at most `bytes_max` bytes
    /// may come out. A body without a coding has no turn to wait for.
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
        let decode = move || verified.decode(bytes_max);
        let decoded = self.0.in_turn(tenant, decode).await;
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
    async fn a_body_that_is_not_what_it_says_is_refused_in_its_tenants_turn() {
        let decoding = Decoding::new([tenant(1), tenant(2)]);
        for number in [1, 2, 1] {
            let decoded = decoding.decode(tenant(number), event(), 100).await;
            assert!(decoded.is_err(), "it is not gzip");
        }
    }
}
