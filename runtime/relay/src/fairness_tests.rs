//! Tables and properties of the scheduler's decisions.

use super::*;
use proptest::prelude::*;

const NOW: UnixMs = UnixMs(10_000);

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
    let mut fairness = Fairness::new(64, lanes, NOW);
    let due: Vec<_> = (0..10).map(lane).chain([lane(100)]).collect();
    let plan = fairness.plan(NOW, &due);
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
    let mut fairness = Fairness::new(100, lanes, NOW);
    let plan = fairness.plan(NOW, &[lane(0)]);
    assert_eq!(plan.claims, [(lane(0), 8)]);
    start(&mut fairness, &plan);
    let plan = fairness.plan(NOW, &[lane(0), lane(1)]);
    assert_eq!(plan.claims, [(lane(1), 8)]);
}

#[test]
fn a_quarter_of_what_is_left_is_kept_for_newcomers() {
    let lanes = [
        (lane(0), tenant(0), caps(1_000, None)),
        (lane(1), tenant(1), caps(1_000, None)),
        (lane(2), tenant(2), caps(1_000, None)),
    ];
    let mut fairness = Fairness::new(100, lanes, NOW);
    let plan = fairness.plan(NOW, &[lane(0)]);
    assert_eq!(plan.claims, [(lane(0), 75)]);
    start(&mut fairness, &plan);
    assert_eq!(fairness.plan(NOW, &[lane(0)]).claims, []);
    assert_eq!(
        fairness.plan(NOW, &[lane(0), lane(1)]).claims,
        [(lane(1), 19)]
    );
    for _ in 0..19 {
        fairness.started(lane(1));
    }
    let due = [lane(0), lane(1), lane(2)];
    assert_eq!(fairness.plan(NOW, &due).claims, [(lane(2), 5)]);
}

#[test]
fn a_throttled_lane_says_when_to_come_back() {
    let mut fairness = Fairness::new(10, [(lane(0), tenant(0), caps(4, None))], NOW);
    fairness.throttle(lane(0), NOW.plus_ms(500));
    fairness.throttle(lane(0), NOW.plus_ms(200));
    let plan = fairness.plan(NOW, &[lane(0)]);
    assert_eq!(plan.claims, []);
    assert_eq!(plan.blocked_until, Some(NOW.plus_ms(500)));
    assert_eq!(
        fairness.plan(NOW.plus_ms(500), &[lane(0)]).claims,
        [(lane(0), 4)]
    );
}

#[test]
fn a_rate_limit_lets_through_its_rate() {
    let mut fairness = Fairness::new(1_000, [(lane(0), tenant(0), caps(1_000, Some(20)))], NOW);
    let mut started = 0;
    for ms in 0..10_000 {
        let plan = fairness.plan(NOW.plus_ms(ms), &[lane(0)]);
        for (endpoint, count) in plan.claims {
            for _ in 0..count {
                fairness.started(endpoint);
                fairness.finished(endpoint);
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
        let mut fairness = Fairness::new(in_flight_max, all.clone(), NOW);
        let mut running: Vec<EndpointId> = Vec::new();
        for step in steps {
            let due: Vec<_> = all.iter().enumerate()
                .filter(|(n, _)| step >> (n % 64) & 1 == 1).map(|(_, l)| l.0).collect();
            let plan = fairness.plan(NOW, &due);
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
            prop_assert_eq!(fairness.plan(NOW, &due).claims, vec![]);
            let keep = (step % 3) as usize * running.len() / 3;
            for endpoint in running.split_off(keep) { fairness.finished(endpoint); }
        }
    }
}
