//! What each tenant's runs have used of the processors of late, and so who
//! uses more than a fair share.
//!
//! A fair share is what the sandbox's permits come to, divided by the tenants
//! that have run something lately. A tenant that uses more takes what others
//! leave.

use crate::caps::{USAGE_DECAY, USAGE_FORGOTTEN_AFTER};
use hookmill_domain::TenantId;
use std::collections::HashMap;
use std::time::{Duration, Instant};

pub(super) struct Usage {
    /// Processors that runs may use at once.
    permits: usize,
    tenants: HashMap<TenantId, Used>,
    swept: Option<Instant>,
}

struct Used {
    /// Processor seconds, at this moment.
    seconds: f64,
    at: Instant,
}

impl Usage {
    pub(super) fn new(permits: usize) -> Self {
        Self {
            permits,
            tenants: HashMap::new(),
            swept: None,
        }
    }

    /// Notes that a run of the tenant ended, which took this long of a
    /// processor.
    pub(super) fn charge(&mut self, tenant: TenantId, took: Duration, now: Instant) {
        let entry = self.tenants.entry(tenant).or_insert(Used {
            seconds: 0.0,
            at: now,
        });
        entry.seconds = entry.decayed(now) + took.as_secs_f64();
        entry.at = now;
        let swept = *self.swept.get_or_insert(now);
        if now.saturating_duration_since(swept) >= USAGE_FORGOTTEN_AFTER {
            self.tenants
                .retain(|_, used| now.saturating_duration_since(used.at) < USAGE_FORGOTTEN_AFTER);
            self.swept = Some(now);
        }
    }

    /// Whether the tenant uses more than its share. Never when there is no
    /// other tenant.
    pub(super) fn is_heavy(&self, tenant: TenantId, now: Instant) -> bool {
        let Some(used) = self.tenants.get(&tenant) else {
            return false;
        };
        let tenants = self.tenants.len();
        let share = self.permits as f64 * USAGE_DECAY.as_secs_f64() / tenants as f64;
        tenants > 1 && used.decayed(now) > share
    }
}

impl Used {
    fn decayed(&self, now: Instant) -> f64 {
        let since = now.saturating_duration_since(self.at);
        self.seconds * (-since.as_secs_f64() / USAGE_DECAY.as_secs_f64()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PERMITS: usize = 2;

    fn tenant(n: u8) -> TenantId {
        TenantId::from_bytes([n; 16])
    }

    /// Runs of each tenant, one after the other, until this many seconds have
    /// gone by: how long each takes, and the time from one start to the next.
    fn used(seconds: u64, tenants: &[(u64, u64)]) -> (Usage, Instant) {
        let mut usage = Usage::new(PERMITS);
        let start = Instant::now();
        let mut ends: Vec<(u64, usize)> = Vec::new();
        for (index, (took_us, every_us)) in tenants.iter().enumerate() {
            let runs = (0..).map(|n| n * every_us + took_us);
            ends.extend(
                runs.take_while(|end| *end <= seconds * 1_000_000)
                    .map(|end| (end, index)),
            );
        }
        ends.sort_unstable();
        for (end, index) in ends {
            let at = start + Duration::from_micros(end);
            usage.charge(
                tenant(index as u8),
                Duration::from_micros(tenants[index].0),
                at,
            );
        }
        (usage, start + Duration::from_secs(seconds))
    }

    #[test]
    fn a_tenant_that_takes_more_than_a_share_is_heavy_until_it_stops() {
        // One processor and a half, beside a fiftieth.
        let (usage, now) = used(5, &[(3_000, 2_000), (100, 5_000)]);
        assert!(usage.is_heavy(tenant(0), now));
        assert!(!usage.is_heavy(tenant(1), now));
        assert!(!usage.is_heavy(tenant(7), now), "has never run");
        let later = now + Duration::from_secs(1);
        assert!(!usage.is_heavy(tenant(0), later));
    }

    #[test]
    fn tenants_in_league_are_heavy_together() {
        let looping = (250_000, 500_000);
        let (usage, now) = used(5, &[looping, looping, looping, looping, (100, 5_000)]);
        for n in 0..4 {
            assert!(usage.is_heavy(tenant(n), now), "tenant {n}");
        }
        assert!(!usage.is_heavy(tenant(4), now));
    }

    #[test]
    fn a_tenant_that_runs_nothing_more_has_no_share_and_takes_no_memory() {
        let (mut usage, now) = used(5, &[(1_000, 1_000), (100, 5_000)]);
        assert_eq!(usage.tenants.len(), 2);
        let mut at = now;
        for _ in 0..30 {
            at += Duration::from_secs(1);
            usage.charge(tenant(0), Duration::from_secs(2), at);
        }
        assert_eq!(usage.tenants.len(), 1);
        assert!(!usage.is_heavy(tenant(0), at), "there is nobody else");
    }

    proptest! {
        /// As long as a run is short beside the share: use counts when a run
        /// ends, so one long run is for a moment more than a share.
        #[test]
        fn equals_are_never_heavy(count in 1_usize..40, part in 1_u64..20, busy in 0.1_f64..0.7) {
            let share_us = PERMITS as u64 * USAGE_DECAY.as_micros() as u64 / count as u64;
            let took_us = share_us / 100 * part;
            // Together they use that part of all permits.
            let every_us = (took_us as f64 * count as f64 / (PERMITS as f64 * busy)) as u64;
            let tenants = vec![(took_us, every_us.max(1)); count];
            let (usage, now) = used(2, &tenants);
            for n in 0..count {
                prop_assert!(!usage.is_heavy(tenant(n as u8), now), "tenant {}", n);
            }
        }
    }
}
