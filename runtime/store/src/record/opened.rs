//! The store was opened: what was leased before is not any more.
//!
//! epoch8, clock_ms8, clock_offset_ms8.

use super::codec::{Damaged, Fields, Put as _};
use crate::journal::frame::Frame;

/// The record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Counts openings.
    pub(crate) epoch: u64,
    /// The store's clock and its offset then.
    pub(crate) clock_ms: u64,
    pub(crate) clock_offset_ms: u64,
}

impl Opened {
    pub(crate) fn frame(self) -> Frame {
        Frame::new(super::OPENED, 24, |to| {
            to.put_u64(self.epoch);
            to.put_u64(self.clock_ms);
            to.put_u64(self.clock_offset_ms);
        })
    }

    pub(crate) fn decode(record: &[u8]) -> Result<Self, Damaged> {
        let mut fields = Fields::new(record);
        let decoded = Self {
            epoch: fields.u64()?,
            clock_ms: fields.u64()?,
            clock_offset_ms: fields.u64()?,
        };
        fields.end()?;
        Ok(decoded)
    }
}
