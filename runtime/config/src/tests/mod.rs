//! The configuration's promises: the example parses, every problem is one
//! line that names its position, and no secret is ever shown.

mod endpoints;
mod problems;

use super::*;
use hookmill_domain::caps::SandboxCaps;
use hookmill_domain::program::ProgramKind;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const KEY: &str = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtMjQ=";

/// A folder with the files that the tests' configurations refer to.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, content).expect("a file");
    };
    write(
        "handlers/mailerlite.js",
        b"function handler(w) { return w }",
    );
    write("handlers/latin1.js", b"// caf\xe9");
    write("handlers/mailerlite.ts", b"");
    write("handlers/large.js", &vec![b' '; (1 << 20) + 1]);
    write("part.wasm", b"\0asm\x0d\0\x01\0");
    write("secrets/old", format!("{KEY}\r\n").as_bytes());
    write("secrets/empty", b"\n");
    write("secrets/two-lines", b"topsecret\r\nX-Evil: 1");
    write("secrets/marked", format!("\u{feff}  {KEY}\n\n").as_bytes());
    write("secrets/latin1", b"topsecret\xe9");
    write("secrets/bearer", b"Bearer topsecret\n");
    write("secrets/quoted", b"\"topsecret\"");
    write("ca.pem", b"-----BEGIN CERTIFICATE-----\n");
    write("not-ca.pem", b"hello");
    folder
}

fn variables(name: &str) -> Result<String, VarError> {
    match name {
        "DODO_WEBHOOK_SECRET" | "SIGNING_SECRET" => Ok(KEY.to_owned()),
        "MAILERLITE_KEY" => Ok("topsecret".to_owned()),
        "CHAT_URL" => Ok("https://hooks.chat.test/services/topsecret".to_owned()),
        "COLON" => Ok("topsecret:".to_owned()),
        "EMPTY" => Ok(String::new()),
        "BLANK" => Ok(" \n".to_owned()),
        "SPACED" => Ok(format!(" {KEY}\r\n")),
        "TWO_LINES" => Ok("topsecret\nX-Evil: 1".to_owned()),
        "BEARER" => Ok("bearer topsecret".to_owned()),
        "BASIC" => Ok("Basic topsecret".to_owned()),
        "QUOTED" => Ok("'topsecret'".to_owned()),
        "PASSPHRASE" => Ok("topsecret topsecret".to_owned()),
        "NAMED" => Ok("X-Key: topsecret".to_owned()),
        "QUOTED_URL" => Ok("\"https://hooks.chat.test/topsecret\"".to_owned()),
        "SPACED_URL" => Ok("https://hooks.chat.test/topsecret\n".to_owned()),
        "BINARY" => Err(VarError::NotUnicode("topsecret".into())),
        _ => Err(VarError::NotPresent),
    }
}

fn parse_in(folder: &Path, text: &str) -> Result<Settings, Problems> {
    let file = folder.join("hookmill.toml");
    let settings = parse(text, &file, &Overrides::default(), &variables)?;
    settings.check_files()?;
    Ok(settings)
}

fn parsed(text: &str) -> Settings {
    let folder = folder();
    parse_in(folder.path(), text).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The problems of a text, without the temporary folder's path.
fn problems(text: &str) -> String {
    let folder = folder();
    let found = parse_in(folder.path(), text).expect_err(text).to_string();
    assert!(!found.contains("topsecret"), "a secret is shown: {found}");
    found.replace(&format!("{}/", folder.path().display()), "")
}

/// Each broken text with the one line that it must give.
fn assert_table(prefix: &str, table: &[(&str, &str)]) {
    for (text, expected) in table {
        let text = format!("{prefix}{text}");
        assert_eq!(problems(&text), *expected, "\n{text}");
    }
}

#[test]
fn the_example_parses_and_says_what_its_comments_say() {
    let settings = parsed(include_str!("../../hookmill.example.toml"));
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.sandbox, SandboxCaps::default());
    assert_eq!(settings.history_days, 30);
    assert_eq!(settings.log, LogSettings::default());
    let declared = &settings.declared;
    assert_eq!(declared.tenants[0].name, "acme");
    assert_eq!(declared.sources[0].path, "dodo");
    assert_eq!(declared.transforms[0].kind, ProgramKind::JavaScript);
    let endpoint = &declared.endpoints[0];
    assert_eq!(
        endpoint
            .transform
            .as_ref()
            .map(ToString::to_string)
            .as_deref(),
        Some("mailerlite")
    );
    assert_eq!(endpoint.retry.success_codes, [409]);
    assert_eq!(endpoint.retry.jitter_permille, 200);
    assert_eq!(endpoint.sandbox.fuel_max, 1_000_000_000);
    assert_eq!(endpoint.sandbox.deadline_ms, 500);
    assert_eq!(endpoint.env.as_ref(), [("GROUP_ID".into(), "123".into())]);
}

