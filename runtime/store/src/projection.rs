//! What the journal's frames mean for the queue, its index, the counters and
//! the tables: the same while they are appended and when they are read again.

use crate::CountsOf;
use crate::index::counters::CounterChanges;
use crate::journal::lsn::Lsn;
use crate::queue::changes::{Changes, Indexed, Now};
use crate::queue::waiting::{ParkedEntry, Subject, Waiting};
use crate::record::accepted::Accepted;
use crate::record::codec::Damaged;
use crate::record::replayed::Replayed;
use crate::record::row::Row;
use crate::record::settled::{Outcome, Settled};
use crate::record::{self};
use crate::runs::entry::{AttemptStatus, Entry, Table, digest};
use crate::runs::recent::Recent;
use hookmill_domain::{DeliveryId, EndpointId};
use std::collections::HashMap;

/// What is not in the index or in runs yet.
#[derive(Debug)]
pub(crate) struct Projection {
    pub(crate) changes: Changes,
    pub(crate) counters: CounterChanges,
    /// Rows of the catalog, with where their values are; none when they are
    /// gone.
    pub(crate) catalog: HashMap<Vec<u8>, Option<Lsn>>,
    /// Deliveries that wait or are leased.
    pub(crate) pending: u64,
    pub(crate) recent: Recent,
}

/// From where on frames are new to the index and to the runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since {
    pub(crate) index: Lsn,
    pub(crate) runs: Lsn,
}

impl Projection {
    pub(crate) fn new(pending: u64, runs_from: Lsn) -> Self {
        Self {
            changes: Changes::default(),
            counters: CounterChanges::default(),
            catalog: HashMap::new(),
            pending,
            recent: Recent::new(runs_from),
        }
    }

    /// An event was accepted.
    pub(crate) fn accepted(&mut self, accepted: &Accepted, at: Lsn) {
        let event = &accepted.event;
        let bytes = event.body.len() as u64;
        let tenant = self
            .counters
            .of(CountsOf::Tenant(event.tenant), event.received_at);
        tenant.accepted += 1;
        tenant.bytes += bytes;
        for waiting in first_deliveries(accepted, at) {
            let Subject {
                delivery, endpoint, ..
            } = waiting.subject;
            let owner = CountsOf::Endpoint(endpoint);
            let counts = self.counters.of(owner, event.received_at);
            counts.accepted += 1;
            counts.bytes += bytes;
            let now = Now::Waiting(waiting);
            self.changes.set(delivery, Indexed::Nowhere, now);
            self.pending += 1;
        }
    }

    /// How an accepted event is found.
    pub(crate) fn accepted_entries(&mut self, accepted: &Accepted, at: Lsn) {
        let event = &accepted.event;
        let digest = digest(event.source, &event.key);
        let recent = &mut self.recent;
        recent.insert(Table::Keys, Entry::key(digest, event.id, at));
        recent.insert(Table::Events, Entry::event(event.id, at));
        let entry = Entry::timeline(event.tenant, event.id, at);
        recent.insert(Table::Timeline, entry);
    }

    /// A delivery was settled; says where it is now.
    pub(crate) fn settled(&mut self, settled: &Settled, at: Lsn) -> Now {
        let subject = settled.subject;
        let owners = [
            CountsOf::Tenant(subject.tenant),
            CountsOf::Endpoint(subject.endpoint),
        ];
        let now = now(settled, at);
        for owner in owners {
            match settled.outcome {
                Outcome::Delivered => self.counters.of(owner, settled.at).delivered += 1,
                Outcome::Parked { .. } => self.counters.of(owner, settled.at).failed += 1,
                _ => {}
            }
        }
        if !matches!(now, Now::Waiting(_)) {
            self.pending = self.pending.saturating_sub(1);
        }
        let pack = settled.pack;
        let before = pack.map_or(Indexed::Nowhere, |it| Indexed::Pack(subject.endpoint, it));
        self.changes.set(subject.delivery, before, now.clone());
        now
    }

