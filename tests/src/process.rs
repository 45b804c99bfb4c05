//! What the system knows of a process.

/// A process at an instant.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    /// Clock ticks from the system's start to its own: with the id, this is
    /// which process it is.
    pub started: u64,
    /// KiB of its memory that are resident.
    pub rss_kib: u64,
}

impl Process {
    /// The process with this id.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        let read = |name: &str| {
            let file = std::fs::read_to_string(format!("/proc/{pid}/{name}"));
            file.expect("the process runs")
        };
        let stat = read("stat");
        // The name, in parentheses, may contain anything; the 22nd field is
        // the twentieth behind it (proc_pid_stat(5)).
        let fields = stat.rsplit(')').next().expect("fields");
        let started = fields.split_whitespace().nth(19).expect("a field");
        let status = read("status");
        let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let rss = rss.and_then(|rss| rss.trim().strip_suffix(" kB"));
        Self {
            started: started.parse().expect("a number"),
            rss_kib: rss
                .expect("a process has memory")
                .parse()
                .expect("a number"),
        }
    }
}

/// Whether a process has a handler for this signal (proc_pid_status(5)).
///
/// # Panics
/// When there is no such process.
#[must_use]
pub fn catches(pid: u32, signal: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
    let status = status.expect("the process runs");
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = u64::from_str_radix(caught.expect("a line").trim(), 16);
    caught.expect("a number") >> (signal - 1) & 1 == 1
}
