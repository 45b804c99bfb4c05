//! Who plays in the demo: the project's own handlers, as they stand under
//! `transforms/`, and the samples that are published.

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

/// The samples that are published, in this order: what the reader is told, and
/// their names.
pub(super) const PUBLISHED: [(&str, &str); 3] = [
    ("a payment", "payment.succeeded"),
    ("a new subscription", "subscription.active"),
    ("a cancelled subscription", "subscription.cancelled"),
];
