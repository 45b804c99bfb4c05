//! Recurses without end, with frames that lie in memory, below which is nothing.
//! expect: trap: out of bounds

use hookmill_guest::{Context, Failure, Webhook};

#[expect(unconditional_recursion, reason = "that is the attack")]
fn deep(n: u64, above: &[u64; 64]) -> u64 {
    let own = std::hint::black_box([n; 64]);
    deep(n + 1, &own) + above[(n % 64) as usize] + own[0]
}

pub(crate) fn handler(mut webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    webhook.payload = deep(0, &[1; 64]).to_string().into();
    Ok(webhook)
}
