//! The events of the load: a payment, padded to a size, with a number by which
//! the sink knows it again.

/// Where the number stands in a body, as sent and as transformed; twelve
/// digits, so that every body has the same length.
const MARK: &str = "\"payment_id\":\"pay_";
const DIGITS: usize = 12;

/// An event's body with a place for its number.
#[derive(Clone)]
pub(crate) struct Template {
    bytes: Vec<u8>,
    at: usize,
}

impl Template {
    /// A payment of about `size` bytes, as providers send them.
    pub(crate) fn new(size: usize) -> Self {
        let filler = size.saturating_sub(420);
        let text = format!(
            "{{\"business_id\":\"bus_1\",\"type\":\"payment.succeeded\",\"timestamp\":\"2026-01-15T12:34:56.789012Z\",\"data\":{{\"payload_type\":\"Payment\",{MARK}{:0DIGITS$}\",\"total_amount\":4200,\"currency\":\"EUR\",\"customer\":{{\"customer_id\":\"cus_1\",\"email\":\"ada@example.com\",\"name\":\"Ada\"}},\"metadata\":{{{}}}}}}}",
            0,
            metadata(filler)
        );
        let at = text.find(MARK).expect("the mark is in it") + MARK.len();
        Self {
            bytes: text.into_bytes(),
            at,
        }
    }

    /// The body with this number.
    pub(crate) fn numbered(&mut self, number: u64) -> &[u8] {
        let digits = format!("{number:0DIGITS$}");
        self.bytes[self.at..self.at + DIGITS].copy_from_slice(digits.as_bytes());
        &self.bytes
    }
}

/// Fields like those of a real event rather than one long text: parsing them
/// is what a transform spends its time on.
fn metadata(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    for n in 0.. {
        let field = format!("\"key_{n:04}\":\"a value of some length {n:04}\"");
        if text.len() + field.len() + 1 > bytes {
            return text;
        }
        if n > 0 {
            text.push(',');
        }
        text.push_str(&field);
    }
    unreachable!("the text grows until it is long enough")
}

/// The number in a body, as sent or as transformed.
pub(crate) fn number(body: &[u8]) -> Option<u64> {
    let mark = MARK.as_bytes();
    let start = body.windows(mark.len()).position(|window| window == mark)? + mark.len();
    std::str::from_utf8(body.get(start..start + DIGITS)?)
        .ok()?
        .parse()
        .ok()
}

/// A handler that does what integrations do, and keeps the number; every one
/// is different, so that nothing made from one serves another.
pub(crate) fn handler(index: usize) -> String {
    HANDLER.replace("Payment Completed", &format!("Payment Completed {index}"))
}

const HANDLER: &str = r#"
function handler(webhook) {
  const p = webhook.payload.data;
  webhook.payload = {
    userId: p.customer.customer_id,
    event: "Payment Completed",
    properties: {
      amount: (p.total_amount / 100).toFixed(2),
      currency: p.currency || "USD",
      payment_id: p.payment_id,
      customer_email: p.customer.email,
      customer_name: p.customer.name,
    },
    timestamp: webhook.payload.timestamp,
  };
  return webhook;
}
"#;
