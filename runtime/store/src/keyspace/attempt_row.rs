//! `A event16 delivery16 attempt4 n2` (cold): one attempt, in pieces.
//!
//! Record, version 2: started_ms8, duration_us8, run1 (0 none; 1 then fuel8
//! time_us8 memory8), logs (len4, text), outcome1:
//! - 0, response: status2, body (len4, bytes), note;
//! - 1, not sent: kind1, message (len4, text);
//! - 2, fault: code1, message, position1 (0 none; 1 then line4 column4), stack;
//! - 3, canceled.

use super::codec::{Damaged, Decoder, Encoder};
use bytes::Bytes;
use hookmill_domain::attempt::{Attempt, AttemptOutcome, RunUsage, SendFailure};
use hookmill_domain::fault::{Fault, FaultCode, Position};
use hookmill_domain::{DeliveryId, EventId, UnixMs};

pub(crate) const VERSION: u8 = 2;

/// The key's part before the piece number.
pub(crate) fn prefix(event: EventId, delivery: DeliveryId, number: u32) -> [u8; 37] {
    let mut key = [b'A'; 37];
    key[1..17].copy_from_slice(&event.to_bytes());
    key[17..33].copy_from_slice(&delivery.to_bytes());
    key[33..].copy_from_slice(&number.to_be_bytes());
    key
}

/// What all attempts at an event begin with.
pub(crate) fn event_prefix(event: EventId) -> [u8; 17] {
    super::event_row::prefix(b'A', event)
}

/// Event, delivery, attempt and piece number of a key.
pub(crate) fn decode_key(key: &[u8]) -> Result<(EventId, DeliveryId, u32, u16), Damaged> {
    let mut parts = Decoder::bare(key, key.get(1..).unwrap_or_default());
    let event = EventId::from_bytes(parts.id()?);
    let delivery = DeliveryId::from_bytes(parts.id()?);
    let decoded = (event, delivery, parts.u32()?, parts.u16()?);
    parts.end()?;
    Ok(decoded)
}

pub(crate) fn encode(attempt: &Attempt) -> Vec<u8> {
    let mut record = Encoder::new(VERSION, 256 + attempt.logs.len())
        .u64(attempt.started_at.0)
        .u64(attempt.duration_us);
    record = match attempt.run {
        None => record.u8(0),
        Some(run) => record
            .u8(1)
            .u64(run.fuel)
            .u64(run.time_us)
            .u64(run.memory_bytes),
    };
    record = record.data(attempt.logs.as_bytes());
    match &attempt.outcome {
        AttemptOutcome::Response { status, body, note } => {
            let record = record.u8(0).u16(*status).data(body);
            record.data(note.as_bytes())
        }
        AttemptOutcome::SendFailed { kind, message } => {
            record.u8(1).u8(*kind as u8).data(message.as_bytes())
        }
        AttemptOutcome::Fault(fault) => encode_fault(record.u8(2), fault),
        AttemptOutcome::Canceled => record.u8(3),
    }
    .into_payload()
}

fn encode_fault(to: Encoder, fault: &Fault) -> Encoder {
    let to = to.u8(fault.code.ordinal()).data(fault.message.as_bytes());
    match fault.position {
        None => to.u8(0),
        Some(position) => to.u8(1).u32(position.line).u32(position.column),
    }
    .data(fault.stack.as_bytes())
}

pub(crate) fn decode(prefix: &[u8], number: u32, record: &[u8]) -> Result<Attempt, Damaged> {
    let mut fields = Decoder::bare(prefix, record);
    let started_at = UnixMs(fields.u64()?);
    let duration_us = fields.u64()?;
    let run = match fields.u8()? {
        0 => None,
        _ => Some(RunUsage {
            fuel: fields.u64()?,
            time_us: fields.u64()?,
            memory_bytes: fields.u64()?,
        }),
    };
    let logs = fields.text()?;
    let outcome = match fields.u8()? {
        0 => AttemptOutcome::Response {
            status: fields.u16()?,
            body: Bytes::copy_from_slice(fields.data()?),
            note: fields.text()?,
        },
        1 => AttemptOutcome::SendFailed {
            kind: SendFailure::from_ordinal(fields.u8()?)
                .ok_or_else(|| fields.damaged("the kind of failure is unknown"))?,
            message: fields.text()?,
        },
        2 => AttemptOutcome::Fault(decode_fault(&mut fields)?),
        3 => AttemptOutcome::Canceled,
        _ => return Err(fields.damaged("the outcome is unknown")),
    };
    fields.end()?;
    Ok(Attempt {
        number,
        started_at,
        duration_us,
        outcome,
        run,
        logs,
    })
}

fn decode_fault(fields: &mut Decoder<'_>) -> Result<Fault, Damaged> {
    let code = FaultCode::from_ordinal(fields.u8()?)
        .ok_or_else(|| fields.damaged("the fault's code is unknown"))?;
    let message = fields.text()?;
    let position = match fields.u8()? {
        0 => None,
        _ => Some(Position {
            line: fields.u32()?,
            column: fields.u32()?,
        }),
    };
    let stack = fields.text()?;
    Ok(Fault {
        code,
        message,
        position,
        stack,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_outcome() -> impl Strategy<Value = AttemptOutcome> {
        prop_oneof![
            (any::<u16>(), any::<Vec<u8>>(), "\\PC*").prop_map(|(status, body, note)| {
                AttemptOutcome::Response {
                    status,
                    body: body.into(),
                    note,
                }
            }),
            (0_usize..SendFailure::ALL.len(), "\\PC*").prop_map(|(kind, message)| {
                AttemptOutcome::SendFailed {
                    kind: SendFailure::ALL[kind],
                    message,
                }
            }),
            (
                0_usize..FaultCode::ALL.len(),
                "\\PC*",
                any::<Option<(u32, u32)>>(),
                "\\PC*"
            )
                .prop_map(|(code, message, position, stack)| AttemptOutcome::Fault(
                    Fault {
                        code: FaultCode::ALL[code],
                        message,
                        position: position.map(|(line, column)| Position { line, column }),
                        stack,
                    }
                )),
            Just(AttemptOutcome::Canceled),
        ]
    }

    proptest! {
        #[test]
        fn an_attempt_survives_its_rows(
            number: u32,
            times: (u64, u64),
            run: Option<(u64, u64, u64)>,
            logs in "\\PC*",
            outcome in any_outcome(),
        ) {
            let run = run.map(|(fuel, time_us, memory_bytes)| RunUsage { fuel, time_us, memory_bytes });
            let attempt = Attempt {
                number,
                started_at: UnixMs(times.0),
                duration_us: times.1,
                outcome,
                run,
                logs,
            };
            let record = encode(&attempt);
            prop_assert_eq!(decode(b"A", number, &record), Ok(attempt));
        }

        #[test]
        fn any_bytes_are_an_attempt_or_damage_but_no_panic(record: Vec<u8>) {
            let _ = decode(b"A", 1, &record);
        }
    }
}
