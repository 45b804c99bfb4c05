//! `M` (both): where the log of commits stands. Written in every batch, so it
//! is as new as the newest thing that survived.
//!
//! Value, version 1: commits8, epoch8 of leases, events8, deliveries8,
//! clock_ms8, clock_offset_ms8.

use super::codec::{Damaged, Decoder, Encoder};

const VERSION: u8 = 1;

pub(crate) const KEY: &[u8] = b"M";

/// Counters that every batch carries on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    /// Batches committed since the store was made.
    pub(crate) commits: u64,
    /// Times the store was opened.
    pub(crate) epoch: u64,
    /// Hot: events stored. Cold: finished events stored.
    pub(crate) events: u64,
    /// Hot: deliveries waiting. Cold: deliveries parked.
    pub(crate) deliveries: u64,
    /// The latest instant of the store's clock.
    pub(crate) clock_ms: u64,
    /// How far the store's clock is ahead of the wall clock.
    pub(crate) clock_offset_ms: u64,
}

impl Meta {
    pub(crate) fn encode(&self) -> Vec<u8> {
        Encoder::new(VERSION, 48)
            .u64(self.commits)
            .u64(self.epoch)
            .u64(self.events)
            .u64(self.deliveries)
            .u64(self.clock_ms)
            .u64(self.clock_offset_ms)
            .seal(KEY)
    }

    pub(crate) fn decode(value: &[u8]) -> Result<Self, Damaged> {
        let mut fields = Decoder::open(KEY, value, VERSION)?;
        let meta = Self {
            commits: fields.u64()?,
            epoch: fields.u64()?,
            events: fields.u64()?,
            deliveries: fields.u64()?,
            clock_ms: fields.u64()?,
            clock_offset_ms: fields.u64()?,
        };
        fields.end()?;
        Ok(meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_counters_survive(numbers: [u64; 6]) {
            let [commits, epoch, events, deliveries, clock_ms, clock_offset_ms] = numbers;
            let meta = Meta { commits, epoch, events, deliveries, clock_ms, clock_offset_ms };
            prop_assert_eq!(Meta::decode(&meta.encode()), Ok(meta));
        }
    }
}
