//! What goes over the wire, and what is told of it when it does not.

use crate::client::{local_client, outbound, post, request, send};
use hookmill_domain::attempt::SendFailure;
use hookmill_domain::headers::HeaderLayers;
use hookmill_domain::request::Method;
use hookmill_domain::secret::Secret;
use hookmill_egress::{Client, Config, Outbound, RETRY_AFTER_MS_MAX};
use hookmill_stand_ins::raw_sink::{OK, RawSink};
use std::net::TcpListener;

#[tokio::test]
async fn the_request_arrives_as_it_was_stored() {
    let mut sink = RawSink::answering(OK).await;
    let body = "{\"n\": 9007199254740993 , \"s\":\"\u{e9}\\ud800\"}\n";
    for method in [Method::Post, Method::Put, Method::Patch, Method::Delete] {
        let stored = request(method, &sink.url("/a%2Fb?q=1&q=%20"), &[("X-A", "1")], body);
        let response = send(&local_client(), &stored).await.expect("an answer");
        assert_eq!((response.status, &response.body[..]), (200, &b"ok"[..]));
        let found = sink.request();
        let line = format!("{method} /a%2Fb?q=1&q=%20 HTTP/1.1\r\n");
        assert!(found.head.starts_with(&line), "{}", found.head);
        assert_eq!(found.body, body.as_bytes());
        assert_eq!(found.values("x-a"), ["1"]);
        assert_eq!(found.values("content-length"), [body.len().to_string()]);
        assert_eq!(found.values("content-type"), ["application/json"]);
        assert_eq!(found.values("host"), [sink.address().to_string()]);
        let agent = concat!("Hookmill/", env!("CARGO_PKG_VERSION"));
        assert_eq!(found.values("user-agent"), [agent]);
    }
}

#[tokio::test]
async fn a_get_is_sent_without_a_body() {
    let mut sink = RawSink::answering(OK).await;
    let stored = request(Method::Get, &sink.url("/"), &[], r#"{"a":1}"#);
    send(&local_client(), &stored).await.expect("an answer");
    let found = sink.request();
    assert!(
        found.head.starts_with("GET / HTTP/1.1\r\n"),
        "{}",
        found.head
    );
    assert!(found.body.is_empty());
    for name in ["content-length", "content-type", "transfer-encoding"] {
        assert!(found.values(name).is_empty(), "{}", found.head);
    }
}

#[tokio::test]
async fn an_empty_body_says_that_it_is_empty() {
    let mut sink = RawSink::answering(OK).await;
    let stored = request(Method::Post, &sink.url("/"), &[], "");
    send(&local_client(), &stored).await.expect("an answer");
    assert_eq!(sink.request().values("content-length"), ["0"]);
}

#[tokio::test]
async fn all_four_origins_of_headers_arrive_in_their_order() {
    let mut sink = RawSink::answering(OK).await;
    let own = [
        ("Authorization", "mine"),
        ("x-b", "transform"),
        ("webhook-id", "forged"),
    ];
    let stored = request(Method::Post, &sink.url("/"), &own, "{}");
    let fixed = [("X-A", "fixed"), ("X-B", "fixed")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let signature = [("webhook-id", "msg_1".to_owned())];
    let layers = HeaderLayers {
        fixed: &fixed,
        credential: Some(("authorization", Secret::new("Bearer s3cret"))),
        signature: &signature,
    };
    let sent = Outbound {
        layers,
        ..outbound(&stored)
    };
    local_client().send(sent).await.expect("an answer");
    let found = sink.request();
    for (name, value) in [
        ("x-a", "fixed"),
        ("x-b", "transform"),
        ("authorization", "Bearer s3cret"),
        ("webhook-id", "msg_1"),
    ] {
        assert_eq!(found.values(name), [value]);
    }
}

#[tokio::test]
async fn retry_after_is_read_in_seconds_and_as_a_date() {
    let date = httpdate_in(100);
    for (value, low, high) in [
        ("7", 7_000, 7_000),
        ("1.2", 2_000, 2_000),
        (date.as_str(), 60_000, 100_000),
        ("999999999999", RETRY_AFTER_MS_MAX, RETRY_AFTER_MS_MAX),
    ] {
        let answer =
            format!("HTTP/1.1 429 Slow\r\nretry-after: {value}\r\ncontent-length: 0\r\n\r\n");
        let sink = RawSink::answering(answer).await;
        let response = send(&local_client(), &post(&sink.url("/"))).await;
        let ms = response.expect("an answer").retry_after_ms.expect(value);
        assert!((low..=high).contains(&ms), "{value}: {ms}");
    }
    let sink =
        RawSink::answering("HTTP/1.1 503 No\r\nretry-after: soon\r\ncontent-length: 0\r\n\r\n");
    let response = send(&local_client(), &post(&sink.await.url("/"))).await;
    assert_eq!(response.expect("an answer").retry_after_ms, None);
}

fn httpdate_in(seconds: u64) -> String {
    let then = std::time::SystemTime::now() + std::time::Duration::from_secs(seconds);
    httpdate::fmt_http_date(then)
}

#[tokio::test]
async fn a_refused_or_broken_connection_is_a_connection_failure() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("it is bound").port()
    };
    let refused = send(&local_client(), &post(&format!("http://127.0.0.1:{port}/"))).await;
    let error = refused.expect_err("nobody listens");
    assert_eq!(error.kind, SendFailure::Connection, "{error}");
    assert!(error.message.contains("refused"), "{error}");

    let closing = RawSink::serving(|stream| async move { drop(stream) }).await;
    let error = send(&local_client(), &post(&closing.url("/")))
        .await
        .expect_err("closed");
    assert_eq!(error.kind, SendFailure::Connection, "{error}");
}

