//! Payments and subscriptions to MailerLite's subscribers, the same requests as
//! `handler.js` makes.
//!
//! Always an upsert by POST: fields and groups that are left out stay as they
//! are. No `status` is sent, so that nobody who unsubscribed is subscribed
//! again. Events that are not listed are canceled. Must not set credentials:
//! Hookmill adds the API key afterwards.

mod subscriber;

use hookmill_dodo::{Event, Payment, Subscription};
use hookmill_guest::{Context, Failure, Money, Webhook, json, transform};
use subscriber::{Address, PaymentFields, Subscriber, SubscriptionFields};

transform!(handler);

/// Turns a payment or subscription event into an upsert of a subscriber. The
/// variables `GROUP_ID` and `CHURNED_GROUP_ID` name the groups of those who pay
/// and those who left; both are optional.
///
/// # Errors
/// When the event lacks what such an event always has.
pub fn handler(mut webhook: Webhook, context: &Context) -> Result<Webhook, Failure> {
    let event_type = webhook.event_type.as_str();
    let group = group(event_type, context);
    webhook.payload = if let Some(status) = payment_status(event_type) {
        payment(status, group, &webhook.payload)?
    } else if let Some(status) = subscription_status(event_type) {
        subscription(status, group, &webhook.payload)?
    } else {
        return Ok(webhook.canceled());
    };
    "https://connect.mailerlite.com/api/subscribers".clone_into(&mut webhook.url);
    webhook.add_header("Accept", "application/json");
    Ok(webhook)
}

fn payment_status(event_type: &str) -> Option<&'static str> {
    Some(match event_type {
        "payment.succeeded" => "succeeded",
        "payment.failed" => "failed",
        _ => return None,
    })
}

fn subscription_status(event_type: &str) -> Option<&'static str> {
    Some(match event_type {
        "subscription.active" | "subscription.renewed" | "subscription.plan_changed" => "active",
        "subscription.on_hold" => "on_hold",
        "subscription.cancelled" => "cancelled",
        "subscription.expired" => "expired",
        _ => return None,
    })
}

fn group<'a>(event_type: &str, context: &'a Context) -> Option<[&'a str; 1]> {
    let variable = match event_type {
        "payment.succeeded" | "subscription.active" | "subscription.renewed" => "GROUP_ID",
        "subscription.cancelled" | "subscription.expired" => "CHURNED_GROUP_ID",
        _ => return None,
    };
    let id = context.env(variable).filter(|id| !id.is_empty())?;
    Some([id])
}

fn payment(status: &str, groups: Option<[&str; 1]>, payload: &[u8]) -> Result<Vec<u8>, Failure> {
    let Event { data, timestamp } = json::from_slice::<Event<Payment>>(payload)?;
    let succeeded = status == "succeeded";
    let amount = || Money::new(data.total_amount, &data.currency);
    let subscriber = Subscriber {
        email: &data.customer.email,
        fields: PaymentFields {
            address: Address::of(&data.customer, data.billing.as_ref()),
            payment_status: status,
            last_payment_id: succeeded.then_some(&*data.payment_id),
            last_payment_amount: succeeded.then(amount),
            last_payment_currency: succeeded.then_some(&*data.currency),
            last_payment_date: succeeded.then(|| date(&timestamp)),
        },
        groups,
    };
    Ok(json::to_vec(&subscriber)?)
}

fn subscription(
    status: &str,
    groups: Option<[&str; 1]>,
    payload: &[u8],
) -> Result<Vec<u8>, Failure> {
    let Event { data, .. } = json::from_slice::<Event<Subscription>>(payload)?;
    let subscriber = Subscriber {
        email: &data.customer.email,
        fields: SubscriptionFields {
            address: Address::of(&data.customer, data.billing.as_ref()),
            company: subscriber::filled(data.customer_business_name.as_ref()),
            subscription_plan: &data.product_id,
            subscription_status: status,
            next_billing_date: (status == "active").then(|| date(&data.next_billing_date)),
        },
        groups,
    };
    Ok(json::to_vec(&subscriber)?)
}

/// MailerLite's dates are days, in UTC like the event's instants.
fn date(timestamp: &str) -> &str {
    timestamp.get(..10).unwrap_or(timestamp)
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
    fn without_a_variable_no_group_is_sent() {
        let payload = include_str!("../../events/payment.succeeded.json");
        for context in [
            Context::sample(),
            Context::sample().with_env("GROUP_ID", ""),
        ] {
            let webhook = Webhook::sample("payment.succeeded", payload);
            let request = handler(webhook, &context).unwrap();
            let payload = String::from_utf8_lossy(&request.payload);
            assert!(!payload.contains("groups"), "{payload}");
        }
    }

    #[test]
    fn an_event_without_its_customer_is_rejected() {
        let webhook = Webhook::sample("subscription.active", r#"{"timestamp":"","data":{}}"#);
        let failure = handler(webhook, &Context::sample()).unwrap_err();
        assert!(failure.reason().contains("missing field"), "{failure}");
    }
}
