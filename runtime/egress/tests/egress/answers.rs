//! Odd answers. Once there is a status, the destination has acted, and nothing
//! that follows makes that a failure to deliver.

use crate::client::{local_client, outbound, post, request, send};
use flate2::Compression;
use flate2::write::GzEncoder;
use hookmill_domain::attempt::SendFailure;
use hookmill_domain::request::Method;
use hookmill_egress::{BodyEnd, Outbound, Response, SendError};
use hookmill_stand_ins::raw_sink::{OK, RawSink, read_request};
use std::io::Write as _;
use tokio::io::AsyncWriteExt as _;

/// Answers one request with these bytes and closes the connection.
async fn closing(answer: impl Into<Vec<u8>>) -> RawSink {
    let answer: std::sync::Arc<[u8]> = answer.into().into();
    RawSink::serving(move |mut stream| {
        let answer = std::sync::Arc::clone(&answer);
        async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(&answer).await;
        }
    })
    .await
}

async fn answer(bytes: impl Into<Vec<u8>>) -> Result<Response, SendError> {
    let sink = closing(bytes).await;
    let request = post(&sink.url("/"));
    let client = local_client();
    let sent = client.send(Outbound {
        timeout_ms: 60_000,
        ..outbound(&request)
    });
    sent.await
}

#[tokio::test]
async fn a_status_holds_whatever_follows_it() {
    let fields = |count: usize| {
        (0..count)
            .map(|n| format!("x-{n}: 1\r\n"))
            .collect::<String>()
    };
    let table: Vec<(String, u16, &str)> = vec![
        (
            format!(
                "HTTP/1.1 200 OK\r\n{}content-length: 2\r\n\r\nok",
                fields(150)
            ),
            200,
            "",
        ),
        (
            format!(
                "HTTP/1.1 200 OK\r\n{}content-length: 2\r\n\r\nok",
                fields(250)
            ),
            200,
            "",
        ),
        (
            format!("HTTP/1.1 201 OK\r\n{}\r\n", fields(5_000)),
            201,
            "can't be read",
        ),
        (
            format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1 << 20)),
            200,
            "can't be read",
        ),
        (
            format!("HTTP/1.1 202 {}\r\n\r\n", "y".repeat(1 << 20)),
            202,
            "can't be read",
        ),
        (
            format!(
                "HTTP/1.1 200 {}\r\ncontent-length: 0\r\n\r\n",
                "y".repeat(10_000)
            ),
            200,
            "",
        ),
        (
            "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok".into(),
            200,
            "",
        ),
        (
            "HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nok".into(),
            200,
            "",
        ),
        ("HTTP/1.0 200 OK\r\n\r\nok".into(), 200, ""),
        ("HTTP/1.1 200 OK\n\nok".into(), 200, ""),
        (
            "HTTP/1.1 200 OK\r\nx-a: 1\r\n folded\r\ncontent-length: 2\r\n\r\nok".into(),
            200,
            "",
        ),
        (
            "HTTP/1.1 200 OK\r\nbad name: 1\r\ncontent-length: 2\r\n\r\nok".into(),
            200,
            "",
        ),
        (
            "HTTP/1.1 200 OK\r\nx-a : 1\r\ncontent-length: 2\r\n\r\nok".into(),
            200,
            "",
        ),
        (
            "HTTP/1.1 200 OK\r\nno colon\r\ncontent-length: 2\r\n\r\nok".into(),
            200,
            "",
        ),
        (
            "HTTP/1.1 200 OK\r\nx: a\u{0}b\r\ncontent-length: 2\r\n\r\nok".into(),
            200,
            "can't be read",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\nok".into(),
            200,
            "can't be read",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok".into(),
            200,
            "can't be read",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nok".into(),
            200,
            "can't be read",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok".into(),
            200,
            "broke off",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok".into(),
            200,
            "broke off",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nok".into(),
            200,
            "broke off",
        ),
        (
            "HTTP/1.1 500 No\r\ncontent-length: 100\r\n\r\nok".into(),
            500,
            "broke off",
        ),
        ("HTTP/1.1 200 OK\r\nx-a: 1\r\n".into(), 200, "can't be read"),
        ("HTTP/1.1 200 OK".into(), 200, "can't be read"),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n".into(),
            204,
            "",
        ),
        (
            "HTTP/1.1 103 Early\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"
                .into(),
            200,
            "can't be read",
        ),
        (
            "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n".into(),
            101,
            "",
        ),
        (
            "HTTP/1.1 299 Odd\r\ncontent-length: 0\r\n\r\n".into(),
            299,
            "",
        ),
        (
            "HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n".into(),
            999,
            "",
        ),
        (
            "HTTP/3.7 200 OK\r\ncontent-length: 0\r\n\r\n".into(),
            200,
            "can't be read",
        ),
    ];
    for (bytes, status, note) in table {
        let shown: String = bytes.chars().take(80).collect();
        let response = answer(bytes).await.expect(&shown);
        assert_eq!(response.status, status, "{shown:?}: {}", response.note);
        assert!(response.note.contains(note), "{shown:?}: {}", response.note);
        assert_eq!(
            response.note.is_empty(),
            note.is_empty(),
            "{shown:?}: {}",
            response.note
        );
    }
}

