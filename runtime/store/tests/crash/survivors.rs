//! Compares what a power cut left with what had been acknowledged.

use super::trace::Acknowledged;
use super::worker::{
    ENDPOINTS, body, config, delivery_id, endpoint, event_id, fan_out, new_event, numbers, request,
};
use hookmill_domain::UnixMs;
use hookmill_store::{
    Accepted, DeliveryState, JournalStore, LaneClaim, LeaseRequest, Leased, Store, check,
};
use std::collections::BTreeSet;
use std::path::Path;

/// Everything is due by then.
const LATER: UnixMs = UnixMs(2_000_000_000_000);

/// Panics, naming the round, when something is lost, altered or back.
pub(crate) fn compare(data: &Path, known: &Acknowledged, round: &str) {
    let config = config(data);
    let report = check(&config).unwrap_or_else(|e| panic!("{round}: {e}"));
    assert_eq!(report.findings, [""; 0], "{round}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    let store = JournalStore::open(&config).unwrap_or_else(|e| panic!("{round}: {e}"));
    runtime.block_on(async {
        compare_views(&store, known, round).await;
        compare_queue(&store, known, round).await;
        compare_parked(&store, known, round).await;
        compare_keys(&store, known, round).await;
        store.close().await;
    });
}

async fn compare_views(store: &dyn Store, known: &Acknowledged, round: &str) {
    for n in &known.accepted {
        let view = store.event(event_id(*n)).await;
        let view = view.unwrap_or_else(|e| panic!("{round}: {e}"));
        let view = view.unwrap_or_else(|| panic!("{round}: event {n} is lost"));
        assert_eq!(view.deliveries.len(), fan_out(*n).len(), "{round}");
        for (delivery, e) in view.deliveries.iter().zip(fan_out(*n)) {
            let place = (*n, e);
            match delivery.state {
                DeliveryState::Pending { .. } | DeliveryState::Leased => {
                    assert!(
                        !known.delivered.contains(&place),
                        "{round}: {place:?} is back"
                    );
                    assert!(!known.parked.contains(&place), "{round}: {place:?} is back");
                }
                DeliveryState::Delivered { .. } | DeliveryState::Parked { .. } => {
                    assert!(
                        known.ending.contains(&place),
                        "{round}: {place:?} ended unasked"
                    );
                }
                DeliveryState::Canceled { .. } => panic!("{round}: nobody cancels"),
            }
        }
    }
}

async fn compare_queue(store: &dyn Store, known: &Acknowledged, round: &str) {
    let mut leased_ids = BTreeSet::new();
    loop {
        let lanes = (0..ENDPOINTS).map(|n| LaneClaim {
            endpoint: endpoint(n),
            max: 50,
        });
        let claim = LeaseRequest {
            lanes: lanes.collect(),
            ttl_ms: 1_000,
            now: LATER,
        };
        let leased = store
            .lease(claim)
            .await
            .unwrap_or_else(|e| panic!("{round}: {e}"));
        if leased.is_empty() {
            break;
        }
        for leased in leased {
            compare_leased(&leased, known, round);
            assert!(leased_ids.insert(leased.delivery), "{round}: leased twice");
        }
    }
    for n in &known.accepted {
        for e in fan_out(*n)
            .into_iter()
            .filter(|e| !known.ending.contains(&(*n, *e)))
        {
            let there = leased_ids.contains(&delivery_id(*n, e));
            assert!(there, "{round}: delivery {n} {e} is lost");
        }
    }
}

fn compare_leased(leased: &Leased, known: &Acknowledged, round: &str) {
    let place = numbers(leased.delivery);
    assert!(
        !known.delivered.contains(&place),
        "{round}: {place:?} is delivered again"
    );
    assert!(
        !known.parked.contains(&place),
        "{round}: {place:?} left its parking place"
    );
    assert!(
        leased.event.body == body(place.0),
        "{round}: {place:?} has another body"
    );
    let made = known.retried.get(&place).copied().unwrap_or(0);
    assert!(
        leased.attempt > made,
        "{round}: attempts at {place:?} decreased"
    );
    if made > 0 {
        assert_eq!(leased.request, Some(request(place.0)), "{round}: {place:?}");
    }
}

async fn compare_parked(store: &dyn Store, known: &Acknowledged, round: &str) {
    let mut listed = BTreeSet::new();
    for e in 0..ENDPOINTS {
        let page = store.parked(endpoint(e), None, 10_000).await;
        let page = page.unwrap_or_else(|e| panic!("{round}: {e}"));
        listed.extend(page.items.iter().map(|parked| numbers(parked.delivery)));
    }
    let lost: Vec<_> = known.parked.difference(&listed).collect();
    assert!(
        lost.is_empty(),
        "{round}: parked deliveries {lost:?} are lost"
    );
}

/// Repeats of acknowledged events create nothing.
async fn compare_keys(store: &dyn Store, known: &Acknowledged, round: &str) {
    for n in &known.accepted {
        let mut repeat = new_event(*n);
        repeat.event.id = event_id(n + 1_000_000);
        let answer = store
            .accept(vec![repeat])
            .await
            .unwrap_or_else(|e| panic!("{round}: {e}"));
        assert_eq!(answer, [Accepted::Duplicate(event_id(*n))], "{round}");
    }
}
