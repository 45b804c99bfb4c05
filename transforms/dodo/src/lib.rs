//! The events of Dodo Payments, as far as the transforms read them; the rest is
//! skipped.
//!
//! A field is optional where its source may leave it out or send null. Texts are
//! borrowed from the payload.

use hookmill_guest::Text;
use serde::{Deserialize, Serialize};

/// An event with its payment or subscription.
#[derive(Deserialize)]
#[serde(bound(deserialize = "Data: Deserialize<'de>"))]
pub struct Event<'a, Data> {
    /// A [`Payment`] or a [`Subscription`].
    pub data: Data,
    /// When it happened, in RFC 3339.
    #[serde(borrow)]
    pub timestamp: Text<'a>,
}

/// Who pays.
#[derive(Deserialize)]
pub struct Customer<'a> {
    /// Its id.
    #[serde(borrow)]
    pub customer_id: Text<'a>,
    /// Its mail address.
    #[serde(borrow)]
    pub email: Text<'a>,
    /// Its name; may be empty.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// Its phone number.
    #[serde(borrow)]
    pub phone_number: Option<Text<'a>>,
}

/// Where the bill goes.
#[derive(Deserialize)]
pub struct Billing<'a> {
    /// The country's code of two letters.
    #[serde(borrow)]
    pub country: Option<Text<'a>>,
    /// State or province.
    #[serde(borrow)]
    pub state: Option<Text<'a>>,
    /// City.
    #[serde(borrow)]
    pub city: Option<Text<'a>>,
    /// Postal code.
    #[serde(borrow)]
    pub zipcode: Option<Text<'a>>,
}

/// An item of a payment, which can be passed on as it is.
#[derive(Deserialize, Serialize)]
pub struct Product<'a> {
    /// The product's id.
    #[serde(borrow)]
    pub product_id: Text<'a>,
    /// How many of it.
    pub quantity: i64,
}

/// The data of `payment.*`. Amounts are in the currency's minor units.
#[derive(Deserialize)]
pub struct Payment<'a> {
    /// Who paid.
    #[serde(borrow)]
    pub customer: Customer<'a>,
    /// Where the bill goes.
    #[serde(borrow)]
    pub billing: Option<Billing<'a>>,
    /// Its id.
    #[serde(borrow)]
    pub payment_id: Text<'a>,
    /// The subscription that it is for.
    #[serde(borrow)]
    pub subscription_id: Option<Text<'a>>,
    /// The amount, tax included.
    pub total_amount: i64,
    /// The tax in it.
    pub tax: Option<i64>,
    /// The currency's code of three letters.
    #[serde(borrow)]
    pub currency: Text<'a>,
    /// How it was paid: `card`, ...
    #[serde(borrow)]
    pub payment_method: Option<Text<'a>>,
    /// What was paid for.
    #[serde(borrow)]
    pub product_cart: Option<Vec<Product<'a>>>,
    /// Where the invoice is.
    #[serde(borrow)]
    pub invoice_url: Option<Text<'a>>,
    /// Why it failed, as a code.
    #[serde(borrow)]
    pub error_code: Option<Text<'a>>,
    /// Why it failed, in words.
    #[serde(borrow)]
    pub error_message: Option<Text<'a>>,
}

/// The data of `subscription.*`. Amounts are in the currency's minor units.
#[derive(Deserialize)]
pub struct Subscription<'a> {
    /// Who subscribed.
    #[serde(borrow)]
    pub customer: Customer<'a>,
    /// The company that the customer buys for; may be empty.
    #[serde(borrow)]
    pub customer_business_name: Option<Text<'a>>,
    /// Where the bill goes.
    #[serde(borrow)]
    pub billing: Option<Billing<'a>>,
    /// Its id.
    #[serde(borrow)]
    pub subscription_id: Text<'a>,
    /// What was subscribed to.
    #[serde(borrow)]
    pub product_id: Text<'a>,
    /// How many of it.
    pub quantity: i64,
    /// `active`, `on_hold`, ...
    #[serde(borrow)]
    pub status: Text<'a>,
    /// The amount of each period, without tax.
    pub recurring_pre_tax_amount: i64,
    /// The currency's code of three letters.
    #[serde(borrow)]
    pub currency: Text<'a>,
    /// The unit of a period: `Day`, `Week`, `Month` or `Year`.
    #[serde(borrow)]
    pub payment_frequency_interval: Text<'a>,
    /// How many of the unit a period has.
    pub payment_frequency_count: i64,
    /// When the next period is paid for, in RFC 3339.
    #[serde(borrow)]
    pub next_billing_date: Text<'a>,
    /// Whether it ends then.
    pub cancel_at_next_billing_date: bool,
    /// When it was cancelled, in RFC 3339.
    #[serde(borrow)]
    pub cancelled_at: Option<Text<'a>>,
    /// Why it was cancelled.
    #[serde(borrow)]
    pub cancellation_feedback: Option<Text<'a>>,
}
