//! Leases: exclusive, ordered, fenced, and never stalled by a clock.

use super::fixtures::*;
use super::{Backend, reopen};
use hookmill_domain::UnixMs;
use hookmill_store::{Due, Fencing, LaneClaim, LeaseRequest, Next, Retention, Settled};
use std::collections::BTreeSet;

pub(crate) async fn a_leased_delivery_is_not_leased_again(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let leased = lease_one(&*store, 1, NOW).await;
    assert_eq!((leased.attempt, leased.first_attempt), (1, 1));
    assert_eq!(leased.delivery, delivery_id(1, 1));
    assert!(lease(&*store, &[1], 10, at(1)).await.is_empty());
    assert!(store.due(at(1)).lanes.is_empty());
    assert_eq!(store.health().leases, 1);
}

pub(crate) async fn a_lane_is_served_in_the_order_in_which_its_deliveries_are_due(
    backend: &dyn Backend,
) {
    let store = backend.open();
    for n in [5, 3, 9, 1] {
        let mut new = event(n, &[1]);
        new.event.received_at = at(n);
        store.accept(vec![new]).await.expect("accepted");
    }
    let order = |leased: Vec<hookmill_store::Leased>| -> Vec<_> {
        leased
            .iter()
            .map(|l| l.event.received_at.since_ms(NOW))
            .collect()
    };
    assert_eq!(order(lease(&*store, &[1], 2, at(100)).await), [1, 3]);
    assert_eq!(order(lease(&*store, &[1], 9, at(100)).await), [5, 9]);
    let store = reopen(backend, store).await;
    assert_eq!(order(lease(&*store, &[1], 9, at(100)).await), [1, 3, 5, 9]);
}

pub(crate) async fn a_claim_takes_no_more_than_its_maximum_and_only_of_its_lanes(
    backend: &dyn Backend,
) {
    let store = backend.open();
    let events = (1..=6).map(|n| event(n, &[1, 2, 3])).collect();
    store.accept(events).await.expect("accepted");
    let lanes = [(1, 2), (2, 0), (4, 5)].map(|(e, max)| LaneClaim {
        endpoint: endpoint(e),
        max,
    });
    let request = LeaseRequest {
        lanes: lanes.to_vec(),
        ttl_ms: TTL_MS,
        now: NOW,
    };
    let leased = store.lease(request).await.expect("the store works");
    assert_eq!(leased.len(), 2);
    assert!(leased.iter().all(|l| l.endpoint == endpoint(1)));
}

pub(crate) async fn an_expired_lease_is_freed_by_the_sweep_and_its_token_fenced(
    backend: &dyn Backend,
) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let first = lease_one(&*store, 1, NOW).await;
    let retention = Retention::default();
    let swept = store
        .sweep(at(TTL_MS - 1), retention, 10)
        .await
        .expect("swept");
    assert_eq!(swept.leases, 0);
    let swept = store.sweep(at(TTL_MS), retention, 10).await.expect("swept");
    assert_eq!(swept.leases, 1);
    let second = lease_one(&*store, 1, at(TTL_MS)).await;
    assert_eq!((second.delivery, second.attempt), (first.delivery, 1));
    assert_eq!(settle(&*store, delivered(&first)).await, Settled::Fenced);
    assert_eq!(settle(&*store, delivered(&second)).await, Settled::Recorded);
    let view = store
        .event(event_id(1))
        .await
        .expect("readable")
        .expect("known");
    assert_eq!(view.deliveries[0].attempts.len(), 1);
}

pub(crate) async fn an_extended_lease_outlives_its_first_end(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let leased = lease_one(&*store, 1, NOW).await;
    let extended = store.extend(vec![leased.token], at(3 * TTL_MS)).await;
    assert_eq!(extended, Ok(vec![Fencing::Held]));
    let retention = Retention::default();
    let swept = store
        .sweep(at(2 * TTL_MS), retention, 10)
        .await
        .expect("swept");
    assert_eq!(swept.leases, 0);
    assert_eq!(settle(&*store, delivered(&leased)).await, Settled::Recorded);
    let extended = store.extend(vec![leased.token], at(9 * TTL_MS)).await;
    assert_eq!(extended, Ok(vec![Fencing::Fenced]));
}

