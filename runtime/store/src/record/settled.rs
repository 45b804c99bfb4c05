//! What became of a leased delivery.
//!
//! delivery16, endpoint16, event16, tenant16, accepted8 (where the event's
//! frame is), pack1 (0 none; 1 then due8 number8: the row of the index that the
//! delivery was in), at_ms8, attempts4, first_attempt4, next1:
//! - 0, delivered; 1, canceled;
//! - 2, retried: due_ms8, request;
//! - 3, parked: reason1, type (length4, text), request;
//! - 4, released: due_ms8, request;
//!
//! attempt (length4, record; empty when none was made). A request is 0 none, 1
//! elsewhere: lsn8, or 2 here: length4, record.

use super::codec::{Damaged, Fields, Put as _};
use super::{attempt, request};
use crate::ParkReason;
use crate::journal::frame::Frame;
use crate::journal::lsn::Lsn;
use crate::queue::waiting::{PackId, Subject};
use hookmill_domain::attempt::Attempt;
use hookmill_domain::request::Request;
use hookmill_domain::{DeliveryId, EndpointId, EventId, TenantId, UnixMs};

/// Where a delivery's request is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Nowhere: its transform runs anew.
    Nowhere,
    /// In another frame.
    At(Lsn),
    /// In this frame.
    Here(Box<Request>),
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Delivered,
    Canceled,
    Retried {
        /// On the store's clock.
        due_ms: u64,
        request: Kept,
    },
    Parked {
        reason: ParkReason,
        event_type: String,
        request: Kept,
    },
    Released {
        /// On the store's clock.
        due_ms: u64,
        request: Kept,
    },
}

/// The record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) subject: Subject,
    pub(crate) pack: Option<PackId>,
    pub(crate) at: UnixMs,
    /// Attempts made, this one included.
    pub(crate) attempts: u32,
    pub(crate) first_attempt: u32,
    pub(crate) outcome: Outcome,
    pub(crate) attempt: Option<Attempt>,
}

impl Kept {
    /// Where the request is, given where this frame is.
    pub(crate) fn lsn(&self, here: Lsn) -> Option<Lsn> {
        match self {
            Self::Nowhere => None,
            Self::At(lsn) => Some(*lsn),
            Self::Here(_) => Some(here),
        }
    }

    fn encode(&self, to: &mut Vec<u8>) {
        match self {
            Self::Nowhere => to.put_u8(0),
            Self::At(lsn) => {
                to.put_u8(1);
                to.put_lsn(*lsn);
            }
            Self::Here(request) => {
                let mut record = Vec::with_capacity(request::record_bytes(request));
                request::encode(request, &mut record);
                to.put_u8(2);
                to.put_data(&record);
            }
        }
    }

    fn decode(fields: &mut Fields<'_>) -> Result<Self, Damaged> {
        match fields.u8()? {
            0 => Ok(Self::Nowhere),
            1 => Ok(Self::At(fields.lsn()?)),
            2 => Ok(Self::Here(Box::new(request::decode(fields.data()?)?))),
            _ => Err(Damaged("where the request is kept is unknown")),
        }
    }
}

impl Outcome {
    /// Where the request is kept.
    pub(crate) fn into_request(self) -> Option<Kept> {
        match self {
            Self::Delivered | Self::Canceled => None,
            Self::Retried { request, .. }
            | Self::Parked { request, .. }
            | Self::Released { request, .. } => Some(request),
        }
    }

    fn request(&self) -> Option<&Kept> {
        match self {
            Self::Delivered | Self::Canceled => None,
            Self::Retried { request, .. }
            | Self::Parked { request, .. }
            | Self::Released { request, .. } => Some(request),
        }
    }

    fn encode(&self, to: &mut Vec<u8>) {
        match self {
            Self::Delivered => to.put_u8(0),
            Self::Canceled => to.put_u8(1),
            Self::Retried { due_ms, .. } => {
                to.put_u8(2);
                to.put_u64(*due_ms);
            }
            Self::Parked {
                reason, event_type, ..
            } => {
                to.put_u8(3);
                to.put_u8(*reason as u8);
                to.put_data(event_type.as_bytes());
            }
            Self::Released { due_ms, .. } => {
                to.put_u8(4);
                to.put_u64(*due_ms);
            }
        }
        if let Some(request) = self.request() {
            request.encode(to);
        }
    }

    fn decode(fields: &mut Fields<'_>) -> Result<Self, Damaged> {
        Ok(match fields.u8()? {
            0 => Self::Delivered,
            1 => Self::Canceled,
            2 => Self::Retried {
                due_ms: fields.u64()?,
                request: Kept::decode(fields)?,
            },
            3 => Self::Parked {
                reason: ParkReason::from_ordinal(fields.u8()?)
                    .ok_or(Damaged("the reason is unknown"))?,
                event_type: fields.text()?.to_owned(),
                request: Kept::decode(fields)?,
            },
            4 => Self::Released {
                due_ms: fields.u64()?,
                request: Kept::decode(fields)?,
            },
            _ => return Err(Damaged("what follows is unknown")),
        })
    }
}

impl Settled {
    fn record_bytes(&self) -> usize {
        let request = match self.outcome.request() {
            Some(Kept::Here(request)) => request::record_bytes(request),
            _ => 64,
        };
        160 + request + self.attempt.as_ref().map_or(0, attempt::record_bytes)
    }

