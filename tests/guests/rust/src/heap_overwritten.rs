//! Overwrites all of its memory, from the first byte on, until it ends.
//! expect: trap: out of bounds

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let mut address = std::hint::black_box(16_usize);
    loop {
        // Not sound, and meant so.
        unsafe { std::ptr::write_volatile(address as *mut u8, 0xff) };
        address += 1;
        if address == usize::MAX {
            return Ok(webhook);
        }
    }
}
