//! Has the library read JSON of a million levels into a type as deep.
//! expect: rejected

use hookmill_guest::{Context, Failure, Webhook, json};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(transparent)]
struct Chain(Vec<Chain>);

pub(crate) fn handler(webhook: Webhook, _: &Context) -> Result<Webhook, Failure> {
    let text = "[".repeat(1_000_000);
    match json::from_str::<Chain>(&text) {
        Ok(Chain(links)) if links.is_empty() => Ok(webhook),
        Ok(_) => Err(Failure::reject("it was read")),
        Err(error) => Err(Failure::reject(error.to_string())),
    }
}
