//! Fingerprints of secrets: they tell whether a secret is another one than
//! before, without keeping it.
//!
//! A plain digest would do for a random key, and not for a password: a
//! reader could try words until one fits. So a fingerprint is a MAC under a
//! key of the installation's own, which stands in no row, list or log that a
//! fingerprint stands in.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;

/// The key of an installation's fingerprints.
#[derive(Clone)]
pub struct FingerprintKey(Hmac<Sha256>);

impl FingerprintKey {
    /// Bytes of a key.
    pub const BYTES: usize = 32;

    /// The key that these random bytes are.
    #[must_use]
    pub fn new(bytes: &[u8; Self::BYTES]) -> Self {
        Self(Hmac::new_from_slice(bytes).expect("HMAC takes keys of any length"))
    }

    /// The fingerprint of a secret: equal for equal secrets under this key, 64
    /// hexadecimal digits.
    #[must_use]
    pub fn of(&self, secret: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(secret);
        let tag = mac.finalize().into_bytes();
        tag.iter()
            .fold(String::with_capacity(64), |mut text, byte| {
                text.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
                text.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
                text
            })
    }
}

impl fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintKey(...)")
    }
}

#[cfg(test)]
mod tests {
    use super::FingerprintKey;

    #[test]
    fn a_fingerprint_is_the_secrets_and_the_keys_own() {
        let (first, second) = (FingerprintKey::new(&[1; 32]), FingerprintKey::new(&[2; 32]));
        assert_eq!(first.of(b"secret"), first.of(b"secret"));
        assert_ne!(first.of(b"secret"), first.of(b"secre"));
        assert_ne!(first.of(b"secret"), second.of(b"secret"));
        assert_eq!(first.of(b"").len(), 64);
        assert_eq!(format!("{first:?}"), "FingerprintKey(...)");
    }

    /// Test case 2 of RFC 4231, whose key HMAC pads with zeros.
    #[test]
    fn it_is_hmac_sha_256() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let tag = FingerprintKey::new(&key).of(b"what do ya want for nothing?");
        assert_eq!(
            tag,
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
