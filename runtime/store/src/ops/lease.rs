//! Leasing: claiming what is due, and finding what belongs to it.
//!
//! Claims are made in memory, under the lock. What was accepted a moment ago is
//! in the cache; anything else is read on the reader's thread. What is in no
//! window is brought there by the index's thread.

use crate::engine::reader::Reader;
use crate::index::thread::IndexHandle;
use crate::journal::lsn::Lsn;
use crate::journal::reader::{OwnedFrame, ReadError};
use crate::queue::lane::Lane;
use crate::queue::waiting::Waiting;
use crate::record::accepted::Accepted;
use crate::record::codec::Damaged;
use crate::record::settled::{Kept, Settled};
use crate::record::{ACCEPTED, SETTLED};
use crate::shared::Shared;
use crate::{
    LaneClaim, LeaseRequest, LeaseToken, Leased, Next, ParkReason, Settlement, StoreError,
};
use hookmill_domain::EndpointId;
use hookmill_domain::event::Event;
use hookmill_domain::request::Request;
use std::sync::Arc;

/// What a lease call found.
#[derive(Default)]
pub(crate) struct Claimed {
    pub(crate) leased: Vec<Leased>,
    /// Leases whose frames are to be read.
    unread: Vec<(LeaseToken, Waiting, Option<Arc<Event>>)>,
    /// Lanes whose first deliveries are not in memory.
    dry: Vec<LaneClaim>,
    /// Lanes whose windows are getting empty.
    low: Vec<EndpointId>,
}

/// What was read for a lease.
type Work = (Arc<Event>, Option<Request>);

/// Claims deliveries. Those whose frames are damaged are given as settlements
/// that park them.
pub(crate) async fn lease(
    shared: &Arc<Shared>,
    reader: &Reader,
    index: &IndexHandle,
    request: &LeaseRequest,
) -> Result<(Vec<Leased>, Vec<Settlement>), StoreError> {
    let mut claimed = claim(shared, request, &request.lanes)?;
    let dry = std::mem::take(&mut claimed.dry);
    if !dry.is_empty() {
        let lanes = dry.iter().map(|claim| claim.endpoint).collect();
        index.scan(shared, lanes).await?;
        let more = claim(shared, request, &dry)?;
        claimed.leased.extend(more.leased);
        claimed.unread.extend(more.unread);
        claimed.low.extend(more.low);
    }
    if !claimed.low.is_empty() {
        index.fill(claimed.low);
    }
    let mut damaged = Vec::new();
    if !claimed.unread.is_empty() {
        let owner = Arc::clone(shared);
        let unread = claimed.unread;
        let read = move || {
            let read = unread.into_iter().map(|(token, waiting, event)| {
                let work = work(&owner, &waiting, event);
                (token, waiting, work)
            });
            read.collect::<Vec<_>>()
        };
        for (token, waiting, work) in reader.run(read).await? {
            match work {
                Ok((event, stored)) => {
                    let held = shared.lock().leases.set_event(token, Arc::clone(&event));
                    if held {
                        claimed.leased.push(leased(token, &waiting, event, stored));
                    }
                }
                Err(error) => {
                    let delivery = waiting.subject.delivery;
                    tracing::error!(delivery.id = %delivery, %error, "a delivery's stored bytes are damaged");
                    damaged.push(Settlement {
                        token,
                        attempt: None,
                        next: Next::Park {
                            reason: ParkReason::Corrupt,
                            request: None,
                        },
                        now: request.now,
                    });
                }
            }
        }
    }
    // In the order in which they were claimed.
    claimed.leased.sort_by_key(|leased| leased.token);
    Ok((claimed.leased, damaged))
}

fn claim(
    shared: &Shared,
    request: &LeaseRequest,
    lanes: &[LaneClaim],
) -> Result<Claimed, StoreError> {
    let durable = shared.durable();
    let mut claimed = Claimed::default();
    let mut state = shared.lock();
    shared.check(&state)?;
    let state = &mut *state;
    let now_ms = state.clock.observe(request.now);
    let until_ms = state
        .clock
        .shifted(request.now)
        .max(now_ms)
        .saturating_add(request.ttl_ms);
    for lane in lanes {
        let mut left = lane.max;
        while left > 0 {
            let pop = |lane: &mut Lane| lane.pop_due(now_ms, |waiting| waiting.since < durable);
            let Some(waiting) = state.lanes.change(lane.endpoint, pop) else {
                break;
            };
            left -= 1;
            let event = state.cache.lease(waiting.subject.event);
            let token = state.leases.grant(waiting, until_ms, event.clone());
            match (event, waiting.request) {
                (Some(event), None) => {
                    claimed.leased.push(leased(token, &waiting, event, None));
                }
                (event, _) => claimed.unread.push((token, waiting, event)),
            }
        }
        let len_max = state.lanes.window_len_max();
        let Some(found) = state.lanes.get(lane.endpoint) else {
            continue;
        };
        if left > 0 && found.scan_start(now_ms).is_some() {
            claimed.dry.push(LaneClaim {
                endpoint: lane.endpoint,
                max: left,
            });
        } else if found.next_pack().is_some() && found.len() < len_max / 2 {
            claimed.low.push(lane.endpoint);
        }
    }
    Ok(claimed)
}

fn leased(
    token: LeaseToken,
    waiting: &Waiting,
    event: Arc<Event>,
    request: Option<Request>,
) -> Leased {
    Leased {
        token,
        delivery: waiting.subject.delivery,
        endpoint: waiting.subject.endpoint,
        attempt: waiting.attempts + 1,
        first_attempt: waiting.first_attempt,
        event,
        request,
    }
}

/// A delivery's stored bytes are not what they should be.
#[derive(Debug, thiserror::Error)]
enum BadWork {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Damaged(#[from] Damaged),
}

fn work(shared: &Shared, waiting: &Waiting, event: Option<Arc<Event>>) -> Result<Work, BadWork> {
    let event = match event {
        Some(event) => event,
        None => {
            let accepted = read(shared, waiting.subject.accepted, ACCEPTED)?;
            Accepted::decode(accepted.payload)?.event
        }
    };
    let request = match waiting.request {
        None => None,
        Some(at) => {
            let settled = Settled::decode(&read(shared, at, SETTLED)?.payload)?;
            match settled.outcome.into_request() {
                Some(Kept::Here(request)) => Some(*request),
                _ => return Err(Damaged("the frame holds no request").into()),
            }
        }
    };
    Ok((event, request))
}

fn read(shared: &Shared, at: Lsn, kind: u8) -> Result<OwnedFrame, BadWork> {
    let frame = shared.reader.read(at)?;
    if frame.kind == kind {
        Ok(frame)
    } else {
        Err(Damaged("another kind of frame stands there").into())
    }
}
