//! HTTP/2 where the server offers it: one connection for many requests, and
//! the same limits.

use crate::sink::{Sink, post, send};
use crate::tls::{identity, trusting};
use bytes::Bytes;
use h2::server::SendResponse;
use hookmill_egress::{BodyEnd, Client};
use http::{Response, Version};

/// Serves HTTP/2 and gives every request to `answer`.
async fn http2_sink(
    acceptor: tokio_rustls::TlsAcceptor,
    answer: fn(http::Request<h2::RecvStream>, SendResponse<Bytes>),
) -> Sink {
    Sink::serving(move |stream| {
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
    let request = post(&format!("https://{}/", sink.address));
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
        let request = post(&format!("https://{}/", sink.address));
        let response = send(&client, &request).await.expect("a status");
        assert_eq!(response.body, vec![b'x'; 4_096]);
        assert_eq!(response.body_end, BodyEnd::Cut);
    }
    assert_eq!(sink.connections(), 1);
}
