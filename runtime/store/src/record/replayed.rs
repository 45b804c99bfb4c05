//! A parked delivery that is in the queue again.
//!
//! delivery16, endpoint16, event16, tenant16, accepted8, parked_ms8 (since when
//! it was parked), due_ms8 (on the store's clock), attempts4, request1 (0 none;
//! 1 then lsn8).

use super::codec::{Damaged, Fields, Put as _};
use super::settled::{decode_subject, encode_subject};
use crate::journal::frame::Frame;
use crate::journal::lsn::Lsn;
use crate::queue::waiting::Subject;
use hookmill_domain::UnixMs;

/// The record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replayed {
    pub(crate) subject: Subject,
    pub(crate) parked_at: UnixMs,
    pub(crate) due_ms: u64,
    /// Attempts made before.
    pub(crate) attempts: u32,
    pub(crate) request: Option<Lsn>,
}

impl Replayed {
    pub(crate) fn frame(&self) -> Frame {
        Frame::new(super::REPLAYED, 112, |to| {
            encode_subject(&self.subject, to);
            to.put_u64(self.parked_at.0);
            to.put_u64(self.due_ms);
            to.put_u32(self.attempts);
            match self.request {
                None => to.put_u8(0),
                Some(lsn) => {
                    to.put_u8(1);
                    to.put_lsn(lsn);
                }
            }
        })
    }

    pub(crate) fn decode(record: &[u8]) -> Result<Self, Damaged> {
        let mut fields = Fields::new(record);
        let decoded = Self {
            subject: decode_subject(&mut fields)?,
            parked_at: UnixMs(fields.u64()?),
            due_ms: fields.u64()?,
            attempts: fields.u32()?,
            request: match fields.u8()? {
                0 => None,
                _ => Some(fields.lsn()?),
            },
        };
        fields.end()?;
        Ok(decoded)
    }
}
