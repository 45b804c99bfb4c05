//! The flags by which a run's limits are set, for every command that runs a
//! transform.
//!
//! Their defaults and bounds are the domain's: no number stands here.

use clap::builder::RangedU64ValueParser;
use hookmill_domain::caps::SandboxCaps;

/// What the run may use; the defaults are those of `serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Limits {
    /// Fuel, about one unit an instruction
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().fuel_max,
        value_parser = up_to(SandboxCaps::CEILING.fuel_max),
    )]
    fuel_max: u64,
    /// Milliseconds of wall time
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().deadline_ms,
        value_parser = up_to(SandboxCaps::CEILING.deadline_ms),
    )]
    deadline_ms: u64,
    /// Bytes of linear memory
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().memory_bytes_max as u64,
        value_parser = up_to(SandboxCaps::CEILING.memory_bytes_max as u64),
    )]
    memory_bytes_max: u64,
    /// Bytes of the resulting URL, headers and payload
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().output_bytes_max as u64,
        value_parser = up_to(SandboxCaps::CEILING.output_bytes_max as u64),
    )]
    output_bytes_max: u64,
    /// Bytes of log
    #[arg(
        long,
        value_name = "N",
        default_value_t = SandboxCaps::default().log_bytes_max as u64,
        value_parser = up_to(SandboxCaps::CEILING.log_bytes_max as u64),
    )]
    log_bytes_max: u64,
}

fn up_to(max: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(1..=max)
}

impl Limits {
    /// The same, as the sandbox takes them.
    pub(super) fn caps(&self) -> SandboxCaps {
        // The parser keeps sizes below ceilings that are sizes themselves.
        SandboxCaps {
            fuel_max: self.fuel_max,
            deadline_ms: self.deadline_ms,
            memory_bytes_max: self.memory_bytes_max as usize,
            output_bytes_max: self.output_bytes_max as usize,
            log_bytes_max: self.log_bytes_max as usize,
        }
    }
}
