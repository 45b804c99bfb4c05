//! A pass: brings the index up to the end of what was appended, in one batch,
//! all of it or nothing.

use super::alive::{self, AliveChanges};
use super::counters::CounterKey;
use super::database::{Database, IndexError};
use super::meta::{self, Meta};
use super::{catalog, counters, pack, parked};
use crate::Counts;
use crate::journal::lsn::Lsn;
use crate::queue::changes::{Change, Indexed, Now};
use crate::queue::waiting::{PackId, ParkedEntry, Subject, Waiting};
use hookmill_domain::{DeliveryId, EndpointId};
use std::collections::{HashMap, HashSet};

/// What a pass writes.
pub(crate) struct PassInput {
    pub(crate) changes: HashMap<DeliveryId, Change>,
    /// The deliveries that wait, by the row that they are to be in.
    pub(crate) packs: Vec<(EndpointId, PackId, Vec<Waiting>)>,
    pub(crate) counters: HashMap<CounterKey, Counts>,
    pub(crate) catalog: HashMap<Vec<u8>, Option<Lsn>>,
    pub(crate) meta: Meta,
}

impl PassInput {
    /// Whether the index knows all of it.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.counters.is_empty() && self.catalog.is_empty()
    }
}

/// Writes what changed.
pub(crate) fn write(database: &Database, input: &PassInput) -> Result<(), IndexError> {
    let mut pass = Pass {
        database,
        batch: sled::Batch::default(),
        alive: AliveChanges::default(),
    };
    pass.leave_packs(input)?;
    pass.leave_parked(input)?;
    for (endpoint, id, deliveries) in &input.packs {
        pass.put_pack(*endpoint, *id, deliveries);
    }
    for change in input.changes.values() {
        if let Now::Parked(entry) = &change.now {
            pass.put_parked(entry);
        }
    }
    pass.catalog(input)?;
    pass.counters(input)?;
    pass.finish(input)
}

struct Pass<'a> {
    database: &'a Database,
    batch: sled::Batch,
    alive: AliveChanges,
}

/// A decoded row, or what is wrong with it.
fn of<T>(key: &[u8], decoded: Result<T, crate::record::codec::Damaged>) -> Result<T, IndexError> {
    decoded.map_err(|problem| IndexError::row(key, problem))
}

/// The frames that a delivery needs.
fn frames(subject: &Subject, request: Option<Lsn>) -> impl Iterator<Item = Lsn> {
    [Some(subject.accepted), request].into_iter().flatten()
}

impl Pass<'_> {
    /// Takes those that changed out of their rows.
    fn leave_packs(&mut self, input: &PassInput) -> Result<(), IndexError> {
        let mut leaving: HashMap<(EndpointId, PackId), HashSet<DeliveryId>> = HashMap::new();
        for (delivery, change) in &input.changes {
            if let Indexed::Pack(endpoint, id) = change.before {
                leaving.entry((endpoint, id)).or_default().insert(*delivery);
            }
        }
        for ((endpoint, id), gone) in leaving {
            let key = pack::key(endpoint, id);
            let Some(value) = self.database.get(&key)? else {
                continue;
            };
            let deliveries = of(&key, pack::decode(&key, &value))?;
            let (left, stay): (Vec<_>, Vec<_>) = deliveries
                .into_iter()
                .partition(|waiting| gone.contains(&waiting.subject.delivery));
            for waiting in &left {
                let frames = frames(&waiting.subject, waiting.request);
                frames.for_each(|frame| self.alive.release(frame));
            }
            if stay.is_empty() {
                self.batch.remove(&key[..]);
            } else {
                self.batch.insert(&key[..], pack::encode(&key, &stay));
            }
        }
        Ok(())
    }

    fn leave_parked(&mut self, input: &PassInput) -> Result<(), IndexError> {
        for (delivery, change) in &input.changes {
            let Indexed::Parked(endpoint, parked_at) = change.before else {
                continue;
            };
            let key = parked::key(endpoint, parked_at, *delivery);
            let Some(value) = self.database.get(&key)? else {
                continue;
            };
            let entry = of(&key, parked::decode(&key, &value))?;
            let frames = frames(&entry.subject, entry.request);
            frames.for_each(|frame| self.alive.release(frame));
            self.batch.remove(&key[..]);
            self.batch.remove(&parked::place_key(*delivery)[..]);
        }
        Ok(())
    }

    fn put_pack(&mut self, endpoint: EndpointId, id: PackId, deliveries: &[Waiting]) {
        for waiting in deliveries {
            let frames = frames(&waiting.subject, waiting.request);
            frames.for_each(|frame| self.alive.hold(frame));
        }
        let key = pack::key(endpoint, id);
        self.batch.insert(&key[..], pack::encode(&key, deliveries));
    }

    fn put_parked(&mut self, entry: &ParkedEntry) {
        let subject = &entry.subject;
        let frames = frames(subject, entry.request);
        frames.for_each(|frame| self.alive.hold(frame));
        let key = parked::key(subject.endpoint, entry.parked_at, subject.delivery);
        self.batch.insert(&key[..], parked::encode(&key, entry));
        let place = parked::place_key(subject.delivery);
        let value = parked::encode_place(&place, subject.endpoint, entry.parked_at);
        self.batch.insert(&place[..], value);
    }

    fn catalog(&mut self, input: &PassInput) -> Result<(), IndexError> {
        for (row, value) in &input.catalog {
            let key = catalog::key(row);
            if let Some(before) = self.database.get(&key)? {
                self.alive
                    .release(of(&key, catalog::decode(&key, &before))?);
            }
            match value {
                None => self.batch.remove(&key[..]),
                Some(lsn) => {
                    self.alive.hold(*lsn);
                    self.batch.insert(&key[..], catalog::encode(&key, *lsn));
                }
            }
        }
        Ok(())
    }

    fn counters(&mut self, input: &PassInput) -> Result<(), IndexError> {
        for (counter, more) in &input.counters {
            let key = counters::key(*counter);
            let mut counts = match self.database.get(&key)? {
                None => Counts::default(),
                Some(value) => of(&key, counters::decode(&key, &value))?,
            };
            counters::add(&mut counts, *more);
            self.batch.insert(&key[..], counters::encode(&key, counts));
        }
        Ok(())
    }

    fn finish(mut self, input: &PassInput) -> Result<(), IndexError> {
        for (segment, by) in self.alive.iter() {
            let key = alive::key(segment);
            let before = match self.database.get(&key)? {
                None => 0,
                Some(value) => of(&key, alive::decode(&key, &value))?,
            };
            match before.saturating_add_signed(by) {
                0 => self.batch.remove(&key[..]),
                count => self.batch.insert(&key[..], alive::encode(&key, count)),
            }
        }
        self.batch.insert(meta::KEY, input.meta.encode());
        self.database.apply(self.batch)
    }
}
