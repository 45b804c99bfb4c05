//! The flags by which a run's limits are set, for every command that runs a
//! transform.
//!
//! Their defaults and bounds are the domain's: no number stands here.

use clap::builder::RangedU64ValueParser;
use hookmill_domain::caps::SandboxCaps;

/// What the run may use; the defaults are those of the endpoint, or of `serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Limits {
    /// Fuel, about one unit an instruction [default: the endpoint's, or 500000000]
    #[arg(
        long,
        value_name = "N",
        value_parser = up_to(SandboxCaps::CEILING.fuel_max),
    )]
    fuel_max: Option<u64>,
    /// Milliseconds of wall time [default: the endpoint's, or 250]
    #[arg(
        long,
        value_name = "N",
        value_parser = up_to(SandboxCaps::CEILING.deadline_ms),
    )]
    deadline_ms: Option<u64>,
    /// Bytes of linear memory [default: the endpoint's, or 67108864]
    #[arg(
        long,
        value_name = "N",
        value_parser = up_to(SandboxCaps::CEILING.memory_bytes_max as u64),
    )]
    memory_bytes_max: Option<u64>,
    /// Bytes of the resulting URL, headers and payload [default: the endpoint's,
    /// or 1048576]
    #[arg(
        long,
        value_name = "N",
        value_parser = up_to(SandboxCaps::CEILING.output_bytes_max as u64),
    )]
    output_bytes_max: Option<u64>,
    /// Bytes of log [default: the endpoint's, or 16384]
    #[arg(
        long,
        value_name = "N",
        value_parser = up_to(SandboxCaps::CEILING.log_bytes_max as u64),
    )]
    log_bytes_max: Option<u64>,
}

fn up_to(max: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(1..=max)
}

impl Limits {
    /// The endpoint's limits, but for those that the flags name.
    pub(super) fn over(&self, caps: SandboxCaps) -> SandboxCaps {
        // The parser keeps sizes below ceilings that are sizes themselves.
        let size = |flag: Option<u64>, own: usize| flag.map_or(own, |bytes| bytes as usize);
        SandboxCaps {
            fuel_max: self.fuel_max.unwrap_or(caps.fuel_max),
            deadline_ms: self.deadline_ms.unwrap_or(caps.deadline_ms),
            memory_bytes_max: size(self.memory_bytes_max, caps.memory_bytes_max),
            output_bytes_max: size(self.output_bytes_max, caps.output_bytes_max),
            log_bytes_max: size(self.log_bytes_max, caps.log_bytes_max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args as _, Command};

    #[test]
    fn the_help_gives_the_defaults_as_they_are() {
        let help = Limits::augment_args(Command::new("run")).render_long_help();
        let help = help
            .to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let caps = SandboxCaps::default();
        for default in [
            caps.fuel_max,
            caps.deadline_ms,
            caps.memory_bytes_max as u64,
            caps.output_bytes_max as u64,
            caps.log_bytes_max as u64,
        ] {
            assert!(
                help.contains(&format!("or {default}]")),
                "{default}: {help}"
            );
        }
    }
}
