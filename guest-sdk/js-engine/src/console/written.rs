//! What a run has written to its log, and what still fits.
//!
//! Once the log is full, a call ends before it looks at its arguments.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crate::bindings::hookmill::transform::log::{self, Level};

/// What a standalone component's host may keep; the shared engine is told.
const LOG_BYTES_MAX: usize = 1 << 20;
/// Deeper groups are not indented further.
const GROUPS_MAX: usize = 20;

/// Bytes that the log surely keeps no more of.
static ROOM: AtomicUsize = AtomicUsize::new(LOG_BYTES_MAX);
static GROUPS: AtomicUsize = AtomicUsize::new(0);

/// Says how much the host keeps of this run's log.
pub(crate) fn start(log_bytes_max: usize) {
    // One byte more: it is the host that says that the log was cut.
    ROOM.store(log_bytes_max.saturating_add(1), Relaxed);
}

pub(super) fn has_room() -> bool {
    ROOM.load(Relaxed) > 0
}

/// How many bytes of a message are worth making.
pub(super) fn room() -> usize {
    ROOM.load(Relaxed)
}

pub(super) fn indent() {
    GROUPS.fetch_add(1, Relaxed);
}

pub(super) fn outdent() {
    GROUPS.store(GROUPS.load(Relaxed).saturating_sub(1), Relaxed);
}

/// Writes a message, indented by the groups that are open.
pub(super) fn line(level: Level, message: &str) {
    let blanks = "  ".repeat(GROUPS.load(Relaxed).min(GROUPS_MAX));
    let indented;
    let message = match blanks.is_empty() {
        true => message,
        false => {
            indented = format!("{blanks}{}", message.replace('\n', &format!("\n{blanks}")));
            &indented
        }
    };
    log::write(level, message);
    ROOM.store(room().saturating_sub(kept(message)), Relaxed);
}

/// At least as many bytes as this does the host keep of a message, if it has
/// room: it takes control characters and terminals' escapes out.
fn kept(message: &str) -> usize {
    const LEAST_AROUND: usize = "info: \n".len();
    let mut bytes = LEAST_AROUND;
    let mut characters = message.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            // ECMA-48: a control sequence ends with a byte from @ to ~.
            '\u{1b}' if characters.next_if_eq(&'[').is_some() => {
                characters.by_ref().find(|c| matches!(c, '@'..='~'));
            }
            character if character.is_control() => {}
            character => bytes += character.len_utf8(),
        }
    }
    bytes
}