#[test]
fn a_tenants_limits_hold_for_its_endpoints_unless_they_have_their_own() {
    let settings = parsed(
        "[sandbox]\nfuel_max = 7\nlog_bytes_max = 9\n\
         [tenants.a.limits]\nfuel_max = 70\ndeadline_ms = 700\n\
         [tenants.a.endpoints.own]\nurl = 'https://a.test/'\nlimits = { deadline_ms = 7 }\n\
         [tenants.a.endpoints.plain]\nurl = 'https://a.test/'\n\
         [tenants.b.endpoints.other]\nurl = 'https://b.test/'\n",
    );
    let limits = settings.declared.endpoints.iter().map(|endpoint| {
        let limits = endpoint.sandbox;
        let name = endpoint.name.as_str();
        (
            name,
            limits.fuel_max,
            limits.deadline_ms,
            limits.log_bytes_max,
        )
    });
    let expected = [
        ("own", 70, 7, 9),
        ("plain", 70, 700, 9),
        ("other", 7, 250, 9),
    ];
    assert_eq!(limits.collect::<Vec<_>>(), expected);
}

#[test]
fn a_tenant_is_kept_within_the_ceiling() {
    assert_table(
        "[tenants.a.limits]\n",
        &[
            (
                "memory_bytes_max = 268435457",
                "hookmill.toml:2:20: tenants.a.limits.memory_bytes_max: must be 65536 to 268435456, not 268435457",
            ),
            (
                "threads = 2",
                "hookmill.toml:2:1: tenants.a.limits.threads: no such key; known here: deadline_ms, fuel_max, log_bytes_max, memory_bytes_max, output_bytes_max",
            ),
        ],
    );
}

#[test]
fn a_url_may_be_a_secret_and_is_never_shown() {
    let settings = parsed("[tenants.a.endpoints.e]\nurl = { env = 'CHAT_URL' }");
    let endpoint = &settings.declared.endpoints[0];
    assert_eq!(
        endpoint.url.as_str(),
        "https://hooks.chat.test/services/topsecret"
    );
    let shown = format!("{endpoint:?}");
    assert!(shown.contains("https://hooks.chat.test/..."), "{shown}");
    assert!(!shown.contains("topsecret"), "{shown}");
}

#[test]
fn a_file_with_nothing_in_it_gives_the_defaults_that_the_example_shows() {
    let (empty, example) = (
        parsed(""),
        parsed(include_str!("../../hookmill.example.toml")),
    );
    assert_eq!(empty.listen, example.listen);
    assert_eq!(empty.ingest, example.ingest);
    assert_eq!(empty.sandbox, example.sandbox);
    assert_eq!(empty.history_days, example.history_days);
    assert_eq!(empty.log, example.log);
    assert!(empty.declared.tenants.is_empty());
    let small = parsed("[tenants.a.endpoints.e]\nurl = 'https://a.test/'");
    let (small, large) = (&small.declared.endpoints[0], &example.declared.endpoints[0]);
    assert_eq!(small.methods, large.methods);
    assert_eq!(small.retry.delays_ms, large.retry.delays_ms);
    assert_eq!(
        small.delivery.concurrency_max,
        large.delivery.concurrency_max
    );
    assert!(small.filter.admits("anything"));
    assert_eq!(small.delivery.rate_per_second, None);
}

#[test]
fn requests_to_a_host_can_be_led_elsewhere() {
    let settings = parsed("[egress]\nroutes = { 'a.test' = 'http://127.0.0.1:9000' }");
    let (host, origin) = &settings.egress.routes[0];
    assert_eq!(
        (host.to_string(), origin.as_str()),
        ("a.test".to_owned(), "http://127.0.0.1:9000/")
    );
}

#[test]
fn the_same_names_are_the_same_resources_in_every_start() {
    let text = "[tenants.a.endpoints.e]\nurl = 'https://a.test/'";
    let id = |settings: Settings| settings.declared.endpoints[0].id;
    assert_eq!(id(parsed(text)), id(parsed(text)));
}

