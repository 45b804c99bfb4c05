//! `C kind1 id16 hour4`: what happened in an hour to a tenant (kind 0) or an
//! endpoint (kind 1). Hours are counted since the Unix epoch.
//!
//! Value, version 1: accepted8 delivered8 failed8 bytes8.

use super::database::{Database, IndexError};
use super::seal;
use crate::interface::history::{Counts, CountsOf};
use crate::record::codec::{Damaged, Fields, Put as _};
use hookmill_domain::UnixMs;
use std::collections::HashMap;

const VERSION: u8 = 1;

/// The first byte of the keys.
pub(crate) const KIND: u8 = b'C';

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// Whose counters, and of which hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CounterKey {
    pub(crate) owner: CountsOf,
    pub(crate) hour: u32,
}

/// What a pass adds.
#[derive(Debug, Default)]
pub(crate) struct CounterChanges(HashMap<CounterKey, Counts>);

impl CounterChanges {
    /// The counts of this owner in the hour of `at`.
    pub(crate) fn of(&mut self, owner: CountsOf, at: UnixMs) -> &mut Counts {
        let hour = u32::try_from(at.0 / HOUR_MS).unwrap_or(u32::MAX);
        self.0.entry(CounterKey { owner, hour }).or_default()
    }

    pub(crate) fn take(&mut self) -> HashMap<CounterKey, Counts> {
        std::mem::take(&mut self.0)
    }
}

/// Adds up.
pub(crate) fn add(counts: &mut Counts, more: Counts) {
    counts.accepted += more.accepted;
    counts.delivered += more.delivered;
    counts.failed += more.failed;
    counts.bytes += more.bytes;
}

/// What the keys of an owner begin with.
pub(crate) fn owner_prefix(owner: CountsOf) -> [u8; 18] {
    let (kind, id) = match owner {
        CountsOf::Tenant(id) => (0, id.to_bytes()),
        CountsOf::Endpoint(id) => (1, id.to_bytes()),
    };
    let mut key = [KIND; 18];
    key[1] = kind;
    key[2..].copy_from_slice(&id);
    key
}

pub(crate) fn key(counter: CounterKey) -> [u8; 22] {
    let mut key = [0; 22];
    key[..18].copy_from_slice(&owner_prefix(counter.owner));
    key[18..].copy_from_slice(&counter.hour.to_be_bytes());
    key
}

pub(crate) fn encode(key: &[u8], counts: Counts) -> Vec<u8> {
    seal::seal(key, VERSION, |to| {
        to.put_u64(counts.accepted);
        to.put_u64(counts.delivered);
        to.put_u64(counts.failed);
        to.put_u64(counts.bytes);
    })
}

pub(crate) fn decode(key: &[u8], value: &[u8]) -> Result<Counts, Damaged> {
    let mut fields = seal::open(key, value, VERSION)?;
    let counts = Counts {
        accepted: fields.u64()?,
        delivered: fields.u64()?,
        failed: fields.u64()?,
        bytes: fields.u64()?,
    };
    fields.end()?;
    Ok(counts)
}

/// The hour of a key.
pub(crate) fn decode_hour(key: &[u8]) -> Result<u32, Damaged> {
    let mut parts = Fields::new(key.get(18..).unwrap_or_default());
    let hour = parts.u32()?;
    parts.end()?;
    Ok(hour)
}

/// What was counted in these hours.
pub(crate) fn counts(
    database: &Database,
    of: CountsOf,
    hours: std::ops::Range<u32>,
) -> Result<Vec<(u32, Counts)>, IndexError> {
    let at = |hour| key(CounterKey { owner: of, hour }).to_vec();
    let mut found = Vec::new();
    for row in database.scan_range(at(hours.start)..at(hours.end)) {
        let (key, value) = row?;
        let hour = decode_hour(&key).map_err(|e| IndexError::row(&key, e))?;
        let counts = decode(&key, &value).map_err(|e| IndexError::row(&key, e))?;
        found.push((hour, counts));
    }
    Ok(found)
}
