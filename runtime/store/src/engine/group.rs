//! What one commit will write: the rows of several operations and the change
//! of the counters, applied as one atomic batch.

use crate::keyspace::chunk;
use crate::keyspace::meta_row::Meta;
use hookmill_domain::EventId;
use std::collections::HashMap;

/// The rows of one commit.
#[derive(Default)]
pub(crate) struct Group {
    batch: sled::Batch,
    rows: usize,
    /// Idempotency keys that this group claims: not in the database yet.
    claims: HashMap<Vec<u8>, EventId>,
    /// The counters as they will be.
    pub(crate) meta: Meta,
}

impl Group {
    pub(crate) fn new(meta: Meta) -> Self {
        Self {
            batch: sled::Batch::default(),
            rows: 0,
            claims: HashMap::new(),
            meta,
        }
    }

    pub(crate) fn put(&mut self, key: impl AsRef<[u8]>, value: Vec<u8>) {
        self.rows += 1;
        self.batch.insert(key.as_ref(), value);
    }

    pub(crate) fn remove(&mut self, key: impl AsRef<[u8]>) {
        self.rows += 1;
        self.batch.remove(key.as_ref());
    }

    /// Writes a record in pieces.
    pub(crate) fn put_record(&mut self, prefix: &[u8], version: u8, record: &[u8]) {
        for (key, value) in chunk::split(prefix, version, record) {
            self.put(key, value);
        }
    }

    /// Removes the first `pieces` pieces of a record.
    pub(crate) fn remove_record(&mut self, prefix: &[u8], pieces: u16) {
        for n in 0..pieces {
            self.remove(chunk::piece_key(prefix, n));
        }
    }

    /// Who claimed this idempotency key earlier in the group.
    pub(crate) fn claimed(&self, key: &[u8]) -> Option<EventId> {
        self.claims.get(key).copied()
    }

    pub(crate) fn claim(&mut self, key: Vec<u8>, value: Vec<u8>, event: EventId) {
        self.put(key.as_slice(), value);
        self.claims.insert(key, event);
    }

    /// Whether there is nothing to commit.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The batch with its counters, the commit counted.
    pub(crate) fn into_batch(mut self) -> (sled::Batch, Meta) {
        self.meta.commits += 1;
        self.batch
            .insert(crate::keyspace::meta_row::KEY, self.meta.encode());
        (self.batch, self.meta)
    }
}
