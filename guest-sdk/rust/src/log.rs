//! Messages for the attempt's log.
//!
//! In a component they go to the host, which keeps them with the attempt and
//! cuts them at its limit; in tests they go to standard error. They never fail.
//! They must hold no personal data: the endpoint's owner reads them.

use std::fmt::Arguments;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For following a program step by step.
    Trace,
    /// For finding a fault.
    Debug,
    /// Worth knowing.
    Info,
    /// Perhaps wrong.
    Warn,
    /// Wrong.
    Error,
}

/// Adds a message to the attempt's log.
pub fn write(level: Level, message: &str) {
    #[cfg(target_family = "wasm")]
    crate::component::write_log(level, message);
    #[cfg(not(target_family = "wasm"))]
    eprintln!("{level:?}: {message}");
}

/// Adds a formatted message; what the macros call. Text without arguments is
/// passed on as it is.
#[doc(hidden)]
pub fn write_formatted(level: Level, message: Arguments<'_>) {
    match message.as_str() {
        Some(text) => write(level, text),
        None => write(level, &message.to_string()),
    }
}

/// Logs at level trace, formatted as by `format!`.
#[macro_export]
macro_rules! trace {
    ($($message:tt)+) => {
        $crate::log::write_formatted($crate::log::Level::Trace, ::core::format_args!($($message)+))
    };
}

/// Logs at level debug, formatted as by `format!`.
#[macro_export]
macro_rules! debug {
    ($($message:tt)+) => {
        $crate::log::write_formatted($crate::log::Level::Debug, ::core::format_args!($($message)+))
    };
}

/// Logs at level info, formatted as by `format!`.
///
/// ```
/// hookmill_guest::info!("{} items", 3);
/// ```
#[macro_export]
macro_rules! info {
    ($($message:tt)+) => {
        $crate::log::write_formatted($crate::log::Level::Info, ::core::format_args!($($message)+))
    };
}

/// Logs at level warn, formatted as by `format!`.
#[macro_export]
macro_rules! warn {
    ($($message:tt)+) => {
        $crate::log::write_formatted($crate::log::Level::Warn, ::core::format_args!($($message)+))
    };
}

/// Logs at level error, formatted as by `format!`.
#[macro_export]
macro_rules! error {
    ($($message:tt)+) => {
        $crate::log::write_formatted($crate::log::Level::Error, ::core::format_args!($($message)+))
    };
}
