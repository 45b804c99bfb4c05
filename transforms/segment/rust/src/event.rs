//! What is read of an event; the rest is skipped. Optional is what its source
//! may leave out or send as null.

use hookmill_guest::Text;
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(bound(deserialize = "Data: Deserialize<'de>"))]
pub(crate) struct Event<'a, Data> {
    pub(crate) data: Data,
    #[serde(borrow)]
    pub(crate) timestamp: Text<'a>,
}

#[derive(Deserialize)]
pub(crate) struct Customer<'a> {
    #[serde(borrow)]
    pub(crate) customer_id: Text<'a>,
    #[serde(borrow)]
    pub(crate) email: Text<'a>,
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    #[serde(borrow)]
    pub(crate) phone_number: Option<Text<'a>>,
}

/// An item of a payment, passed on as it is.
#[derive(Deserialize, Serialize)]
pub(crate) struct Product<'a> {
    #[serde(borrow)]
    product_id: Text<'a>,
    quantity: i64,
}

/// Amounts are in minor units.
#[derive(Deserialize)]
pub(crate) struct Payment<'a> {
    #[serde(borrow)]
    pub(crate) customer: Customer<'a>,
    #[serde(borrow)]
    pub(crate) payment_id: Text<'a>,
    #[serde(borrow)]
    pub(crate) subscription_id: Option<Text<'a>>,
    pub(crate) total_amount: i64,
    pub(crate) tax: Option<i64>,
    #[serde(borrow)]
    pub(crate) currency: Text<'a>,
    #[serde(borrow)]
    pub(crate) payment_method: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) product_cart: Option<Vec<Product<'a>>>,
    #[serde(borrow)]
    pub(crate) error_code: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) error_message: Option<Text<'a>>,
}

/// Amounts are in minor units.
#[derive(Deserialize)]
pub(crate) struct Subscription<'a> {
    #[serde(borrow)]
    pub(crate) customer: Customer<'a>,
    #[serde(borrow)]
    pub(crate) customer_business_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) subscription_id: Text<'a>,
    #[serde(borrow)]
    pub(crate) product_id: Text<'a>,
    pub(crate) quantity: i64,
    #[serde(borrow)]
    pub(crate) status: Text<'a>,
    pub(crate) recurring_pre_tax_amount: i64,
    #[serde(borrow)]
    pub(crate) currency: Text<'a>,
    #[serde(borrow)]
    pub(crate) payment_frequency_interval: Text<'a>,
    pub(crate) payment_frequency_count: i64,
    #[serde(borrow)]
    pub(crate) next_billing_date: Text<'a>,
    pub(crate) cancel_at_next_billing_date: bool,
    #[serde(borrow)]
    pub(crate) cancelled_at: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) cancellation_feedback: Option<Text<'a>>,
}
