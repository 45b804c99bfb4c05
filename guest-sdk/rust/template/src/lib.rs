//! Puts whoever paid on a list: `payment.succeeded` becomes a request to the
//! list's members. Every other event is canceled, so that nothing is sent.
//!
//! Credentials don't belong here: Hookmill adds them afterwards.

use hookmill_guest::{Context, Failure, Text, Webhook, json, transform};
use serde::{Deserialize, Serialize};

transform!(handler);

/// What is read of the event. Texts are borrowed from it.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    data: Payment<'a>,
}

#[derive(Deserialize)]
struct Payment<'a> {
    #[serde(borrow)]
    customer: Customer<'a>,
    total_amount: i64,
    #[serde(borrow)]
    currency: Text<'a>,
}

#[derive(Deserialize)]
struct Customer<'a> {
    #[serde(borrow)]
    email: Text<'a>,
    #[serde(borrow)]
    name: Text<'a>,
}

/// What the destination wants.
#[derive(Serialize)]
struct Member<'a> {
    email: &'a str,
    name: &'a str,
    /// In the currency's smallest unit.
    paid: i64,
    currency: &'a str,
}

fn handler(mut webhook: Webhook, context: &Context) -> Result<Webhook, Failure> {
    if webhook.event_type != "payment.succeeded" {
        return Ok(webhook.canceled());
    }
    let list = context
        .env("LIST_ID")
        .ok_or_else(|| Failure::reject("set the variable LIST_ID"))?;
    let Event { data } = webhook.payload_json()?;
    let member = Member {
        email: &data.customer.email,
        name: &data.customer.name,
        paid: data.total_amount,
        currency: &data.currency,
    };
    webhook.payload = json::to_vec(&member)?;
    webhook.url = format!("https://api.example.com/lists/{list}/members");
    webhook.add_header("Accept", "application/json");
    Ok(webhook)
}

#[cfg(test)]
mod tests {
    use super::handler;
    use hookmill_guest::{Context, Webhook, testing::assert_expected};

    #[test]
    fn every_event_becomes_the_expected_request() {
        assert_expected(env!("CARGO_MANIFEST_DIR"), handler);
    }

    #[test]
    fn without_a_list_the_event_is_rejected() {
        let webhook = Webhook::sample("payment.succeeded", "{}");
        let failure = handler(webhook, &Context::sample()).expect_err("there is no list");
        assert_eq!(failure.reason(), "set the variable LIST_ID");
    }
}
