//! Broken files and the one line that each gives: syntax, process sections,
//! sources, credentials and transforms.

use super::assert_table;

#[test]
fn problems_in_the_syntax_are_reported_alone() {
    assert_table(
        "",
        &[
            (
                "[server]\nlisten = x\n[tenants.X]",
                "hookmill.toml:2:10: string values must be quoted, expected literal string",
            ),
            (
                "[log]\nlevel = 'info'\nlevel = 'topsecret'",
                "hookmill.toml:3:1: duplicate key",
            ),
        ],
    );
}

#[test]
fn problems_in_the_process_sections_name_position_key_and_range() {
    assert_table(
        "",
        &[
            (
                "[servr]",
                "hookmill.toml:1:2: servr: no such key; did you mean `server`?",
            ),
            (
                "[server]\nlisten = 'localhost:80'",
                "hookmill.toml:2:10: server.listen: `localhost:80` is not an address and port: write `127.0.0.1:8080`, or `[::]:8080` for every address",
            ),
            (
                "[server]\nport = 1",
                "hookmill.toml:2:1: server.port: no such key; known here: data_dir, disk_free_bytes_min, listen, operator_key",
            ),
            (
                "[server]\ndata_dir = ''",
                "hookmill.toml:2:12: server.data_dir: must not be empty",
            ),
            (
                "server = 1",
                "hookmill.toml:1:10: server: must be a table, not a whole number",
            ),
            (
                "[limits]\nbody_bytes_max = 0",
                "hookmill.toml:2:18: limits.body_bytes_max: must be 2 to 16777216, not 0",
            ),
            (
                "[limits]\nbody_bytes_max = -1",
                "hookmill.toml:2:18: limits.body_bytes_max: must be 2 to 16777216, not -1",
            ),
            (
                "[limits]\ntimestamp_tolerance_s = '5'",
                "hookmill.toml:2:25: limits.timestamp_tolerance_s: must be a whole number, not a text",
            ),
            (
                "[limits]\nbacklog_deliveries_max = 1e3",
                "hookmill.toml:2:26: limits.backlog_deliveries_max: must be a whole number, not a number with a fraction",
            ),
            (
                "[server]\ndisk_free_bytes_min = -1",
                "hookmill.toml:2:23: server.disk_free_bytes_min: must be 0 to 1125899906842624, not -1",
            ),
            (
                "[server]\ndisk_free_bytes_min = '2 GiB'",
                "hookmill.toml:2:23: server.disk_free_bytes_min: must be a whole number, not a text",
            ),
            (
                "sandbox.threads = 1000",
                "hookmill.toml:1:19: sandbox.threads: must be 1 to 256, not 1000",
            ),
            (
                "[sandbox]\nfuel_max = 10_000_000_001",
                "hookmill.toml:2:12: sandbox.fuel_max: must be 1 to 10000000000, not 10000000001",
            ),
            (
                "[sandbox]\nmemory_bytes_max = 0x100",
                "hookmill.toml:2:20: sandbox.memory_bytes_max: must be 65536 to 268435456, not 0x100",
            ),
            (
                "[egress]\nallow_addresses = ['10.0.0.0/33']",
                "hookmill.toml:2:20: egress.allow_addresses[0]: `10.0.0.0/33` is not an address range: write `10.1.0.0/16`, `fd00::/8` or one address",
            ),
            (
                "[egress]\nroot_certificates = ['ca.pem', 'not-ca.pem']",
                "hookmill.toml:2:32: egress.root_certificates[1]: not-ca.pem holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)",
            ),
            (
                "[egress]\nroot_certificates = ['gone.pem']",
                "hookmill.toml:2:22: egress.root_certificates[0]: gone.pem can't be read: No such file or directory (os error 2)",
            ),
            (
                "[egress.routes]\n'a.test' = 'http://b.test/path'",
                "hookmill.toml:2:12: egress.routes.\"a.test\": must be a scheme, a host and a port only: `http://127.0.0.1:9000`",
            ),
            (
                "[egress.routes]\n'a/b' = 'http://b.test'",
                "hookmill.toml:2:9: egress.routes.\"a/b\": `a/b` is not a host pattern: write `api.example.com`, `*.example.com` or an address, each with or without `:port`",
            ),
            (
                "[egress.routes]\n'a.test' = 'http://u:topsecret@b.test'",
                "hookmill.toml:2:12: egress.routes.\"a.test\": is with a user name or password in it (use the endpoint's credential)",
            ),
            (
                "[server]\noperator_key = 'topsecret'",
                "hookmill.toml:2:16: server.operator_key: a secret never stands in this file: put it into an environment variable or a file, and write { env = \"NAME\" } or { file = \"path\" }",
            ),
            (
                "[history]\ndays = 0",
                "hookmill.toml:2:8: history.days: must be 1 to 3650, not 0",
            ),
            (
                "[log]\nformat = 'xml'",
                "hookmill.toml:2:10: log.format: `xml` is not a log format: write `text` or `json`",
            ),
            (
                "[log]\nlevel = 'hookmill=loud'",
                "hookmill.toml:2:9: log.level: `hookmill=loud` is not a log filter: write a level (`off`, `error`, `warn`, `info`, `debug`, `trace`), `target=level`, or several with commas between",
            ),
        ],
    );
}

