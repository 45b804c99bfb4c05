//! Writes where null points to, and jumps there: in WebAssembly the first is
//! memory like any other, the second no function.
//! expect: trap: indirect call

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let null = std::hint::black_box(0_usize);
    // Not sound, and meant so.
    unsafe {
        std::ptr::write_volatile(null as *mut u32, 7);
        let function: Option<extern "C" fn()> = std::mem::transmute(null + 1);
        let function = std::hint::black_box(function).expect("it is not null");
        std::mem::transmute::<extern "C" fn(), extern "C" fn(u64) -> u64>(function)(1);
    }
    Ok(webhook)
}