#[tokio::test]
async fn no_failure_tells_a_secret() {
    let silent = RawSink::serving(|stream| async move {
        let _open = stream;
        std::future::pending::<()>().await;
    })
    .await;
    let closing = RawSink::serving(|stream| async move { drop(stream) }).await;
    let secret_path = "/s3cret-path?token=s3cret-query";
    let urls = [
        silent.url(secret_path),
        closing.url(secret_path),
        format!("https://{}{secret_path}", closing.address()),
        format!("http://10.0.0.1{secret_path}"),
        format!("http://nowhere.invalid{secret_path}"),
    ];
    let client = local_client();
    for url in urls {
        let stored = request(
            Method::Post,
            &url,
            &[("x-key", "s3cret-own")],
            "s3cret-body",
        );
        let fixed = [("x-fixed".to_owned(), "s3cret-fixed".to_owned())];
        let sent = Outbound {
            layers: HeaderLayers {
                fixed: &fixed,
                credential: Some(("authorization", Secret::new("s3cret-credential"))),
                signature: &[],
            },
            timeout_ms: 500,
            ..outbound(&stored)
        };
        let shown = format!("{sent:?} {client:?}");
        let error = client.send(sent).await.expect_err("it fails");
        let shown = format!("{shown} {error} {error:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn a_config_that_cannot_work_is_refused() {
    let bad_agent = Config {
        user_agent: "a\nb".into(),
        ..Config::default()
    };
    let error = Client::new(bad_agent).expect_err("no header value");
    assert!(error.to_string().contains("user agent"), "{error}");

    let missing = Config {
        extra_roots: vec!["/nonexistent/ca.pem".into()],
        ..Config::default()
    };
    let error = Client::new(missing).expect_err("no such file");
    assert!(error.to_string().contains("/nonexistent/ca.pem"), "{error}");
    assert!(std::error::Error::source(&error).is_some());

    let empty = tempfile::NamedTempFile::new().expect("a file");
    let config = Config {
        extra_roots: vec![empty.path().to_owned()],
        ..Config::default()
    };
    let error = Client::new(config).expect_err("no certificate");
    assert!(
        error.to_string().contains("holds no PEM certificate"),
        "{error}"
    );
}
