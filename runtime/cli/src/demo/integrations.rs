//! What the demo shows: the project's own handlers, as they stand under
//! `transforms/`, with the configuration and made-up credentials for them.

/// The configuration file.
pub(super) const CONFIG: &str = include_str!("hookmill.toml");

/// The hosts that the stand-in stands in for.
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

/// The credentials, by the name of their file.
pub(super) const CREDENTIALS: [(&str, &str); 4] = [
    ("mailerlite", "demo-mailerlite-token"),
    ("customerio_site_id", "demo-site-id"),
    ("customerio_api_key", "demo-api-key"),
    ("segment_write_key", "demo-write-key"),
];
