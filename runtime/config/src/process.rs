//! The sections that concern the process as a whole: `[server]`, `[limits]`,
//! `[sandbox]`, `[egress]`, `[history]` and `[log]`.

use super::address::{AddressRange, Listen};
use super::caps;
use super::limits;
use super::log_filter::LogFilter;
use super::overrides::Outside;
use super::secret_ref::secret;
use super::settings::{EgressSettings, LogFormat, LogSettings, Settings};
use super::table::Table;
use super::value::Value;
use hookmill_domain::caps::{DISK_FREE_BYTES_MIN, IngestCaps, SandboxCaps};
use hookmill_domain::declared::Declared;
use hookmill_domain::destination_url::DestinationUrl;
use hookmill_domain::hosts::HostPattern;
use hookmill_domain::secret::{Secret, SecretUse};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Reads all sections but the tenants'.
pub(super) fn read(root: &Table<'_>, outside: &Outside<'_>) -> Settings {
    let server = read_server(root, outside);
    let (sandbox_threads, sandbox) = read_sandbox(root);
    Settings {
        listen: server.listen,
        data_dir: server.data_dir,
        operator_key: server.operator_key,
        disk_free_bytes_min: server.disk_free_bytes_min,
        ingest: read_limits(root),
        sandbox_threads,
        sandbox,
        egress: read_egress(root),
        history_days: read_history(root),
        log: read_log(root, outside),
        declared: Declared::default(),
        unusable: Vec::new(),
        files: Vec::new(),
    }
}

/// `[server]`
struct Server {
    listen: SocketAddr,
    data_dir: PathBuf,
    operator_key: Option<Secret>,
    disk_free_bytes_min: u64,
}

fn read_server(root: &Table<'_>, outside: &Outside<'_>) -> Server {
    let mut server = Server {
        listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
        data_dir: root.document().resolve("hookmill-data"),
        operator_key: None,
        disk_free_bytes_min: DISK_FREE_BYTES_MIN,
    };
    if let Some(table) = root.table("server") {
        if let Some(found) = table.get("listen").and_then(|it| it.parse::<Listen>()) {
            server.listen = found.0;
        }
        let path = table.get("data_dir");
        if let Some(path) = path.as_ref().and_then(Value::text) {
            server.data_dir = table.document().resolve(path);
        }
        if let Some(value) = table.get("disk_free_bytes_min") {
            let field = &mut server.disk_free_bytes_min;
            limits::set(field, &value, caps::DISK_FREE_BYTES);
        }
        server.operator_key = table
            .get("operator_key")
            .and_then(|it| secret(&it, SecretUse::OperatorKey));
        table.finish();
    }
    if let Some(listen) = outside.listen() {
        server.listen = listen;
    }
    if let Some(path) = outside.data_dir() {
        server.data_dir = path;
    }
    server
}

fn read_limits(root: &Table<'_>) -> IngestCaps {
    let mut ingest = IngestCaps::default();
    let Some(table) = root.table("limits") else {
        return ingest;
    };
    if let Some(value) = table.get("body_bytes_max") {
        limits::set_usize(&mut ingest.body_bytes_max, &value, caps::BODY_BYTES);
    }
    if let Some(value) = table.get("timestamp_tolerance_s") {
        let field = &mut ingest.timestamp_tolerance_s;
        limits::set(field, &value, caps::TIMESTAMP_TOLERANCE_S);
    }
    if let Some(value) = table.get("backlog_deliveries_max") {
        let field = &mut ingest.backlog_deliveries_max;
        limits::set(field, &value, caps::BACKLOG_EVENTS);
    }
    table.finish();
    ingest
}

fn read_sandbox(root: &Table<'_>) -> (usize, SandboxCaps) {
    let mut threads =
        std::thread::available_parallelism().map_or(caps::SANDBOX_THREADS_DEFAULT, usize::from);
    let mut sandbox = SandboxCaps::default();
    if let Some(table) = root.table("sandbox") {
        if let Some(value) = table.get("threads") {
            limits::set_usize(&mut threads, &value, caps::SANDBOX_THREADS);
        }
        limits::read_sandbox(&table, &mut sandbox);
        table.finish();
    }
    (threads, sandbox)
}

fn read_egress(root: &Table<'_>) -> EgressSettings {
    let mut egress = EgressSettings::default();
    let Some(table) = root.table("egress") else {
        return egress;
    };
    let ranges = table.get("allow_addresses").and_then(|it| it.list());
    let ranges = ranges.unwrap_or_default();
    egress.allow_addresses = ranges
        .iter()
        .filter_map(|value| value.parse::<AddressRange>())
        .map(|range| range.0)
        .collect();
    let roots = table.get("root_certificates").and_then(|it| it.list());
    let roots = roots.unwrap_or_default();
    egress.root_certificates = roots.iter().filter_map(read_root).collect();
    if let Some(routes) = table.table("routes") {
        egress.routes = routes.entries().filter_map(read_route).collect();
    }
    table.finish();
    egress
}

/// `"api.example.com" = "http://127.0.0.1:9000"`
fn read_route((host, value): (&str, Value<'_>)) -> Option<(HostPattern, DestinationUrl)> {
    let host = host.parse().map_err(|error| value.report(error)).ok();
    let origin = value.url().filter(|url| {
        let url = url.as_url();
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare {
            value.report("must be a scheme, a host and a port only: `http://127.0.0.1:9000`");
        }
        bare
    });
    host.zip(origin)
}

fn read_root(value: &Value<'_>) -> Option<PathBuf> {
    const MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";
    let file = value.document.resolve(value.text()?);
    if value.document.is_for_authors() {
        return Some(file);
    }
    let problem = match std::fs::read(&file) {
        Ok(pem) if pem.windows(MARK.len()).any(|window| window == MARK) => {
            value.document.note_file(&file, &pem);
            return Some(file);
        }
        Ok(_) => "holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)".to_owned(),
        Err(error) => format!("can't be read: {error}"),
    };
    value.report(format_args!("{} {problem}", file.display()));
    None
}

fn read_history(root: &Table<'_>) -> u32 {
    let mut days = caps::HISTORY_DAYS_DEFAULT;
    if let Some(table) = root.table("history") {
        if let Some(value) = table.get("days") {
            limits::set(&mut days, &value, caps::HISTORY_DAYS);
        }
        table.finish();
    }
    // Within the range.
    days as u32
}

fn read_log(root: &Table<'_>, outside: &Outside<'_>) -> LogSettings {
    let mut log = LogSettings::default();
    if let Some(table) = root.table("log") {
        if let Some(format) = table.get("format").and_then(|it| it.parse::<LogFormat>()) {
            log.format = format;
        }
        if let Some(filter) = table.get("level").and_then(|it| it.parse::<LogFilter>()) {
            log.filter = filter;
        }
        table.finish();
    }
    if let Some(format) = outside.log_format() {
        log.format = format;
    }
    if let Some(filter) = outside.log() {
        log.filter = filter;
    }
    log
}
