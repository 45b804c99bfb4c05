//! Posting a sample as its source would: signed, over HTTP.

use crate::remote::RemoteRelay;
use anyhow::{Context as _, bail};
use hookmill_api::event::Accepted;
use hookmill_domain::secret::Secret;
use hookmill_domain::signature::Signer;
use hookmill_domain::{EventId, UnixMs};
use std::time::{SystemTime, UNIX_EPOCH};

/// Posts a sample and gives the id that the relay gave it.
pub(super) async fn post(
    remote: &RemoteRelay,
    key: &Secret,
    body: &'static str,
) -> anyhow::Result<EventId> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now = UnixMs(u64::try_from(elapsed.as_millis())?);
    let id = format!("demo_{}", elapsed.as_micros());
    let signer = Signer::standard_webhooks(vec![key.expose().parse()?]);
    let headers = signer.headers(&id, now, body.as_bytes());
    let answer = remote.post_event("/in/dodo", headers, body).await?;
    if answer.status != 202 {
        let text = String::from_utf8_lossy(&answer.body);
        bail!("the relay answered {}: {text}", answer.status);
    }
    let accepted: Accepted =
        serde_json::from_slice(&answer.body).context("the relay's answer can't be read")?;
    Ok(accepted.id)
}
