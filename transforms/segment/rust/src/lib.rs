//! Payments and subscriptions to Segment's HTTP tracking API, the same requests
//! as `handler.js` makes.
//!
//! What happens to a customer becomes a `track` call; `subscription.updated`
//! becomes an `identify` call with the traits as they are now. Events that are
//! not listed are canceled, so that no raw event ever reaches the vendor. Must
//! not set credentials: Hookmill adds the write key afterwards.

mod call;

use call::{Company, Identify, PaymentProperties, Person, SubscriptionProperties, Track};
use hookmill_dodo::{Event, Payment, Subscription};
use hookmill_guest::{Context, Failure, Money, Webhook, json, transform};

transform!(handler);

/// Turns a payment or subscription event into a call to Segment. The variable
/// `REGION` is `eu` for a workspace in Europe.
///
/// # Errors
/// When the event lacks what such an event always has.
pub fn handler(mut webhook: Webhook, context: &Context) -> Result<Webhook, Failure> {
    let event_type = webhook.event_type.as_str();
    let call = if let Some(name) = payment_event(event_type) {
        webhook.payload = track_payment(name, event_type, &webhook.payload)?;
        "track"
    } else if let Some(name) = subscription_event(event_type) {
        webhook.payload = track_subscription(name, event_type, &webhook.payload)?;
        "track"
    } else if event_type == "subscription.updated" {
        webhook.payload = identify(event_type, &webhook.payload)?;
        "identify"
    } else {
        return Ok(webhook.canceled());
    };
    let base = match context.env("REGION") {
        Some("eu") => "https://events.eu1.segmentapis.com/v1/",
        _ => "https://api.segment.io/v1/",
    };
    webhook.url = [base, call].concat();
    Ok(webhook)
}

fn payment_event(event_type: &str) -> Option<&'static str> {
    Some(match event_type {
        "payment.succeeded" => "Payment Succeeded",
        "payment.failed" => "Payment Failed",
        _ => return None,
    })
}

fn subscription_event(event_type: &str) -> Option<&'static str> {
    Some(match event_type {
        "subscription.active" => "Subscription Started",
        "subscription.renewed" => "Subscription Renewed",
        "subscription.on_hold" => "Subscription On Hold",
        "subscription.plan_changed" => "Subscription Plan Changed",
        "subscription.cancelled" => "Subscription Cancelled",
        "subscription.expired" => "Subscription Expired",
        _ => return None,
    })
}

fn track_payment(name: &str, event_type: &str, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    let Event { data, timestamp } = json::from_slice::<Event<Payment>>(payload)?;
    let money = |minor| Money::new(minor, &data.currency);
    let value = money(data.total_amount);
    let track = Track {
        user_id: &data.customer.customer_id,
        event: name,
        message_id: [event_type, ":", &data.payment_id].concat(),
        timestamp: &timestamp,
        properties: PaymentProperties {
            payment_id: &data.payment_id,
            subscription_id: data.subscription_id.as_deref(),
            revenue: (event_type == "payment.succeeded").then_some(value),
            value,
            tax: data.tax.map(money),
            currency: &data.currency,
            payment_method: data.payment_method.as_deref(),
            products: data.product_cart.as_deref(),
            error_code: data.error_code.as_deref(),
            error_message: data.error_message.as_deref(),
        },
        context: call::Context {
            traits: Person::from(&data.customer),
        },
    };
    Ok(json::to_vec(&track)?)
}

fn track_subscription(name: &str, event_type: &str, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    let Event { data, timestamp } = json::from_slice::<Event<Subscription>>(payload)?;
    let track = Track {
        user_id: &data.customer.customer_id,
        event: name,
        message_id: repeatable_id(event_type, &data.subscription_id, &timestamp),
        timestamp: &timestamp,
        properties: SubscriptionProperties {
            subscription_id: &data.subscription_id,
            product_id: &data.product_id,
            quantity: data.quantity,
            status: &data.status,
            value: Money::new(data.recurring_pre_tax_amount, &data.currency),
            currency: &data.currency,
            interval: &data.payment_frequency_interval,
            interval_count: data.payment_frequency_count,
            next_billing_date: &data.next_billing_date,
            cancel_at_next_billing_date: data.cancel_at_next_billing_date,
            cancelled_at: data.cancelled_at.as_deref(),
            cancellation_feedback: data.cancellation_feedback.as_deref(),
        },
        context: call::Context {
            traits: Person::from(&data.customer),
        },
    };
    Ok(json::to_vec(&track)?)
}

fn identify(event_type: &str, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    let Event { data, timestamp } = json::from_slice::<Event<Subscription>>(payload)?;
    let company = data.customer_business_name.as_deref();
    let identify = Identify {
        user_id: &data.customer.customer_id,
        message_id: repeatable_id(event_type, &data.subscription_id, &timestamp),
        timestamp: &timestamp,
        traits: call::Traits {
            email: &data.customer.email,
            name: &data.customer.name,
            phone: data.customer.phone_number.as_deref(),
            company: company
                .filter(|name| !name.is_empty())
                .map(|name| Company { name }),
            plan: &data.product_id,
            subscription_status: &data.status,
        },
    };
    Ok(json::to_vec(&identify)?)
}

/// A subscription may renew, or start again after a pause, within the day for
/// which Segment remembers ids: the instant keeps those apart.
fn repeatable_id(event_type: &str, subscription_id: &str, timestamp: &str) -> String {
    [event_type, ":", subscription_id, ":", timestamp].concat()
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
    fn a_european_workspace_has_its_own_host() {
        let payload = include_str!("../../events/subscription.updated.json");
        let webhook = Webhook::sample("subscription.updated", payload);
        let context = Context::sample().with_env("REGION", "eu");
        let url = handler(webhook, &context).unwrap().url;
        assert_eq!(url, "https://events.eu1.segmentapis.com/v1/identify");
    }

    #[test]
    fn an_event_without_its_customer_is_rejected() {
        let webhook = Webhook::sample("payment.succeeded", r#"{"timestamp":"","data":{}}"#);
        let failure = handler(webhook, &Context::sample()).unwrap_err();
        assert!(failure.reason().contains("missing field"), "{failure}");
    }
}
