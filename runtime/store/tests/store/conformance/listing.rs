//! Lists of what happened, and counts of it.

use super::fixtures::*;
use super::{Backend, reopen};
use hookmill_domain::{EventId, TenantId, UnixMs};
use hookmill_store::{
    AttemptFilter, AttemptStatus, Counts, CountsOf, EventFilter, HistoryCursor, NewEvent, Next,
    ParkReason, Store,
};

const HOUR_MS: u64 = 3_600_000;

/// Event `n`, accepted `n` seconds after the beginning.
fn event_in_time(n: u64, endpoints: &[u64]) -> NewEvent {
    let mut new = event(n, endpoints);
    let accepted_at = at(n * 1_000);
    new.event.id = event_id_at(n, accepted_at);
    new.event.received_at = accepted_at;
    if n.is_multiple_of(3) {
        new.event.event_type = "refund.failed".to_owned();
    }
    new
}

fn tenant() -> TenantId {
    TenantId::named(&["tenant"])
}

/// All pages of so many, as the numbers of their events.
async fn pages(store: &dyn Store, filter: &EventFilter, limit: usize) -> Vec<Vec<u64>> {
    let mut cursor: Option<HistoryCursor> = None;
    let mut pages = Vec::new();
    loop {
        let page = store.events(tenant(), filter.clone(), cursor, limit).await;
        let page = page.expect("readable");
        let numbers = page
            .items
            .iter()
            .map(|it| it.received_at.since_ms(NOW) / 1_000);
        pages.push(numbers.collect());
        // A cursor survives being text.
        cursor = page
            .next
            .map(|it| it.to_string().parse().expect("a cursor"));
        if cursor.is_none() {
            return pages;
        }
    }
}

async fn fill(store: &dyn Store, count: u64) {
    let events = (1..=count).map(|n| event_in_time(n, &[1])).collect();
    store.accept(events).await.expect("accepted");
}

pub(crate) async fn a_tenants_events_are_paged_newest_first(backend: &dyn Backend) {
    let store = backend.open();
    fill(&*store, 7).await;
    let found = pages(&*store, &EventFilter::default(), 3).await;
    assert_eq!(found, [vec![7, 6, 5], vec![4, 3, 2], vec![1]]);
    let page = store
        .events(tenant(), EventFilter::default(), None, 1)
        .await;
    let newest = &page.expect("readable").items[0];
    assert_eq!(
        (newest.key.as_str(), &newest.body[..]),
        ("key-7", &b"{\"n\":7}"[..])
    );
    let stranger = TenantId::named(&["stranger"]);
    let page = store
        .events(stranger, EventFilter::default(), None, 9)
        .await;
    assert_eq!(page.map(|page| page.items.len()), Ok(0));
}

pub(crate) async fn events_are_filtered_by_type_and_time(backend: &dyn Backend) {
    let store = backend.open();
    fill(&*store, 100).await;
    let filter = |types: &[&str], after: Option<u64>, before: Option<u64>| EventFilter {
        event_types: types.iter().map(|&it| it.to_owned()).collect(),
        after: after.map(|n| at(n * 1_000)),
        before: before.map(|n| at(n * 1_000)),
    };
    let all = |pages: Vec<Vec<u64>>| pages.concat();
    let found = all(pages(&*store, &filter(&["refund.failed"], None, None), 2).await);
    assert_eq!(found, (1..=33).rev().map(|n| n * 3).collect::<Vec<_>>());
    let found = all(pages(&*store, &filter(&[], Some(95), None), 50).await);
    assert_eq!(found, [100, 99, 98, 97, 96]);
    let found = all(pages(&*store, &filter(&[], Some(2), Some(6)), 50).await);
    assert_eq!(found, [5, 4, 3]);
    let found = all(pages(&*store, &filter(&["none"], None, None), 50).await);
    assert_eq!(found, [0; 0]);
}

