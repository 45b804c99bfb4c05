//! Tables and properties of the scheduler's decisions.

use super::*;
use proptest::prelude::*;

thread_local! {
    static START: Instant = Instant::now();
}

fn at_ms(ms: u64) -> Instant {
    START.with(|start| *start + Duration::from_millis(ms))
}

fn tenant(n: u8) -> TenantId {
    TenantId::from_bytes([n; 16])
}

fn lane(n: u8) -> EndpointId {
    EndpointId::from_bytes([n; 16])
}

fn caps(concurrency_max: u32, rate_per_second: Option<u32>) -> DeliveryCaps {
    DeliveryCaps {
        concurrency_max,
        rate_per_second,
        ..DeliveryCaps::default()
    }
}

fn start(fairness: &mut Fairness, plan: &Plan) {
    for (endpoint, count) in &plan.claims {
        for _ in 0..*count {
            fairness.started(*endpoint);
        }
    }
}

#[test]
fn a_tenant_with_many_lanes_gets_no_more_than_one_with_a_single_lane() {
    let lanes = (0..10)
        .map(|n| (lane(n), tenant(0), caps(64, None)))
        .chain([(lane(100), tenant(1), caps(64, None))]);
    let mut fairness = Fairness::new(64, lanes, at_ms(0));
    let due: Vec<_> = (0..10).map(lane).chain([lane(100)]).collect();
    let plan = fairness.plan(at_ms(0), &due);
    let single: usize = plan
        .claims
        .iter()
        .filter(|(endpoint, _)| *endpoint == lane(100))
        .map(|(_, count)| count)
        .sum();
    let all: usize = plan.claims.iter().map(|(_, count)| count).sum();
    assert_eq!((single, all), (24, 56));
}

#[test]
fn a_hanging_lane_holds_its_own_places_only() {
    let lanes = [
        (lane(0), tenant(0), caps(8, None)),
        (lane(1), tenant(0), caps(8, None)),
    ];
    let mut fairness = Fairness::new(100, lanes, at_ms(0));
    let plan = fairness.plan(at_ms(0), &[lane(0)]);
    assert_eq!(plan.claims, [(lane(0), 8)]);
    start(&mut fairness, &plan);
    let plan = fairness.plan(at_ms(0), &[lane(0), lane(1)]);
    assert_eq!(plan.claims, [(lane(1), 8)]);
}

#[test]
fn a_quarter_of_what_is_left_is_kept_for_newcomers() {
    let lanes = [
        (lane(0), tenant(0), caps(1_000, None)),
        (lane(1), tenant(1), caps(1_000, None)),
        (lane(2), tenant(2), caps(1_000, None)),
    ];
    let mut fairness = Fairness::new(100, lanes, at_ms(0));
    let plan = fairness.plan(at_ms(0), &[lane(0)]);
    assert_eq!(plan.claims, [(lane(0), 75)]);
    start(&mut fairness, &plan);
    assert_eq!(fairness.plan(at_ms(0), &[lane(0)]).claims, []);
    assert_eq!(
        fairness.plan(at_ms(0), &[lane(0), lane(1)]).claims,
        [(lane(1), 19)]
    );
    for _ in 0..19 {
        fairness.started(lane(1));
    }
    let due = [lane(0), lane(1), lane(2)];
    assert_eq!(fairness.plan(at_ms(0), &due).claims, [(lane(2), 5)]);
}

#[test]
fn a_lane_has_room_again_when_its_request_is_answered_not_settled() {
    let mut fairness = Fairness::new(100, [(lane(0), tenant(0), caps(2, None))], at_ms(0));
    for round in 1..=2 {
        let plan = fairness.plan(at_ms(0), &[lane(0)]);
        assert_eq!(plan.claims, [(lane(0), 2)], "round {round}");
        start(&mut fairness, &plan);
        assert_eq!(fairness.plan(at_ms(0), &[lane(0)]).claims, []);
        fairness.answered(lane(0));
        fairness.answered(lane(0));
    }
    // Twice as many as requests may wait to be settled, and no more.
    assert_eq!(fairness.in_flight(), 4);
    assert_eq!(fairness.plan(at_ms(0), &[lane(0)]).claims, []);
    fairness.settled(lane(0));
    assert_eq!(fairness.plan(at_ms(0), &[lane(0)]).claims, [(lane(0), 1)]);
}