#[test]
fn problems_in_sources_and_names_are_reported() {
    assert_table(
        "",
        &[
            (
                "[tenants.Acme]",
                "hookmill.toml:1:10: tenants.Acme: a name has 1 to 64 characters a-z, 0-9, `_` or `-`, and begins with a letter or digit",
            ),
            (
                "[tenants.'a b'.sources]",
                "hookmill.toml:1:10: tenants.\"a b\": a name has 1 to 64 characters a-z, 0-9, `_` or `-`, and begins with a letter or digit",
            ),
            (
                "[tenants.a.endpoint.e]",
                "hookmill.toml:1:12: tenants.a.endpoint: no such key; did you mean `endpoints`?",
            ),
        ],
    );
    assert_table(
        "[tenants.a.sources.s]\nverify = 'standard-webhooks'\n",
        &[
            (
                "",
                "hookmill.toml:1:20: tenants.a.sources.s: `secrets` is missing: the signing secrets, newest first",
            ),
            (
                "secrets = []",
                "hookmill.toml:3:11: tenants.a.sources.s.secrets: must not be empty: write [{ env = \"NAME\" } or { file = \"path\" }], newest first",
            ),
            (
                "secrets = ['topsecret']",
                "hookmill.toml:3:12: tenants.a.sources.s.secrets[0]: a secret never stands in this file: put it into an environment variable or a file, and write { env = \"NAME\" } or { file = \"path\" }",
            ),
            (
                "secrets = [{ env = 'GONE' }]",
                "hookmill.toml:3:20: tenants.a.sources.s.secrets[0].env: environment variable `GONE` is not set",
            ),
            (
                "secrets = [{ env = 'EMPTY' }]",
                "hookmill.toml:3:20: tenants.a.sources.s.secrets[0].env: environment variable `EMPTY` is empty",
            ),
            (
                "secrets = [{ env = 'BINARY' }]",
                "hookmill.toml:3:20: tenants.a.sources.s.secrets[0].env: environment variable `BINARY` is not Unicode",
            ),
            (
                "secrets = [{ file = 'secrets/gone' }]",
                "hookmill.toml:3:21: tenants.a.sources.s.secrets[0].file: secret file secrets/gone: No such file or directory (os error 2)",
            ),
            (
                "secrets = [{ file = 'secrets/empty' }]",
                "hookmill.toml:3:21: tenants.a.sources.s.secrets[0].file: secret file secrets/empty is empty",
            ),
            (
                "secrets = [{ env = 'MAILERLITE_KEY' }]",
                "hookmill.toml:3:12: tenants.a.sources.s.secrets[0]: is not a signing secret: a signing secret is `whsec_` and base64 (standard alphabet, padded)",
            ),
            (
                "secrets = [{ env = 'DODO_WEBHOOK_SECRET', file = 'secrets/old' }]",
                "hookmill.toml:3:12: tenants.a.sources.s.secrets[0]: must be { env = \"NAME\" } or { file = \"path\" }, one of the two",
            ),
            (
                "secrets = [{ env = 'DODO_WEBHOOK_SECRET', fil = 'x' }]",
                "hookmill.toml:3:43: tenants.a.sources.s.secrets[0].fil: no such key; did you mean `file`?",
            ),
            (
                "secrets = [3]",
                "hookmill.toml:3:12: tenants.a.sources.s.secrets[0]: must be { env = \"NAME\" } or { file = \"path\" }, not a whole number",
            ),
            (
                "secrets = [{ file = 'secrets/old' }]\npath = 'a/b'",
                "hookmill.toml:4:8: tenants.a.sources.s.path: is not a path segment: a name has 1 to 64 characters a-z, 0-9, `_` or `-`, and begins with a letter or digit",
            ),
            (
                "secrets = [{ file = 'secrets/old' }]\n[tenants.b.sources.t]\npath = 's'\nverify = 'standard-webhooks'\nsecrets = [{ file = 'secrets/old' }]",
                "hookmill.toml:5:8: tenants.b.sources.t.path: path `s` is taken by source `s` of tenant `a` (line 1): give one of them another `path`",
            ),
        ],
    );
    assert_table(
        "[tenants.a.sources.s]\nsecrets = [{ file = 'secrets/old' }]\n",
        &[(
            "verify = 'github'",
            "hookmill.toml:3:10: tenants.a.sources.s.verify: no such scheme: the only one is \"standard-webhooks\"",
        )],
    );
}

