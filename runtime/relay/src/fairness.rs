//! Who is served next: deficit round robin over tenants, and round robin over
//! each tenant's lanes.
//!
//! Pure: it knows no clock and does no I/O. What is under way, throttled or
//! rate limited is told to it, and it answers with a plan. A lane is an
//! endpoint's queue.

use hookmill_domain::caps::DeliveryCaps;
use hookmill_domain::{EndpointId, TenantId, UnixMs};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Deliveries that one lane may get before the next has its turn.
const LANE_QUANTUM: u32 = 16;

/// What the scheduler knows of the deliveries under way.
#[derive(Debug)]
pub(crate) struct Fairness {
    in_flight_max: u32,
    in_flight: u32,
    lanes: HashMap<EndpointId, Lane>,
    tenants: HashMap<TenantId, u32>,
    /// Tenants in the order of their turns; the front is next.
    turns: VecDeque<TenantId>,
    /// Each tenant's lanes in the order of their turns.
    lane_turns: HashMap<TenantId, VecDeque<EndpointId>>,
}

#[derive(Debug)]
struct Lane {
    tenant: TenantId,
    caps: DeliveryCaps,
    in_flight: u32,
    throttled_until: UnixMs,
    /// Thousandths of a delivery that the rate limit allows now.
    tokens_milli: u64,
    refilled_at: UnixMs,
}

/// What to claim now, and when to ask again if nothing else happens.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    /// How many deliveries of which lanes, in the order of their turns.
    pub(crate) claims: Vec<(EndpointId, usize)>,
    /// The earliest instant at which a throttle or rate limit that holds back
    /// a due lane lets go.
    pub(crate) blocked_until: Option<UnixMs>,
}

impl Fairness {
    /// A scheduler for these lanes that starts at most `in_flight_max`
    /// deliveries at once over all tenants.
    #[must_use]
    pub(crate) fn new(
        in_flight_max: u32,
        lanes: impl IntoIterator<Item = (EndpointId, TenantId, DeliveryCaps)>,
        now: UnixMs,
    ) -> Self {
        let mut fairness = Self {
            in_flight_max,
            in_flight: 0,
            lanes: HashMap::new(),
            tenants: HashMap::new(),
            turns: VecDeque::new(),
            lane_turns: HashMap::new(),
        };
        for (endpoint, tenant, caps) in lanes {
            fairness.insert(endpoint, tenant, caps, now);
        }
        fairness
    }

    /// Adds a lane, unless it is known.
    pub(crate) fn insert(
        &mut self,
        endpoint: EndpointId,
        tenant: TenantId,
        caps: DeliveryCaps,
        now: UnixMs,
    ) {
        if self.lanes.contains_key(&endpoint) {
            return;
        }
        let lane = Lane {
            tenant,
            caps,
            in_flight: 0,
            throttled_until: UnixMs(0),
            tokens_milli: u64::from(caps.rate_per_second.unwrap_or(0)).saturating_mul(1_000),
            refilled_at: now,
        };
        self.lanes.insert(endpoint, lane);
        if self.tenants.insert(tenant, 0).is_none() {
            self.turns.push_back(tenant);
        }
        self.lane_turns
            .entry(tenant)
            .or_default()
            .push_back(endpoint);
    }

    /// Whether the lane is known.
    #[must_use]
    pub(crate) fn knows(&self, endpoint: EndpointId) -> bool {
        self.lanes.contains_key(&endpoint)
    }

    /// Shares the free places among the lanes that have something due.
    ///
    /// Takes turns by tenant, so a tenant with a thousand busy lanes gets no
    /// more than one with a single lane. A tenant may hold three quarters of
    /// what the others leave at most, so that a newcomer always finds some.
    pub(crate) fn plan(&mut self, now: UnixMs, due: &[EndpointId]) -> Plan {
        let mut plan = Plan::default();
        let mut open = self.open_lanes(now, due, &mut plan);
        let mut free = self.in_flight_max.saturating_sub(self.in_flight);
        let mut claims: BTreeMap<EndpointId, u32> = BTreeMap::new();
        let mut order = Vec::new();
        while free > 0 && !open.is_empty() {
            let Some(tenant) = self.next_tenant(&open) else {
                break;
            };
            let places = self.tenant_places(tenant, free).min(free);
            let Some(endpoint) = self.next_lane(tenant, &open).filter(|_| places > 0) else {
                open.retain(|endpoint, _| self.lanes[endpoint].tenant != tenant);
                continue;
            };
            let left = open
                .get_mut(&endpoint)
                .expect("chosen among the open lanes");
            let take = (*left).min(LANE_QUANTUM).min(places);
            *left -= take;
            if *left == 0 {
                open.remove(&endpoint);
            }
            free -= take;
            *self.tenants.entry(tenant).or_default() += take;
            let claimed = claims.entry(endpoint).or_insert_with(|| {
                order.push(endpoint);
                0
            });
            *claimed += take;
        }
        self.give_back(&claims);
        plan.claims = order
            .into_iter()
            .map(|endpoint| (endpoint, claims[&endpoint] as usize))
            .collect();
        plan
    }