#[test]
fn lanes_and_tenants_take_turns_across_plans() {
    let lanes = [(0, 0), (1, 0), (2, 1)];
    let lanes = lanes.map(|(l, t)| (lane(l), tenant(t), caps(8, None)));
    let mut fairness = Fairness::new(2, lanes, at_ms(0));
    let due = [lane(0), lane(1), lane(2)];
    let mut served = Vec::new();
    for _ in 0..8 {
        let plan = fairness.plan(at_ms(0), &due);
        start(&mut fairness, &plan);
        for (endpoint, count) in plan.claims {
            served.push(endpoint);
            for _ in 0..count {
                fairness.answered(endpoint);
                fairness.settled(endpoint);
            }
        }
    }
    let turns = [0, 2, 1, 2, 0, 2, 1, 2].map(lane);
    assert_eq!(served, turns);
}

#[test]
fn a_throttled_lane_says_when_to_come_back() {
    let mut fairness = Fairness::new(10, [(lane(0), tenant(0), caps(4, None))], at_ms(0));
    fairness.throttle(lane(0), at_ms(500));
    fairness.throttle(lane(0), at_ms(200));
    let plan = fairness.plan(at_ms(0), &[lane(0)]);
    assert_eq!(plan.claims, []);
    assert_eq!(plan.blocked_until, Some(at_ms(500)));
    assert_eq!(fairness.plan(at_ms(500), &[lane(0)]).claims, [(lane(0), 4)]);
}

#[test]
fn a_rate_limit_lets_through_its_rate() {
    let mut fairness = Fairness::new(
        1_000,
        [(lane(0), tenant(0), caps(1_000, Some(20)))],
        at_ms(0),
    );
    let mut started = 0;
    for ms in 0..10_000 {
        let plan = fairness.plan(at_ms(ms), &[lane(0)]);
        for (endpoint, count) in plan.claims {
            for _ in 0..count {
                fairness.started(endpoint);
                fairness.answered(endpoint);
                fairness.settled(endpoint);
                started += 1;
            }
        }
    }
    // The first second's burst, and ten seconds' worth.
    assert_eq!(started, 20 + 199);
}

proptest! {
    #[test]
    fn no_limit_is_ever_exceeded_and_no_place_wasted(
        lanes in proptest::collection::vec((0_u8..5, 1_u32..40), 1..20),
        in_flight_max in 1_u32..200,
        steps in proptest::collection::vec(any::<u64>(), 1..30),
    ) {
        let all: Vec<_> = lanes.iter().enumerate()
            .map(|(n, (t, c))| (lane(n as u8), tenant(*t), caps(*c, None))).collect();
        let mut fairness = Fairness::new(in_flight_max, all.clone(), at_ms(0));
        let mut running: Vec<EndpointId> = Vec::new();
        for step in steps {
            let due: Vec<_> = all.iter().enumerate()
                .filter(|(n, _)| step >> (n % 64) & 1 == 1).map(|(_, l)| l.0).collect();
            let plan = fairness.plan(at_ms(0), &due);
            start(&mut fairness, &plan);
            for (endpoint, count) in plan.claims {
                prop_assert!(due.contains(&endpoint) && count > 0);
                running.extend(std::iter::repeat_n(endpoint, count));
            }
            for (endpoint, _, caps) in &all {
                let held = running.iter().filter(|e| *e == endpoint).count();
                prop_assert!(held as u32 <= caps.concurrency_max);
            }
            prop_assert!(running.len() as u32 <= in_flight_max);
            prop_assert_eq!(running.len() as u32, fairness.in_flight());
            prop_assert_eq!(fairness.plan(at_ms(0), &due).claims, vec![]);
            let keep = (step % 3) as usize * running.len() / 3;
            for endpoint in running.split_off(keep) {
                fairness.answered(endpoint);
                fairness.settled(endpoint);
            }
        }
    }
}
