//! Which lanes may claim how many deliveries: round robin over tenants, and
//! round robin over each tenant's lanes.
//!
//! Pure: it asks no clock and does no I/O. What is under way, throttled or
//! rate limited is told to it, and it answers with a plan. A lane is an
//! endpoint's queue. Instants are monotonic: a step of the wall clock holds
//! nothing back.

use crate::caps::{LANE_QUANTUM, SHARE_PARTS, UNSETTLED_PER_REQUEST};
use hookmill_domain::caps::DeliveryCaps;
use hookmill_domain::{EndpointId, TenantId};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

/// What the scheduler knows of the deliveries under way.
#[derive(Debug)]
pub(crate) struct Fairness {
    in_flight_max: u32,
    in_flight: u32,
    lanes: HashMap<EndpointId, Lane>,
    owners: HashMap<LaneOwner, Owner>,
    /// Turns given so far.
    turns: TurnNumber,
}

/// Counts the turns: of two owners, or of two lanes of one owner, the one whose
/// latest turn has the smaller number is next.
type TurnNumber = u64;

/// Who a lane belongs to, and shares its places with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum LaneOwner {
    /// A tenant.
    Tenant(TenantId),
    /// Nobody: its endpoint is not declared any more, and shares with none.
    Undeclared(EndpointId),
}

#[derive(Debug)]
struct Owner {
    /// Deliveries under way.
    in_flight: u32,
    latest_turn: TurnNumber,
}

#[derive(Debug)]
struct Lane {
    owner: LaneOwner,
    caps: DeliveryCaps,
    /// Requests under way, and deliveries on the way to one.
    in_flight: u32,
    /// What `in_flight` counts, and answered deliveries that are not settled.
    unsettled: u32,
    latest_turn: TurnNumber,
    throttled_until: Instant,
    /// Thousandths of a delivery that the rate limit allows now.
    tokens_milli: u64,
    refilled_at: Instant,
}

/// The lanes of an owner that may start something, by their turns, and how
/// much they may start.
type OpenLanes = BTreeMap<(TurnNumber, EndpointId), u32>;

/// The owners of open lanes, by their turns.
type OpenOwners = BTreeMap<(TurnNumber, LaneOwner), OpenLanes>;

/// What to claim now, and when to ask again if nothing else happens.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// How many deliveries of which lanes, in the order of their turns.
    pub(crate) claims: Vec<(EndpointId, usize)>,
    /// The earliest instant at which a throttle or rate limit that holds back
    /// a due lane lets go.
    pub(crate) blocked_until: Option<Instant>,
}

impl Fairness {
    /// A scheduler for these lanes that starts at most `in_flight_max`
    /// deliveries at once over all tenants.
    #[must_use]
    pub(crate) fn new(
        in_flight_max: u32,
        lanes: impl IntoIterator<Item = (EndpointId, TenantId, DeliveryCaps)>,
        now: Instant,
    ) -> Self {
        let mut fairness = Self {
            in_flight_max,
            in_flight: 0,
            lanes: HashMap::new(),
            owners: HashMap::new(),
            turns: 0,
        };
        for (endpoint, tenant, caps) in lanes {
            fairness.insert(endpoint, LaneOwner::Tenant(tenant), caps, now);
        }
        fairness
    }

    /// Adds a lane that an endpoint left which is not declared any more, unless
    /// the lane is known: its deliveries get places too, to be parked.
    pub(crate) fn add_undeclared(&mut self, endpoint: EndpointId, now: Instant) {
        let owner = LaneOwner::Undeclared(endpoint);
        self.insert(endpoint, owner, DeliveryCaps::default(), now);
    }

    /// Adds a lane, unless it is known.
    fn insert(&mut self, endpoint: EndpointId, owner: LaneOwner, caps: DeliveryCaps, now: Instant) {
        if self.lanes.contains_key(&endpoint) {
            return;
        }
        let latest_turn = self.next_turn();
        let lane = Lane {
            owner,
            caps,
            in_flight: 0,
            unsettled: 0,
            latest_turn,
            throttled_until: now,
            tokens_milli: u64::from(caps.rate_per_second.unwrap_or(0)).saturating_mul(1_000),
            refilled_at: now,
        };
        self.lanes.insert(endpoint, lane);
        self.owners.entry(owner).or_insert(Owner {
            in_flight: 0,
            latest_turn,
        });
    }

    fn next_turn(&mut self) -> TurnNumber {
        self.turns += 1;
        self.turns
    }

