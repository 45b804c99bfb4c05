//! What Customer.io is sent: one action on one person, fields in the order in
//! which `handler.js` writes them. What is unknown is left out, never null.

use hookmill_guest::Money;
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Entity<'a, Attributes> {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) identifiers: Identifiers<'a>,
    pub(crate) action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<&'a str>,
    /// In seconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timestamp: Option<i64>,
    pub(crate) attributes: Attributes,
}

#[derive(Serialize)]
pub(crate) struct Identifiers<'a> {
    pub(crate) id: &'a str,
}

#[derive(Serialize)]
pub(crate) struct PaymentAttributes<'a> {
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    pub(crate) payment_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subscription_id: Option<&'a str>,
    pub(crate) amount: Money,
    pub(crate) currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment_method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) product_ids: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invoice_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_message: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct SubscriptionAttributes<'a> {
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    pub(crate) subscription_id: &'a str,
    pub(crate) product_id: &'a str,
    pub(crate) quantity: i64,
    pub(crate) status: &'a str,
    pub(crate) amount: Money,
    pub(crate) currency: &'a str,
    pub(crate) interval: &'a str,
    pub(crate) interval_count: i64,
    /// In seconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_billing_at: Option<i64>,
    pub(crate) cancel_at_next_billing_date: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cancellation_feedback: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct PersonAttributes<'a> {
    pub(crate) email: &'a str,
    pub(crate) name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) country: Option<&'a str>,
    pub(crate) plan: &'a str,
    pub(crate) subscription_status: &'a str,
}
