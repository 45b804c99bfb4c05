//! Settling: what was recorded is shown, and never comes again.

use super::fixtures::*;
use super::{Backend, reopen};
use bytes::Bytes;
use hookmill_domain::attempt::{Attempt, AttemptOutcome, RunUsage, SendFailure};
use hookmill_domain::fault::{Fault, FaultCode, Position};
use hookmill_store::{DeliveryState, Next, ParkReason, Settled};
use std::sync::Arc;

pub(crate) async fn a_retry_keeps_the_request_bytes_and_counts_on(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let first = lease_one(&*store, 1, NOW).await;
    assert_eq!(first.request, None);
    let retry = |after, request| Next::RetryAt {
        at: at(after),
        request: Some(request),
    };
    let failed = Some(attempt(1, 503));
    let next = retry(5_000, request(1));
    settle(&*store, settlement(first.token, failed, next)).await;
    assert!(lease(&*store, &[1], 9, at(4_999)).await.is_empty());
    let view = store
        .event(event_id(1))
        .await
        .expect("readable")
        .expect("known");
    let pending = DeliveryState::Pending { due: at(5_000) };
    assert_eq!(view.deliveries[0].state, pending);
    let second = lease_one(&*store, 1, at(5_000)).await;
    assert_eq!((second.attempt, second.request), (2, Some(request(1))));
    // A request that is stored is not replaced.
    let failed = Some(attempt(2, 503));
    let next = retry(9_000, request(2));
    settle(&*store, settlement(second.token, failed, next)).await;
    let store = reopen(backend, store).await;
    let third = lease_one(&*store, 1, at(9_000)).await;
    assert_eq!((third.attempt, &third.request), (3, &Some(request(1))));
    settle(&*store, delivered(&third)).await;
    let view = store
        .event(event_id(1))
        .await
        .expect("readable")
        .expect("known");
    let numbers: Vec<_> = view.deliveries[0]
        .attempts
        .iter()
        .map(|a| a.number)
        .collect();
    assert_eq!(numbers, [1, 2, 3]);
}

pub(crate) async fn a_release_consumes_no_attempt_number(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    for n in 0..3 {
        let leased = lease_one(&*store, 1, at(n * 100)).await;
        assert_eq!(leased.attempt, 1);
        let next = Next::Release {
            at: at((n + 1) * 100),
        };
        settle(&*store, settlement(leased.token, None, next)).await;
    }
    // At the very same instant, too: its place in the lane is the old one.
    let leased = lease_one(&*store, 1, at(300)).await;
    let next = Next::Release { at: at(300) };
    settle(&*store, settlement(leased.token, None, next)).await;
    let leased = lease_one(&*store, 1, at(300)).await;
    settle(&*store, delivered(&leased)).await;
    let view = store
        .event(event_id(1))
        .await
        .expect("readable")
        .expect("known");
    assert_eq!(view.deliveries[0].attempts, [attempt(1, 200)]);
    assert!(lease(&*store, &[1], 9, at(10_000)).await.is_empty());
}

pub(crate) async fn a_token_settles_once(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let leased = lease_one(&*store, 1, NOW).await;
    let twice = vec![delivered(&leased), delivered(&leased)];
    let settled = store.settle(twice).expect("the store works");
    assert_eq!(settled, [Settled::Recorded, Settled::Fenced]);
    assert_eq!(settle(&*store, delivered(&leased)).await, Settled::Fenced);
    let health = store.health();
    assert_eq!(health.pending_deliveries, 0);
}

pub(crate) async fn a_settlement_is_reported_when_it_is_durable(backend: &dyn Backend) {
    let store = backend.open();
    let events = (1..=20).map(|n| event(n, &[1])).collect();
    store.accept(events).await.expect("accepted");
    let leased = lease(&*store, &[1], 20, NOW).await;
    let mut expected: Vec<_> = leased.iter().map(|leased| leased.token).collect();
    let settled = store.settle(leased.iter().map(delivered).collect());
    assert_eq!(settled, Ok(vec![Settled::Recorded; 20]));
    // What is fenced is not reported.
    let settled = store.settle(vec![delivered(&leased[0])]);
    assert_eq!(settled, Ok(vec![Settled::Fenced]));
    let mut reported = Vec::new();
    while reported.len() < 20 {
        reported.extend(store.settled().await.expect("the store works"));
    }
    expected.sort();
    reported.sort();
    assert_eq!(reported, expected);
    store.close().await;
    assert!(store.settled().await.is_err(), "there will be no more");
}

pub(crate) async fn an_event_is_finished_when_its_last_delivery_ends(backend: &dyn Backend) {
    let store = backend.open();
    store
        .accept(vec![event(1, &[1, 2, 3])])
        .await
        .expect("accepted");
    let ends = [
        (1, Next::Delivered),
        (2, Next::Canceled),
        (
            3,
            Next::Park {
                reason: ParkReason::TransformFailed,
                request: None,
            },
        ),
    ];
    for (n, next) in ends {
        assert_eq!(store.health().pending_deliveries, 4 - n);
        let leased = lease_one(&*store, n, NOW).await;
        settle(
            &*store,
            settlement(leased.token, Some(attempt(1, 200)), next),
        )
        .await;
    }
    assert_eq!(store.health().pending_deliveries, 0);
    let store = reopen(backend, store).await;
    let view = store
        .event(event_id(1))
        .await
        .expect("readable")
        .expect("known");
    let states: Vec<_> = view.deliveries.iter().map(|d| d.state).collect();
    let parked = DeliveryState::Parked {
        reason: ParkReason::TransformFailed,
        at: NOW,
    };
    let expected = [
        DeliveryState::Delivered { at: NOW },
        DeliveryState::Canceled { at: NOW },
        parked,
    ];
    assert_eq!(states, expected);
    assert_eq!((view.key.as_str(), view.body_bytes), ("key-1", 7));
    assert!(store.due(at(1 << 40)).lanes.is_empty());
}