pub(crate) async fn attempts_are_listed_by_endpoint_and_status(backend: &dyn Backend) {
    let store = backend.open();
    let events = (1..=6).map(|n| event(n, &[1, 2])).collect();
    store.accept(events).await.expect("accepted");
    for (n, leased) in (1..).zip(lease(&*store, &[1], 10, NOW).await) {
        let (status, next) = match n % 2 {
            0 => (200, Next::Delivered),
            _ => (
                500,
                Next::Park {
                    reason: ParkReason::DeadLetter,
                    request: None,
                },
            ),
        };
        let mut settlement = settlement(leased.token, Some(attempt(1, status)), next);
        settlement.now = at(n);
        settle(&*store, settlement).await;
    }
    let list = async |status| {
        let filter = AttemptFilter {
            status,
            ..AttemptFilter::default()
        };
        let page = store.attempts(endpoint(1), filter, None, 10).await;
        let items = page.expect("readable").items;
        let ends = items.iter().map(|it| it.ended_at.since_ms(NOW));
        ends.collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, [6, 5, 4, 3, 2, 1]);
    assert_eq!(list(Some(AttemptStatus::Succeeded)).await, [6, 4, 2]);
    assert_eq!(list(Some(AttemptStatus::Failed)).await, [5, 3, 1]);
    let page = store
        .attempts(endpoint(2), AttemptFilter::default(), None, 10)
        .await;
    assert_eq!(
        page.map(|page| page.items.len()),
        Ok(0),
        "none was made there"
    );
}

pub(crate) async fn what_happened_is_counted_by_the_hour(backend: &dyn Backend) {
    let store = backend.open();
    let hour = u32::try_from(NOW.0 / HOUR_MS).expect("an hour");
    let mut late = event(3, &[1]);
    late.event.received_at = UnixMs(NOW.0 + HOUR_MS);
    let events = vec![event(1, &[1, 2]), event(2, &[1]), late];
    store.accept(events).await.expect("accepted");
    let leased = lease_one(&*store, 2, NOW).await;
    settle(&*store, delivered(&leased)).await;
    let first = lease(&*store, &[1], 1, NOW).await.remove(0);
    let next = Next::Park {
        reason: ParkReason::DeadLetter,
        request: None,
    };
    settle(
        &*store,
        settlement(first.token, Some(attempt(1, 500)), next),
    )
    .await;
    let store = reopen(backend, store).await;
    let counts = store
        .counts(CountsOf::Tenant(tenant()), hour..hour + 2)
        .await;
    let count = |accepted, delivered, failed, bytes| Counts {
        accepted,
        delivered,
        failed,
        bytes,
    };
    let expected = vec![(hour, count(2, 1, 1, 14)), (hour + 1, count(1, 0, 0, 7))];
    assert_eq!(counts, Ok(expected));
    let counts = store
        .counts(CountsOf::Endpoint(endpoint(1)), hour..hour + 1)
        .await;
    assert_eq!(counts, Ok(vec![(hour, count(2, 0, 1, 14))]));
}

pub(crate) async fn lists_are_the_same_after_a_restart(backend: &dyn Backend) {
    let store = backend.open();
    fill(&*store, 20).await;
    drain(&*store, &[1], at(100_000)).await;
    let attempts = async |store: &dyn Store| {
        let filter = AttemptFilter::default();
        let page = store.attempts(endpoint(1), filter, None, 50).await;
        page.expect("readable").items
    };
    let before = (
        pages(&*store, &EventFilter::default(), 6).await,
        attempts(&*store).await,
    );
    let store = reopen(backend, store).await;
    let after = (
        pages(&*store, &EventFilter::default(), 6).await,
        attempts(&*store).await,
    );
    assert_eq!(before, after);
    assert_eq!(after.1.len(), 20);
    let nobody = EventId::from_bytes([9; 16]);
    assert_eq!(store.event(nobody).await, Ok(None));
}