    /// Shares the free places among the lanes that have something due.
    ///
    /// Takes turns by tenant, so a tenant with a thousand busy lanes gets no
    /// more than one with a single lane. A tenant may hold three quarters of
    /// what the others leave at most, so that a newcomer always finds some.
    pub(crate) fn plan(&mut self, now: Instant, due: &[EndpointId]) -> Plan {
        let mut plan = Plan::default();
        let mut open = self.open_lanes(now, due, &mut plan);
        let mut free = self.in_flight_max.saturating_sub(self.in_flight);
        let mut claims: HashMap<EndpointId, u32> = HashMap::new();
        // What this plan gives each owner: nothing of it is claimed yet.
        let mut given: HashMap<LaneOwner, u32> = HashMap::new();
        while free > 0
            && let Some(((_, owner), mut lanes)) = open.pop_first()
        {
            let given = given.entry(owner).or_default();
            let held = self.owners[&owner].in_flight + *given;
            let share = share_left(held, free);
            let Some(((_, endpoint), left)) = lanes.pop_first().filter(|_| share > 0) else {
                continue;
            };
            let take = left.min(LANE_QUANTUM).min(share);
            free -= take;
            *given += take;
            let turn = self.next_turn();
            self.lanes
                .entry(endpoint)
                .and_modify(|l| l.latest_turn = turn);
            self.owners
                .entry(owner)
                .and_modify(|o| o.latest_turn = turn);
            if left > take {
                lanes.insert((turn, endpoint), left - take);
            }
            if !lanes.is_empty() {
                open.insert((turn, owner), lanes);
            }
            *claims.entry(endpoint).or_insert_with(|| {
                plan.claims.push((endpoint, 0));
                0
            }) += take;
        }
        for (endpoint, count) in &mut plan.claims {
            *count = claims[endpoint] as usize;
        }
        plan
    }

    /// A delivery of this lane was claimed.
    pub(crate) fn started(&mut self, endpoint: EndpointId) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.in_flight += 1;
            lane.unsettled += 1;
            lane.tokens_milli = lane.tokens_milli.saturating_sub(1_000);
            let owner = self.owners.get_mut(&lane.owner);
            owner.expect("a lane's owner is known").in_flight += 1;
            self.in_flight += 1;
        }
    }

    /// The destination has answered, or will not: its lane has room for
    /// another request.
    pub(crate) fn answered(&mut self, endpoint: EndpointId) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.in_flight = lane.in_flight.saturating_sub(1);
        }
    }

    /// An answered delivery of this lane was settled.
    pub(crate) fn settled(&mut self, endpoint: EndpointId) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.unsettled = lane.unsettled.saturating_sub(1);
            let owner = self.owners.get_mut(&lane.owner);
            let owner = owner.expect("a lane's owner is known");
            owner.in_flight = owner.in_flight.saturating_sub(1);
            self.in_flight = self.in_flight.saturating_sub(1);
        }
    }

    /// The destination asked to be left alone until this instant.
    pub(crate) fn throttle(&mut self, endpoint: EndpointId, until: Instant) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.throttled_until = lane.throttled_until.max(until);
        }
    }

    /// Deliveries under way.
    #[must_use]
    pub(crate) fn in_flight(&self) -> u32 {
        self.in_flight
    }

    /// The due lanes that may start something, and how much.
    fn open_lanes(&mut self, now: Instant, due: &[EndpointId], plan: &mut Plan) -> OpenOwners {
        let mut open = OpenOwners::new();
        for endpoint in due {
            let Some(lane) = self.lanes.get_mut(endpoint) else {
                continue;
            };
            let room = lane.room();
            match lane.allowance(now) {
                Ok(allowed) if room > 0 => {
                    let turn = self.owners[&lane.owner].latest_turn;
                    let lanes = open.entry((turn, lane.owner)).or_default();
                    lanes.insert((lane.latest_turn, *endpoint), room.min(allowed));
                }
                Ok(_) => {}
                Err(until) => {
                    plan.blocked_until = Some(plan.blocked_until.map_or(until, |t| t.min(until)));
                }
            }
        }
        open
    }
}

/// How many more of `free` places an owner may take that holds some already:
/// all but one part of what the others leave.
fn share_left(held: u32, free: u32) -> u32 {
    let left_by_others = free + held;
    let share = (left_by_others - left_by_others / SHARE_PARTS).max(1);
    share.saturating_sub(held).min(free)
}

impl Lane {
    /// How many more requests the destination and a crash can take.
    fn room(&self) -> u32 {
        let requests_max = self.caps.concurrency_max;
        let unsettled_max = requests_max.saturating_mul(UNSETTLED_PER_REQUEST);
        let requests = requests_max.saturating_sub(self.in_flight);
        requests.min(unsettled_max.saturating_sub(self.unsettled))
    }

    /// How many deliveries throttle and rate limit let start now, or when they
    /// will let one.
    fn allowance(&mut self, now: Instant) -> Result<u32, Instant> {
        if now < self.throttled_until {
            return Err(self.throttled_until);
        }
        let Some(rate) = self.caps.rate_per_second.map(u64::from) else {
            return Ok(u32::MAX);
        };
        let elapsed = now.saturating_duration_since(self.refilled_at);
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        // `rate` a second is `rate` thousandths a millisecond.
        let earned = elapsed_ms.saturating_mul(rate);
        self.tokens_milli = self
            .tokens_milli
            .saturating_add(earned)
            .min(rate.saturating_mul(1_000));
        // What is left of a millisecond counts the next time.
        self.refilled_at += Duration::from_millis(elapsed_ms);
        match u32::try_from(self.tokens_milli / 1_000).unwrap_or(u32::MAX) {
            0 => {
                let missing_ms = (1_000 - self.tokens_milli).div_ceil(rate.max(1));
                Err(now + Duration::from_millis(missing_ms))
            }
            allowed => Ok(allowed),
        }
    }
}

#[cfg(test)]
#[path = "fairness_tests.rs"]
mod tests;
