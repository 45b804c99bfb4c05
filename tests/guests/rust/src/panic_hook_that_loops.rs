//! Panics, with a hook that never comes back.
//! expect: out_of_fuel

use hookmill_guest::{Context, Failure, Webhook};

pub(crate) fn handler(_webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    std::panic::set_hook(Box::new(|_| {
        let mut n = 0_u64;
        loop {
            n = std::hint::black_box(n + 1);
        }
    }));
    panic!("now")
}
