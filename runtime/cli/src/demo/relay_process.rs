//! The demo's relay: this executable's `serve` as a child process.
//!
//! What it prints says where it listens; its log says which events it accepted,
//! and what is worth a warning. It is stopped by its own process id, and ends by
//! itself when the demo is killed.

use crate::caps::{DEMO_LINES_MAX, DEMO_STOP_TIMEOUT};
use anyhow::{Context as _, bail};
use hookmill_domain::EventId;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// A running relay. Dropping it kills it; [`RelayProcess::stop`] lets it end.
pub(super) struct RelayProcess {
    child: Child,
    log: Arc<Mutex<Log>>,
    reading: JoinHandle<()>,
}

/// What was read of the relay's standard error.
#[derive(Default)]
struct Log {
    /// Events that were accepted and not taken yet.
    accepted: VecDeque<EventId>,
    /// The latest lines that are not of the log: why it did not start.
    plain: VecDeque<String>,
}

impl RelayProcess {
    /// Starts it. Call it within an async runtime.
    ///
    /// # Errors
    /// The process can't be started.
    pub(super) fn start(config: &Path, listen: SocketAddr) -> anyhow::Result<Self> {
        let executable = std::env::current_exe().context("this program's file is not known")?;
        let mut child = Command::new(executable)
            .args(["serve", "--end-with-parent", "--log-format", "json"])
            .args(["--log", "info", "--listen", &listen.to_string()])
            .arg("--config")
            .arg(config)
            // The demo's own folder holds its data, whatever is set outside.
            .env_remove("HOOKMILL_DATA_DIR")
            // A terminal's Ctrl-C is for the demo, which stops the relay.
            .process_group(0)
            .kill_on_drop(true)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("the relay can't be started")?;
        let log = Arc::new(Mutex::new(Log::default()));
        let stderr = child.stderr.take().context("standard error is piped")?;
        let reading = tokio::spawn(read(stderr, Arc::clone(&log)));
        Ok(Self {
            child,
            log,
            reading,
        })
    }

    /// Where it listens, once it does.
    ///
    /// # Errors
    /// It ended instead; the error is what it said.
    pub(super) async fn address(&mut self) -> anyhow::Result<SocketAddr> {
        let stdout = self.child.stdout.take();
        let stdout = stdout.context("the address is asked for once")?;
        let mut lines = BufReader::new(stdout).lines();
        let Some(line) = lines.next_line().await? else {
            // Its last words come before the end of its log.
            let _ = (&mut self.reading).await;
            bail!("the relay did not start: {}", self.last_words());
        };
        let address = line.strip_prefix("listening on http://");
        address
            .and_then(|address| address.parse().ok())
            .with_context(|| format!("the relay said `{line}` instead of its address"))
    }

    /// The next event that it accepted.
    pub(super) fn accepted(&self) -> Option<EventId> {
        self.log
            .lock()
            .expect("no holder panics")
            .accepted
            .pop_front()
    }

    /// Whether it ended by itself.
    pub(super) fn has_ended(&self) -> bool {
        self.reading.is_finished()
    }

    /// What it said that is not part of its log.
    pub(super) fn last_words(&self) -> String {
        let log = self.log.lock().expect("no holder panics");
        let lines: Vec<_> = log.plain.iter().map(String::as_str).collect();
        let text = lines.join("\n");
        text.strip_prefix("hookmill: ").unwrap_or(&text).to_owned()
    }

    /// Lets it end, and waits for it.
    pub(super) async fn stop(mut self) {
        // Waiting closes it, which would end the relay at once.
        let _stdin = self.child.stdin.take();
        // None where it has ended and was waited for: the id may be another's.
        if let Some(pid) = self.child.id().and_then(|id| Pid::from_raw(id as i32)) {
            let _ = kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(DEMO_STOP_TIMEOUT, self.child.wait())
            .await
            .is_err()
        {
            let _ = self.child.kill().await;
        }
    }
}

/// Reads standard error to its end. Warnings are shown as they come.
async fn read(stderr: impl AsyncRead + Unpin, log: Arc<Mutex<Log>>) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let entry: Option<Map<String, Value>> = serde_json::from_str(&line).ok();
        let mut log = log.lock().expect("no holder panics");
        let Some(entry) = entry else {
            push(&mut log.plain, line);
            continue;
        };
        let text = |name| entry.get(name).and_then(Value::as_str);
        if let Some(level @ ("WARN" | "ERROR")) = text("level") {
            eprintln!("{level} {}", in_words(&entry));
        }
        if let Some(event) = text("event.id").and_then(|id| id.parse().ok()) {
            push(&mut log.accepted, event);
        }
    }
}

fn push<T>(queue: &mut VecDeque<T>, item: T) {
    if queue.len() == DEMO_LINES_MAX {
        queue.pop_front();
    }
    queue.push_back(item);
}

/// The message and its fields.
fn in_words(entry: &Map<String, Value>) -> String {
    let message = entry.get("message").and_then(Value::as_str);
    let mut text = message.unwrap_or_default().to_owned();
    for (name, value) in entry {
        if !["timestamp", "level", "message"].contains(&name.as_str()) {
            text.push_str(&format!(" {name}={value}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn events_and_last_words_are_told_from_the_log() {
        let id = "msg_01m89mv77rfx5ay3zeckh3sz9m";
        let text = format!(
            "{{\"level\":\"INFO\",\"event.id\":\"{id}\"}}\n{{\"level\":\"INFO\",\"event.id\":\"msg_1\"}}\nhookmill: the port is in use\n"
        );
        let log = Arc::new(Mutex::new(Log::default()));
        read(text.as_bytes(), Arc::clone(&log)).await;
        let log = log.lock().expect("no holder panics");
        let accepted: Vec<_> = log.accepted.iter().map(ToString::to_string).collect();
        assert_eq!(accepted, [id], "what is not an id is passed over");
        assert_eq!(log.plain, ["hookmill: the port is in use"]);
    }
}
