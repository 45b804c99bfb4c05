//! Payments and subscriptions to Customer.io's Track API, version 2, the same
//! requests as `handler.js` makes.
//!
//! What happens to a customer becomes an `event` of a person;
//! `subscription.updated` becomes an `identify` with the attributes as they are
//! now. Those two actions are the API's own: it refuses others. Events that are
//! not listed are canceled. Must not set credentials: Hookmill adds site id and
//! key afterwards.

mod entity;

use entity::{Entity, Identifiers, PaymentAttributes, PersonAttributes, SubscriptionAttributes};
use hookmill_dodo::{Event, Payment, Subscription};
use hookmill_guest::{Context, Failure, Money, Webhook, json, timestamp, transform};

transform!(handler);

/// Turns a payment or subscription event into an update of a person. The
/// variable `REGION` is `eu` for an account in Europe.
///
/// # Errors
/// When the event lacks what such an event always has.
pub fn handler(mut webhook: Webhook, context: &Context) -> Result<Webhook, Failure> {
    let event_type = webhook.event_type.as_str();
    webhook.payload = if let Some(name) = payment_event(event_type) {
        payment(name, &webhook.payload)?
    } else if let Some(name) = subscription_event(event_type) {
        subscription(name, &webhook.payload)?
    } else if event_type == "subscription.updated" {
        identify(&webhook.payload)?
    } else {
        return Ok(webhook.canceled());
    };
    let url = match context.env("REGION") {
        Some("eu") => "https://track-eu.customer.io/api/v2/entity",
        _ => "https://track.customer.io/api/v2/entity",
    };
    url.clone_into(&mut webhook.url);
    Ok(webhook)
}

fn payment_event(event_type: &str) -> Option<&'static str> {
    Some(match event_type {
        "payment.succeeded" => "payment_succeeded",
        "payment.failed" => "payment_failed",
        _ => return None,
    })
}

fn subscription_event(event_type: &str) -> Option<&'static str> {
    Some(match event_type {
        "subscription.active" => "subscription_started",
        "subscription.renewed" => "subscription_renewed",
        "subscription.on_hold" => "subscription_on_hold",
        "subscription.plan_changed" => "subscription_plan_changed",
        "subscription.cancelled" => "subscription_cancelled",
        "subscription.expired" => "subscription_expired",
        _ => return None,
    })
}

fn payment(name: &str, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    let Event { data, timestamp } = json::from_slice::<Event<Payment>>(payload)?;
    let product_ids = data.product_cart.as_ref().map(|cart| {
        let ids = cart.iter().map(|product| &*product.product_id);
        ids.collect()
    });
    let entity = Entity {
        kind: "person",
        identifiers: Identifiers {
            id: &data.customer.customer_id,
        },
        action: "event",
        name: Some(name),
        timestamp: seconds(&timestamp),
        attributes: PaymentAttributes {
            email: &data.customer.email,
            name: &data.customer.name,
            payment_id: &data.payment_id,
            subscription_id: data.subscription_id.as_deref(),
            amount: Money::new(data.total_amount, &data.currency),
            currency: &data.currency,
            payment_method: data.payment_method.as_deref(),
            product_ids,
            invoice_url: data.invoice_url.as_deref(),
            error_code: data.error_code.as_deref(),
            error_message: data.error_message.as_deref(),
        },
    };
    Ok(json::to_vec(&entity)?)
}

fn subscription(name: &str, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    let Event { data, timestamp } = json::from_slice::<Event<Subscription>>(payload)?;
    let entity = Entity {
        kind: "person",
        identifiers: Identifiers {
            id: &data.customer.customer_id,
        },
        action: "event",
        name: Some(name),
        timestamp: seconds(&timestamp),
        attributes: SubscriptionAttributes {
            email: &data.customer.email,
            name: &data.customer.name,
            subscription_id: &data.subscription_id,
            product_id: &data.product_id,
            quantity: data.quantity,
            status: &data.status,
            amount: Money::new(data.recurring_pre_tax_amount, &data.currency),
            currency: &data.currency,
            interval: &data.payment_frequency_interval,
            interval_count: data.payment_frequency_count,
            next_billing_at: seconds(&data.next_billing_date),
            cancel_at_next_billing_date: data.cancel_at_next_billing_date,
            cancellation_feedback: data.cancellation_feedback.as_deref(),
        },
    };
    Ok(json::to_vec(&entity)?)
}

fn identify(payload: &[u8]) -> Result<Vec<u8>, Failure> {
    let Event { data, .. } = json::from_slice::<Event<Subscription>>(payload)?;
    let billing = data.billing.as_ref();
    let country = billing.and_then(|billing| billing.country.as_deref());
    let entity = Entity {
        kind: "person",
        identifiers: Identifiers {
            id: &data.customer.customer_id,
        },
        action: "identify",
        name: None,
        timestamp: None,
        attributes: PersonAttributes {
            email: &data.customer.email,
            name: &data.customer.name,
            phone: data.customer.phone_number.as_deref(),
            company: data.customer_business_name.as_deref(),
            country,
            plan: &data.product_id,
            subscription_status: &data.status,
        },
    };
    Ok(json::to_vec(&entity)?)
}

/// Customer.io counts time in seconds since the Unix epoch. What is not an
/// instant is left out: an event then counts as of its arrival.
fn seconds(text: &str) -> Option<i64> {
    Some(timestamp::parse_ms(text)?.div_euclid(1000))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test's panic is its failure")]

    use super::*;
    use hookmill_guest::testing;

    #[test]
    fn every_event_becomes_the_expected_request() {
        testing::assert_expected(concat!(env!("CARGO_MANIFEST_DIR"), "/.."), handler);
    }

    #[test]
    fn an_account_outside_europe_is_the_default() {
        let payload = include_str!("../../events/payment.succeeded.json");
        let webhook = Webhook::sample("payment.succeeded", payload);
        let url = handler(webhook, &Context::sample()).unwrap().url;
        assert_eq!(url, "https://track.customer.io/api/v2/entity");
    }

    #[test]
    fn an_event_without_its_customer_is_rejected() {
        let webhook = Webhook::sample("payment.failed", r#"{"timestamp":"","data":{}}"#);
        let failure = handler(webhook, &Context::sample()).unwrap_err();
        assert!(failure.reason().contains("missing field"), "{failure}");
    }
}
