//! What a run came to, as both kinds of output show it.

use super::input::TransformFile;
use hookmill_domain::attempt::RunUsage;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::causes::in_one_line;
use hookmill_domain::fault::{Fault, FaultCode, Position};
use hookmill_domain::webhook::Webhook;
use hookmill_sandbox::bundle::BundleError;
use hookmill_sandbox::{LoadError, Run};

/// The code of a transform that can't be loaded: it does not parse, has no
/// handler, is not a component, imports what is not there. In `serve` it
/// never runs, so it is not a fault code of the domain.
const LOAD_FAILED: &str = "load_failed";

/// What a run came to.
pub(crate) struct Report {
    pub(crate) event_type: String,
    pub(crate) outcome: Result<Webhook, Failure>,
    pub(crate) usage: RunUsage,
    pub(crate) caps: SandboxCaps,
    pub(crate) logs: Vec<LogLine>,
    pub(crate) log_bytes: usize,
    /// What looks wrong about the request, a sentence each.
    pub(crate) warnings: Vec<String>,
    /// The header fields that would be sent, by name; none with a fault.
    pub(crate) sent_headers: Vec<(String, String)>,
    /// What an endpoint would have to say for the request to be sent.
    pub(crate) needs: Vec<String>,
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
                file: None,
                stack: String::new(),
            }),
            usage: RunUsage::default(),
            caps: SandboxCaps::default(),
            logs: Vec::new(),
            log_bytes: 0,
            warnings: Vec::new(),
            sent_headers: Vec::new(),
            needs: Vec::new(),
        }
    }
}

/// What a run used of one limit.
pub(crate) struct Share {
    pub(crate) name: &'static str,
    pub(crate) used: u64,
    pub(crate) max: u64,
    pub(crate) unit: &'static str,
}

impl Share {
    /// In hundredths of the limit, with two decimals.
    pub(crate) fn percent(&self) -> f64 {
        let percent = self.used as f64 * 100.0 / self.max.max(1) as f64;
        (percent * 100.0).round() / 100.0
    }
}

impl Report {
    /// A run that has taken place.
    pub(crate) fn of_run(event_type: String, run: Run) -> Self {
        Self {
            event_type,
            outcome: run.outcome.map_err(Failure::of_run),
            usage: run.usage,
            caps: run.caps,
            logs: parse_logs(&run.logs),
            log_bytes: run.logs.len(),
            warnings: run.warnings,
            ..Self::default()
        }
    }

    /// What the run used of each of its limits.
    pub(crate) fn shares(&self) -> [Share; 5] {
        let (usage, caps) = (&self.usage, &self.caps);
        let output_bytes = self.outcome.as_ref().map_or(0, |webhook| {
            let request = webhook.request();
            let headers = request.headers().iter();
            let header_bytes: usize = headers.map(|(n, v)| n.len() + v.len()).sum();
            request.url().as_str().len() + header_bytes + request.body().len()
        });
        let share = |name, used, max, unit| Share {
            name,
            used,
            max,
            unit,
        };
        let log_bytes_max = caps.log_bytes_max as u64;
        [
            share("fuel", usage.fuel, caps.fuel_max, ""),
            share(
                "time",
                usage.time_us,
                caps.deadline_ms.saturating_mul(1_000),
                " us",
            ),
            share(
                "memory",
                usage.memory_bytes,
                caps.memory_bytes_max as u64,
                " bytes",
            ),
            share(
                "output",
                output_bytes as u64,
                caps.output_bytes_max as u64,
                " bytes",
            ),
            // The note that a log was cut is beyond its limit.
            share(
                "log",
                (self.log_bytes as u64).min(log_bytes_max),
                log_bytes_max,
                " bytes",
            ),
        ]
    }
}

/// Why there is no request.
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) position: Option<Position>,
    /// The file of the position, where it is not the program itself.
    pub(crate) file: Option<String>,
    pub(crate) stack: String,
}

impl Failure {
    /// A program that can't be built.
    pub(crate) fn of_build(error: &anyhow::Error) -> Self {
        Self {
            code: LOAD_FAILED,
            message: in_one_line(error.as_ref()),
            position: None,
            file: None,
            stack: String::new(),
        }
    }

    /// A program that can't be put together.
    pub(crate) fn of_bundle(error: &BundleError) -> Self {
        Self {
            code: LOAD_FAILED,
            message: error.to_string(),
            position: error.position,
            file: Some(error.file.display().to_string()),
            stack: String::new(),
        }
    }

    /// This failure, with the places of a bundle led back to its author's files.
    pub(crate) fn restored(self, transform: &TransformFile) -> Self {
        let Some(origins) = &transform.origins else {
            return self;
        };
        let origin = self.position.and_then(|at| origins.origin(at));
        Self {
            message: origins.restore(&self.message, &transform.name),
            stack: origins.restore(&self.stack, &transform.name),
            position: origin.map(|it| it.position),
            file: origin.map(|it| it.file.display().to_string()),
            ..self
        }
    }

    pub(crate) fn of_load(error: LoadError) -> Self {
        let position = error.position();
        Self {
            code: LOAD_FAILED,
            message: error.to_string(),
            position,
            file: None,
            stack: String::new(),
        }
    }

    /// The code, where a run took place.
    pub(crate) fn fault_code(&self) -> Option<FaultCode> {
        let mut all = FaultCode::ALL.into_iter();
        all.find(|code| code.as_str() == self.code)
    }

    pub(crate) fn of_run(fault: Fault) -> Self {
        Self {
            code: fault.code.as_str(),
            message: fault.message,
            position: fault.position,
            file: None,
            stack: fault.stack,
        }
    }
}

/// One message of the log.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub(crate) struct LogLine {
    pub(crate) level: String,
    pub(crate) message: String,
}

const LEVELS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

/// Takes the sandbox's log apart: `level: text`, one line a message; further
/// lines of a message are indented by four spaces. What has no level is the
/// sandbox's own note that the log was cut.
pub(crate) fn parse_logs(text: &str) -> Vec<LogLine> {
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
