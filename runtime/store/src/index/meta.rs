//! `M`: how far the index is, and what is counted.
//!
//! Value, version 1: store8 replay_from8 epoch8 clock_ms8 clock_offset_ms8
//! next_pack8 pending8 history_horizon_ms8.

use super::seal;
use crate::journal::lsn::Lsn;
use crate::record::codec::{Damaged, Put as _};

pub(crate) const KEY: &[u8] = b"M";

const VERSION: u8 = 1;

/// The row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meta {
    /// The store's random number.
    pub(crate) store: u64,
    /// The first frame that the index does not know of.
    pub(crate) replay_from: Lsn,
    /// Counts openings.
    pub(crate) epoch: u64,
    pub(crate) clock_ms: u64,
    pub(crate) clock_offset_ms: u64,
    /// The number of the next row with waiting deliveries.
    pub(crate) next_pack: u64,
    /// Deliveries that wait or are leased.
    pub(crate) pending: u64,
    /// What ended before this instant is shown to nobody any more.
    pub(crate) history_horizon_ms: u64,
}

impl Meta {
    pub(crate) fn encode(self) -> Vec<u8> {
        seal::seal(KEY, VERSION, |to| {
            to.put_u64(self.store);
            to.put_lsn(self.replay_from);
            to.put_u64(self.epoch);
            to.put_u64(self.clock_ms);
            to.put_u64(self.clock_offset_ms);
            to.put_u64(self.next_pack);
            to.put_u64(self.pending);
            to.put_u64(self.history_horizon_ms);
        })
    }

    pub(crate) fn decode(value: &[u8]) -> Result<Self, Damaged> {
        let mut fields = seal::open(KEY, value, VERSION)?;
        let meta = Self {
            store: fields.u64()?,
            replay_from: fields.lsn()?,
            epoch: fields.u64()?,
            clock_ms: fields.u64()?,
            clock_offset_ms: fields.u64()?,
            next_pack: fields.u64()?,
            pending: fields.u64()?,
            history_horizon_ms: fields.u64()?,
        };
        fields.end()?;
        Ok(meta)
    }
}
