//! Parked deliveries: listed, kept with all they need, and brought back.

use super::fixtures::*;
use super::{Backend, reopen};
use hookmill_store::{
    DeliveryState, Next, ParkReason, ParkedCursor, Replay, ReplayRequest, Replayed, Store,
};

fn park(request: Option<hookmill_domain::request::Request>) -> Next {
    Next::Park {
        reason: ParkReason::DeadLetter,
        request,
    }
}

fn replay(event: u64, endpoint: u64, request: ReplayRequest) -> Replay {
    Replay {
        event: event_id(event),
        delivery: delivery_id(event, endpoint),
        request,
    }
}

async fn park_one(store: &dyn Store, endpoint: u64, now: u64) {
    let leased = lease_one(store, endpoint, at(now)).await;
    let failed = Some(attempt(leased.attempt, 500));
    let mut parked = settlement(leased.token, failed, park(Some(request(1))));
    parked.now = at(now);
    settle(store, parked).await;
}

pub(crate) async fn a_parked_delivery_is_listed_and_replayed_with_its_request(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let body = "x".repeat(20_000);
    let new = event_with(1, "key-1", &[1], body.clone());
    store.accept(vec![new]).await.expect("accepted");
    park_one(&*store, 1, 50).await;
    assert!(lease(&*store, &[1], 9, at(100)).await.is_empty());
    let store = reopen(backend, store).await;
    let page = store.parked(endpoint(1), None, 10).await.expect("readable");
    assert_eq!((page.items.len(), page.next), (1, None));
    let parked = &page.items[0];
    assert_eq!(
        (parked.event, parked.delivery),
        (event_id(1), delivery_id(1, 1))
    );
    assert_eq!(
        (parked.parked_at, parked.attempts, parked.has_request),
        (at(50), 1, true)
    );
    assert_eq!(
        (parked.reason, parked.event_type.as_str()),
        (ParkReason::DeadLetter, "payment.succeeded")
    );
    let again = vec![replay(1, 1, ReplayRequest::Same)];
    let replayed = store.replay(again, at(200)).await.expect("the store works");
    assert_eq!(replayed, [Replayed::Queued]);
    let page = store.parked(endpoint(1), None, 10).await.expect("readable");
    assert!(page.items.is_empty());
    let store = reopen(backend, store).await;
    let leased = lease_one(&*store, 1, at(200)).await;
    assert_eq!((leased.attempt, leased.first_attempt), (2, 2));
    assert_eq!(leased.request, Some(request(1)));
    assert_eq!(leased.event.body, body);
    settle(&*store, delivered(&leased)).await;
    let view = store
        .event(event_id(1))
        .await
        .expect("readable")
        .expect("known");
    assert_eq!(view.deliveries[0].attempts.len(), 2);
    assert_eq!(
        view.deliveries[0].state,
        DeliveryState::Delivered { at: NOW }
    );
}

pub(crate) async fn a_replay_can_run_the_transform_again(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    park_one(&*store, 1, 0).await;
    let again = vec![replay(1, 1, ReplayRequest::Again)];
    store.replay(again, at(10)).await.expect("the store works");
    let leased = lease_one(&*store, 1, at(10)).await;
    assert_eq!((leased.request, leased.attempt), (None, 2));
}

pub(crate) async fn a_replay_of_what_is_not_parked_does_nothing(backend: &dyn Backend) {
    let store = backend.open();
    store
        .accept(vec![event(1, &[1]), event(2, &[2]), event(3, &[3])])
        .await
        .expect("accepted");
    park_one(&*store, 1, 0).await;
    let done = lease_one(&*store, 2, NOW).await;
    settle(&*store, delivered(&done)).await;
    let same = ReplayRequest::Same;
    let items = vec![
        replay(1, 1, same),
        replay(1, 1, same),
        replay(2, 2, same),
        replay(3, 3, same),
        replay(9, 9, same),
    ];
    let replayed = store.replay(items, NOW).await.expect("the store works");
    let none = Replayed::NotParked;
    assert_eq!(replayed, [Replayed::Queued, none, none, none, none]);
    assert_eq!(lease(&*store, &[1, 2, 3, 9], 9, NOW).await.len(), 2);
}

pub(crate) async fn parked_deliveries_are_paged_latest_first(backend: &dyn Backend) {
    let store = backend.open();
    for n in 1..=7 {
        store.accept(vec![event(n, &[1])]).await.expect("accepted");
        park_one(&*store, 1, n).await;
    }
    let mut cursor: Option<ParkedCursor> = None;
    let mut pages = Vec::new();
    loop {
        let page = store
            .parked(endpoint(1), cursor, 3)
            .await
            .expect("readable");
        pages.push(
            page.items
                .iter()
                .map(|p| p.parked_at.since_ms(NOW))
                .collect::<Vec<_>>(),
        );
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, [vec![7, 6, 5], vec![4, 3, 2], vec![1]]);
    assert!(
        store
            .parked(endpoint(2), None, 3)
            .await
            .expect("readable")
            .items
            .is_empty()
    );
}

pub(crate) async fn one_of_ten_parked_deliveries_is_replayed_alone(backend: &dyn Backend) {
    let endpoints: Vec<u64> = (1..=10).collect();
    let store = backend.open();
    store
        .accept(vec![event(1, &endpoints)])
        .await
        .expect("accepted");
    for e in &endpoints {
        park_one(&*store, *e, 0).await;
    }
    let two = vec![
        replay(1, 4, ReplayRequest::Same),
        replay(1, 7, ReplayRequest::Again),
    ];
    let replayed = store.replay(two, at(5)).await.expect("the store works");
    assert_eq!(replayed, [Replayed::Queued, Replayed::Queued]);
    let store = reopen(backend, store).await;
    assert_eq!(store.health().pending_deliveries, 2);
    drain(&*store, &endpoints, at(5)).await;
    let view = store
        .event(event_id(1))
        .await
        .expect("readable")
        .expect("known");
    for (e, delivery) in (1..).zip(&view.deliveries) {
        let delivered = delivery.state == DeliveryState::Delivered { at: NOW };
        assert_eq!(delivered, [4, 7].contains(&e), "{delivery:?}");
        let page = store.parked(endpoint(e), None, 9).await.expect("readable");
        assert_eq!(page.items.len(), usize::from(!delivered));
    }
    assert_eq!(store.health().pending_deliveries, 0);
}

pub(crate) async fn a_replayed_delivery_can_be_parked_again(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    for round in 0..3 {
        park_one(&*store, 1, round * 10).await;
        let page = store.parked(endpoint(1), None, 9).await.expect("readable");
        assert_eq!(page.items.len(), 1);
        assert_eq!(page.items[0].parked_at, at(round * 10));
        assert_eq!(u64::from(page.items[0].attempts), round + 1);
        let again = vec![replay(1, 1, ReplayRequest::Same)];
        store
            .replay(again, at(round * 10))
            .await
            .expect("the store works");
    }
    assert_eq!(
        lease_one(&*store, 1, at(30)).await.request,
        Some(request(1))
    );
}
