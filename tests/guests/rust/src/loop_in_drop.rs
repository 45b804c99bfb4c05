//! Loops when its values are dropped, after the work is done.
//! expect: out_of_fuel

use hookmill_guest::{Context, Failure, Webhook};

struct Hostile;

impl Drop for Hostile {
    fn drop(&mut self) {
        let mut n = 0_u64;
        loop {
            n = std::hint::black_box(n + 1);
        }
    }
}

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let _hostile = Hostile;
    Ok(webhook)
}
