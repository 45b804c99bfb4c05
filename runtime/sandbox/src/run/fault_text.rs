//! What a guest says of its own failure: bounded and made harmless.
//!
//! Message and stack are recorded with the attempt and shown in terminals and
//! web pages. They are the guest's text (an error's message, a function's
//! name, the reason of a rejection), and no other limit applies to them.

use crate::caps::SENTENCE_BYTES_MAX;
use crate::run::log;
use hookmill_domain::caps::FAULT_TEXT_BYTES_KEPT;
use hookmill_domain::fault::Fault;

/// The fault with a message and a stack that can be kept.
pub(crate) fn bounded(fault: Fault) -> Fault {
    Fault {
        message: kept(&fault.message),
        stack: kept(&fault.stack),
        ..fault
    }
}

/// What is kept of a text: its beginning, without control characters other
/// than line breaks and tabs.
pub(crate) fn kept(text: &str) -> String {
    let end = text.floor_char_boundary(FAULT_TEXT_BYTES_KEPT);
    let mut kept = String::new();
    log::push_clean(&mut kept, &text[..end], "\n");
    if end < text.len() {
        kept.push_str(" [cut]");
    }
    kept
}

/// What a sentence can hold of a name or message that others chose: its
/// beginning, on one line.
pub(crate) fn sentence(text: &str) -> String {
    let end = text.floor_char_boundary(SENTENCE_BYTES_MAX);
    let mut kept = String::new();
    log::push_clean(&mut kept, &text[..end], " ");
    if end < text.len() {
        kept.push_str("...");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookmill_domain::fault::FaultCode;

    #[test]
    fn what_is_kept_is_bounded_and_moves_no_cursor() {
        let long = "é".repeat(FAULT_TEXT_BYTES_KEPT);
        let fault = bounded(Fault {
            stack: long,
            ..Fault::new(
                FaultCode::Thrown,
                "\u{1b}[31mred\u{1b}[0m\r\nline\ttab\u{7}",
            )
        });
        assert_eq!(fault.message, "red\nline\ttab");
        let whole = FAULT_TEXT_BYTES_KEPT / "é".len();
        assert_eq!(fault.stack, format!("{} [cut]", "é".repeat(whole)));
    }
}
