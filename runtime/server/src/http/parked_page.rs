//! Pages of an endpoint's parked deliveries: which one is wanted, and the text
//! of the cursor after which it begins.

use super::page::{self, Asked, Wanted};
use super::problem::Problem;
use hookmill_domain::UnixMs;
use hookmill_relay::view::ParkedCursor;

/// How many parked deliveries at most, and after which one.
pub(super) fn parse(asked: Asked) -> Result<(usize, Option<ParkedCursor>), Problem> {
    let wanted = Wanted::parse(asked)?;
    let after = wanted.after.as_deref().map(parse_cursor).transpose()?;
    Ok((wanted.limit, after))
}

/// `<milliseconds>_<delivery>`, opaque to callers. It stays valid when
/// its delivery has gone meanwhile: the others still come before or after.
pub(super) fn show_cursor(cursor: ParkedCursor) -> String {
    format!("{}_{}", cursor.parked_at.0, cursor.delivery)
}

fn parse_cursor(text: &str) -> Result<ParkedCursor, Problem> {
    let (ms, delivery) = text.split_once('_').unwrap_or_default();
    match (ms.parse(), delivery.parse()) {
        (Ok(ms), Ok(delivery)) => Ok(ParkedCursor {
            parked_at: UnixMs(ms),
            delivery,
        }),
        _ => Err(page::unknown_iterator()),
    }
}
