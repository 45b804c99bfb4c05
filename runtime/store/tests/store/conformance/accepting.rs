//! Acceptance: durable, idempotent, whole.

use super::fixtures::*;
use super::{Backend, reopen};
use hookmill_domain::DeliveryId;
use hookmill_store::{Accepted, DeliveryState, StoreError};
use std::collections::BTreeSet;

pub(crate) async fn a_repeat_with_another_body_answers_the_first_id_and_stores_nothing(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let first = store.accept(vec![event(1, &[1])]).await.expect("accepted");
    assert_eq!(first, [Accepted::New(event_id(1))]);
    let again = event_with(2, "key-1", &[1, 2], "{\"other\":true}");
    let second = store.accept(vec![again]).await.expect("accepted");
    assert_eq!(second, [Accepted::Duplicate(event_id(1))]);
    assert_eq!(store.event(event_id(2)).await, Ok(None));
    assert_eq!(store.health().pending_deliveries, 1);
    let leased = lease(&*store, &[1, 2], 10, NOW).await;
    assert_eq!(leased.len(), 1);
    assert_eq!(leased[0].event.body, "{\"n\":1}");
}

pub(crate) async fn a_repeat_is_known_after_delivery_and_after_a_restart(backend: &dyn Backend) {
    let store = backend.open();
    store
        .accept(vec![event(1, &[1]), event(2, &[1])])
        .await
        .expect("accepted");
    let leased = lease(&*store, &[1], 1, NOW).await;
    settle(&*store, delivered(&leased[0])).await;
    let repeats = || {
        vec![
            event_with(11, "key-1", &[1], "x"),
            event_with(12, "key-2", &[1], "x"),
        ]
    };
    let known = [
        Accepted::Duplicate(event_id(1)),
        Accepted::Duplicate(event_id(2)),
    ];
    assert_eq!(store.accept(repeats()).await.expect("accepted"), known);
    let store = reopen(backend, store).await;
    assert_eq!(store.accept(repeats()).await.expect("accepted"), known);
}

pub(crate) async fn twins_in_one_call_and_in_concurrent_calls_are_one_event(backend: &dyn Backend) {
    let store = backend.open();
    let twins = vec![
        event_with(1, "twin", &[1], "first"),
        event_with(2, "twin", &[1], "second"),
        event_with(3, "twin", &[1], "third"),
    ];
    let answers = store.accept(twins).await.expect("accepted");
    let (new, repeat) = (Accepted::New(event_id(1)), Accepted::Duplicate(event_id(1)));
    assert_eq!(answers, [new, repeat, repeat]);
    let calls: Vec<_> = (10..40)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.accept(vec![event_with(n, "race", &[2], "x")]).await })
        })
        .collect();
    let mut new = Vec::new();
    let mut ids = BTreeSet::new();
    for call in calls {
        let answer = call.await.expect("no panic").expect("accepted")[0];
        ids.insert(answer.id());
        if let Accepted::New(id) = answer {
            new.push(id);
        }
    }
    assert_eq!(new.len(), 1);
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), new);
    assert_eq!(lease(&*store, &[1, 2], 10, NOW).await.len(), 2);
}

pub(crate) async fn fan_outs_of_none_one_and_ten_deliver_to_each_endpoint_once(
    backend: &dyn Backend,
) {
    let ten: Vec<u64> = (1..=10).collect();
    let store = backend.open();
    let events = vec![event(1, &[]), event(2, &[1]), event(3, &ten)];
    store.accept(events).await.expect("accepted");
    let found: BTreeSet<_> = drain(&*store, &ten, NOW).await.into_iter().collect();
    let mut expected: BTreeSet<DeliveryId> = ten.iter().map(|&e| delivery_id(3, e)).collect();
    expected.insert(delivery_id(2, 1));
    assert_eq!(found, expected);
    for n in 1..=3 {
        let view = store
            .event(event_id(n))
            .await
            .expect("readable")
            .expect("known");
        let done =
            |d: &hookmill_store::DeliveryView| d.state == DeliveryState::Delivered { at: NOW };
        assert!(view.deliveries.iter().all(done), "{view:?}");
        assert_eq!(view.deliveries.len(), [0, 1, 10][n as usize - 1]);
    }
    assert_eq!(store.health().pending_deliveries, 0);
}

pub(crate) async fn bodies_from_empty_to_a_mebibyte_come_back_byte_for_byte(backend: &dyn Backend) {
    let store = backend.open();
    let sizes = [0, 2, 3_900, 4_087, 4_096, 65_536, (1 << 20) - 1, 1 << 20];
    let body = |size: usize| (0..size).map(|i| (i * 31 % 251) as u8).collect::<Vec<u8>>();
    for (n, size) in (0_u64..).zip(sizes) {
        let new = event_with(n, &format!("size-{size}"), &[1], body(size));
        store.accept(vec![new]).await.expect("accepted");
    }
    // Once from memory, once from the disk.
    let leased = lease(&*store, &[1], 100, NOW).await;
    let found: Vec<_> = leased.iter().map(|l| l.event.body.to_vec()).collect();
    assert!(found == sizes.map(body), "bodies differ in memory");
    let store = reopen(backend, store).await;
    let leased = lease(&*store, &[1], 100, NOW).await;
    let found: Vec<_> = leased.iter().map(|l| l.event.body.to_vec()).collect();
    assert!(found == sizes.map(body), "bodies differ on disk");
}

pub(crate) async fn the_same_key_from_another_source_is_another_event(backend: &dyn Backend) {
    let store = backend.open();
    let mut other = event_with(2, "key-1", &[1], "{}");
    other.event.source = source(2);
    let answers = store
        .accept(vec![event(1, &[1]), other])
        .await
        .expect("accepted");
    assert_eq!(
        answers,
        [Accepted::New(event_id(1)), Accepted::New(event_id(2))]
    );
}

pub(crate) async fn what_does_not_fit_is_refused_whole(backend: &dyn Backend) {
    let store = backend.open();
    let long = event_with(2, &"k".repeat(257), &[1], "{}");
    let error = store
        .accept(vec![event(1, &[1]), long])
        .await
        .expect_err("too long");
    assert!(
        matches!(error, StoreError::TooLarge { limit: 256, .. }),
        "{error}"
    );
    assert_eq!(store.event(event_id(1)).await, Ok(None));
    assert_eq!(store.accept(Vec::new()).await, Ok(Vec::new()));
}
