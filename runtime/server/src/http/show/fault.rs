//! A fault and its place, in the shape of the API.

use hookmill_api::fault::{Fault, Position};
use hookmill_domain::fault::{Fault as Found, Position as Place};

pub(super) fn fault(found: &Found) -> Fault {
    Fault {
        code: found.code.as_str().to_owned(),
        message: found.message.clone(),
        position: found.position.map(position),
        stack: found.stack.clone(),
    }
}

/// A place in a program, which is one file here.
pub(in super::super) fn position(place: Place) -> Position {
    Position {
        file: None,
        line: place.line,
        column: place.column,
    }
}
