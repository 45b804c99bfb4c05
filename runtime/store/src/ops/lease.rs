//! Leasing: claiming what is due, and finding what belongs to it.
//!
//! Claims are made in memory, under the queue's lock. What was accepted a
//! moment ago is in the cache; anything else is read on the reader's thread.
//! A row that a scan found may be gone by the time it is claimed; so what a
//! scan found is checked against its rows after it was claimed, when nobody
//! else can touch it.

use super::pipeline::Pipeline;
use crate::engine::database::ReadError;
use crate::engine::databases::Databases;
use crate::engine::reader::Reader;
use crate::keyspace::codec::Damaged;
use crate::keyspace::delivery_row::{self, DeliveryRow, Progress};
use crate::keyspace::due_row::{self, Place};
use crate::keyspace::event_row::{self, StoredEvent};
use crate::keyspace::request_row;
use crate::queue::lane::{Origin, Waiting};
use crate::queue::leases::{Claim, Work};
use crate::{LaneClaim, LeaseRequest, LeaseToken, Leased, StoreError};
use hookmill_domain::{DeliveryId, EndpointId};
use std::sync::Arc;

/// Rows that one scan takes over into a lane's window.
const SCAN_ROWS: usize = 256;

/// What a lease call found.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) leased: Vec<Leased>,
    /// Leases whose rows are damaged: to be parked.
    pub(crate) corrupt: Vec<LeaseToken>,
}

/// What the rows of a claim say.
enum Loaded {
    Work(Box<Work>),
    /// The delivery ended before it was claimed.
    Gone,
    /// With what can still be read.
    Corrupt(Option<Box<Work>>),
}

/// Claims what is due and finds what belongs to it.
pub(crate) async fn lease(
    pipeline: &Arc<Pipeline>,
    reader: &Reader,
    request: &LeaseRequest,
) -> Result<Found, StoreError> {
    let mut granted = Vec::new();
    let mut lanes = request.lanes.clone();
    loop {
        let scans = grant(pipeline, request, &mut lanes, &mut granted);
        if scans.is_empty() {
            break;
        }
        let owner = Arc::clone(pipeline);
        let scanned = reader.run(move |databases| {
            for (endpoint, start) in scans {
                fill(&owner, databases, endpoint, start);
            }
        });
        scanned.await?;
        pipeline.failure.check()?;
    }
    load(pipeline, reader, granted).await
}

/// A claim with its token, and what is known about it.
type Granted = (LeaseToken, Claim, Option<Work>);

/// Leases what is due in the windows; says which lanes must be scanned first
/// to find more.
fn grant(
    pipeline: &Pipeline,
    request: &LeaseRequest,
    lanes: &mut [LaneClaim],
    granted: &mut Vec<Granted>,
) -> Vec<(EndpointId, Place)> {
    let mut queue = pipeline.queue.lock();
    let queue = &mut *queue;
    let now_ms = queue.clock.observe(request.now);
    let until_ms = now_ms.saturating_add(request.ttl_ms);
    let mut scans = Vec::new();
    for lane_claim in lanes {
        let endpoint = lane_claim.endpoint;
        queue.lanes.change(endpoint, |lane| {
            while lane_claim.max > 0 {
                let Some((place, waiting)) = lane.pop_due(now_ms) else {
                    if let Some(start) = lane.scan_start(now_ms) {
                        lane.scan_begins();
                        scans.push((endpoint, start));
                    }
                    break;
                };
                if queue.leases.is_busy(place.delivery) {
                    continue;
                }
                lane_claim.max -= 1;
                let claim = Claim {
                    endpoint,
                    place,
                    waiting,
                };
                let fresh = waiting.origin == Origin::Fresh;
                let cached = queue.cache.get(waiting.event).filter(|_| fresh);
                let work = cached.map(|stored| Work::fresh(stored.clone()));
                let token = queue.leases.grant(claim.clone(), until_ms, work.clone());
                granted.push((token, claim, work));
            }
        });
    }
    scans
}

/// Scans a lane from `start` and takes the rows over into its window. Runs on
/// the reader's thread, so that a caller that gives up leaves nothing undone.
fn fill(pipeline: &Pipeline, databases: &Databases, endpoint: EndpointId, start: Place) {
    let scanned = scan(databases, endpoint, start);
    let mut queue = pipeline.queue.lock();
    let queue = &mut *queue;
    let rows_max = queue.lanes.window_rows_max();
    queue.lanes.change(endpoint, |lane| match scanned {
        Err(error) => {
            lane.scan_failed();
            // Damaged rows are passed over: the log itself can't be read.
            pipeline.failure.fail(format!("reading failed: {error}"));
        }
        Ok((mut rows, next)) => {
            rows.retain(|(place, _)| !queue.leases.is_busy(place.delivery));
            lane.scan_ends(start, rows, next, rows_max);
        }
    });
    // For whoever found the lane under way, and got nothing of it.
    pipeline.queue.ring();
}

type Scanned = (Vec<(Place, Waiting)>, Option<Place>);