#[tokio::test]
async fn what_is_not_an_answer_is_told_from_no_answer() {
    for bytes in [
        "not HTTP at all\r\n\r\n",
        "<html>hello</html>\n",
        "HTTP/1.1 20",
        "HTTP/1.1 20x OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\u{16}\u{3}\u{3}",
        "HTTP/1.1 103 Early\r\n\r\n",
    ] {
        let error = answer(bytes).await.expect_err(bytes);
        assert_eq!(
            error.kind,
            SendFailure::UnreadableAnswer,
            "{bytes:?}: {error}"
        );
    }
    let error = answer("").await.expect_err("silence");
    assert_eq!(error.kind, SendFailure::Connection, "{error}");
}

#[tokio::test]
async fn a_head_that_drips_has_its_status_when_the_time_is_up() {
    let sink = RawSink::serving(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nx-a: ").await;
        std::future::pending::<()>().await;
    })
    .await;
    let request = post(&sink.url("/"));
    let client = local_client();
    let sent = client.send(Outbound {
        timeout_ms: 300,
        ..outbound(&request)
    });
    let response = sent.await.expect("a status");
    assert_eq!(
        (response.status, response.body_end),
        (200, BodyEnd::TimedOut)
    );
    assert!(response.note.contains("within 300 ms"), "{}", response.note);
}

#[tokio::test]
async fn an_early_answer_to_a_large_request_counts() {
    // Answers at the head, and closes with most of the body unread.
    let sink = RawSink::serving(|mut stream| async move {
        let mut first = [0; 1];
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut first).await;
        let _ = stream
            .write_all(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .await;
        let _ = stream.shutdown().await;
    })
    .await;
    let large = "x".repeat(8 << 20);
    let request = request(Method::Post, &sink.url("/"), &[], &large);
    let client = local_client();
    let sent = client.send(Outbound {
        timeout_ms: 60_000,
        ..outbound(&request)
    });
    assert_eq!(sent.await.expect("a status").status, 413);
}

#[tokio::test]
async fn an_answer_is_never_taken_for_that_of_another_request() {
    // Answers the first request of each connection, and closes at the second.
    let sink = RawSink::serving(|mut stream| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(OK).await;
        read_request(&mut stream).await;
    })
    .await;
    let client = local_client();
    let request = post(&sink.url("/"));
    for _ in 0..20 {
        send(&client, &request)
            .await
            .expect("the first is answered");
        let error = send(&client, &request)
            .await
            .expect_err("the second is not");
        assert_eq!(error.kind, SendFailure::Connection, "{error}");
    }
}

#[tokio::test]
async fn where_a_redirect_leads_is_told_cut_and_clean() {
    for (value, expected) in [
        (
            "https://example.com/new?a=1",
            "https://example.com/new?a=1".to_owned(),
        ),
        ("/relative", "/relative".to_owned()),
        (
            "https://\u{fc}.example/",
            "https://\u{fc}.example/".to_owned(),
        ),
        (&"x".repeat(5_000), "x".repeat(500)),
    ] {
        let bytes = format!("HTTP/1.1 302 Found\r\nlocation: {value}\r\ncontent-length: 0\r\n\r\n");
        let response = answer(bytes).await.expect("an answer");
        assert_eq!(response.location.as_deref(), Some(expected.as_str()));
    }
    let response = answer("HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(response.expect("an answer").location, None);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn coded(coding: &str, body: &[u8], length: usize) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: {coding}\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_coded_body_is_shown_decoded_and_no_further_than_the_limit() {
    let whole = gzip(b"{\"error\":\"no such user\"}");
    let response = answer(coded("gzip", &whole, whole.len()))
        .await
        .expect("an answer");
    assert_eq!(response.body, "{\"error\":\"no such user\"}");
    assert_eq!(
        (response.body_end, response.note.as_str()),
        (BodyEnd::Complete, "")
    );

    let bomb = gzip(&vec![b'x'; 64 << 20]);
    let response = answer(coded("x-gzip", &bomb, bomb.len()))
        .await
        .expect("an answer");
    assert_eq!(response.body, vec![b'x'; 4_096]);
    assert_eq!(
        (response.body_end, response.note.as_str()),
        (BodyEnd::Cut, "")
    );

    let half = &whole[..whole.len() - 10];
    let response = answer(coded("gzip", half, whole.len()))
        .await
        .expect("an answer");
    assert_eq!(response.body_end, BodyEnd::Broken);
    assert!(
        b"{\"error\":\"no such user\"}".starts_with(&response.body),
        "{:?}",
        response.body
    );

    for (coding, body, note) in [
        ("gzip", &b"plain"[..], "not valid gzip"),
        ("compress", b"plain", "`compress` is not one"),
        ("gzip, nonsense", b"plain", "`nonsense` is not one"),
    ] {
        let response = answer(coded(coding, body, body.len()))
            .await
            .expect("an answer");
        assert_eq!((response.status, &response.body[..]), (200, &b"plain"[..]));
        assert!(response.note.contains(note), "{}", response.note);
    }
}

#[tokio::test]
async fn requests_say_which_codings_are_read() {
    let mut sink = RawSink::answering(OK).await;
    send(&local_client(), &post(&sink.url("/")))
        .await
        .expect("an answer");
    let found = sink.request();
    assert_eq!(found.values("accept-encoding"), ["gzip, deflate, br"]);
    assert_eq!(found.values("accept"), ["*/*"]);
    let own = request(
        Method::Post,
        &sink.url("/"),
        &[("Accept-Encoding", "identity")],
        "{}",
    );
    send(&local_client(), &own).await.expect("an answer");
    assert_eq!(sink.request().values("accept-encoding"), ["identity"]);
}
