//! The ceiling of the whole way: axum in, reqwest out, nothing between.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use std::io::Read as _;
use std::net::SocketAddr;
use tokio::net::TcpListener;

#[derive(Clone)]
struct Forward {
    client: reqwest::Client,
    url: reqwest::Url,
}

/// Serves until standard input ends: the parent has gone.
pub(crate) async fn run(to: SocketAddr) {
    // reqwest wants some TLS provider, although none is used here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(64)
        .tcp_nodelay(true)
        .build()
        .expect("a client");
    let url = format!("http://{to}/").parse().expect("a URL");
    let router = Router::new()
        .fallback(forward)
        .with_state(Forward { client, url });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    println!(
        "{}",
        listener.local_addr().expect("a bound port has an address")
    );
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    std::thread::spawn(|| {
        // The parent never writes: this ends when it does.
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    axum::serve(listener, router).await.expect("axum serves");
}

async fn forward(State(forward): State<Forward>, body: Bytes) -> StatusCode {
    let mut request = reqwest::Request::new(reqwest::Method::POST, forward.url);
    *request.body_mut() = Some(body.into());
    match forward.client.execute(request).await {
        Ok(answer) => match answer.bytes().await {
            Ok(_) => StatusCode::ACCEPTED,
            Err(_) => StatusCode::BAD_GATEWAY,
        },
        Err(_) => StatusCode::BAD_GATEWAY,
    }
}