pub(crate) async fn a_restart_voids_leases_and_fences_their_tokens(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let before = lease_one(&*store, 1, NOW).await;
    let store = reopen(backend, store).await;
    let after = lease_one(&*store, 1, NOW).await;
    assert_eq!(before.delivery, after.delivery);
    assert_eq!(settle(&*store, delivered(&before)).await, Settled::Fenced);
    let extended = store.extend(vec![before.token], at(1)).await;
    assert_eq!(extended, Ok(vec![Fencing::Fenced]));
    assert_eq!(settle(&*store, delivered(&after)).await, Settled::Recorded);
}

pub(crate) async fn a_backlog_larger_than_memory_windows_is_served_once_each(
    backend: &dyn Backend,
) {
    const EVENTS: u64 = 5_000;
    let store = backend.open();
    for n in (0..EVENTS).step_by(500) {
        let events = (n..n + 500).map(|n| event(n, &[n % 2])).collect();
        store.accept(events).await.expect("accepted");
    }
    let mut found = BTreeSet::new();
    for round in 0..3 {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut mine = Vec::new();
                    for _ in 0..5 {
                        let leased = lease(&*store, &[0, 1], 37, NOW).await;
                        let settlements = leased.iter().map(delivered).collect();
                        store.settle(settlements).expect("the store works");
                        mine.extend(leased.iter().map(|l| l.delivery));
                    }
                    mine
                })
            })
            .collect();
        for worker in workers {
            for delivery in worker.await.expect("no panic") {
                assert!(
                    found.insert(delivery),
                    "{delivery} came twice in round {round}"
                );
            }
        }
    }
    let store = reopen(backend, store).await;
    for delivery in drain(&*store, &[0, 1], NOW).await {
        assert!(found.insert(delivery), "{delivery} came twice");
    }
    assert_eq!(found.len() as u64, EVENTS);
    assert_eq!(store.health().pending_deliveries, 0);
}

pub(crate) async fn a_clock_that_steps_back_stalls_nothing(backend: &dyn Backend) {
    const HOUR_MS: u64 = 3_600_000;
    let back = UnixMs(NOW.0 - HOUR_MS);
    let store = backend.open();
    store
        .accept(vec![event(1, &[1]), event(2, &[1])])
        .await
        .expect("accepted");
    assert_eq!(lease(&*store, &[1], 1, at(10)).await.len(), 1);
    assert_eq!(store.due(back).lanes, [endpoint(1)]);
    let leased = lease_one(&*store, 1, back).await;
    let next = Next::RetryAt {
        at: back.plus_ms(5_000),
        request: None,
    };
    let mut retry = settlement(leased.token, Some(attempt(1, 500)), next);
    retry.now = back;
    settle(&*store, retry).await;
    // The retry keeps its delay on the new clock.
    assert!(
        lease(&*store, &[1], 9, back.plus_ms(4_990))
            .await
            .is_empty()
    );
    assert_eq!(store.due(back.plus_ms(1)).next, Some(back.plus_ms(5_000)));
    assert_eq!(lease_one(&*store, 1, back.plus_ms(5_000)).await.attempt, 2);
    // After a restart, too.
    let store = reopen(backend, store).await;
    assert_eq!(lease(&*store, &[1], 9, back.plus_ms(5_000)).await.len(), 2);
}

pub(crate) async fn due_names_lanes_and_the_next_instant(backend: &dyn Backend) {
    let store = backend.open();
    assert_eq!(store.due(NOW), Due::default());
    store
        .accept(vec![event(1, &[1, 2])])
        .await
        .expect("accepted");
    let lanes: BTreeSet<_> = store.due(NOW).lanes.into_iter().collect();
    assert_eq!(lanes, BTreeSet::from([endpoint(1), endpoint(2)]));
    let leased = lease_one(&*store, 1, NOW).await;
    let next = Next::Release { at: at(7_000) };
    settle(&*store, settlement(leased.token, None, next)).await;
    let due = store.due(at(1));
    assert_eq!((due.lanes, due.next), (vec![endpoint(2)], Some(at(7_000))));
    assert_eq!(store.due(at(7_000)).lanes.len(), 2);
}

pub(crate) async fn changed_wakes_a_waiting_dispatcher(backend: &dyn Backend) {
    let store = backend.open();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.changed().await }
    });
    // It begins to wait, or the change is there first: both must wake it.
    tokio::task::yield_now().await;
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    waiting.await.expect("no panic");
    // What happened while nobody waited is not missed either.
    store.accept(vec![event(2, &[1])]).await.expect("accepted");
    store.changed().await;
}
