//! What is set outside of the file: flags, and the environment behind them.

use super::document::Document;
use super::settings::Overrides;
use std::env::VarError;
use std::fmt::Display;
use std::str::FromStr;

/// The settings that can be given outside of the file.
pub(super) struct Outside<'d, 't> {
    pub(super) listen: Override<'d, 't>,
    pub(super) data_dir: Override<'d, 't>,
    pub(super) log: Override<'d, 't>,
    pub(super) log_format: Override<'d, 't>,
}

/// One of them, with the name under which it was given.
pub(super) struct Override<'d, 't> {
    document: &'d Document<'t>,
    given: Option<(&'static str, String)>,
}

impl<'d, 't> Outside<'d, 't> {
    pub(super) fn collect(flags: &Overrides, document: &'d Document<'t>) -> Self {
        let pick = |flag: &Option<String>, flag_name, variable| Override {
            document,
            given: match flag {
                Some(text) => Some((flag_name, text.clone())),
                None => from_variable(document, variable),
            },
        };
        Self {
            listen: pick(&flags.listen, "--listen", "HOOKMILL_LISTEN"),
            data_dir: pick(&flags.data_dir, "--data-dir", "HOOKMILL_DATA_DIR"),
            log: pick(&flags.log, "--log", "HOOKMILL_LOG"),
            log_format: pick(&flags.log_format, "--log-format", "HOOKMILL_LOG_FORMAT"),
        }
    }
}

impl Override<'_, '_> {
    /// The text; an empty one counts as a mistake, not as absent.
    pub(super) fn text(&self) -> Option<&str> {
        let (name, text) = self.given.as_ref()?;
        if text.is_empty() {
            self.document
                .report_outside(name, "must not be empty".to_owned());
            return None;
        }
        Some(text)
    }

    /// The text, parsed. The parser's error must say what was expected.
    pub(super) fn parse<T: FromStr<Err: Display>>(&self) -> Option<T> {
        let (name, _) = self.given.as_ref()?;
        let parsed = self.text()?.parse::<T>();
        parsed
            .map_err(|error| self.document.report_outside(name, error.to_string()))
            .ok()
    }
}

fn from_variable(document: &Document<'_>, name: &'static str) -> Option<(&'static str, String)> {
    match document.variable(name) {
        Ok(text) => Some((name, text)),
        Err(VarError::NotPresent) => None,
        Err(VarError::NotUnicode(_)) => {
            document.report_outside(name, "is not Unicode".to_owned());
            None
        }
    }
}
