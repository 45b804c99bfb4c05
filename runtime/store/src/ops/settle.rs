//! Settling, first step: what must outlive the work is written to the history.
//!
//! Here it is decided whether an event's last delivery has ended. All endings
//! pass through this one thread, and those that have not reached the hot
//! database yet are in [`Pipeline::endings`], so two deliveries that end at
//! once can't both take the other for unfinished.

use super::pipeline::{Ended, Pipeline, Reply, pass_on};
use super::settle_hot::{Outcome, SettleHot, SettledItem};
use super::unrouted::{is_kept, keep_finished};
use crate::config::AttemptHistory;
use crate::engine::committer::Operation;
use crate::engine::databases::Databases;
use crate::engine::group::Group;
use crate::keyspace::delivery_row::{self, DeliveryRow, Progress};
use crate::keyspace::ending::{Ending, How};
use crate::keyspace::parked_row::{self, ParkedRow};
use crate::keyspace::{attempt_row, chunk, event_row, history_row, request_row};
use crate::queue::lane::Origin;
use crate::queue::leases::{Claim, Work};
use crate::{Next, ParkReason, Settled, StoreError};
use hookmill_domain::attempt::Attempt;
use hookmill_domain::request::Request;
use hookmill_domain::{DeliveryId, EventId, UnixMs};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// One settlement whose lease was consumed.
pub(crate) struct Item {
    pub(crate) claim: Claim,
    /// None when the event's rows are damaged.
    pub(crate) work: Option<Work>,
    pub(crate) attempt: Option<Attempt>,
    pub(crate) next: Next,
    /// When a retry or release is due, on the store's clock.
    pub(crate) due_ms: u64,
    pub(crate) now: UnixMs,
}

/// The settlements of one call.
pub(crate) struct SettleCold {
    pub(crate) items: Vec<Item>,
    pub(crate) decided: Vec<SettledItem>,
    /// One for each settlement of the call.
    pub(crate) answers: Vec<Settled>,
    pub(crate) pipeline: Arc<Pipeline>,
    pub(crate) reply: Reply<Vec<Settled>>,
}

impl Operation for SettleCold {
    fn bytes(&self) -> usize {
        let logs = self.items.iter().filter_map(|item| item.attempt.as_ref());
        logs.map(|attempt| 256 + attempt.logs.len()).sum()
    }

    fn stage(&mut self, databases: &Databases, group: &mut Group) -> Result<(), StoreError> {
        for item in std::mem::take(&mut self.items) {
            let decided = self.pipeline.decide(item, databases, group);
            // Rows are in the group by now: it must not be committed.
            let unreadable = |e| self.pipeline.failure.fail(format!("reading failed: {e}"));
            self.decided.push(decided.map_err(unreadable)?);
        }
        Ok(())
    }

    fn complete(self: Box<Self>, outcome: Result<(), StoreError>) {
        let this = *self;
        if let Err(error) = outcome {
            // A caller that is gone needs no answer.
            let _ = this.reply.send(Err(error));
            return;
        }
        let inbox = this.pipeline.hot.clone();
        pass_on(
            &inbox,
            SettleHot {
                items: this.decided,
                answers: this.answers,
                pipeline: this.pipeline,
                reply: this.reply,
            },
        );
    }
}

impl Pipeline {
    /// Writes an item's history and says what the hot step has to do.
    fn decide(
        &self,
        item: Item,
        databases: &Databases,
        group: &mut Group,
    ) -> Result<SettledItem, sled::Error> {
        let Item {
            claim,
            work,
            attempt,
            next,
            due_ms,
            now,
        } = item;
        let made = work.as_ref().map_or(0, |work| work.attempts);
        let attempt = attempt.filter(|_| !matches!(next, Next::Release { .. }));
        let attempts = made + u32::from(attempt.is_some());
        if let (Some(attempt), AttemptHistory::Kept) = (&attempt, self.attempts) {
            let prefix = attempt_row::prefix(claim.event(), claim.delivery(), attempts);
            group.put_record(&prefix, attempt_row::VERSION, &attempt_row::encode(attempt));
        }
        let (how, request) = match next {
            Next::Delivered => (How::Delivered, None),
            Next::Canceled => (How::Canceled, None),
            Next::Park { reason, request } => (How::Parked(reason), request),
            Next::RetryAt { request, .. } => {
                return Ok(SettledItem::again(claim, work, attempts, due_ms, request));
            }
            Next::Release { .. } => {
                return Ok(SettledItem::again(claim, work, attempts, due_ms, None));
            }
        };
        let ended = Ended {
            delivery: claim.delivery(),
            attempts,
            ending: Ending { how, at: now },
        };
        if claim.waiting.origin == Origin::Stored {
            // Replayed, or parked just before a crash.
            unpark(databases, group, claim.event(), claim.delivery())?;
        }
        if let How::Parked(reason) = how {
            if reason == ParkReason::Corrupt {
                self.corrupt_deliveries.fetch_add(1, Ordering::AcqRel);
            }
            park(group, &claim, work.as_ref(), ended, request);
        }
        let endings = match &work {
            // Nobody can tell what else belongs to a damaged event.
            None => None,
            Some(work) => self.all_endings(databases, work, ended)?,
        };
        let finished = endings.is_some();
        if let (Some(endings), Some(work)) = (endings, &work) {
            let known =
                claim.waiting.origin == Origin::Stored && is_kept(databases, work.stored.event.id)?;
            group.meta.events += u64::from(!known);
            keep_finished(group, &work.stored, endings);
        }
        let outcome = Outcome::Ended { ended, finished };
        Ok(SettledItem {
            claim,
            work,
            outcome,
        })
    }

