//! One attempt.
//!
//! number4, started_ms8, duration_us8, run1 (0 none; 1 then fuel8 time_us8
//! memory8), logs (length4, text), outcome1:
//! - 0, response: status2, body (length4, bytes), note (length4, text);
//! - 1, not sent: kind1, message (length4, text);
//! - 2, fault: code1, message, position1 (0 none; 1 then line4 column4), stack;
//! - 3, canceled.

use super::codec::{Damaged, Fields, Put as _};
use bytes::Bytes;
use hookmill_domain::UnixMs;
use hookmill_domain::attempt::{Attempt, AttemptOutcome, RunUsage, SendFailure};
use hookmill_domain::fault::{Fault, FaultCode, Position};

/// Bytes of the record, about.
pub(crate) fn record_bytes(attempt: &Attempt) -> usize {
    256 + attempt.logs.len()
}

pub(crate) fn encode(attempt: &Attempt, to: &mut Vec<u8>) {
    to.put_u32(attempt.number);
    to.put_u64(attempt.started_at.0);
    to.put_u64(attempt.duration_us);
    match attempt.run {
        None => to.put_u8(0),
        Some(run) => {
            to.put_u8(1);
            to.put_u64(run.fuel);
            to.put_u64(run.time_us);
            to.put_u64(run.memory_bytes);
        }
    }
    to.put_data(attempt.logs.as_bytes());
    match &attempt.outcome {
        AttemptOutcome::Response { status, body, note } => {
            to.put_u8(0);
            to.put_u16(*status);
            to.put_data(body);
            to.put_data(note.as_bytes());
        }
        AttemptOutcome::SendFailed { kind, message } => {
            to.put_u8(1);
            to.put_u8(*kind as u8);
            to.put_data(message.as_bytes());
        }
        AttemptOutcome::Fault(fault) => {
            to.put_u8(2);
            encode_fault(fault, to);
        }
        AttemptOutcome::Canceled => to.put_u8(3),
    }
}

fn encode_fault(fault: &Fault, to: &mut Vec<u8>) {
    to.put_u8(fault.code.ordinal());
    to.put_data(fault.message.as_bytes());
    match fault.position {
        None => to.put_u8(0),
        Some(position) => {
            to.put_u8(1);
            to.put_u32(position.line);
            to.put_u32(position.column);
        }
    }
    to.put_data(fault.stack.as_bytes());
}

pub(crate) fn decode(record: &[u8]) -> Result<Attempt, Damaged> {
    let mut fields = Fields::new(record);
    let number = fields.u32()?;
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
    let logs = fields.text()?.to_owned();
    let outcome = match fields.u8()? {
        0 => AttemptOutcome::Response {
            status: fields.u16()?,
            body: Bytes::copy_from_slice(fields.data()?),
            note: fields.text()?.to_owned(),
        },
        1 => AttemptOutcome::SendFailed {
            kind: SendFailure::from_ordinal(fields.u8()?)
                .ok_or(Damaged("the kind of failure is unknown"))?,
            message: fields.text()?.to_owned(),
        },
        2 => AttemptOutcome::Fault(decode_fault(&mut fields)?),
        3 => AttemptOutcome::Canceled,
        _ => return Err(Damaged("the outcome is unknown")),
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

fn decode_fault(fields: &mut Fields<'_>) -> Result<Fault, Damaged> {
    let code =
        FaultCode::from_ordinal(fields.u8()?).ok_or(Damaged("the fault's code is unknown"))?;
    let message = fields.text()?.to_owned();
    let position = match fields.u8()? {
        0 => None,
        _ => Some(Position {
            line: fields.u32()?,
            column: fields.u32()?,
        }),
    };
    let stack = fields.text()?.to_owned();
    Ok(Fault {
        code,
        message,
        position,
        stack,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn any_outcome() -> impl Strategy<Value = AttemptOutcome> {
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
        fn an_attempt_survives_its_record(
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
            let mut record = Vec::new();
            encode(&attempt, &mut record);
            prop_assert_eq!(decode(&record), Ok(attempt));
        }

        #[test]
        fn any_bytes_are_an_attempt_or_damage_but_no_panic(record: Vec<u8>) {
            let _ = decode(&record);
        }
    }
}
