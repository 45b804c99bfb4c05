//! Settling, second step: the work is moved or removed.

use super::pipeline::{Ended, Pipeline, Reply};
use super::unrouted::drop_event;
use crate::engine::committer::Operation;
use crate::engine::databases::Databases;
use crate::engine::group::Group;
use crate::keyspace::delivery_row::{self, DeliveryRow, Progress};
use crate::keyspace::due_row::{self, Place};
use crate::keyspace::{chunk, request_row};
use crate::queue::lane::{Origin, Waiting};
use crate::queue::leases::{Claim, Work};
use crate::{Settled, StoreError};
use hookmill_domain::request::Request;
use std::sync::Arc;

/// A settlement whose history is durable.
pub(crate) struct SettledItem {
    pub(crate) claim: Claim,
    pub(crate) work: Option<Work>,
    pub(crate) outcome: Outcome,
}

/// What the hot database has to do.
pub(crate) enum Outcome {
    /// The delivery waits again.
    Again {
        attempts: u32,
        due_ms: u64,
        /// A request to store, encoded.
        request: Option<Vec<u8>>,
    },
    /// The delivery ended, and with it the event, or not yet.
    Ended { ended: Ended, finished: bool },
}

/// The settlements of one call.
pub(crate) struct SettleHot {
    pub(crate) items: Vec<SettledItem>,
    pub(crate) answers: Vec<Settled>,
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) reply: Reply<Vec<Settled>>,
}

impl Operation for SettleHot {
    fn bytes(&self) -> usize {
        self.items.len() * 128
    }

    fn stage(&mut self, _: &Databases, group: &mut Group) -> Result<(), StoreError> {
        for item in &self.items {
            item.stage(group);
        }
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        let this = *self;
        if outcome.is_ok() {
            this.pipeline.settled(&this.items);
        }
        // A caller that is gone needs no answer.
        let _ = this.reply.send(outcome.map(|()| this.answers));
    }
}

impl SettledItem {
    /// A delivery that waits again. A request that is stored already is not
    /// replaced: all attempts send the same bytes.
    pub(crate) fn again(
        claim: Claim,
        work: Option<Work>,
        attempts: u32,
        due_ms: u64,
        request: Option<Request>,
    ) -> Self {
        let stored = work.as_ref().is_some_and(|work| work.request_pieces > 0);
        let request = request.filter(|_| !stored);
        let outcome = Outcome::Again {
            attempts,
            due_ms,
            request: request.as_ref().map(request_row::encode),
        };
        Self {
            claim,
            work,
            outcome,
        }
    }

    fn stage(&self, group: &mut Group) {
        let claim = &self.claim;
        let (event, delivery) = (claim.event(), claim.delivery());
        let key = delivery_row::key(event, delivery);
        group.remove(due_row::key(claim.endpoint, claim.place));
        match &self.outcome {
            Outcome::Again {
                attempts,
                due_ms,
                request,
            } => {
                let row = DeliveryRow {
                    attempts: *attempts,
                    progress: Progress::Waiting {
                        first_attempt: self.work.as_ref().map_or(1, |work| work.first_attempt),
                        due_ms: *due_ms,
                        request_pieces: self.request_pieces(request.as_deref()),
                    },
                };
                group.put(key, row.encode(&key));
                if let Some(record) = request {
                    let prefix = request_row::prefix(delivery);
                    group.put_record(&prefix, request_row::VERSION, record);
                }
                let place = Place {
                    due_ms: *due_ms,
                    delivery,
                };
                let key = due_row::key(claim.endpoint, place);
                group.put(key, due_row::encode(&key, event));
            }
            Outcome::Ended { ended, finished } => {
                group.meta.deliveries = group.meta.deliveries.saturating_sub(1);
                let prefix = request_row::prefix(delivery);
                group.remove_record(&prefix, self.request_pieces(None));
                match &self.work {
                    Some(work) if *finished => self.stage_finished(work, group),
                    Some(_) | None => {
                        let row = DeliveryRow {
                            attempts: ended.attempts,
                            progress: Progress::Ended(ended.ending),
                        };
                        group.put(key, row.encode(&key));
                    }
                }
            }
        }
    }

    fn stage_finished(&self, work: &Work, group: &mut Group) {
        drop_event(group, &work.stored);
        let several = work.stored.deliveries.len() > 1;
        if several || work.has_row {
            for (delivery, _) in work.stored.deliveries.iter() {
                group.remove(delivery_row::key(work.stored.event.id, *delivery));
            }
        }
    }

    /// Pieces of the stored request, after this one is stored.
    fn request_pieces(&self, record: Option<&[u8]>) -> u16 {
        let stored = self.work.as_ref().map_or(0, |work| work.request_pieces);
        record.map_or(stored, |record| chunk::pieces(record.len()))
    }
}

impl Pipeline {
    /// Takes durable settlements over into memory.
    fn settled(&self, items: &[SettledItem]) {
        let mut queue = self.queue.lock();
        for item in items {
            let claim = &item.claim;
            queue.leases.release(claim.delivery());
            queue
                .lanes
                .change(claim.endpoint, |lane| lane.leave(claim.place));
            match &item.outcome {
                Outcome::Again { due_ms, .. } => {
                    let place = Place {
                        due_ms: *due_ms,
                        delivery: claim.delivery(),
                    };
                    let waiting = Waiting {
                        event: claim.event(),
                        origin: Origin::Stored,
                    };
                    queue.lanes.insert(claim.endpoint, place, waiting);
                }
                Outcome::Ended { finished, .. } => {
                    if *finished {
                        queue.cache.remove(claim.event());
                    }
                }
            }
        }
        drop(queue);
        let mut endings = self.endings();
        for item in items {
            if let Outcome::Ended { ended, .. } = &item.outcome
                && let Some(entry) = endings.get_mut(&item.claim.event())
            {
                entry.retain(|e| e.delivery != ended.delivery);
                if entry.is_empty() {
                    endings.remove(&item.claim.event());
                }
            }
        }
        drop(endings);
        self.queue.ring();
    }
}