    /// The endings of all deliveries of the event, when this was the last.
    fn all_endings(
        &self,
        databases: &Databases,
        work: &Work,
        ended: Ended,
    ) -> Result<Option<Vec<history_row::Ended>>, sled::Error> {
        let event = work.stored.event.id;
        let mut on_their_way = Vec::new();
        if work.stored.deliveries.len() > 1 {
            // Before the rows are read: what leaves this list is in a row.
            let mut endings = self.endings();
            let entry = endings.entry(event).or_default();
            entry.push(ended);
            on_their_way.clone_from(entry);
        } else {
            on_their_way.push(ended);
        }
        let mut all = Vec::with_capacity(work.stored.deliveries.len());
        for &(delivery, endpoint) in work.stored.deliveries.iter() {
            let known = on_their_way
                .iter()
                .find(|e| e.delivery == delivery)
                .copied();
            let known = match known {
                Some(ended) => Some(ended),
                None => stored_ending(databases, event, delivery)?,
            };
            let Some(Ended {
                attempts, ending, ..
            }) = known
            else {
                return Ok(None);
            };
            all.push(history_row::Ended {
                delivery,
                endpoint,
                attempts,
                ending,
            });
        }
        Ok(Some(all))
    }
}

/// Adds a delivery to the parked ones, with its event and its request.
fn park(
    group: &mut Group,
    claim: &Claim,
    work: Option<&Work>,
    ended: Ended,
    request: Option<Request>,
) {
    let (event, delivery) = (claim.event(), claim.delivery());
    let stored_request = work.and_then(|work| work.request.as_ref());
    let request = stored_request.or(request.as_ref()).map(request_row::encode);
    let row = ParkedRow {
        endpoint: claim.endpoint,
        attempts: ended.attempts,
        request_pieces: request.as_ref().map_or(0, |r| chunk::pieces(r.len())),
        ending: ended.ending,
        event_type: work.map_or_else(String::new, |work| work.stored.event.event_type.clone()),
    };
    if let Some(record) = request {
        let prefix = request_row::prefix(delivery);
        group.put_record(&prefix, request_row::VERSION, &record);
    }
    if let Some(work) = work {
        let prefix = event_row::prefix(b'P', event);
        group.put_record(&prefix, event_row::VERSION, &work.stored.encode());
    }
    let key = parked_row::key(event, delivery);
    group.put(key, row.encode(&key));
    let place = parked_row::place_key(row.endpoint, ended.ending.at, delivery);
    group.put(place, parked_row::encode_place(&place, event));
    group.meta.deliveries += 1;
}

/// Removes a delivery from the parked ones, if it is among them. Of a damaged
/// row only itself is removed: its place in the list, unknown now, leads
/// nowhere.
pub(crate) fn unpark(
    databases: &Databases,
    group: &mut Group,
    event: EventId,
    delivery: DeliveryId,
) -> Result<(), sled::Error> {
    let key = parked_row::key(event, delivery);
    let Some(value) = databases.cold.get(&key)? else {
        return Ok(());
    };
    group.remove(key);
    group.meta.deliveries = group.meta.deliveries.saturating_sub(1);
    match ParkedRow::decode(&key, &value) {
        Ok(row) => {
            group.remove(parked_row::place_key(row.endpoint, row.ending.at, delivery));
            group.remove_record(&request_row::prefix(delivery), row.request_pieces);
        }
        Err(damaged) => tracing::error!(%event, %delivery, %damaged, "a parked row is damaged"),
    }
    Ok(())
}

/// How a delivery ended, by its row; none while it waits. A damaged row is
/// taken for one that waits: it is found damaged when it is leased.
fn stored_ending(
    databases: &Databases,
    event: EventId,
    delivery: DeliveryId,
) -> Result<Option<Ended>, sled::Error> {
    let key = delivery_row::key(event, delivery);
    let Some(value) = databases.hot.get(&key)? else {
        return Ok(None);
    };
    Ok(match DeliveryRow::decode(&key, &value) {
        Ok(DeliveryRow {
            attempts,
            progress: Progress::Ended(ending),
        }) => Some(Ended {
            delivery,
            attempts,
            ending,
        }),
        Ok(_) | Err(_) => None,
    })
}