    pub(crate) fn frame(&self) -> Frame {
        Frame::new(super::SETTLED, self.record_bytes(), |to| {
            encode_subject(&self.subject, to);
            match self.pack {
                None => to.put_u8(0),
                Some(pack) => {
                    to.put_u8(1);
                    to.put_u64(pack.due_ms);
                    to.put_u64(pack.number);
                }
            }
            to.put_u64(self.at.0);
            to.put_u32(self.attempts);
            to.put_u32(self.first_attempt);
            self.outcome.encode(to);
            let mut record = Vec::new();
            if let Some(attempt) = &self.attempt {
                attempt::encode(attempt, &mut record);
            }
            to.put_data(&record);
        })
    }

    pub(crate) fn decode(record: &[u8]) -> Result<Self, Damaged> {
        let mut fields = Fields::new(record);
        let subject = decode_subject(&mut fields)?;
        let pack = match fields.u8()? {
            0 => None,
            _ => Some(PackId {
                due_ms: fields.u64()?,
                number: fields.u64()?,
            }),
        };
        let at = UnixMs(fields.u64()?);
        let attempts = fields.u32()?;
        let first_attempt = fields.u32()?;
        let outcome = Outcome::decode(&mut fields)?;
        let attempt = match fields.data()? {
            [] => None,
            record => Some(attempt::decode(record)?),
        };
        fields.end()?;
        Ok(Self {
            subject,
            pack,
            at,
            attempts,
            first_attempt,
            outcome,
            attempt,
        })
    }
}

/// delivery16, endpoint16, event16, tenant16, accepted8.
pub(super) fn encode_subject(subject: &Subject, to: &mut Vec<u8>) {
    to.put(&subject.delivery.to_bytes());
    to.put(&subject.endpoint.to_bytes());
    to.put(&subject.event.to_bytes());
    to.put(&subject.tenant.to_bytes());
    to.put_lsn(subject.accepted);
}

pub(super) fn decode_subject(fields: &mut Fields<'_>) -> Result<Subject, Damaged> {
    Ok(Subject {
        delivery: DeliveryId::from_bytes(fields.id()?),
        endpoint: EndpointId::from_bytes(fields.id()?),
        event: EventId::from_bytes(fields.id()?),
        tenant: TenantId::from_bytes(fields.id()?),
        accepted: fields.lsn()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::frame;
    use crate::record::attempt::tests::any_outcome;
    use bytes::Bytes;
    use hookmill_domain::request::Method;
    use proptest::prelude::*;

    fn any_kept() -> impl Strategy<Value = Kept> {
        prop_oneof![
            Just(Kept::Nowhere),
            any::<u64>().prop_map(|lsn| Kept::At(Lsn::from_u64(lsn))),
            any::<Vec<u8>>().prop_map(|body| {
                let body = Bytes::from(body);
                let url = "https://a.example/";
                let request = Request::try_new(url, Method::Post, vec![], body);
                Kept::Here(Box::new(request.expect("sendable")))
            }),
        ]
    }

    fn any_next() -> impl Strategy<Value = Outcome> {
        prop_oneof![
            Just(Outcome::Delivered),
            Just(Outcome::Canceled),
            (any::<u64>(), any_kept())
                .prop_map(|(due_ms, request)| Outcome::Retried { due_ms, request }),
            (0..ParkReason::ALL.len(), "\\PC*", any_kept()).prop_map(
                |(reason, event_type, request)| Outcome::Parked {
                    reason: ParkReason::ALL[reason],
                    event_type,
                    request,
                }
            ),
            (any::<u64>(), any_kept())
                .prop_map(|(due_ms, request)| Outcome::Released { due_ms, request }),
        ]
    }

    proptest! {
        #[test]
        fn a_settlement_survives_its_frame(
            ids: [[u8; 16]; 4],
            numbers: (u64, u64, u32, u32, u32),
            pack: Option<(u64, u64)>,
            outcome in any_next(),
            attempt in proptest::option::of(any_outcome()),
        ) {
            let settled = Settled {
                subject: Subject {
                    delivery: DeliveryId::from_bytes(ids[0]),
                    endpoint: EndpointId::from_bytes(ids[1]),
                    event: EventId::from_bytes(ids[2]),
                    tenant: TenantId::from_bytes(ids[3]),
                    accepted: Lsn::from_u64(numbers.0),
                },
                pack: pack.map(|(due_ms, number)| PackId { due_ms, number }),
                at: UnixMs(numbers.1),
                attempts: numbers.2,
                first_attempt: numbers.3,
                outcome,
                attempt: attempt.map(|outcome| Attempt {
                    number: numbers.4,
                    started_at: UnixMs(1),
                    duration_us: 2,
                    outcome,
                    run: None,
                    logs: String::new(),
                }),
            };
            let at = Lsn::new(3, 64);
            let bytes = settled.frame().seal(at);
            let found = frame::read(&bytes, at).expect("whole");
            prop_assert_eq!(Settled::decode(found.payload), Ok(settled));
        }

        #[test]
        fn any_bytes_are_a_settlement_or_damage_but_no_panic(record: Vec<u8>) {
            let _ = Settled::decode(&record);
        }
    }
}
