//! Typed identifiers, written as TypeIDs: a prefix that names the kind, an
//! underscore, and 16 bytes in 26 characters of Crockford's base 32.
//!
//! Events and deliveries get UUIDv7 bytes, so that ids sort by time. Declared
//! resources (tenants, sources, endpoints) get bytes derived from their names,
//! so that the same name is the same resource after every restart.
//!
//! Standard: TypeID 0.3, RFC 9562 (UUIDv7 and UUIDv8).

use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ENCODED_LEN: usize = 26;

/// A text is not an id of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not {kind} id: expected `{prefix}_` and 26 characters of 0-9 and a-z without i, l, o, u"
)]
pub struct ParseIdError {
    text: String,
    kind: &'static str,
    prefix: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The id that these bytes are.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The id's 16 bytes, in the order in which ids sort.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let text = encode(self.0);
                f.write_str(concat!($prefix, "_"))?;
                f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or_else(|| ParseIdError {
                        text: text.chars().take(crate::caps::ID_SHOWN_CHARS_MAX).collect(),
                        kind: $kind,
                        prefix: $prefix,
                    })
            }
        }
    };
}

macro_rules! by_time {
    ($name:ident) => {
        impl $name {
            /// A new id, from the instant in milliseconds since the Unix epoch
            /// and ten random bytes (UUIDv7).
            #[must_use]
            pub fn new(at: crate::UnixMs, random: [u8; 10]) -> Self {
                let mut bytes = [0; 16];
                bytes[..6].copy_from_slice(&at.0.to_be_bytes()[2..]);
                bytes[6..].copy_from_slice(&random);
                bytes[6] = 0x70 | (bytes[6] & 0x0f);
                bytes[8] = 0x80 | (bytes[8] & 0x3f);
                Self(bytes)
            }

            /// The instant inside the id.
            #[must_use]
            pub fn created_at(self) -> crate::UnixMs {
                let mut ms = [0; 8];
                ms[2..].copy_from_slice(&self.0[..6]);
                crate::UnixMs(u64::from_be_bytes(ms))
            }
        }
    };
}

macro_rules! by_name {
    ($name:ident, $prefix:literal) => {
        impl $name {
            /// Stands where nothing is declared, as in commands for authors. No
            /// name has this id.
            pub const UNDECLARED: Self = Self([0; 16]);

            /// The id of the resource with this path of names, from the tenant
            /// down (UUIDv8 of a SHA-256 digest).
            #[must_use]
            pub fn named(path: &[&str]) -> Self {
                Self(name_bytes($prefix, path))
            }
        }
    };
}

id!(
    /// An accepted event; `msg_...`, as the clients of Svix know it.
    EventId, "an event", "msg"
);
id!(
    /// One event on its way to one endpoint; the same over all attempts.
    DeliveryId, "a delivery", "dlv"
);
id!(
    /// A tenant: who owns sources, endpoints and transforms.
    TenantId, "a tenant", "tnt"
);
id!(
    /// A source: where a tenant's events come in, and how they are verified.
    SourceId, "a source", "src"
);
id!(
    /// An endpoint: where a tenant's events go, and how.
    EndpointId, "an endpoint", "ep"
);
by_time!(EventId);
by_time!(DeliveryId);
by_name!(TenantId, "tnt");
by_name!(SourceId, "src");
by_name!(EndpointId, "ep");

fn encode(bytes: [u8; 16]) -> [u8; ENCODED_LEN] {
    let mut value = u128::from_be_bytes(bytes);
    let mut text = [0; ENCODED_LEN];
    for slot in text.iter_mut().rev() {
        *slot = ALPHABET[(value & 31) as usize];
        value >>= 5;
    }
    text
}

fn decode(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    // 26 characters carry 130 bits: the first may hold only three.
    if text.len() != ENCODED_LEN || text[0] > b'7' {
        return None;
    }
    text.iter()
        .try_fold(0_u128, |value, byte| {
            let digit = ALPHABET.iter().position(|letter| letter == byte)?;
            Some(value << 5 | digit as u128)
        })
        .map(u128::to_be_bytes)
}

fn name_bytes(prefix: &str, path: &[&str]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(prefix);
    for name in path {
        hash.update((name.len() as u64).to_be_bytes());
        hash.update(name);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnixMs;
    use proptest::prelude::*;

    #[test]
    fn the_published_typeid_vector_is_met() {
        let uuid = 0x0188_9c89_df6b_7f1c_a388_9139_6ec3_14bc_u128.to_be_bytes();
        assert_eq!(
            EventId::from_bytes(uuid).to_string(),
            "msg_01h2e8kqvbfwea724h75qc655w"
        );
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let event = EventId::new(UnixMs(1), [7; 10]).to_string();
        let error = event.parse::<DeliveryId>().expect_err("kinds differ");
        assert!(
            error.to_string().contains("is not a delivery id"),
            "{error}"
        );
    }

    #[test]
    fn names_that_concatenate_alike_are_different_resources() {
        assert_ne!(
            EndpointId::named(&["ab", "c"]),
            EndpointId::named(&["a", "bc"])
        );
    }

    proptest! {
        #[test]
        fn ids_round_trip_and_sort_as_their_bytes(a: [u8; 16], b: [u8; 16]) {
            let (x, y) = (DeliveryId::from_bytes(a), DeliveryId::from_bytes(b));
            prop_assert_eq!(x.to_string().parse::<DeliveryId>(), Ok(x));
            prop_assert_eq!(a.cmp(&b), x.to_string().cmp(&y.to_string()));
        }

        #[test]
        fn a_text_either_parses_to_what_prints_it_or_is_refused(text in "dlv_[0-9a-z]{24,28}") {
            if let Ok(id) = text.parse::<DeliveryId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }

        #[test]
        fn an_id_remembers_when_it_was_made(ms in 0_u64..1 << 48, random: [u8; 10]) {
            prop_assert_eq!(EventId::new(UnixMs(ms), random).created_at(), UnixMs(ms));
        }
    }
}
