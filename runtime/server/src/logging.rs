//! Logs: to standard error, as text for people or one JSON object a line.
//!
//! Never bodies, never secrets: what is logged is written with that in mind
//! where it is logged.

use hookmill_config::{LogFormat, LogSettings};
use tracing_subscriber::Layer as _;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts logging for the rest of the process. A second call changes nothing.
pub(crate) fn start(settings: &LogSettings) {
    let lines = layer().with_writer(std::io::stderr).with_target(false);
    let lines = match settings.format {
        LogFormat::Text => lines.with_ansi(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    // Fails only when logging was started before.
    let _ = tracing_subscriber::registry()
        .with(settings.filter.to_targets())
        .with(lines)
        .try_init();
}
