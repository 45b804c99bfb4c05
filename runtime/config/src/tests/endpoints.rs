//! Broken endpoints and the one line that each gives.

use super::assert_table;

#[test]
fn problems_in_what_an_endpoint_refers_to_are_reported() {
    assert_table(
        "[tenants.a.transforms.mailerlite]\nfile = 'handlers/mailerlite.js'\n[tenants.b.transforms.other]\nfile = 'part.wasm'\n[tenants.a.endpoints.e]\nurl = 'https://a.test'\n",
        &[
            (
                "transform = 'mailerlit'",
                "hookmill.toml:7:13: tenants.a.endpoints.e.transform: no transform `mailerlit` is declared for tenant `a` (did you mean `mailerlite`?)",
            ),
            (
                "disabled = 'yes'",
                "hookmill.toml:7:12: tenants.a.endpoints.e.disabled: must be true or false, not a text",
            ),
            (
                "transform = 'other'",
                "hookmill.toml:7:13: tenants.a.endpoints.e.transform: no transform `other` is declared for tenant `a` (declared: mailerlite)",
            ),
            (
                "transform = 'mailerlite@2'",
                "hookmill.toml:7:13: tenants.a.endpoints.e.transform: transform `mailerlite` is a file and has no versions: leave `@` and what follows out, or declare it with `upload = true`",
            ),
            (
                "transform = 'mailerlite@latest'",
                "hookmill.toml:7:13: tenants.a.endpoints.e.transform: `latest` is not a version: versions are 1, 2, 3, ...",
            ),
            (
                "credential = 'c'",
                "hookmill.toml:7:14: tenants.a.endpoints.e.credential: no credential `c` is declared for tenant `a` (none is declared)",
            ),
            (
                "sources = ['s']",
                "hookmill.toml:7:12: tenants.a.endpoints.e.sources[0]: no source `s` is declared for tenant `a` (none is declared)",
            ),
            (
                "sources = []",
                "hookmill.toml:7:11: tenants.a.endpoints.e.sources: must not be empty: leave it out for all sources of the tenant",
            ),
            (
                "events = []",
                "hookmill.toml:7:10: tenants.a.endpoints.e.events: must not be empty: leave it out for every event",
            ),
            (
                "events = ['pay*']",
                "hookmill.toml:7:11: tenants.a.endpoints.e.events[0]: `pay*` is not an event type pattern: write a type (`payment.succeeded`), a prefix (`payment.*`) or `*`",
            ),
            (
                "hosts = ['b.test', '*.c.test']",
                "hookmill.toml:6:7: tenants.a.endpoints.e.url: host `a.test` is not among the endpoint's `hosts` (b.test, *.c.test)",
            ),
            (
                "credential = 'c'\n[tenants.a.credentials.c]\nbearer = { env = 'MAILERLITE_KEY' }\nhosts = ['b.test']",
                "hookmill.toml:6:7: tenants.a.endpoints.e.url: host `a.test` is not among the `hosts` of credential `c`, and no transform changes the URL: the credential would never be sent",
            ),
        ],
    );
    assert_table(
        "[tenants.a.endpoints.e]\n",
        &[
            (
                "",
                "hookmill.toml:1:22: tenants.a.endpoints.e: `url` is missing: where requests go",
            ),
            (
                "url = '/api'",
                "hookmill.toml:2:7: tenants.a.endpoints.e.url: is not absolute",
            ),
            (
                "url = { env = 'GONE' }",
                "hookmill.toml:2:15: tenants.a.endpoints.e.url.env: environment variable `GONE` is not set",
            ),
            (
                "url = { env = 'MAILERLITE_KEY' }",
                "hookmill.toml:2:7: tenants.a.endpoints.e.url: is not absolute",
            ),
            (
                "url = { file = 'secrets/empty' }",
                "hookmill.toml:2:16: tenants.a.endpoints.e.url.file: secret file secrets/empty is empty",
            ),
            (
                "url = 'ftp://a.test'",
                "hookmill.toml:2:7: tenants.a.endpoints.e.url: is neither http nor https",
            ),
            (
                "url = 'https://u:topsecret@a.test'",
                "hookmill.toml:2:7: tenants.a.endpoints.e.url: is with a user name or password in it (use the endpoint's credential)",
            ),
        ],
    );
}

