//! What a case measured, for people: a line, or a row of the table.

use crate::meter::Reading;

/// What one case measured.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// Acknowledged events a second while the generator ran.
    pub(crate) accepted_per_s: f64,
    /// Arrivals a second until everything had arrived.
    pub(crate) delivered_per_s: f64,
    /// Answers that were no acknowledgement.
    pub(crate) failed: u64,
    /// Microseconds from publishing to arriving: p50, p99, p99.9; none when
    /// nothing was to arrive.
    pub(crate) latency_us: Option<[u64; 3]>,
    /// Processor seconds for 10,000 events.
    pub(crate) cpu_s_per_10k: f64,
    /// Bytes written to the disk for an event.
    pub(crate) written_per_event: f64,
    /// Memory at the end.
    pub(crate) rss_mib: f64,
}

impl Measured {
    /// What the readings before and after mean for this many events.
    pub(crate) fn usage(mut self, before: Reading, after: Reading, events: u64) -> Self {
        let events = events.max(1) as f64;
        self.cpu_s_per_10k = (after.cpu_s - before.cpu_s) / events * 10_000.0;
        self.written_per_event =
            after.written_bytes.saturating_sub(before.written_bytes) as f64 / events;
        self.rss_mib = after.rss_bytes as f64 / (1 << 20) as f64;
        self
    }
}

/// Head of the table.
pub(crate) const HEAD: &str = "| case | accepted/s | delivered/s | publish to sink p50 / p99 / p99.9 ms | CPU s per 10,000 | written B per event | RSS MiB |\n|---|---|---|---|---|---|---|";

/// A row of the table.
pub(crate) fn row(name: &str, measured: &Measured) -> String {
    let latency = measured.latency_us.map_or_else(
        || "-".to_owned(),
        |points| {
            points
                .map(|us| format!("{:.2}", us as f64 / 1_000.0))
                .join(" / ")
        },
    );
    let failed = match measured.failed {
        0 => String::new(),
        failed => format!(" ({failed} failed)"),
    };
    format!(
        "| {name}{failed} | {:.0} | {:.0} | {latency} | {:.2} | {:.0} | {:.0} |",
        measured.accepted_per_s,
        measured.delivered_per_s,
        measured.cpu_s_per_10k,
        measured.written_per_event,
        measured.rss_mib
    )
}

/// One case alone.
pub(crate) fn one(measured: &Measured) {
    println!(
        "{}\n{HEAD}\n{}",
        crate::meter::machine(),
        row("relay", measured)
    );
}
