//! How a delivery ended: a part of the rows `D`, `H` and `W`.
//!
//! Bytes: tag1 (0 delivered, 1 canceled, 2 parked), reason1 (0 unless parked),
//! at_ms8 (wall clock).

use super::codec::{Damaged, Decoder, Encoder};
use crate::interface::settle::ParkReason;
use crate::interface::view::DeliveryState;
use hookmill_domain::UnixMs;

/// How a delivery ended, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) how: How,
    pub(crate) at: UnixMs,
}

/// How.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Delivered,
    Canceled,
    Parked(ParkReason),
}

impl Ending {
    pub(crate) fn encode(&self, to: Encoder) -> Encoder {
        let (tag, reason) = match self.how {
            How::Delivered => (0, 0),
            How::Canceled => (1, 0),
            How::Parked(reason) => (2, reason as u8),
        };
        to.u8(tag).u8(reason).u64(self.at.0)
    }

    pub(crate) fn decode(fields: &mut Decoder<'_>) -> Result<Self, Damaged> {
        let how = match (fields.u8()?, fields.u8()?) {
            (0, 0) => How::Delivered,
            (1, 0) => How::Canceled,
            (2, reason) => How::Parked(
                ParkReason::from_ordinal(reason)
                    .ok_or_else(|| fields.damaged("the reason for parking is unknown"))?,
            ),
            _ => return Err(fields.damaged("the ending is unknown")),
        };
        let at = UnixMs(fields.u64()?);
        Ok(Self { how, at })
    }

    pub(crate) fn state(&self) -> DeliveryState {
        let at = self.at;
        match self.how {
            How::Delivered => DeliveryState::Delivered { at },
            How::Canceled => DeliveryState::Canceled { at },
            How::Parked(reason) => DeliveryState::Parked { reason, at },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn any_ending() -> impl Strategy<Value = Ending> {
        (0_usize..5, any::<u64>()).prop_map(|(how, at)| Ending {
            how: match how {
                0 => How::Delivered,
                1 => How::Canceled,
                n => How::Parked(ParkReason::ALL[n - 2]),
            },
            at: UnixMs(at),
        })
    }
}
