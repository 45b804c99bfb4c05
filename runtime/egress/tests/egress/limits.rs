//! Nothing that a destination does holds time or memory beyond the limits.

use crate::client::{local_client, outbound, post, send};
use hookmill_domain::attempt::SendFailure;
use hookmill_egress::{BodyEnd, Outbound, Response, SendError};
use hookmill_stand_ins::raw_sink::{OK, RawSink, read_request};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

/// Sends with this limit. The destinations here hang for ever, so that it ends
/// at all is the limit's doing.
async fn send_within(url: &str, timeout_ms: u64) -> Result<Response, SendError> {
    let request = post(url);
    let sent = Outbound {
        timeout_ms,
        ..outbound(&request)
    };
    local_client().send(sent).await
}

/// How long a slow destination takes for each piece.
const DRIP: Duration = Duration::from_millis(10);

async fn drip(stream: &mut TcpStream, bytes: &[u8]) {
    while !bytes.is_empty() && stream.write_all(bytes).await.is_ok() {
        tokio::time::sleep(DRIP).await;
    }
    // Nothing more comes, and the connection stays.
    let mut left = [0];
    while tokio::io::AsyncReadExt::read(stream, &mut left)
        .await
        .is_ok_and(|read| read > 0)
    {}
}

#[tokio::test]
async fn a_connection_that_is_never_accepted_times_out() {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a port");
    let listener = socket.listen(1).expect("it listens");
    let address = listener.local_addr().expect("it is bound");
    // Nobody accepts: a backlog of one has two (listen(2) on Linux), and then
    // the system answers no more.
    let mut filling = Vec::new();
    for _ in 0..2 {
        let stream = TcpStream::connect(address).await;
        filling.push(stream.expect("the backlog has room"));
    }
    // Each request by its own limit, with one client: who is patient waits
    // until the request's time is up.
    let client = local_client();
    let request = post(&format!("http://{address}/"));
    for (connect_timeout_ms, timeout_ms, expected) in [
        (200, 600_000, "no connection within 200 ms"),
        (600_000, 200, "no response within 200 ms"),
        (300, 600_000, "no connection within 300 ms"),
    ] {
        let sent = client.send(Outbound {
            connect_timeout_ms,
            timeout_ms,
            ..outbound(&request)
        });
        let error = sent.await.expect_err("no connection");
        assert_eq!(error.kind, SendFailure::Timeout, "{error}");
        assert!(error.message.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_never_speaks_times_out() {
    let sink = RawSink::serving(|stream| async move {
        let _open = stream;
        pending::<()>().await;
    })
    .await;
    for scheme in ["http", "https"] {
        let error = send_within(&format!("{scheme}://{}/", sink.address()), 200)
            .await
            .expect_err("silence");
        assert_eq!(error.kind, SendFailure::Timeout, "{error}");
        assert_eq!(error.message, "no response within 200 ms");
    }
}

#[tokio::test]
async fn a_dripping_first_line_or_endless_interim_headers_time_out() {
    for (begin, more) in [("HTTP/1.1 2", ""), ("", "HTTP/1.1 103 Early Hints\r\n\r\n")] {
        let sink = RawSink::serving(move |mut stream| async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(begin.as_bytes()).await;
            drip(&mut stream, more.as_bytes()).await;
        })
        .await;
        let error = send_within(&sink.url("/"), 200)
            .await
            .expect_err("no status");
        assert_eq!(error.kind, SendFailure::Timeout, "{error}");
    }
}

#[tokio::test]
async fn endless_headers_break_the_connection_early_and_keep_the_status() {
    for one in ["x-a: 1\r\n".to_owned(), "x".repeat(1_000)] {
        let written = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&written);
        let sink = RawSink::serving(move |mut stream| {
            let (counter, one) = (Arc::clone(&counter), one.clone());
            async move {
                read_request(&mut stream).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
                while stream.write_all(one.as_bytes()).await.is_ok() {
                    counter.fetch_add(one.len(), Ordering::Relaxed);
                }
            }
        })
        .await;
        let response = send_within(&sink.url("/"), 60_000).await.expect("a status");
        assert_eq!(response.status, 200);
        assert_eq!(response.body_end, BodyEnd::Broken);
        assert!(response.note.contains("can't be read"), "{}", response.note);
        // What the system buffers on the way is not ours.
        assert!(written.load(Ordering::Relaxed) < 16 << 20);
    }
}

#[tokio::test]
async fn a_body_that_hangs_ends_with_the_time_limit_and_keeps_the_status() {
    for (status, begin) in [
        (200, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc"),
        (
            503,
            "HTTP/1.1 503 No\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ),
    ] {
        let sink = RawSink::serving(move |mut stream| async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(begin.as_bytes()).await;
            pending::<()>().await;
        })
        .await;
        // Long enough for the status to come on a busy machine.
        let response = send_within(&sink.url("/"), 3_000).await.expect("a status");
        assert_eq!(response.status, status);
        assert_eq!(response.body, "abc");
        assert_eq!(response.body_end, BodyEnd::TimedOut);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_keeps_the_status() {
    let sink = RawSink::serving(|mut stream| async move {
        read_request(&mut stream).await;
        let begin = b"HTTP/1.1 202 OK\r\ncontent-length: 100\r\n\r\nabc";
        let _ = stream.write_all(begin).await;
    })
    .await;
    let response = send_within(&sink.url("/"), 60_000).await.expect("a status");
    assert_eq!((response.status, response.body_end), (202, BodyEnd::Broken));
    assert_eq!(response.body, "abc");
}

#[tokio::test]
async fn an_endless_body_is_cut_and_its_connection_closed() {
    let (closed, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let sink = RawSink::serving(move |mut stream| {
        let closed = closed.clone();
        async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
            let _ = closed.send(());
        }
    })
    .await;
    let client = local_client();
    let response = send(&client, &post(&sink.url("/")))
        .await
        .expect("a status");
    assert_eq!(response.body, vec![b'x'; 4_096]);
    assert_eq!(response.body_end, BodyEnd::Cut);
    hears.recv().await.expect("the connection is closed");
}

#[tokio::test]
async fn a_body_is_kept_up_to_the_limit_and_told_from_a_longer_one() {
    let client = local_client();
    for (length, kept, end) in [
        (0, 0, BodyEnd::Complete),
        (1, 0, BodyEnd::Cut),
        (9, 10, BodyEnd::Complete),
        (10, 10, BodyEnd::Complete),
        (11, 10, BodyEnd::Cut),
    ] {
        let body = "x".repeat(length);
        let chunked = body.bytes().fold(String::new(), |text, byte| {
            text + &format!("1\r\n{}\r\n", char::from(byte))
        });
        for answer in [
            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"),
            format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunked}0\r\n\r\n"),
        ] {
            let sink = RawSink::answering(answer).await;
            let request = post(&sink.url("/"));
            let response = client
                .send(Outbound {
                    response_bytes_kept: kept,
                    ..outbound(&request)
                })
                .await
                .expect("an answer");
            assert_eq!(response.body_end, end, "{length} {kept}");
            assert_eq!(response.body.len(), length.min(kept), "{length} {kept}");
        }
    }
}

#[tokio::test]
async fn connections_are_kept_and_used_again() {
    let sink = RawSink::answering(OK).await;
    let client = local_client();
    for _ in 0..20 {
        let response = send(&client.clone(), &post(&sink.url("/"))).await;
        assert_eq!(response.expect("an answer").body_end, BodyEnd::Complete);
    }
    assert_eq!(sink.connections(), 1);
}