    /// How a settlement is found.
    pub(crate) fn settled_entries(&mut self, settled: &Settled, at: Lsn) {
        let subject = settled.subject;
        let recent = &mut self.recent;
        recent.insert(Table::Events, Entry::event(subject.event, at));
        if settled.attempt.is_some() {
            let status = match settled.outcome {
                Outcome::Delivered => AttemptStatus::Succeeded,
                Outcome::Canceled => AttemptStatus::Canceled,
                _ => AttemptStatus::Failed,
            };
            let entry = Entry::attempt(subject.endpoint, settled.at, status, at);
            recent.insert(Table::Attempts, entry);
        }
    }

    /// A parked delivery is in the queue again.
    pub(crate) fn replayed(&mut self, replayed: &Replayed, at: Lsn) -> Waiting {
        let subject = replayed.subject;
        let waiting = Waiting {
            subject,
            due_ms: replayed.due_ms,
            attempts: replayed.attempts,
            first_attempt: replayed.attempts + 1,
            request: replayed.request,
            since: at,
            pack: None,
        };
        let before = Indexed::Parked(subject.endpoint, replayed.parked_at);
        let now = Now::Waiting(waiting);
        self.changes.set(subject.delivery, before, now);
        self.pending += 1;
        waiting
    }

    /// How a replay is found.
    pub(crate) fn replayed_entries(&mut self, replayed: &Replayed, at: Lsn) {
        let entry = Entry::event(replayed.subject.event, at);
        self.recent.insert(Table::Events, entry);
    }

    /// A row of the catalog has another value.
    pub(crate) fn row(&mut self, row: Row, at: Lsn) {
        let value = row.value.is_some().then_some(at);
        self.catalog.insert(row.key, value);
    }

    /// A frame is read again.
    pub(crate) fn read(
        &mut self,
        kind: u8,
        payload: &[u8],
        at: Lsn,
        since: Since,
    ) -> Result<(), Damaged> {
        let (index, runs) = (at >= since.index, at >= since.runs);
        match kind {
            record::ACCEPTED => {
                let accepted = Accepted::decode(payload.to_vec())?;
                if index {
                    self.accepted(&accepted, at);
                }
                if runs {
                    self.accepted_entries(&accepted, at);
                }
            }
            record::SETTLED => {
                let settled = Settled::decode(payload)?;
                if index {
                    self.settled(&settled, at);
                }
                if runs {
                    self.settled_entries(&settled, at);
                }
            }
            record::REPLAYED => {
                let replayed = Replayed::decode(payload)?;
                if index {
                    self.replayed(&replayed, at);
                }
                if runs {
                    self.replayed_entries(&replayed, at);
                }
            }
            record::ROW if index => self.row(Row::decode(payload)?, at),
            record::ROW | record::OPENED => {}
            _ => return Err(Damaged("a frame's kind is unknown")),
        }
        Ok(())
    }
}

/// The deliveries of an event that was accepted here.
pub(crate) fn first_deliveries(accepted: &Accepted, at: Lsn) -> impl Iterator<Item = Waiting> + '_ {
    let deliveries = accepted.deliveries.iter();
    deliveries.map(
        move |&(delivery, endpoint): &(DeliveryId, EndpointId)| Waiting {
            subject: Subject {
                delivery,
                endpoint,
                event: accepted.event.id,
                tenant: accepted.event.tenant,
                accepted: at,
            },
            due_ms: accepted.due_ms,
            attempts: 0,
            first_attempt: 1,
            request: None,
            since: at,
            pack: None,
        },
    )
}

/// Where a delivery is after a settlement that stands here.
pub(crate) fn now(settled: &Settled, at: Lsn) -> Now {
    let waiting = |due_ms, request: &record::settled::Kept| {
        Now::Waiting(Waiting {
            subject: settled.subject,
            due_ms,
            attempts: settled.attempts,
            first_attempt: settled.first_attempt,
            request: request.lsn(at),
            since: at,
            pack: None,
        })
    };
    match &settled.outcome {
        Outcome::Delivered | Outcome::Canceled => Now::Gone,
        Outcome::Retried { due_ms, request } | Outcome::Released { due_ms, request } => {
            waiting(*due_ms, request)
        }
        Outcome::Parked {
            reason,
            event_type,
            request,
        } => Now::Parked(ParkedEntry {
            subject: settled.subject,
            parked_at: settled.at,
            reason: *reason,
            attempts: settled.attempts,
            request: request.lsn(at),
            event_type: event_type.clone(),
        }),
    }
}
