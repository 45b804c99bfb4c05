//! Where bytes become machine code, and nowhere else: the one file of
//! this crate with `unsafe`.
//!
//! Code is deserialised only from an [`Artifact`], and an artifact comes only
//! from our own compiler or from a cache entry whose digest was checked. It
//! must never be made from bytes that somebody else gave us.
#![allow(
    unsafe_code,
    reason = "deserialising compiled code is unsafe by nature"
)]

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

/// What a cache entry begins with; the last digit is the format's version.
const MAGIC: &[u8; 16] = b"hookmill code 1\n";
const HEAD_BYTES: usize = MAGIC.len() + 32;

/// Compiled code of our own making.
pub(crate) struct Artifact(Vec<u8>);

impl Artifact {
    /// Trusts the bytes: call it with the compiler's output and nothing else.
    pub(crate) fn from_compiler(code: Vec<u8>) -> Self {
        Self(code)
    }

    /// Reads a cache entry: 16 bytes of magic, the SHA-256 digest of `key` and
    /// the code, the code. None when anything is not as it was written.
    pub(crate) fn from_entry(key: &[u8; 32], mut entry: Vec<u8>) -> Option<Self> {
        let (magic, rest) = entry.split_at_checked(MAGIC.len())?;
        let (digest, code) = rest.split_at_checked(32)?;
        if magic != MAGIC || digest != digest_of(key, code) {
            return None;
        }
        entry.drain(..HEAD_BYTES);
        Some(Self(entry))
    }

    /// The head of the cache entry that holds this code under `key`.
    pub(crate) fn entry_head(&self, key: &[u8; 32]) -> Vec<u8> {
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&digest_of(key, &self.0));
        head
    }

    /// The code.
    pub(crate) fn code(&self) -> &[u8] {
        &self.0
    }

    /// Maps the code.
    ///
    /// # Errors
    /// It was compiled for another engine, or does not fit the pool.
    pub(crate) fn load(&self, engine: &Engine) -> wasmtime::Result<Component> {
        // SAFETY: `deserialize` demands bytes that `Engine::precompile_component`
        // or `Component::serialize` made, unmodified. `from_compiler` takes
        // them from our compiler (in this process, or in a child running this
        // same program); `from_entry` only accepts what this user's process
        // wrote to its private cache folder, as the digest proves. They are
        // copied before they are mapped, so nobody can change them afterwards.
        unsafe { Component::deserialize(engine, &self.0) }
    }
}

/// The key is part of the digest: an entry renamed to another key is refused.
fn digest_of(key: &[u8; 32], code: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix(key);
    hash.update(code);
    hash.finalize().into()
}