pub(crate) async fn attempts_are_shown_with_all_their_parts(backend: &dyn Backend) {
    let store = backend.open();
    store.accept(vec![event(1, &[1])]).await.expect("accepted");
    let outcomes = [
        AttemptOutcome::SendFailed {
            kind: SendFailure::Timeout,
            message: "no answer: 15 s".to_owned(),
        },
        AttemptOutcome::Fault(Fault {
            code: FaultCode::Thrown,
            message: "x is not a function".to_owned(),
            position: Some(Position {
                line: 3,
                column: 14,
            }),
            stack: "at handler (3:14)".to_owned(),
        }),
        AttemptOutcome::Response {
            status: 200,
            body: Bytes::from(vec![b'x'; 4 << 10]),
            note: "redirects are not followed".to_owned(),
        },
    ];
    let attempts = (1..).zip(outcomes).map(|(number, outcome)| Attempt {
        number,
        started_at: at(u64::from(number)),
        duration_us: 12_345,
        outcome,
        run: Some(RunUsage {
            fuel: 1_000,
            time_us: 41,
            memory_bytes: 1 << 20,
        }),
        logs: "info: hello\n".repeat(1_500),
    });
    let attempts: Vec<_> = attempts.collect();
    for (n, attempt) in attempts.iter().enumerate() {
        let leased = lease_one(&*store, 1, NOW).await;
        let next = match n {
            2 => Next::Delivered,
            _ => Next::RetryAt {
                at: NOW,
                request: None,
            },
        };
        settle(
            &*store,
            settlement(leased.token, Some(attempt.clone()), next),
        )
        .await;
    }
    let view = store
        .event(event_id(1))
        .await
        .expect("readable")
        .expect("known");
    assert_eq!(view.deliveries[0].attempts, attempts);
}

pub(crate) async fn concurrent_settlements_of_one_event_finish_it_once(backend: &dyn Backend) {
    let endpoints: Vec<u64> = (1..=10).collect();
    let store = backend.open();
    let events: Vec<_> = (1..=20).map(|n| event(n, &endpoints)).collect();
    store.accept(events).await.expect("accepted");
    let leased = lease(&*store, &endpoints, 100, NOW).await;
    assert_eq!(leased.len(), 200);
    let calls: Vec<_> = leased
        .into_iter()
        .map(|leased| {
            let store = store.clone();
            tokio::spawn(async move { settle(&*store, delivered(&leased)).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("no panic"), Settled::Recorded);
    }
    let health = store.health();
    assert_eq!(health.pending_deliveries, 0);
    for n in 1..=20 {
        let view = store
            .event(event_id(n))
            .await
            .expect("readable")
            .expect("known");
        let done =
            |d: &hookmill_store::DeliveryView| d.state == DeliveryState::Delivered { at: NOW };
        assert!(view.deliveries.len() == 10 && view.deliveries.iter().all(done));
    }
}

pub(crate) async fn a_restart_resumes_everything(backend: &dyn Backend) {
    let store = backend.open();
    let events = (1..=4).map(|n| event(n, &[n])).collect();
    store.accept(events).await.expect("accepted");
    let done = lease_one(&*store, 1, NOW).await;
    settle(&*store, delivered(&done)).await;
    let later = lease_one(&*store, 2, NOW).await;
    let next = Next::RetryAt {
        at: at(60_000),
        request: Some(request(2)),
    };
    settle(
        &*store,
        settlement(later.token, Some(attempt(1, 500)), next),
    )
    .await;
    let _leased_at_the_end = lease_one(&*store, 3, NOW).await;
    let before = store.health();
    let store = reopen(backend, store).await;
    let after = store.health();
    assert_eq!(after.pending_deliveries, before.pending_deliveries);
    let due = store.due(NOW);
    assert_eq!((due.lanes.len(), due.next), (2, Some(at(60_000))));
    let mut left = drain(&*store, &[1, 2, 3, 4], at(60_000)).await;
    left.sort();
    assert_eq!(
        left,
        [delivery_id(2, 2), delivery_id(3, 3), delivery_id(4, 4)]
    );
}

/// Large events have many rows; whoever looks while they move to the history
/// sees them here or there.
pub(crate) async fn an_event_can_be_read_at_any_moment_of_its_end(backend: &dyn Backend) {
    const ROUNDS: u64 = 30;
    let store = backend.open();
    let reader = Arc::clone(&store);
    let (round, watched) = tokio::sync::watch::channel(1);
    let reading = tokio::spawn(async move {
        while *watched.borrow() <= ROUNDS {
            let n = *watched.borrow();
            if let Some(view) = reader.event(event_id(n)).await.expect("readable") {
                assert_eq!(view.body_bytes, 1 << 20);
            }
        }
    });
    for n in 1..=ROUNDS {
        round.send_replace(n);
        let body = vec![b'x'; 1 << 20];
        let event = event_with(n, &format!("key-{n}"), &[1], body);
        store.accept(vec![event]).await.expect("accepted");
        let leased = lease_one(&*store, 1, NOW).await;
        settle(&*store, delivered(&leased)).await;
    }
    round.send_replace(ROUNDS + 1);
    reading.await.expect("every read succeeds");
}
