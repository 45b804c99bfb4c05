//! What the demo is made of: the project's own handlers and sample events,
//! as they stand under `transforms/`.

/// A sample event.
pub(super) struct Sample {
    /// What the reader is told of it.
    pub(super) title: &'static str,
    /// The body, as its source would send it.
    pub(super) body: &'static str,
}

/// The hosts that the sink stands in for.
pub(super) const VENDOR_HOSTS: [&str; 3] = [
    "connect.mailerlite.com",
    "track.customer.io",
    "api.segment.io",
];

/// The handlers, by the name of their endpoint.
pub(super) const HANDLERS: [(&str, &str); 3] = [
    (
        "mailerlite",
        include_str!("../../../../transforms/mailerlite/handler.js"),
    ),
    (
        "customerio",
        include_str!("../../../../transforms/customerio/handler.js"),
    ),
    (
        "segment",
        include_str!("../../../../transforms/segment/handler.js"),
    ),
];

/// The events that are posted, in this order.
pub(super) const ALL: &[Sample] = &[
    Sample {
        title: "a payment",
        body: include_str!("../../../../transforms/segment/events/payment.succeeded.json"),
    },
    Sample {
        title: "a new subscription",
        body: include_str!("../../../../transforms/segment/events/subscription.active.json"),
    },
    Sample {
        title: "a cancelled subscription",
        body: include_str!("../../../../transforms/segment/events/subscription.cancelled.json"),
    },
];
