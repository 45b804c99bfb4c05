//! What MailerLite is sent: a subscriber, fields in the order in which
//! `handler.js` writes them. An empty field would wipe what is known, so what
//! is missing is left out.

use hookmill_dodo::{Billing, Customer};
use hookmill_guest::{Money, Text};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Subscriber<'a, Fields> {
    pub(crate) email: &'a str,
    pub(crate) fields: Fields,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) groups: Option<[&'a str; 1]>,
}

#[derive(Serialize)]
pub(crate) struct Address<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    z_i_p: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct PaymentFields<'a> {
    #[serde(flatten)]
    pub(crate) address: Address<'a>,
    pub(crate) payment_status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_payment_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_payment_amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_payment_currency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_payment_date: Option<&'a str>,
}

#[derive(Serialize)]
pub(crate) struct SubscriptionFields<'a> {
    #[serde(flatten)]
    pub(crate) address: Address<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) company: Option<&'a str>,
    pub(crate) subscription_plan: &'a str,
    pub(crate) subscription_status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next_billing_date: Option<&'a str>,
}

impl<'a> Address<'a> {
    pub(crate) fn of(customer: &'a Customer<'_>, billing: Option<&'a Billing<'_>>) -> Self {
        Self {
            name: filled(Some(&customer.name)),
            phone: filled(customer.phone_number.as_ref()),
            country: billing.and_then(|billing| filled(billing.country.as_ref())),
            state: billing.and_then(|billing| filled(billing.state.as_ref())),
            city: billing.and_then(|billing| filled(billing.city.as_ref())),
            z_i_p: billing.and_then(|billing| filled(billing.zipcode.as_ref())),
        }
    }
}

/// The text, unless it is empty.
pub(crate) fn filled<'a>(text: Option<&'a Text<'_>>) -> Option<&'a str> {
    text.map(AsRef::as_ref)
        .filter(|text: &&str| !text.is_empty())
}
