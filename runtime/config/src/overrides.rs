//! What is set outside of the file: flags, and the environment behind them.

use super::address::Listen;
use super::document::Document;
use super::log_filter::LogFilter;
use super::settings::{LogFormat, Overrides};
use std::env::VarError;
use std::fmt::Display;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// The settings that can be given outside of the file. A flag hides the
/// variable of the same setting, problems and all.
pub(super) struct Outside<'d> {
    pub(super) flags: &'d Overrides,
    pub(super) document: &'d Document<'d>,
}

impl Outside<'_> {
    pub(super) fn listen(&self) -> Option<SocketAddr> {
        let variable = || Some(self.variable::<Listen>("HOOKMILL_LISTEN")?.0);
        self.flags.listen.or_else(variable)
    }

    pub(super) fn data_dir(&self) -> Option<PathBuf> {
        let variable = || self.variable::<PathBuf>("HOOKMILL_DATA_DIR");
        self.flags.data_dir.clone().or_else(variable)
    }

    pub(super) fn log(&self) -> Option<LogFilter> {
        match &self.flags.log {
            Some(text) => self.parse("--log", text),
            None => self.variable("HOOKMILL_LOG"),
        }
    }

    pub(super) fn log_format(&self) -> Option<LogFormat> {
        let variable = || self.variable::<LogFormat>("HOOKMILL_LOG_FORMAT");
        self.flags.log_format.or_else(variable)
    }

    fn variable<T: FromStr<Err: Display>>(&self, name: &str) -> Option<T> {
        match self.document.variable(name) {
            Ok(text) => self.parse(name, &text),
            Err(VarError::NotPresent) => None,
            Err(VarError::NotUnicode(_)) => {
                let message = "is not Unicode".to_owned();
                self.document.report_outside(name, message);
                None
            }
        }
    }

    /// An empty text is a problem, not an absent one.
    fn parse<T: FromStr<Err: Display>>(&self, name: &str, text: &str) -> Option<T> {
        let parsed = if text.is_empty() {
            Err("must not be empty".to_owned())
        } else {
            text.parse().map_err(|error: T::Err| error.to_string())
        };
        parsed
            .map_err(|message| self.document.report_outside(name, message))
            .ok()
    }
}