fn scan(databases: &Databases, endpoint: EndpointId, start: Place) -> Result<Scanned, ReadError> {
    let end = due_row::lane_end(endpoint);
    let from = due_row::key(endpoint, start).to_vec();
    let mut rows = Vec::new();
    for row in databases.hot.scan_range(from..end) {
        let (key, value) = row?;
        let decoded = due_row::decode_key(&key)
            .and_then(|(_, place)| Ok((place, due_row::decode(&key, &value)?)));
        match decoded {
            Ok((place, _)) if rows.len() == SCAN_ROWS => return Ok((rows, Some(place))),
            Ok((place, event)) => {
                let origin = Origin::Stored;
                rows.push((place, Waiting { event, origin }));
            }
            // Its event is unknown, so it can't even be parked; the rest of
            // the lane must not wait for it.
            Err(damaged) => tracing::error!(%damaged, "a due row is damaged; it is passed over"),
        }
    }
    Ok((rows, None))
}

/// Reads what is not known yet; leases whose delivery is gone are dropped. The
/// order of the claims stays.
async fn load(
    pipeline: &Arc<Pipeline>,
    reader: &Reader,
    mut granted: Vec<Granted>,
) -> Result<Found, StoreError> {
    let mut found = Found::default();
    let unknown: Vec<_> = granted
        .iter()
        .enumerate()
        .filter(|(_, (_, _, work))| work.is_none())
        .map(|(index, (_, claim, _))| (index, claim.clone()))
        .collect();
    if !unknown.is_empty() {
        let loading = reader.run(move |databases| {
            unknown
                .into_iter()
                .map(|(index, claim)| Ok((index, read(databases, &claim)?)))
                .collect::<Result<Vec<_>, ReadError>>()
        });
        let loaded = loading.await?.map_err(|error| {
            // Not damage to one row, which `read` handles: the log can't be
            // read.
            pipeline.failure.fail(format!("reading failed: {error}"))
        })?;
        let mut queue = pipeline.queue.lock();
        for (index, loaded) in loaded {
            let (token, claim, work) = &mut granted[index];
            match loaded {
                Loaded::Work(read) => {
                    // An expired lease has been swept by now.
                    if queue.leases.set_work(*token, (*read).clone()) {
                        *work = Some(*read);
                    }
                }
                Loaded::Gone => {
                    // Not when it expired, and is somebody else's by now.
                    if queue.leases.take(*token).is_some() {
                        queue.leases.release(claim.delivery());
                    }
                }
                Loaded::Corrupt(read) => {
                    if let Some(read) = read {
                        queue.leases.set_work(*token, *read);
                    }
                    found.corrupt.push(*token);
                }
            }
        }
    }
    let known = granted
        .into_iter()
        .filter_map(|(token, claim, work)| Some(leased(token, &claim, work?)));
    found.leased = known.collect();
    Ok(found)
}

fn leased(token: LeaseToken, claim: &Claim, work: Work) -> Leased {
    Leased {
        token,
        delivery: claim.delivery(),
        endpoint: claim.endpoint,
        attempt: work.attempts + 1,
        first_attempt: work.first_attempt,
        event: work.stored.event,
        request: work.request,
    }
}

/// Reads what belongs to a claim. Damage is an answer; only sled's own
/// failure is an error.
fn read(databases: &Databases, claim: &Claim) -> Result<Loaded, ReadError> {
    let due_key = due_row::key(claim.endpoint, claim.place);
    if databases.hot.get(&due_key)?.is_none() {
        return Ok(Loaded::Gone);
    }
    let stored = match read_event(databases, claim) {
        Ok(stored) => stored,
        Err(ReadError::Damaged(damaged)) => {
            tracing::error!(event = %claim.event(), %damaged, "a stored event is damaged");
            return Ok(Loaded::Corrupt(None));
        }
        Err(error) => return Err(error),
    };
    let mut work = Work::fresh(stored);
    match read_past(databases, claim, &mut work) {
        Ok(()) => Ok(Loaded::Work(Box::new(work))),
        Err(ReadError::Damaged(damaged)) => {
            tracing::error!(delivery = %claim.delivery(), %damaged, "a stored delivery is damaged");
            Ok(Loaded::Corrupt(Some(Box::new(work))))
        }
        Err(error) => Err(error),
    }
}

fn read_event(databases: &Databases, claim: &Claim) -> Result<StoredEvent, ReadError> {
    let prefix = event_row::prefix(b'E', claim.event());
    let Some(record) = databases.hot.record(&prefix, event_row::VERSION)? else {
        return Err(Damaged::new(&prefix, "the event of a due delivery is missing").into());
    };
    Ok(StoredEvent::decode(claim.event(), b'E', record)?)
}

/// Adds what happened to the delivery so far.
fn read_past(databases: &Databases, claim: &Claim, work: &mut Work) -> Result<(), ReadError> {
    let delivery = claim.delivery();
    let key = delivery_row::key(claim.event(), delivery);
    let Some(value) = databases.hot.get(&key)? else {
        return Ok(());
    };
    work.has_row = true;
    let row = DeliveryRow::decode(&key, &value)?;
    let Progress::Waiting {
        first_attempt,
        request_pieces,
        ..
    } = row.progress
    else {
        return Err(Damaged::new(&key, "a due delivery has ended").into());
    };
    work.attempts = row.attempts;
    work.first_attempt = first_attempt;
    work.request_pieces = request_pieces;
    if request_pieces > 0 {
        work.request = Some(read_request(databases, delivery)?);
    }
    Ok(())
}

fn read_request(
    databases: &Databases,
    delivery: DeliveryId,
) -> Result<hookmill_domain::request::Request, ReadError> {
    let prefix = request_row::prefix(delivery);
    let Some(record) = databases.hot.record(&prefix, request_row::VERSION)? else {
        return Err(Damaged::new(&prefix, "the stored request is missing").into());
    };
    Ok(request_row::decode(delivery, record)?)
}
