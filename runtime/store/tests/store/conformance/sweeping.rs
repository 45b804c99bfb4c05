//! The sweep: removes what is over, and nothing else.

use super::fixtures::*;
use super::{Backend, reopen};
use hookmill_store::{Accepted, Next, ParkReason, Retention};

const RETENTION: Retention = Retention {
    history_ms: 1_000,
    parked_ms: 5_000,
};

pub(crate) async fn the_sweep_removes_old_finished_events_and_their_keys(backend: &dyn Backend) {
    let store = backend.open();
    store
        .accept(vec![event(1, &[1]), event(2, &[])])
        .await
        .expect("accepted");
    drain(&*store, &[1], NOW).await;
    let swept = store.sweep(at(999), RETENTION, 10).await.expect("swept");
    assert!(!swept.more);
    assert!(store.event(event_id(1)).await.expect("readable").is_some());
    let repeat = || {
        let mut repeat = event_with(7, "key-1", &[1], "again");
        repeat.event.id = event_id_at(7, at(1_001));
        repeat
    };
    let answer = store.accept(vec![repeat()]).await.expect("accepted");
    assert_eq!(answer, [Accepted::Duplicate(event_id(1))]);
    let swept = store.sweep(at(1_000), RETENTION, 10).await.expect("swept");
    assert!(!swept.more);
    assert_eq!(store.event(event_id(1)).await, Ok(None));
    let answer = store.accept(vec![repeat()]).await.expect("accepted");
    assert_eq!(answer, [Accepted::New(event_id_at(7, at(1_001)))]);
    let store = reopen(backend, store).await;
    let answer = store.accept(vec![repeat()]).await.expect("accepted");
    assert_eq!(answer, [Accepted::Duplicate(event_id_at(7, at(1_001)))]);
}

pub(crate) async fn the_sweep_keeps_parked_and_undelivered_events(backend: &dyn Backend) {
    let store = backend.open();
    store
        .accept(vec![event(1, &[1]), event(2, &[2])])
        .await
        .expect("accepted");
    let leased = lease_one(&*store, 1, NOW).await;
    let reason = ParkReason::DeadLetter;
    let next = Next::Park {
        reason,
        request: Some(request(1)),
    };
    settle(
        &*store,
        settlement(leased.token, Some(attempt(1, 500)), next),
    )
    .await;
    let swept = store.sweep(at(4_999), RETENTION, 10).await.expect("swept");
    assert_eq!(swept.parked, 0);
    assert_eq!(
        store
            .parked(endpoint(1), None, 9)
            .await
            .expect("readable")
            .items
            .len(),
        1
    );
    let swept = store.sweep(at(5_000), RETENTION, 10).await.expect("swept");
    assert_eq!(swept.parked, 1);
    assert!(
        store
            .parked(endpoint(1), None, 9)
            .await
            .expect("readable")
            .items
            .is_empty()
    );
    assert_eq!(lease(&*store, &[1, 2], 9, at(5_000)).await.len(), 1);
}

pub(crate) async fn the_sweep_stays_within_its_budget(backend: &dyn Backend) {
    let store = backend.open();
    store
        .accept((1..=10).map(|n| event(n, &[1])).collect())
        .await
        .expect("accepted");
    for leased in lease(&*store, &[1], 10, NOW).await {
        let next = Next::Park {
            reason: ParkReason::DeadLetter,
            request: None,
        };
        settle(&*store, settlement(leased.token, None, next)).await;
    }
    let mut rounds = Vec::new();
    loop {
        let swept = store.sweep(at(5_000), RETENTION, 4).await.expect("swept");
        rounds.push(swept.parked);
        if !swept.more {
            break;
        }
    }
    assert_eq!(rounds, [4, 4, 2]);
}
