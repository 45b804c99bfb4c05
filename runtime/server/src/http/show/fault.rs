//! A fault and where it happened, in the shape of the API.

use hookmill_api::fault::{Fault, Position};
use hookmill_domain::fault::{Fault as RunFault, Position as SourcePosition};

pub(super) fn fault(record: &RunFault) -> Fault {
    Fault {
        code: record.code.as_str().to_owned(),
        message: record.message.clone(),
        position: record.position.map(position),
        stack: record.stack.clone(),
    }
}

/// Where in a program, which is one file here.
pub(in super::super) fn position(at: SourcePosition) -> Position {
    Position {
        file: None,
        line: at.line,
        column: at.column,
    }
}