#[test]
fn all_problems_are_reported_by_line_and_columns_count_characters() {
    let found = problems(
        "[tenants.a.endpoints.e]\nenv = { 'é' = 1 }\n[history]\ndays = 0\n[server]\nlisten = 1\n",
    );
    let positions: Vec<_> = found
        .lines()
        .map(|line| line.split(": ").next().unwrap_or_default())
        .collect();
    assert_eq!(
        positions,
        [
            "hookmill.toml:1:22",
            "hookmill.toml:2:15",
            "hookmill.toml:4:8",
            "hookmill.toml:6:10"
        ],
        "{found}"
    );
}

#[test]
fn flags_win_over_the_environment_which_wins_over_the_file() {
    let text =
        "[server]\nlisten = '127.0.0.1:1'\ndata_dir = 'd'\n[log]\nlevel = 'warn'\nformat = 'text'";
    let environment = |name: &str| match name {
        "HOOKMILL_LISTEN" => Ok("127.0.0.1:2".to_owned()),
        "HOOKMILL_LOG" => Ok("debug".to_owned()),
        "HOOKMILL_LOG_FORMAT" => Ok("json".to_owned()),
        _ => Err(VarError::NotPresent),
    };
    let flags = Overrides {
        listen: Some(([127, 0, 0, 1], 3).into()),
        ..Overrides::default()
    };
    let load = |flags| parse(text, Path::new("etc/hookmill.toml"), flags, &environment);
    let settings = load(&flags).expect("no problems");
    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.data_dir, PathBuf::from("etc/d"));
    assert_eq!(settings.log.filter.to_string(), "debug");
    assert_eq!(settings.log.format, LogFormat::Json);
    let flags = Overrides {
        data_dir: Some("here".into()),
        ..Overrides::default()
    };
    let settings = load(&flags).expect("no problems");
    assert_eq!(settings.listen.port(), 2);
    assert_eq!(settings.data_dir, PathBuf::from("here"));
}

#[test]
fn a_problem_in_a_flag_or_variable_is_reported_under_its_name() {
    let environment = |name: &str| match name {
        "HOOKMILL_LOG_FORMAT" => Ok("xml".to_owned()),
        _ => Err(VarError::NotPresent),
    };
    let flags = Overrides {
        log: Some("loud=very".to_owned()),
        ..Overrides::default()
    };
    let found = parse("", Path::new("hookmill.toml"), &flags, &environment);
    assert_eq!(
        found.expect_err("two problems").to_string(),
        "--log: `loud=very` is not a log filter: write a level (`off`, `error`, `warn`, `info`, `debug`, `trace`), `target=level`, or several with commas between\nHOOKMILL_LOG_FORMAT: `xml` is not a log format: write `text` or `json`"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_one_problem() {
    let folder = folder();
    let file = folder.path().join("gone.toml");
    let found = load(&file, &Overrides::default(), &variables).expect_err("no file");
    let expected = "gone.toml: can't be read: No such file or directory (os error 2)";
    assert!(found.to_string().ends_with(expected), "{found}");
    fs::write(&file, b"\xff").expect("a file");
    let found = load(&file, &Overrides::default(), &variables).expect_err("no UTF-8");
    assert!(
        found.to_string().contains("gone.toml: is not UTF-8"),
        "{found}"
    );
}

#[test]
fn the_debug_of_settings_shows_no_secret() {
    let text = format!(
        "{}\n[tenants.b.credentials.c]\nbasic = {{ user = {{ env = 'MAILERLITE_KEY' }} }}\nhosts = ['a.test']\n[tenants.b.endpoints.e]\nurl = 'https://a.test'\ncredential = 'c'\nsigning = {{ secrets = [{{ file = 'secrets/old' }}] }}",
        include_str!("../../hookmill.example.toml")
    );
    let shown = format!("{:?}", parsed(&text));
    assert!(shown.contains("mailerlite"), "{shown}");
    for secret in ["topsecret", "whsec_", &KEY[6..]] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn white_space_around_a_secret_is_left_out_wherever_it_comes_from() {
    for reference in ["{ env = 'SPACED' }", "{ file = 'secrets/marked' }"] {
        let settings = parsed(&format!("[tenants.a.sources.s]\nsecrets = [{reference}]\n"));
        assert_eq!(settings.declared.sources.len(), 1, "{reference}");
    }
    let settings = parsed("[tenants.a.endpoints.e]\nurl = { env = 'SPACED_URL' }\n");
    let url = settings.declared.endpoints[0].url.as_str();
    assert_eq!(url, "https://hooks.chat.test/topsecret");
}