#[test]
fn problems_in_how_an_endpoint_is_delivered_to_are_reported() {
    assert_table(
        "[tenants.a.endpoints.e]\nurl = 'https://a.test'\n",
        &[
            (
                "methods = ['post']",
                "hookmill.toml:3:12: tenants.a.endpoints.e.methods[0]: `post` is not a method that can be used: POST, PUT, PATCH, DELETE or GET",
            ),
            (
                "headers = { Content-Length = '1' }",
                "hookmill.toml:3:30: tenants.a.endpoints.e.headers.Content-Length: header \"Content-Length\" is set by the HTTP client and can't be changed",
            ),
            (
                "headers = { 'a b' = '1' }",
                "hookmill.toml:3:21: tenants.a.endpoints.e.headers.\"a b\": header \"a b\" is not a header name",
            ),
            (
                "headers = { Accept = 'a', accept = 'b' }",
                "hookmill.toml:3:36: tenants.a.endpoints.e.headers.accept: is given twice: case makes no difference in a header's name",
            ),
            (
                "headers = { authorization = 'Bearer topsecret' }",
                "hookmill.toml:3:29: tenants.a.endpoints.e.headers.authorization: is a secret: declare a credential and name it in `credential`",
            ),
            (
                "env = { GROUP = 123 }",
                "hookmill.toml:3:17: tenants.a.endpoints.e.env.GROUP: must be a text in quotes, not a whole number",
            ),
            (
                "env = { KEY = { env = 'MAILERLITE_KEY' } }",
                "hookmill.toml:3:15: tenants.a.endpoints.e.env.KEY: must be a text: transforms are given no secrets, use `credential`",
            ),
            (
                "signing = { secrets = [{ env = 'GONE' }] }",
                "hookmill.toml:3:32: tenants.a.endpoints.e.signing.secrets[0].env: environment variable `GONE` is not set",
            ),
            (
                "retry = { delays_s = [5, -1] }",
                "hookmill.toml:3:26: tenants.a.endpoints.e.retry.delays_s[1]: must be 0 to 2592000, not -1",
            ),
            (
                "retry = { jitter = 1.5 }",
                "hookmill.toml:3:20: tenants.a.endpoints.e.retry.jitter: must be 0 to 1, not 1.5",
            ),
            (
                "retry = { success_codes = [1000] }",
                "hookmill.toml:3:28: tenants.a.endpoints.e.retry.success_codes[0]: must be 200 to 599, not 1000",
            ),
            (
                "concurrency_max = 0",
                "hookmill.toml:3:19: tenants.a.endpoints.e.concurrency_max: must be 1 to 10000, not 0",
            ),
            (
                "rate_per_second = 0.5",
                "hookmill.toml:3:19: tenants.a.endpoints.e.rate_per_second: must be a whole number, not a number with a fraction",
            ),
            (
                "request_timeout_ms = 300001",
                "hookmill.toml:3:22: tenants.a.endpoints.e.request_timeout_ms: must be 1 to 300000, not 300001",
            ),
            (
                "limits = { deadline_ms = 30001 }",
                "hookmill.toml:3:26: tenants.a.endpoints.e.limits.deadline_ms: must be 1 to 30000, not 30001",
            ),
            (
                "limits = { threads = 2 }",
                "hookmill.toml:3:12: tenants.a.endpoints.e.limits.threads: no such key; known here: deadline_ms, fuel_max, log_bytes_max, memory_bytes_max, output_bytes_max",
            ),
        ],
    );
}

#[test]
fn a_tenant_has_no_more_endpoints_than_an_event_can_have_deliveries() {
    let declared = |count: usize| -> String {
        let one = |n| format!("[tenants.a.endpoints.e{n:04}]\nurl = 'https://e.example/'\n");
        (0..count).map(one).collect()
    };
    assert_table(
        "",
        &[(
            &declared(1_025),
            "hookmill.toml:2049:22: tenants.a.endpoints.e1024: a tenant may have 1024 endpoints, not 1025: move some to another tenant",
        )],
    );
}
