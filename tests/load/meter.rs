//! What a process used, as Linux counts it under /proc.

use std::fs;

/// Readings of a process at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    /// Processor seconds, all threads, user and system.
    pub(crate) cpu_s: f64,
    /// Bytes that it caused to be written to the disk.
    pub(crate) written_bytes: u64,
    /// Bytes of memory now.
    pub(crate) rss_bytes: u64,
}

/// Reads a process; zeros when it is gone.
pub(crate) fn read(pid: u32) -> Reading {
    Reading {
        cpu_s: cpu_s(pid).unwrap_or(0.0),
        written_bytes: field(pid, "io", "write_bytes:").unwrap_or(0),
        rss_bytes: field(pid, "status", "VmRSS:").unwrap_or(0) * 1_024,
    }
}

fn field(pid: u32, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Fields 14 and 15 of proc_pid_stat(5), in ticks of a hundredth of a second.
fn cpu_s(pid: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// The machine, in a line: processor, cores, kernel.
pub(crate) fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kernel = kernel.trim().split('-').next().unwrap_or_default();
    format!("{model}, {cores} cores, Linux {kernel}")
}
