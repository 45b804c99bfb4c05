//! Stepping over a value that nobody asked for.
//!
//! Most of an event is skipped. It is still checked to be JSON, so that a text
//! is refused or accepted whatever a transform looks at.

use super::error::Error;
use super::reader::Reader;

/// Takes one value.
pub(super) fn value(reader: &mut Reader<'_>) -> Result<(), Error> {
    match reader.peek() {
        Some(b'"') => reader.skip_string(),
        Some(b'{') => object(reader),
        Some(b'[') => array(reader),
        Some(b'-' | b'0'..=b'9') => reader.number().map(drop),
        Some(b'n') => reader.word("null"),
        Some(b't') => reader.word("true"),
        Some(b'f') => reader.word("false"),
        _ => Err(reader.refuse("expected a value")),
    }
}

fn object(reader: &mut Reader<'_>) -> Result<(), Error> {
    reader.enter()?;
    if !reader.take_if(b'}') {
        loop {
            if reader.peek() != Some(b'"') {
                return Err(reader.refuse("expected a string as key"));
            }
            reader.skip_string()?;
            reader.expect(b':', "expected `:`")?;
            value(reader)?;
            if !reader.take_if(b',') {
                break;
            }
        }
        reader.expect(b'}', "expected `,` or `}`")?;
    }
    reader.leave();
    Ok(())
}

fn array(reader: &mut Reader<'_>) -> Result<(), Error> {
    reader.enter()?;
    if !reader.take_if(b']') {
        loop {
            value(reader)?;
            if !reader.take_if(b',') {
                break;
            }
        }
        reader.expect(b']', "expected `,` or `]`")?;
    }
    reader.leave();
    Ok(())
}
