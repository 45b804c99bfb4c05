//! Which log lines are written: a level for our own, and levels for targets.
//!
//! A library's lines are for its authors, so a level alone is ours only; a
//! library's are written from `warn` on unless it is named.

use super::caps::LOG_FILTER_SHOWN_CHARS_MAX;
use std::fmt;
use std::str::FromStr;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// What the targets of all our crates begin with.
const OWN_PREFIX: &str = "hookmill";

/// Our crates that log.
const OWN: [&str; 6] = [
    "hookmill_domain",
    "hookmill_egress",
    "hookmill_relay",
    "hookmill_sandbox",
    "hookmill_server",
    "hookmill_store",
];

const LEVELS: [(&str, LevelFilter); 6] = [
    ("off", LevelFilter::OFF),
    ("error", LevelFilter::ERROR),
    ("warn", LevelFilter::WARN),
    ("info", LevelFilter::INFO),
    ("debug", LevelFilter::DEBUG),
    ("trace", LevelFilter::TRACE),
];

/// Which lines are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFilter {
    own: LevelFilter,
    targets: Vec<(String, LevelFilter)>,
}

impl LogFilter {
    /// Our own lines from `info` on.
    pub const INFO: Self = Self::own(LevelFilter::INFO);

    /// Our own lines from `warn` on.
    pub const WARN: Self = Self::own(LevelFilter::WARN);

    const fn own(own: LevelFilter) -> Self {
        Self {
            own,
            targets: Vec::new(),
        }
    }

    /// This filter as the library that writes lines takes it. The longest target that a
    /// line's own begins with counts.
    pub fn to_targets(&self) -> Targets {
        Targets::new()
            .with_default(self.own.min(LevelFilter::WARN))
            .with_target(OWN_PREFIX, self.own)
            .with_targets(self.targets.iter().cloned())
    }
}

/// A text is not a log filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseLogFilterError {
    /// A part of it is neither a level nor a target with one.
    #[error(
        "`{0}` is not a log filter: write a level (`off`, `error`, `warn`, `info`, `debug`, `trace`), `target=level`, or several with commas between"
    )]
    Unknown(String),
    /// It has more than one level without a target.
    #[error("has more than one level: only one can be for Hookmill's own lines")]
    TwoLevels,
    /// A target is named twice.
    #[error("has the target `{0}` more than once")]
    Twice(String),
    /// A target that looks like ours is not.
    #[error("`{target}` is not a part of Hookmill: its parts are {}", OWN.join(", "))]
    NotOurs {
        /// The target.
        target: String,
    },
}

impl FromStr for LogFilter {
    type Err = ParseLogFilterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut own = None;
        let mut targets: Vec<(String, LevelFilter)> = Vec::new();
        for directive in text.split(',') {
            let unknown = || {
                let shown = text.chars().take(LOG_FILTER_SHOWN_CHARS_MAX);
                ParseLogFilterError::Unknown(shown.collect())
            };
            let Some((target, level)) = directive.split_once('=') else {
                let level = parse_level(directive).ok_or_else(unknown)?;
                if own.replace(level).is_some() {
                    return Err(ParseLogFilterError::TwoLevels);
                }
                continue;
            };
            let target = target.trim();
            if !is_target(target) {
                return Err(unknown());
            }
            let level = parse_level(level).ok_or_else(unknown)?;
            if target.starts_with(OWN_PREFIX) && !is_own(target) {
                let target = target.to_owned();
                return Err(ParseLogFilterError::NotOurs { target });
            }
            if targets.iter().any(|(known, _)| known == target) {
                return Err(ParseLogFilterError::Twice(target.to_owned()));
            }
            targets.push((target.to_owned(), level));
        }
        let own = own.unwrap_or(Self::INFO.own);
        Ok(Self { own, targets })
    }
}

impl fmt::Display for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.own)?;
        for (target, level) in &self.targets {
            write!(f, ",{target}={level}")?;
        }
        Ok(())
    }
}

fn parse_level(text: &str) -> Option<LevelFilter> {
    let text = text.trim();
    let mut known = LEVELS.iter();
    let found = known.find(|(name, _)| name.eq_ignore_ascii_case(text));
    found.map(|(_, level)| *level)
}

/// Modules with `::` between, each a name of Rust's.
fn is_target(text: &str) -> bool {
    let is_name = |name: &str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        !name.is_empty() && name.bytes().all(letters)
    };
    text.split("::").all(is_name)
}

fn is_own(target: &str) -> bool {
    let root = target.split("::").next();
    root.is_some_and(|root| OWN.contains(&root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::filter::LevelFilter as Level;

    #[test]
    fn a_level_alone_is_for_our_own_lines() {
        let table = [
            ("debug", "hookmill_relay::observe", Level::DEBUG, true),
            ("debug", "hookmill::serve", Level::DEBUG, true),
            ("debug", "hookmill_relay", Level::TRACE, false),
            ("debug", "sled::pagecache", Level::INFO, false),
            ("debug", "wasmtime", Level::DEBUG, false),
            ("trace", "hyper_util::client", Level::INFO, false),
            ("trace", "sled", Level::WARN, true),
            ("error", "sled", Level::WARN, false),
            ("off", "hookmill", Level::ERROR, false),
            ("info,sled=debug", "sled::tree", Level::DEBUG, true),
            ("info,sled=debug", "hookmill", Level::DEBUG, false),
            (
                "hookmill_store=trace",
                "hookmill_store::ops",
                Level::TRACE,
                true,
            ),
            ("hookmill_store=trace", "hookmill_relay", Level::INFO, true),
            (
                "hookmill_store=trace",
                "hookmill_relay",
                Level::DEBUG,
                false,
            ),
            (
                "DEBUG, hookmill_relay = warn",
                "hookmill_relay",
                Level::INFO,
                false,
            ),
        ];
        for (text, target, level, expected) in table {
            let filter: LogFilter = text.parse().expect(text);
            let level = level.into_level().expect("not off");
            let found = filter.to_targets().would_enable(target, &level);
            assert_eq!(found, expected, "{text}: {target} {level}");
        }
    }

    #[test]
    fn what_is_not_a_filter_is_refused() {
        let table = [
            ("verbose", "`verbose` is not a log filter"),
            ("debgu", "`debug`"),
            ("", "is not a log filter"),
            ("info,", "is not a log filter"),
            ("hookmill=loud", "is not a log filter"),
            ("=info", "is not a log filter"),
            ("a b=info", "is not a log filter"),
            ("hookmill[span]=info", "is not a log filter"),
            ("info,debug", "more than one level"),
            ("sled=info,sled=warn", "`sled` more than once"),
            ("hookmill_realy=debug", "hookmill_relay"),
            ("hookmil=1", "is not a log filter"),
        ];
        for (text, expected) in table {
            let error = text.parse::<LogFilter>().expect_err(text).to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
