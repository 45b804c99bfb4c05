//! A model of a store in a few maps, and random calls that must be answered
//! the same by both: accept, lease, settle, expire, replay, disable, enable,
//! declare, restart.

use super::fixtures::*;
use super::{Backend, reopen};
use hookmill_domain::DeliveryId;
use hookmill_store::{
    Accepted, DeliveryState, Disabled, DisabledUntil, LeaseToken, Next, ParkReason, Replay,
    ReplayRequest, Replayed, ResourceId, ResourceRow, Retention, Settled, Store,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One random call. Numbers choose among what there is.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    /// Accept event `n` (ids and keys repeat) for some of three endpoints.
    Accept {
        key: u64,
        endpoints: Vec<u64>,
    },
    Lease {
        endpoint: u64,
        max: usize,
    },
    Settle {
        which: usize,
        next: ModelNext,
    },
    /// Let time pass, and sweep.
    Pass {
        ms: u64,
    },
    Replay {
        key: u64,
        endpoint: u64,
    },
    /// Disable endpoint `endpoint`, until it is redeclared or enabled.
    Disable {
        endpoint: u64,
        until: DisabledUntil,
    },
    Enable {
        endpoint: u64,
    },
    /// Declare the endpoints, each as one of two declarations or not at all.
    Declare {
        endpoints: [Option<bool>; 3],
    },
    Restart,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum ModelNext {
    Delivered,
    Canceled,
    Retry(u64),
    Park,
    Release(u64),
}

pub(crate) fn any_calls() -> impl Strategy<Value = Vec<Call>> {
    let next = prop_oneof![
        3 => Just(ModelNext::Delivered),
        1 => Just(ModelNext::Canceled),
        2 => (0_u64..50_000).prop_map(ModelNext::Retry),
        2 => Just(ModelNext::Park),
        1 => (0_u64..20_000).prop_map(ModelNext::Release),
    ];
    let call = prop_oneof![
        4 => (0_u64..12, proptest::sample::subsequence(vec![1, 2, 3], 0..=3))
            .prop_map(|(key, endpoints)| Call::Accept { key, endpoints }),
        4 => (1_u64..=3, 1_usize..4).prop_map(|(endpoint, max)| Call::Lease { endpoint, max }),
        6 => (0_usize..8, next).prop_map(|(which, next)| Call::Settle { which, next }),
        2 => (0_u64..40_000).prop_map(|ms| Call::Pass { ms }),
        2 => (0_u64..12, 1_u64..=3).prop_map(|(key, endpoint)| Call::Replay { key, endpoint }),
        1 => (1_u64..=3, any::<bool>()).prop_map(|(endpoint, by_hand)| Call::Disable {
            endpoint,
            until: if by_hand { DisabledUntil::Enabled } else { DisabledUntil::Redeclared },
        }),
        1 => (1_u64..=3).prop_map(|endpoint| Call::Enable { endpoint }),
        1 => any::<[Option<bool>; 3]>().prop_map(|endpoints| Call::Declare { endpoints }),
        1 => Just(Call::Restart),
    ];
    proptest::collection::vec(call, 1..60)
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Pending { due: u64 },
    Leased { due: u64, until: u64 },
    Delivered,
    Canceled,
    Parked,
}

#[derive(Clone, Debug)]
struct Delivery {
    state: State,
    attempts: u32,
    has_request: bool,
}

/// The model.
#[derive(Default)]
struct Model {
    now: u64,
    events: BTreeMap<u64, BTreeMap<u64, Delivery>>,
    /// Tokens given, with their event and endpoint; stale ones stay.
    tokens: Vec<(LeaseToken, u64, u64, u64)>,
    leases: u64,
    /// The number of the lease that each leased delivery is held by.
    holders: BTreeMap<(u64, u64), u64>,
    /// The declarations in force.
    declared: BTreeMap<u64, bool>,
    disabled: BTreeMap<u64, DisabledUntil>,
}

/// Runs the calls against a store and the model.
pub(crate) async fn agree(backend: &dyn Backend, calls: Vec<Call>) {
    let mut store = backend.open();
    let mut model = Model::default();
    for call in calls {
        match call {
            Call::Accept { key, endpoints } => model.accept(&*store, key, &endpoints).await,
            Call::Lease { endpoint, max } => model.lease(&*store, endpoint, max).await,
            Call::Settle { which, next } => model.settle(&*store, which, next).await,
            Call::Pass { ms } => model.pass(&*store, ms).await,
            Call::Replay { key, endpoint } => model.replay(&*store, key, endpoint).await,
            Call::Disable { endpoint, until } => model.disable(&*store, endpoint, until).await,
            Call::Enable { endpoint } => model.enable(&*store, endpoint).await,
            Call::Declare { endpoints } => model.declare(&*store, endpoints).await,
            Call::Restart => {
                store = reopen(backend, store).await;
                model.free(|_| true);
            }
        }
        model.compare(&store).await;
    }
    store.close().await;
}

impl Model {
    async fn accept(&mut self, store: &dyn Store, key: u64, endpoints: &[u64]) {
        let mut new = event(key, endpoints);
        new.event.received_at = at(self.now);
        let answer = store.accept(vec![new]).await.expect("the store works");
        let known = self.events.contains_key(&key);
        let expected = if known {
            Accepted::Duplicate(event_id(key))
        } else {
            Accepted::New(event_id(key))
        };
        assert_eq!(answer, [expected]);
        if !known {
            let pending = Delivery {
                state: State::Pending { due: self.now },
                attempts: 0,
                has_request: false,
            };
            let deliveries = endpoints.iter().map(|e| (*e, pending.clone()));
            self.events.insert(key, deliveries.collect());
        }
    }

    async fn lease(&mut self, store: &dyn Store, endpoint: u64, max: usize) {
        let leased = lease(store, &[endpoint], max, at(self.now)).await;
        let mut due: Vec<(u64, DeliveryId, u64)> = Vec::new();
        for (key, deliveries) in &self.events {
            if let Some(Delivery {
                state: State::Pending { due: at },
                ..
            }) = deliveries.get(&endpoint)
                && *at <= self.now
            {
                due.push((*at, delivery_id(*key, endpoint), *key));
            }
        }
        due.sort();
        due.truncate(max);
        let found: Vec<_> = leased.iter().map(|l| l.delivery).collect();
        let expected: Vec<_> = due.iter().map(|(_, id, _)| *id).collect();
        assert_eq!(found, expected, "at {}", self.now);
        for (leased, (due, _, key)) in leased.iter().zip(due) {
            let delivery = self.delivery(key, endpoint);
            assert_eq!(leased.attempt, delivery.attempts + 1);
            assert_eq!(leased.request, delivery.has_request.then(|| request(key)));
            assert_eq!(leased.event.body, format!("{{\"n\":{key}}}"));
            let until = self.now + TTL_MS;
            self.delivery(key, endpoint).state = State::Leased { due, until };
            self.leases += 1;
            self.holders.insert((key, endpoint), self.leases);
            self.tokens.push((leased.token, key, endpoint, self.leases));
        }
    }

    async fn settle(&mut self, store: &dyn Store, which: usize, next: ModelNext) {
        let Some(&(token, key, endpoint, number)) = self.tokens.iter().rev().nth(which) else {
            return;
        };
        let held = self.holders.get(&(key, endpoint)) == Some(&number);
        let made = self.delivery(key, endpoint).attempts + 1;
        let to_store = Some(request(key));
        let (attempt, next_call) = match next {
            ModelNext::Delivered => (Some(attempt(made, 200)), Next::Delivered),
            ModelNext::Canceled => (Some(attempt(made, 200)), Next::Canceled),
            ModelNext::Retry(ms) => {
                let at = at(self.now + ms);
                (
                    Some(attempt(made, 500)),
                    Next::RetryAt {
                        at,
                        request: to_store,
                    },
                )
            }
            ModelNext::Park => {
                let reason = ParkReason::DeadLetter;
                (
                    Some(attempt(made, 500)),
                    Next::Park {
                        reason,
                        request: to_store,
                    },
                )
            }
            ModelNext::Release(ms) => (
                None,
                Next::Release {
                    at: at(self.now + ms),
                },
            ),
        };
        let mut settlement = settlement(token, attempt, next_call);
        settlement.now = at(self.now);
        let settled = settle(store, settlement).await;
        assert_eq!(
            settled,
            if held {
                Settled::Recorded
            } else {
                Settled::Fenced
            }
        );
        if !held {
            return;
        }
        self.holders.remove(&(key, endpoint));
        let now = self.now;
        let delivery = self.delivery(key, endpoint);
        delivery.attempts += u32::from(!matches!(next, ModelNext::Release(_)));
        delivery.has_request |= matches!(next, ModelNext::Retry(_) | ModelNext::Park);
        delivery.state = match next {
            ModelNext::Delivered => State::Delivered,
            ModelNext::Canceled => State::Canceled,
            ModelNext::Park => State::Parked,
            ModelNext::Retry(ms) | ModelNext::Release(ms) => State::Pending { due: now + ms },
        };
    }

    async fn pass(&mut self, store: &dyn Store, ms: u64) {
        self.now += ms;
        let now = self.now;
        let swept = store.sweep(at(now), Retention::default(), 100).await;
        let freed = self.free(|until| until <= now);
        assert_eq!(swept.expect("the store works").leases, freed);
    }

    async fn replay(&mut self, store: &dyn Store, key: u64, endpoint: u64) {
        let item = Replay {
            event: event_id(key),
            delivery: delivery_id(key, endpoint),
            request: ReplayRequest::Same,
        };
        let replayed = store.replay(vec![item], at(self.now)).await;
        let parked = self.events.get_mut(&key).and_then(|d| d.get_mut(&endpoint));
        let parked = parked.filter(|delivery| delivery.state == State::Parked);
        let expected = match parked {
            None => Replayed::NotParked,
            Some(delivery) => {
                delivery.state = State::Pending { due: self.now };
                Replayed::Queued
            }
        };
        assert_eq!(replayed, Ok(vec![expected]));
    }

    async fn disable(&mut self, store: &dyn Store, number: u64, until: DisabledUntil) {
        self.disabled.insert(number, until);
        let row = disabled_row(number, until);
        store.disable_endpoint(row).await.expect("the store works");
    }

    async fn enable(&mut self, store: &dyn Store, number: u64) {
        self.disabled.remove(&number);
        let enabled = store.enable_endpoint(endpoint(number)).await;
        enabled.expect("the store works");
    }

    async fn declare(&mut self, store: &dyn Store, endpoints: [Option<bool>; 3]) {
        let declared: BTreeMap<u64, bool> = (1..)
            .zip(endpoints)
            .filter_map(|(number, declaration)| Some((number, declaration?)))
            .collect();
        let rows = declared.iter().map(|(number, declaration)| ResourceRow {
            id: ResourceId::Endpoint(endpoint(*number)),
            name: number.to_string(),
            declaration: declaration.to_string().into(),
        });
        let reconciled = store.reconcile(rows.collect(), at(self.now)).await;
        reconciled.expect("the store works");
        for (number, before) in std::mem::replace(&mut self.declared, declared.clone()) {
            match declared.get(&number) {
                None => {
                    self.disabled.remove(&number);
                }
                Some(now) if *now != before => {
                    let ends = self.disabled.get(&number) == Some(&DisabledUntil::Redeclared);
                    if ends {
                        self.disabled.remove(&number);
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// Ends the leases whose end is chosen.
    fn free(&mut self, is_over: impl Fn(u64) -> bool) -> usize {
        let mut freed = 0;
        for (key, deliveries) in &mut self.events {
            for (endpoint, delivery) in deliveries {
                if let State::Leased { due, until } = delivery.state
                    && is_over(until)
                {
                    delivery.state = State::Pending { due };
                    self.holders.remove(&(*key, *endpoint));
                    freed += 1;
                }
            }
        }
        freed
    }

    fn delivery(&mut self, key: u64, endpoint: u64) -> &mut Delivery {
        let deliveries = self.events.get_mut(&key).expect("an event of the model");
        deliveries
            .get_mut(&endpoint)
            .expect("a delivery of the model")
    }

    async fn compare(&self, store: &Arc<dyn Store>) {
        for (key, deliveries) in &self.events {
            let view = store.event(event_id(*key)).await.expect("readable");
            // An event that nobody wants may still be on its way.
            let Some(view) = view else {
                assert!(deliveries.is_empty());
                continue;
            };
            assert_eq!(view.deliveries.len(), deliveries.len());
            for (view, (endpoint, delivery)) in view.deliveries.iter().zip(deliveries) {
                let state = match view.state {
                    DeliveryState::Pending { due } => State::Pending {
                        due: due.since_ms(NOW),
                    },
                    DeliveryState::Leased => delivery.state.clone(),
                    DeliveryState::Delivered { .. } => State::Delivered,
                    DeliveryState::Canceled { .. } => State::Canceled,
                    DeliveryState::Parked { .. } => State::Parked,
                };
                assert_eq!(state, delivery.state, "event {key}, endpoint {endpoint}");
                assert_eq!(view.attempts.len(), delivery.attempts as usize);
            }
        }
        let all = self.events.values().flat_map(BTreeMap::values);
        let waits = |d: &&Delivery| matches!(d.state, State::Pending { .. } | State::Leased { .. });
        let health = store.health();
        assert_eq!(health.pending_deliveries, all.filter(waits).count() as u64);
        assert_eq!(health.leases, self.holders.len() as u64);
        self.compare_due(&**store);
        self.compare_endpoints(&**store).await;
    }

    /// Whether an endpoint is disabled changes nothing about its deliveries.
    async fn compare_endpoints(&self, store: &dyn Store) {
        let mut found = store.disabled_endpoints().await.expect("readable");
        found.sort_by_key(|row| row.endpoint);
        let rows = self.disabled.iter();
        let mut rows: Vec<_> = rows.map(|(n, until)| disabled_row(*n, *until)).collect();
        rows.sort_by_key(|row| row.endpoint);
        assert_eq!(found, rows);
        let lanes: Vec<_> = (1..=3).map(endpoint).collect();
        let queued = store.queued(lanes, 100).await.expect("readable");
        let waits = |number: u64| {
            let deliveries = self.events.values().filter_map(|it| it.get(&number));
            let waiting = deliveries
                .filter(|it| matches!(it.state, State::Pending { .. } | State::Leased { .. }));
            waiting.count()
        };
        assert_eq!(queued, [waits(1), waits(2), waits(3)]);
    }

    fn compare_due(&self, store: &dyn Store) {
        let due = store.due(at(self.now));
        let mut lanes = BTreeSet::new();
        let mut later = BTreeMap::new();
        for deliveries in self.events.values() {
            for (e, delivery) in deliveries {
                if let State::Pending { due } = delivery.state {
                    if due <= self.now {
                        lanes.insert(endpoint(*e));
                    } else {
                        let first = later.entry(endpoint(*e)).or_insert(due);
                        *first = due.min(*first);
                    }
                }
            }
        }
        let next = later.iter().filter(|(lane, _)| !lanes.contains(*lane));
        let next = next.map(|(_, due)| at(*due)).min();
        let found: BTreeSet<_> = due.lanes.into_iter().collect();
        assert!(found.is_superset(&lanes), "no lane is named late");
        if found == lanes {
            assert!(due.next.is_none() || due.next <= next || next.is_none());
        }
    }
}

fn disabled_row(number: u64, until: DisabledUntil) -> Disabled {
    Disabled {
        endpoint: endpoint(number),
        since: NOW,
        until,
        reason: "a reason".to_owned(),
    }
}
