//! Another relay, spoken to over HTTP with its operator's key: the other side
//! of uploading, for the command line.
//!
//! Whoever runs it chose the address himself, so every address may be dialled;
//! redirects are not followed, because the key goes along.

use crate::clock;
use bytes::Bytes;
use hookmill_domain::caps::DeliveryCaps;
use hookmill_domain::request::{InvalidRequest, Method, Request};
use hookmill_domain::secret::Secret;
use hookmill_egress::{
    AddressPolicy, Client, ClientError, Config, HeaderLayers, Outbound, SendError,
};
use ipnet::IpNet;
use std::path::PathBuf;

/// Bytes of an answer that are read: what a dry run over many samples gives.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// Milliseconds for an upload, compiling included.
const TIMEOUT_MS: u64 = 600_000;

/// A relay at some address.
pub struct RemoteRelay {
    client: Client,
    base: String,
    key: Secret,
}

/// A part of a form.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// The file's name; none for a text.
    pub file_name: Option<String>,
    /// Its content.
    pub content: Bytes,
}

/// What the relay answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Bytes,
}

impl Answer {
    /// Whether the relay did what it was asked.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// There is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The client can't be made.
    #[error("the HTTP client can't be made")]
    Client(#[from] ClientError),
    /// The address is no URL.
    #[error(transparent)]
    Address(#[from] InvalidRequest),
    /// The relay can't be reached, or did not answer.
    #[error("{base} does not answer")]
    Unreachable {
        /// Its address.
        base: String,
        /// Why.
        source: SendError,
    },
}

impl RemoteRelay {
    /// The relay at this address, such as `https://relay.example`; PEM files in
    /// `roots` hold certificates that are trusted besides the system's.
    ///
    /// # Errors
    /// [`RemoteError::Client`].
    pub fn new(base: &str, key: Secret, roots: Vec<PathBuf>) -> Result<Self, RemoteError> {
        let every_address = [[0, 0, 0, 0].into(), [0_u16; 8].into()];
        let every_address = every_address
            .map(|address| IpNet::new(address, 0).expect("no address has fewer bits than none"));
        let config = Config {
            policy: AddressPolicy::public_only().allowing(every_address),
            extra_roots: roots,
            ..Config::default()
        };
        Ok(Self {
            client: Client::new(config)?,
            base: base.trim_end_matches('/').to_owned(),
            key,
        })
    }

    /// Posts a form to a path, which begins with a slash.
    ///
    /// # Errors
    /// [`RemoteError::Address`], [`RemoteError::Unreachable`]; whatever status
    /// the relay answers is none.
    pub async fn post_form(&self, path: &str, parts: &[Part]) -> Result<Answer, RemoteError> {
        let boundary = boundary();
        let media_type = format!("multipart/form-data; boundary={boundary}");
        let headers = vec![("content-type".to_owned(), media_type)];
        let url = format!("{}{path}", self.base);
        let request = Request::try_new(&url, Method::Post, headers, form(&boundary, parts))?;
        let key = Secret::new(format!("Bearer {}", self.key.expose()));
        let outbound = Outbound {
            request: &request,
            layers: HeaderLayers {
                credential: Some(("authorization", key)),
                ..HeaderLayers::default()
            },
            connect_timeout_ms: DeliveryCaps::default().connect_timeout_ms,
            timeout_ms: TIMEOUT_MS,
            response_bytes_kept: ANSWER_BYTES_MAX,
        };
        let sent = self.client.send(outbound).await;
        let response = sent.map_err(|source| RemoteError::Unreachable {
            base: self.base.clone(),
            source,
        })?;
        Ok(Answer {
            status: response.status,
            body: response.body,
        })
    }
}

/// A line that no content holds but by a chance of one in 2^128.
fn boundary() -> String {
    let random = u128::from_be_bytes(clock::random());
    format!("hookmill-{random:032x}")
}

/// The parts as `multipart/form-data` (RFC 7578).
fn form(boundary: &str, parts: &[Part]) -> Bytes {
    let mut body = Vec::new();
    for part in parts {
        let mut head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"",
            part.name
        );
        if let Some(name) = &part.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(name)));
        }
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(&part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body.into()
}

/// A file's name as browsers write it into a form.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
