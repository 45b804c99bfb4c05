//! Events, deliveries and attempts with speaking numbers: `event(7)` is the
//! same everywhere.

use bytes::Bytes;
use hookmill_domain::attempt::{Attempt, AttemptOutcome};
use hookmill_domain::event::Event;
use hookmill_domain::request::{Method, Request};
use hookmill_domain::{DeliveryId, EndpointId, EventId, SourceId, TenantId, UnixMs};
use hookmill_store::{
    LaneClaim, LeaseRequest, LeaseToken, Leased, NewEvent, Next, Settlement, Store,
};

/// When most scenarios begin.
pub(crate) const NOW: UnixMs = UnixMs(1_800_000_000_000);

/// How long leases last here, in milliseconds.
pub(crate) const TTL_MS: u64 = 30_000;

pub(crate) fn at(ms: u64) -> UnixMs {
    NOW.plus_ms(ms)
}

pub(crate) fn endpoint(n: u64) -> EndpointId {
    EndpointId::named(&["tenant", &n.to_string()])
}

pub(crate) fn source(n: u64) -> SourceId {
    SourceId::named(&["tenant", &n.to_string()])
}

fn random(n: u64) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&n.to_be_bytes());
    bytes
}

pub(crate) fn event_id(n: u64) -> EventId {
    event_id_at(n, NOW)
}

/// The id of event `n` when it is accepted at this instant.
pub(crate) fn event_id_at(n: u64, at: UnixMs) -> EventId {
    EventId::new(at, random(n))
}

pub(crate) fn delivery_id(event: u64, endpoint: u64) -> DeliveryId {
    DeliveryId::new(NOW, random((event << 16) | endpoint))
}

/// Event `n` with key `key-n`, for the endpoints with these numbers.
pub(crate) fn event(n: u64, endpoints: &[u64]) -> NewEvent {
    event_with(n, &format!("key-{n}"), endpoints, format!("{{\"n\":{n}}}"))
}

pub(crate) fn event_with(n: u64, key: &str, endpoints: &[u64], body: impl Into<Bytes>) -> NewEvent {
    NewEvent {
        event: Event {
            id: event_id(n),
            tenant: TenantId::named(&["tenant"]),
            source: source(1),
            key: key.to_owned(),
            event_type: "payment.succeeded".to_owned(),
            received_at: NOW,
            body: body.into(),
            params: Bytes::from_static(b"{}"),
        },
        deliveries: endpoints
            .iter()
            .map(|&e| (delivery_id(n, e), endpoint(e)))
            .collect(),
    }
}

pub(crate) fn request(n: u64) -> Request {
    let headers = vec![("x-number".to_owned(), n.to_string())];
    let body = Bytes::from(format!("{{\"request\":{n}}}"));
    Request::try_new("https://api.example/v1?a=b", Method::Put, headers, body).expect("sendable")
}

pub(crate) fn attempt(number: u32, status: u16) -> Attempt {
    Attempt {
        number,
        started_at: NOW,
        duration_us: 1_500,
        outcome: AttemptOutcome::Response {
            status,
            body: Bytes::from_static(b"ok"),
            note: String::new(),
        },
        run: None,
        logs: String::new(),
    }
}

pub(crate) async fn lease(
    store: &dyn Store,
    endpoints: &[u64],
    max: usize,
    now: UnixMs,
) -> Vec<Leased> {
    let lanes = endpoints.iter().map(|&e| LaneClaim {
        endpoint: endpoint(e),
        max,
    });
    let request = LeaseRequest {
        lanes: lanes.collect(),
        ttl_ms: TTL_MS,
        now,
    };
    store.lease(request).await.expect("the store works")
}

/// Leases the one delivery of this lane that is due.
pub(crate) async fn lease_one(store: &dyn Store, endpoint: u64, now: UnixMs) -> Leased {
    let mut leased = lease(store, &[endpoint], 10, now).await;
    assert_eq!(leased.len(), 1, "one delivery is due: {leased:?}");
    leased.remove(0)
}

pub(crate) fn settlement(token: LeaseToken, attempt: Option<Attempt>, next: Next) -> Settlement {
    Settlement {
        token,
        attempt,
        next,
        now: NOW,
    }
}

pub(crate) fn delivered(leased: &Leased) -> Settlement {
    settlement(
        leased.token,
        Some(attempt(leased.attempt, 200)),
        Next::Delivered,
    )
}

/// Settles one delivery, durably.
pub(crate) async fn settle(store: &dyn Store, settlement: Settlement) -> hookmill_store::Settled {
    let settled = store.settle(vec![settlement]).expect("the store works");
    assert_eq!(settled.len(), 1);
    durable(store).await;
    settled[0]
}

/// Waits until what was settled until now is durable: an event is shown with
/// all that came before the call.
pub(crate) async fn durable(store: &dyn Store) {
    let nobody = EventId::from_bytes([0; 16]);
    assert_eq!(store.event(nobody).await, Ok(None));
}

/// Leases and delivers everything that is due in these lanes.
pub(crate) async fn drain(store: &dyn Store, endpoints: &[u64], now: UnixMs) -> Vec<DeliveryId> {
    let mut done = Vec::new();
    loop {
        let leased = lease(store, endpoints, 100, now).await;
        if leased.is_empty() {
            return done;
        }
        done.extend(leased.iter().map(|l| l.delivery));
        let settlements = leased.iter().map(delivered).collect();
        let settled = store.settle(settlements).expect("the store works");
        assert!(
            settled
                .iter()
                .all(|s| *s == hookmill_store::Settled::Recorded)
        );
    }
}
