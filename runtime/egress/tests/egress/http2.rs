//! HTTP/2 where the server offers it: one connection for many requests, and
//! the same limits.

use crate::client::{post, send};
use crate::tls::{identity, trusting};
use bytes::Bytes;
use h2::server::SendResponse;
use hookmill_domain::attempt::SendFailure;
use hookmill_egress::{BodyEnd, Client};
use hookmill_stand_ins::raw_sink::RawSink;
use http::{Response, Version};

/// Serves HTTP/2 and gives every request to `answer`.
async fn http2_sink(
    acceptor: tokio_rustls::TlsAcceptor,
    answer: fn(http::Request<h2::RecvStream>, SendResponse<Bytes>),
) -> RawSink {
    RawSink::serving(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(tls) = acceptor.accept(stream).await else {
                return;
            };
            let Ok(mut connection) = h2::server::handshake(tls).await else {
                return;
            };
            while let Some(Ok((request, respond))) = connection.accept().await {
                answer(request, respond);
            }
        }
    })
    .await
}

#[tokio::test]
async fn requests_share_one_connection() {
    let (acceptor, roots) = identity(&["127.0.0.1"], &["h2", "http/1.1"]);
    let sink = http2_sink(acceptor, |request, mut respond| {
        assert_eq!(request.version(), Version::HTTP_2);
        let response = Response::builder().status(201).header("retry-after", "3");
        let response = response.body(()).expect("a response");
        let mut body = respond.send_response(response, false).expect("open");
        body.send_data(Bytes::from_static(b"ok"), true)
            .expect("open");
    })
    .await;
    let client = Client::new(trusting(&roots)).expect("a client");
    let request = post(&format!("https://{}/", sink.address()));
    send(&client, &request).await.expect("an answer");
    let sent: Vec<_> = (0..20)
        .map(|_| {
            let (client, request) = (client.clone(), request.clone());
            tokio::spawn(async move { send(&client, &request).await })
        })
        .collect();
    for one in sent {
        let response = one.await.expect("no panic").expect("an answer");
        assert_eq!((response.status, &response.body[..]), (201, &b"ok"[..]));
        assert_eq!(response.retry_after_ms, Some(3_000));
    }
    assert_eq!(sink.connections(), 1);
}

#[tokio::test]
async fn an_endless_body_is_cut_and_the_connection_goes_on() {
    let (acceptor, roots) = identity(&["127.0.0.1"], &["h2"]);
    let sink = http2_sink(acceptor, |_request, mut respond| {
        let response = Response::new(());
        let mut body = respond.send_response(response, false).expect("open");
        // More than the window: most of it is never taken off the sender.
        body.send_data(Bytes::from(vec![b'x'; 8 << 20]), false)
            .expect("open");
        tokio::spawn(async move {
            let reset = std::future::poll_fn(|context| body.poll_reset(context)).await;
            assert!(reset.is_ok(), "{reset:?}");
        });
    })
    .await;
    let client = Client::new(trusting(&roots)).expect("a client");
    for _ in 0..50 {
        let request = post(&format!("https://{}/", sink.address()));
        let response = send(&client, &request).await.expect("a status");
        assert_eq!(response.body, vec![b'x'; 4_096]);
        assert_eq!(response.body_end, BodyEnd::Cut);
    }
    assert_eq!(sink.connections(), 1);
}

#[tokio::test]
async fn a_stream_that_is_reset_after_its_status_has_it() {
    let (acceptor, roots) = identity(&["127.0.0.1"], &["h2"]);
    let sink = http2_sink(acceptor, |_request, mut respond| {
        let mut body = respond
            .send_response(Response::new(()), false)
            .expect("open");
        body.send_data(Bytes::from_static(b"ab"), false)
            .expect("open");
        // A reset takes back what is not yet written. On this one thread the
        // connection writes when its turn comes.
        tokio::spawn(async move {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            body.send_reset(h2::Reason::INTERNAL_ERROR);
        });
    })
    .await;
    let client = Client::new(trusting(&roots)).expect("a client");
    let request = post(&format!("https://{}/", sink.address()));
    let response = send(&client, &request).await.expect("a status");
    assert_eq!((response.status, response.body_end), (200, BodyEnd::Broken));
    assert!(response.note.contains("broke off"), "{}", response.note);
}

#[tokio::test]
async fn a_request_that_the_server_did_not_look_at_is_sent_again() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let (acceptor, roots) = identity(&["127.0.0.1"], &["h2"]);
    let sink = http2_sink(acceptor, |_request, mut respond| {
        if SEEN.fetch_add(1, Ordering::SeqCst) < 2 {
            respond.send_reset(h2::Reason::REFUSED_STREAM);
        } else {
            respond
                .send_response(Response::new(()), true)
                .expect("open");
        }
    })
    .await;
    let client = Client::new(trusting(&roots)).expect("a client");
    let request = post(&format!("https://{}/", sink.address()));
    let response = send(&client, &request).await.expect("the third is taken");
    assert_eq!(response.status, 200);
    assert_eq!(SEEN.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_stream_without_status_is_no_answer_and_headers_beyond_all_limits_are_unreadable() {
    let (acceptor, roots) = identity(&["127.0.0.1"], &["h2"]);
    let sink = http2_sink(acceptor, |request, mut respond| {
        if request.uri().path() == "/reset" {
            return respond.send_reset(h2::Reason::INTERNAL_ERROR);
        }
        let mut response = Response::builder();
        let count = if request.uri().path() == "/many" {
            1_000
        } else {
            20_000
        };
        for n in 0..count {
            response = response.header(format!("x-{n}"), "1");
        }
        let _ = respond.send_response(response.body(()).expect("a response"), true);
    })
    .await;
    let client = Client::new(trusting(&roots)).expect("a client");
    let url = |path: &str| format!("https://{}{path}", sink.address());
    let error = send(&client, &post(&url("/reset")))
        .await
        .expect_err("no status");
    assert_eq!(error.kind, SendFailure::Connection, "{error}");
    let many = send(&client, &post(&url("/many"))).await.expect("a status");
    assert_eq!(many.status, 200);
    let error = send(&client, &post(&url("/beyond")))
        .await
        .expect_err("too many");
    assert_eq!(error.kind, SendFailure::UnreadableAnswer, "{error}");
}
