//! Fills the memory with what it forgets.
//! expect: memory_exceeded

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(_webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    loop {
        std::mem::forget(std::hint::black_box(vec![7_u8; 4_096]));
    }
}
