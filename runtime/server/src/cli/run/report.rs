//! What a run came to, as both kinds of output show it.

use hookmill_domain::attempt::RunUsage;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::fault::{Fault, Position};
use hookmill_relay::workbench::{LoadError, Webhook};

/// The code of a transform that can't be loaded: it does not parse, has no
/// handler, is no component, imports what is not there. `serve` refuses to
/// start with it, so it is no fault code of the domain.
const LOAD_FAILED: &str = "load_failed";

/// What a run came to.
pub(super) struct Report {
    pub(super) event_type: String,
    pub(super) outcome: Result<Webhook, Failure>,
    pub(super) usage: RunUsage,
    pub(super) caps: SandboxCaps,
    pub(super) logs: Vec<LogLine>,
}

impl Default for Report {
    /// A run that has not taken place.
    fn default() -> Self {
        Self {
            event_type: String::new(),
            outcome: Err(Failure {
                code: LOAD_FAILED,
                message: String::new(),
                position: None,
                stack: String::new(),
            }),
            usage: RunUsage::default(),
            caps: SandboxCaps::default(),
            logs: Vec::new(),
        }
    }
}

/// Why there is no request.
pub(super) struct Failure {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) position: Option<Position>,
    pub(super) stack: String,
}

impl Failure {
    pub(super) fn of_load(error: LoadError) -> Self {
        let position = error.position();
        Self {
            code: LOAD_FAILED,
            message: error.to_string(),
            position,
            stack: String::new(),
        }
    }

    pub(super) fn of_run(fault: Fault) -> Self {
        Self {
            code: fault.code.as_str(),
            message: fault.message,
            position: fault.position,
            stack: fault.stack,
        }
    }
}

/// One message of the log.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct LogLine {
    pub(super) level: String,
    pub(super) message: String,
}

const LEVELS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

/// Takes the sandbox's log apart: `level: text`, one line a message; further
/// lines of a message are indented by four spaces. What has no level is the
/// sandbox's own note that the log was cut.
pub(super) fn parse_logs(text: &str) -> Vec<LogLine> {
    let mut lines: Vec<LogLine> = Vec::new();
    for line in text.lines() {
        if let (Some(rest), Some(last)) = (line.strip_prefix("    "), lines.last_mut()) {
            last.message.push('\n');
            last.message.push_str(rest);
            continue;
        }
        let parts = line.split_once(": ").or(line.split_once(':'));
        let (level, message) = match parts {
            Some((level, message)) if LEVELS.contains(&level) => (level, message),
            _ => ("warn", line),
        };
        lines.push(LogLine {
            level: level.to_owned(),
            message: message.to_owned(),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::parse_logs;

    #[test]
    fn messages_keep_their_level_and_their_lines() {
        let text = "info: a: b\nerror: one\n    two\n\
                    [the log was cut at 9 bytes: `log_bytes_max` raises the limit]\n";
        let lines: Vec<_> = parse_logs(text)
            .into_iter()
            .map(|line| (line.level, line.message))
            .collect();
        let cut = "[the log was cut at 9 bytes: `log_bytes_max` raises the limit]";
        let expected = [("info", "a: b"), ("error", "one\ntwo"), ("warn", cut)];
        assert_eq!(
            lines,
            expected.map(|(level, text)| (level.to_owned(), text.to_owned()))
        );
    }
}
