//! Posting a sample as its source would: signed, over HTTP.

use anyhow::{Context as _, bail};
use axum::http::{Request, StatusCode, header};
use bytes::Bytes;
use hookmill_api::event::Accepted;
use hookmill_domain::UnixMs;
use hookmill_domain::secret::Secret;
use hookmill_domain::signature::Signer;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

/// Posts a sample and gives the id that the relay gave it.
pub(super) async fn post(
    address: SocketAddr,
    key: &Secret,
    body: &'static str,
) -> anyhow::Result<String> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now = UnixMs(u64::try_from(elapsed.as_millis())?);
    let id = format!("demo_{}", elapsed.as_micros());
    let signer = Signer::standard_webhooks(vec![key.expose().parse()?]);
    let mut request = Request::post("/in/dodo")
        .header(header::HOST, address.to_string())
        .header(header::CONTENT_TYPE, "application/json");
    for (name, value) in signer.headers(&id, now, body.as_bytes()) {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from_static(body.as_bytes())))?;
    let (status, answer) = send(address, request).await?;
    if status != StatusCode::ACCEPTED {
        bail!(
            "the relay answered {status}: {}",
            String::from_utf8_lossy(&answer)
        );
    }
    let answer: Accepted =
        serde_json::from_slice(&answer).context("the relay's answer can't be read")?;
    Ok(answer.id.to_string())
}

async fn send(
    address: SocketAddr,
    request: Request<Full<Bytes>>,
) -> anyhow::Result<(StatusCode, Bytes)> {
    let stream = tokio::net::TcpStream::connect(address)
        .await
        .context("the relay does not answer")?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    drop(sender);
    connection.await??;
    Ok((status, body))
}