#[test]
fn problems_in_credentials_are_reported() {
    const NEED: &str = "hookmill.toml:1:24: tenants.a.credentials.c: needs one of `bearer`, `basic` and `header`, and only one";
    assert_table(
        "[tenants.a.credentials.c]\nhosts = ['a.test']\n",
        &[
            ("", NEED),
            (
                "bearer = { env = 'MAILERLITE_KEY' }\nbasic = { user = { env = 'MAILERLITE_KEY' } }",
                NEED,
            ),
            (
                "bearer = 'topsecret'",
                "hookmill.toml:3:10: tenants.a.credentials.c.bearer: a secret never stands in this file: put it into an environment variable or a file, and write { env = \"NAME\" } or { file = \"path\" }",
            ),
            (
                "bearer = { file = 'secrets/two-lines' }",
                "hookmill.toml:3:19: tenants.a.credentials.c.bearer.file: secret file secrets/two-lines has more than one line: a secret is one",
            ),
            (
                "basic = { user = { env = 'COLON' } }",
                "hookmill.toml:3:26: tenants.a.credentials.c.basic.user.env: environment variable `COLON` has a colon in it, which a user name can't have: what follows it belongs into `password`",
            ),
            (
                "basic = { password = { env = 'MAILERLITE_KEY' } }",
                "hookmill.toml:3:9: tenants.a.credentials.c.basic: `user` is missing: a reference to a secret",
            ),
            (
                "header = { name = 'Host', value = { env = 'MAILERLITE_KEY' } }",
                "hookmill.toml:3:19: tenants.a.credentials.c.header.name: header \"Host\" is set by the HTTP client and can't be changed",
            ),
            (
                "header = { name = 'X-Key', value = { file = 'secrets/two-lines' } }",
                "hookmill.toml:3:45: tenants.a.credentials.c.header.value.file: secret file secrets/two-lines has more than one line: a secret is one",
            ),
            (
                "barer = { env = 'MAILERLITE_KEY' }\nbearer = { env = 'MAILERLITE_KEY' }",
                "hookmill.toml:3:1: tenants.a.credentials.c.barer: no such key; did you mean `bearer`?",
            ),
        ],
    );
    assert_table(
        "[tenants.a.credentials.c]\nbearer = { env = 'MAILERLITE_KEY' }\n",
        &[
            (
                "",
                "hookmill.toml:1:24: tenants.a.credentials.c: `hosts` is missing: list the only hosts that it may be sent to",
            ),
            (
                "hosts = []",
                "hookmill.toml:3:9: tenants.a.credentials.c.hosts: must not be empty: list the only hosts that it may be sent to",
            ),
            (
                "hosts = ['https://a.test']",
                "hookmill.toml:3:10: tenants.a.credentials.c.hosts[0]: `https://a.test` is not a host pattern: write `api.example.com`, `*.example.com` or an address, each with or without `:port`",
            ),
        ],
    );
}

#[test]
fn problems_in_transforms_are_reported() {
    assert_table(
        "[tenants.a.transforms.t]\n",
        &[
            (
                "",
                "hookmill.toml:1:23: tenants.a.transforms.t: `file` is missing: a .js, .mjs, .ts, .mts or .wasm file; or `upload = true`",
            ),
            (
                "file = 'gone.js'",
                "hookmill.toml:2:8: tenants.a.transforms.t.file: gone.js: can't be read: No such file or directory (os error 2)",
            ),
            (
                "file = 'handlers'",
                "hookmill.toml:2:8: tenants.a.transforms.t.file: a transform's file ends in .js or .mjs (JavaScript), .ts or .mts (TypeScript) or .wasm (component)",
            ),
            (
                "file = 'handlers/mailerlite.tsx'",
                "hookmill.toml:2:8: tenants.a.transforms.t.file: a transform's file ends in .js or .mjs (JavaScript), .ts or .mts (TypeScript) or .wasm (component) (JSX is not supported: write plain objects and texts)",
            ),
            (
                "file = 'handlers/large.js'",
                "hookmill.toml:2:8: tenants.a.transforms.t.file: handlers/large.js: is larger than 1048576 bytes, the most for its kind",
            ),
            (
                "file = 'handlers/latin1.js'",
                "hookmill.toml:2:8: tenants.a.transforms.t.file: handlers/latin1.js: is not UTF-8: incomplete utf-8 byte sequence from index 6",
            ),
            (
                "file = 'part.wasm'\nsource = 'x'",
                "hookmill.toml:3:1: tenants.a.transforms.t.source: no such key; known here: file, upload",
            ),
            (
                "upload = true\nfile = 'part.wasm'",
                "hookmill.toml:3:8: tenants.a.transforms.t.file: a transform is a file or is uploaded, not both: leave `file` or `upload` out",
            ),
            (
                "upload = false",
                "hookmill.toml:2:10: tenants.a.transforms.t.upload: can only be true; for a transform that is a file write `file` instead",
            ),
            (
                "upload = 'yes'",
                "hookmill.toml:2:10: tenants.a.transforms.t.upload: must be true or false, not a text",
            ),
        ],
    );
}

