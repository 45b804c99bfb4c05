//! Numbers that look random and follow from a seed, so that a run can be
//! repeated. They must not be used for what has to stay secret.

use crate::caps::WASI_RANDOM_BYTES_MAX;
use sha2::{Digest, Sha256};

/// SHA-256 in counter mode, over a seed.
pub(super) struct Random {
    seed: [u8; 32],
    counter: u64,
}

impl Random {
    pub(super) fn new(seed: &str) -> Self {
        Self {
            seed: Sha256::digest(seed).into(),
            counter: 0,
        }
    }

    pub(super) fn next(&mut self) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.block()[..8]);
        u64::from_be_bytes(bytes)
    }

    pub(super) fn bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        if len > WASI_RANDOM_BYTES_MAX {
            return Err(wasmtime::format_err!(
                "asked for {len} random bytes; at most {WASI_RANDOM_BYTES_MAX} in one call"
            ));
        }
        let len = usize::try_from(len)?;
        let mut bytes = Vec::with_capacity(len + 32);
        while bytes.len() < len {
            bytes.extend_from_slice(&self.block());
        }
        bytes.truncate(len);
        Ok(bytes)
    }

    fn block(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(self.seed);
        hash.update(self.counter.to_be_bytes());
        self.counter += 1;
        hash.finalize().into()
    }
}
