//! What a component may return: any record, with pointers and lengths that
//! lie, over any bytes.

use super::check;
use crate::common::{Fixture, component, fixture, guest_with, invocation};
use hookmill_domain::fault::FaultCode;
use hookmill_sandbox::{Program, Source};
use proptest::array::uniform11;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use std::fmt::Write as _;

/// Where the result and the bytes that it points to stand in the guest's
/// memory of two pages.
const RESULT: u32 = 1_024;
const BYTES: u32 = 2_048;

/// Words of the result: mostly addresses and lengths that are right.
fn word() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => BYTES..BYTES + 100,
        4 => 0..40_u32,
        1 => 131_000..131_200_u32,
        1 => any::<u32>(),
    ]
}

/// Bytes as they stand in requests, and any others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "https://[a-z.]{1,20}/[a-z?&=%]{0,20}".prop_map(String::into_bytes),
        "[{}\\[\\]\",:0-9a-z ]{0,80}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..150),
    ]
}

fn escaped(bytes: impl IntoIterator<Item = u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "\\{byte:02x}");
        text
    })
}

fn returning(record: &[u32], bytes: &[u8]) -> Vec<u8> {
    let record = record.iter().flat_map(|word| word.to_le_bytes());
    let fields = format!(
        "(data (i32.const {RESULT}) \"{}\") (data (i32.const {BYTES}) \"{}\")",
        escaped(record),
        escaped(bytes.iter().copied()),
    );
    component(&guest_with(&fields, &format!("(i32.const {RESULT})")))
}

#[test]
fn any_result_is_a_request_or_a_fault() {
    let fixture = fixture();
    let results = (uniform11(word()), bytes());
    check(150, &results, |(mut record, bytes)| {
        // Without this most results are of no variant.
        record[0] %= 2;
        let program = load(&fixture, &returning(&record, &bytes));
        let run = fixture.sandbox.run_blocking(&program, invocation());
        let run = run.expect("the sandbox itself does not fail");
        if let Err(fault) = run.outcome {
            let expected = [
                FaultCode::Thrown,
                FaultCode::Rejected,
                FaultCode::RetryRequested,
                FaultCode::Trap,
                FaultCode::InvalidResult,
                FaultCode::OutputTooLarge,
            ];
            assert!(expected.contains(&fault.code), "{fault:?}");
        }
        Ok(())
    });
}

fn load(fixture: &Fixture, wasm: &[u8]) -> Program {
    let name = "x.wasm";
    let loaded = fixture.sandbox.load(Source::Component { name, wasm });
    loaded.expect("only its result is wrong")
}
