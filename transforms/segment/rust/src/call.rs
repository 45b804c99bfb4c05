//! What Segment is sent: `track` and `identify` calls, fields in the order in
//! which `handler.js` writes them. What is unknown is left out, never null.

use hookmill_dodo::{Customer, Product};
use hookmill_guest::Money;
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Track<'a, Properties> {
    #[serde(rename = "userId")]
    pub(crate) user_id: &'a str,
    pub(crate) event: &'a str,
    #[serde(rename = "messageId")]
    pub(crate) message_id: String,
    pub(crate) timestamp: &'a str,
    pub(crate) properties: Properties,
    pub(crate) context: Context<'a>,
}

#[derive(Serialize)]
pub(crate) struct Context<'a> {
    pub(crate) traits: Person<'a>,
}

#[derive(Serialize)]
pub(crate) struct Identify<'a> {
    #[serde(rename = "userId")]
    pub(crate) user_id: &'a str,
    #[serde(rename = "messageId")]
    pub(crate) message_id: String,
    pub(crate) timestamp: &'a str,
    pub(crate) traits: Traits<'a>,
}

#[derive(Serialize)]
pub(crate) struct Person<'a> {
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct Traits<'a> {
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<Company<'a>>,
    pub(crate) plan: &'a str,
    pub(crate) subscription_status: &'a str,
}

#[derive(Serialize)]
pub(crate) struct Company<'a> {
    pub(crate) name: &'a str,
}

#[derive(Serialize)]
pub(crate) struct PaymentProperties<'a> {
    pub(crate) payment_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subscription_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revenue: Option<Money>,
    pub(crate) value: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tax: Option<Money>,
    pub(crate) currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) products: Option<&'a [Product<'a>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_message: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct SubscriptionProperties<'a> {
    pub(crate) subscription_id: &'a str,
    pub(crate) product_id: &'a str,
    pub(crate) quantity: i64,
    pub(crate) status: &'a str,
    pub(crate) value: Money,
    pub(crate) currency: &'a str,
    pub(crate) interval: &'a str,
    pub(crate) interval_count: i64,
    pub(crate) next_billing_date: &'a str,
    pub(crate) cancel_at_next_billing_date: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cancelled_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cancellation_feedback: Option<&'a str>,
}

impl<'a> From<&'a Customer<'_>> for Person<'a> {
    fn from(customer: &'a Customer<'_>) -> Self {
        Self {
            email: &customer.email,
            name: &customer.name,
            phone: customer.phone_number.as_deref(),
        }
    }
}
