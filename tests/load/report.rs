//! What a case measured, for people (a row of a table in Markdown) and for
//! programs (an object of JSON).

use crate::meter::Usage;

/// What one case measured.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// What was measured.
    pub(crate) name: String,
    /// Acknowledged events.
    pub(crate) acknowledged: u64,
    /// Acknowledged events a second while the generator ran.
    pub(crate) accepted_per_s: f64,
    /// Arrivals a second until the last had arrived; none when nothing was
    /// to arrive.
    pub(crate) delivered_per_s: Option<f64>,
    /// Answers that were not an acknowledgement.
    pub(crate) failed: u64,
    /// Deliveries that had not arrived when waiting for them ended.
    pub(crate) missing: u64,
    /// Microseconds from publishing to arriving: p50, p99, p99.9; none when
    /// nothing arrived.
    pub(crate) latency_us: Option<[u64; 3]>,
    /// What it cost.
    pub(crate) usage: Usage,
}

impl Measured {
    /// Processor seconds for 10,000 events.
    fn cpu_s_per_10k(&self) -> f64 {
        self.usage.cpu_s / self.acknowledged.max(1) as f64 * 10_000.0
    }

    fn per_event(&self, bytes: u64) -> u64 {
        bytes / self.acknowledged.max(1)
    }

    /// An object of JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "case": self.name,
            "acceptedPerSecond": self.accepted_per_s,
            "deliveredPerSecond": self.delivered_per_s,
            "failed": self.failed,
            "missing": self.missing,
            "latencyUs": self.latency_us.map(|[p50, p99, p999]| serde_json::json!({
                "p50": p50, "p99": p99, "p99.9": p999,
            })),
            "cpuSecondsPer10000": self.cpu_s_per_10k(),
            "writeCallBytesPerEvent": self.per_event(self.usage.call_bytes),
            "deviceBytesPerEvent": self.per_event(self.usage.device_bytes),
            "rssBytes": self.usage.rss_bytes,
            "rssPeakBytes": self.usage.rss_peak_bytes,
            "neighboursCpu": self.usage.neighbours,
        })
    }

    /// A row of the table.
    pub(crate) fn row(&self) -> String {
        let mut name = self.name.clone();
        for (count, what) in [(self.failed, "refused"), (self.missing, "MISSING")] {
            if count > 0 {
                name.push_str(&format!(" ({count} {what})"));
            }
        }
        let delivered = self
            .delivered_per_s
            .map_or_else(|| "-".to_owned(), |rate| format!("{rate:.0}"));
        let latency = self.latency_us.map_or_else(
            || "-".to_owned(),
            |points| {
                let in_ms = points.map(|us| format!("{:.1}", us as f64 / 1_000.0));
                in_ms.join(" / ")
            },
        );
        format!(
            "| {name} | {:.0} | {delivered} | {latency} | {:.2} | {:.1} / {:.1} | {} / {} | {:.0} |",
            self.accepted_per_s,
            self.cpu_s_per_10k(),
            self.per_event(self.usage.call_bytes) as f64 / 1_024.0,
            self.per_event(self.usage.device_bytes) as f64 / 1_024.0,
            self.usage.rss_bytes >> 20,
            self.usage.rss_peak_bytes >> 20,
            self.usage.neighbours * 100.0,
        )
    }
}

/// Head of the table.
pub(crate) const HEAD: &str = "\
| case | accepted/s | delivered/s | publish to sink p50 / p99 / p99.9 ms | CPU s per 10,000 | KiB written per event: calls / device | RSS MiB end / peak | neighbours' CPU % |
|---|---|---|---|---|---|---|---|";