    /// A delivery of this lane was claimed.
    pub(crate) fn started(&mut self, endpoint: EndpointId) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.in_flight += 1;
            lane.tokens_milli = lane.tokens_milli.saturating_sub(1_000);
            *self.tenants.entry(lane.tenant).or_default() += 1;
            self.in_flight += 1;
        }
    }

    /// A delivery of this lane was settled.
    pub(crate) fn finished(&mut self, endpoint: EndpointId) {
        if let Some(lane) = self.lanes.get_mut(&endpoint) {
            lane.in_flight = lane.in_flight.saturating_sub(1);
            let tenant = self.tenants.entry(lane.tenant).or_default();
            *tenant = tenant.saturating_sub(1);
            self.in_flight = self.in_flight.saturating_sub(1);
        }
    }

    /// The destination asked to be left alone until this instant.
    pub(crate) fn throttle(&mut self, endpoint: EndpointId, until: UnixMs) {
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
    fn open_lanes(
        &mut self,
        now: UnixMs,
        due: &[EndpointId],
        plan: &mut Plan,
    ) -> HashMap<EndpointId, u32> {
        let mut open = HashMap::with_capacity(due.len());
        for endpoint in due {
            let Some(lane) = self.lanes.get_mut(endpoint) else {
                continue;
            };
            let room = lane.caps.concurrency_max.saturating_sub(lane.in_flight);
            match lane.allowance(now) {
                Ok(allowed) if room > 0 => {
                    open.insert(*endpoint, room.min(allowed));
                }
                Ok(_) => {}
                Err(until) => {
                    plan.blocked_until = Some(plan.blocked_until.map_or(until, |t| t.min(until)));
                }
            }
        }
        open
    }

    /// How many more places a tenant may take, of `free` ones: it may hold
    /// three quarters of what the others leave.
    fn tenant_places(&self, tenant: TenantId, free: u32) -> u32 {
        let held = self.tenants.get(&tenant).copied().unwrap_or(0);
        let left_by_others = free + held;
        let share = (left_by_others - left_by_others / 4).max(1);
        share.saturating_sub(held)
    }

    /// The next tenant with an open lane; its turn is then over.
    fn next_tenant(&mut self, open: &HashMap<EndpointId, u32>) -> Option<TenantId> {
        let position = self.turns.iter().position(|tenant| {
            let lanes = self.lane_turns.get(tenant);
            lanes.is_some_and(|lanes| lanes.iter().any(|lane| open.contains_key(lane)))
        })?;
        let tenant = self.turns.remove(position)?;
        self.turns.push_back(tenant);
        Some(tenant)
    }

    fn next_lane(
        &mut self,
        tenant: TenantId,
        open: &HashMap<EndpointId, u32>,
    ) -> Option<EndpointId> {
        let lanes = self.lane_turns.get_mut(&tenant)?;
        let position = lanes.iter().position(|lane| open.contains_key(lane))?;
        let lane = lanes.remove(position)?;
        lanes.push_back(lane);
        Some(lane)
    }

    /// A plan is no claim: what it counted against the tenants is undone, and
    /// counted again as deliveries start.
    fn give_back(&mut self, claims: &BTreeMap<EndpointId, u32>) {
        for (endpoint, count) in claims {
            let tenant = self.lanes[endpoint].tenant;
            let held = self.tenants.entry(tenant).or_default();
            *held = held.saturating_sub(*count);
        }
    }
}

impl Lane {
    /// How many deliveries throttle and rate limit let start now, or when they
    /// will let one.
    fn allowance(&mut self, now: UnixMs) -> Result<u32, UnixMs> {
        if now < self.throttled_until {
            return Err(self.throttled_until);
        }
        let Some(rate) = self.caps.rate_per_second.map(u64::from) else {
            return Ok(u32::MAX);
        };
        // `rate` a second is `rate` thousandths a millisecond.
        let earned = now.since_ms(self.refilled_at).saturating_mul(rate);
        self.tokens_milli = self
            .tokens_milli
            .saturating_add(earned)
            .min(rate.saturating_mul(1_000));
        self.refilled_at = now;
        match u32::try_from(self.tokens_milli / 1_000).unwrap_or(u32::MAX) {
            0 => Err(now.plus_ms((1_000 - self.tokens_milli).div_ceil(rate.max(1)))),
            allowed => Ok(allowed),
        }
    }
}

#[cfg(test)]
#[path = "fairness_tests.rs"]
mod tests;
