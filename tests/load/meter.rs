//! What a process and the machine used between two moments, as Linux counts it
//! under /proc.
//!
//! Bytes written are counted at the device, not by `write_bytes` of the
//! process: that counts a whole large folio whenever one byte in it turns
//! dirty, which gave 480 times what reached the device for 24-byte appends to
//! a file that was written in pieces of 4 MiB (ext4, Linux 6.18). The device
//! counts neighbours too; the bytes of the process's own write calls stand
//! beside it, sockets included. Must not need privileges.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Instant;

/// Readings at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    at: Instant,
    /// Processor seconds of the process, all threads, user and system.
    cpu_s: f64,
    /// Processor seconds of this program: generator and sinks.
    own_cpu_s: f64,
    /// Processor seconds of the whole machine.
    machine_cpu_s: f64,
    device_bytes: u64,
    call_bytes: u64,
    rss_bytes: u64,
    rss_peak_bytes: u64,
}

/// What lies between two readings.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Processor seconds of the process.
    pub(crate) cpu_s: f64,
    /// The part of the machine's processors that neither the process nor this
    /// program used but somebody else did: 0 to 1.
    pub(crate) neighbours: f64,
    /// Bytes that the disk below the project wrote, whoever's they were.
    pub(crate) device_bytes: u64,
    /// Bytes that the process gave to write calls, sockets included.
    pub(crate) call_bytes: u64,
    /// Bytes of memory at the end.
    pub(crate) rss_bytes: u64,
    /// The most bytes of memory so far.
    pub(crate) rss_peak_bytes: u64,
}

/// Reads a process and the machine; zeros for a process that is gone.
pub(crate) fn read(pid: u32) -> Reading {
    let pid = pid.to_string();
    Reading {
        at: Instant::now(),
        cpu_s: cpu_s(&pid).unwrap_or(0.0),
        own_cpu_s: cpu_s("self").unwrap_or(0.0),
        machine_cpu_s: machine_cpu_s().unwrap_or(0.0),
        device_bytes: device_bytes(hookmill_tests::binary::root()).unwrap_or(0),
        call_bytes: field(&pid, "io", "wchar:").unwrap_or(0),
        rss_bytes: field(&pid, "status", "VmRSS:").unwrap_or(0) * 1_024,
        rss_peak_bytes: field(&pid, "status", "VmHWM:").unwrap_or(0) * 1_024,
    }
}

impl Reading {
    /// What was used since.
    pub(crate) fn until(&self, later: &Self) -> Usage {
        let cpu_s = later.cpu_s - self.cpu_s;
        let ours = cpu_s + later.own_cpu_s - self.own_cpu_s;
        let theirs = (later.machine_cpu_s - self.machine_cpu_s - ours).max(0.0);
        let capacity_s = (later.at - self.at).as_secs_f64() * cores() as f64;
        Usage {
            cpu_s,
            neighbours: theirs / capacity_s.max(f64::EPSILON),
            device_bytes: later.device_bytes.saturating_sub(self.device_bytes),
            call_bytes: later.call_bytes.saturating_sub(self.call_bytes),
            rss_bytes: later.rss_bytes,
            rss_peak_bytes: later.rss_peak_bytes,
        }
    }
}

fn field(pid: &str, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Fields 14 and 15 of proc_pid_stat(5), in ticks of a hundredth of a second.
fn cpu_s(pid: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |index: usize| fields.get(index)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// The first line of proc_stat(5), without idle, waiting for the disk, and
/// guests, which are in user time already.
fn machine_cpu_s() -> Option<f64> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let fields = text.lines().next()?.split_whitespace().skip(1);
    let ticks: Vec<f64> = fields.filter_map(|field| field.parse().ok()).collect();
    let busy: f64 = [0, 1, 2, 5, 6]
        .iter()
        .filter_map(|index| ticks.get(*index))
        .sum();
    Some(busy / 100.0)
}

/// Bytes that the device of this folder has written, by proc_diskstats(5).
fn device_bytes(folder: &Path) -> Option<u64> {
    let device = fs::metadata(folder).ok()?.dev();
    let (major, minor) = (libc::major(device), libc::minor(device));
    let text = fs::read_to_string("/proc/diskstats").ok()?;
    let line = text.lines().find(|line| {
        let mut fields = line.split_whitespace();
        fields.next() == Some(&major.to_string()) && fields.next() == Some(&minor.to_string())
    })?;
    let sectors: u64 = line.split_whitespace().nth(9)?.parse().ok()?;
    Some(sectors * 512)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The machine, in a line: processor, cores, kernel.
pub(crate) fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kernel = kernel.trim().split('-').next().unwrap_or_default();
    format!("{model}, {} cores, Linux {kernel}", cores())
}