#[test]
fn secrets_that_would_never_be_accepted_are_refused_wherever_they_come_from() {
    let credential = |text: &str| format!("[tenants.a.credentials.c]\nhosts = ['a.test']\n{text}");
    let source = |text: &str| format!("[tenants.a.sources.s]\nsecrets = [{text}]");
    let key = |text: &str| format!("[server]\noperator_key = {text}");
    let url = |text: &str| format!("[tenants.a.endpoints.e]\nurl = {text}");
    for (text, expected) in [
        (
            credential("bearer = { env = 'BEARER' }"),
            "hookmill.toml:3:18: tenants.a.credentials.c.bearer.env: environment variable `BEARER` begins with `Bearer`: leave the word out, it is added",
        ),
        (
            credential("bearer = { file = 'secrets/bearer' }"),
            "hookmill.toml:3:19: tenants.a.credentials.c.bearer.file: secret file secrets/bearer begins with `Bearer`: leave the word out, it is added",
        ),
        (
            credential("bearer = { file = 'secrets/quoted' }"),
            "hookmill.toml:3:19: tenants.a.credentials.c.bearer.file: secret file secrets/quoted stands in quotes: leave them out, here they would be part of it",
        ),
        (
            credential("bearer = { env = 'TWO_LINES' }"),
            "hookmill.toml:3:18: tenants.a.credentials.c.bearer.env: environment variable `TWO_LINES` has more than one line: a secret is one",
        ),
        (
            credential("bearer = { env = 'PASSPHRASE' }"),
            "hookmill.toml:3:18: tenants.a.credentials.c.bearer.env: environment variable `PASSPHRASE` has a blank in it, which a token can't have; for another scheme write `header = { name = \"authorization\", value = ... }`",
        ),
        (
            credential("bearer = { env = 'SIGNING_SECRET' }"),
            "hookmill.toml:3:18: tenants.a.credentials.c.bearer.env: environment variable `SIGNING_SECRET` is a signing secret (`whsec_...`): it verifies webhooks and is not to be sent to anybody",
        ),
        (
            credential("basic = { user = { env = 'BASIC' } }"),
            "hookmill.toml:3:26: tenants.a.credentials.c.basic.user.env: environment variable `BASIC` begins with `Basic`: give user and password as they are, `basic = { user = ..., password = ... }`",
        ),
        (
            credential("header = { name = 'x-key', value = { env = 'NAMED' } }"),
            "hookmill.toml:3:44: tenants.a.credentials.c.header.value.env: environment variable `NAMED` begins with a header's name: leave the name and its colon out",
        ),
        (
            source("{ env = 'BLANK' }"),
            "hookmill.toml:2:20: tenants.a.sources.s.secrets[0].env: environment variable `BLANK` is empty",
        ),
        (
            source("{ env = 'QUOTED' }"),
            "hookmill.toml:2:20: tenants.a.sources.s.secrets[0].env: environment variable `QUOTED` stands in quotes: leave them out, here they would be part of it",
        ),
        (
            source("{ file = 'secrets/latin1' }"),
            "hookmill.toml:2:21: tenants.a.sources.s.secrets[0].file: secret file secrets/latin1: is not Unicode (UTF-8)",
        ),
        (
            key("{ env = 'PASSPHRASE' }"),
            "hookmill.toml:2:24: server.operator_key.env: environment variable `PASSPHRASE` has a blank in it, which a token can't have; for another scheme write `header = { name = \"authorization\", value = ... }`",
        ),
        (
            key("{ file = 'secrets/bearer' }"),
            "hookmill.toml:2:25: server.operator_key.file: secret file secrets/bearer begins with `Bearer`: leave the word out, it is added",
        ),
        (
            url("{ env = 'QUOTED_URL' }"),
            "hookmill.toml:2:15: tenants.a.endpoints.e.url.env: environment variable `QUOTED_URL` stands in quotes: leave them out, here they would be part of it",
        ),
        (
            "[tenants.a.endpoints.e]\nurl = 'https://a.test/'\nenv = { 'A=B' = 'x' }".to_owned(),
            "hookmill.toml:3:17: tenants.a.endpoints.e.env.\"A=B\": \"A=B\" can't be a variable's name: a name has 1 to 256 bytes and neither blanks, control characters nor `=`",
        ),
    ] {
        assert_table("", &[(&text, expected)]);
    }
}
