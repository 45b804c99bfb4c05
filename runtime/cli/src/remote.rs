//! A running relay, spoken to over HTTP with its operator's key.
//!
//! The person who runs the command chose the address, so every address may be
//! dialled; redirects are not followed, because the key goes along.

use crate::caps::{ANSWER_BYTES_MAX, CONNECT_TIMEOUT, UPLOAD_TIMEOUT};
use anyhow::{Context as _, anyhow, bail};
use hookmill_domain::destination_url::DestinationUrl;
use hookmill_domain::headers::USER_AGENT;
use hookmill_domain::secret::Secret;
use reqwest::multipart::Form;
use reqwest::{Certificate, Client, RequestBuilder, Url, redirect};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A relay at some address.
pub(crate) struct RemoteRelay {
    client: Client,
    base: String,
    key: Secret,
}

/// What the relay answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Whether the relay did what it was asked.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl RemoteRelay {
    /// The relay at this address, such as `https://relay.example`; PEM files in
    /// `roots` hold certificates that are trusted besides the system's.
    ///
    /// # Errors
    /// A file can't be read, or the client can't be made.
    pub(crate) fn new(base: &str, key: Secret, roots: &[PathBuf]) -> anyhow::Result<Self> {
        // Fails only where one is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(UPLOAD_TIMEOUT);
        for root in roots {
            let certificates =
                certificates(root).with_context(|| format!("{} can't be used", root.display()))?;
            builder = builder.tls_certs_merge(certificates);
        }
        Ok(Self {
            client: builder.build().context("the HTTP client can't be made")?,
            base: base.trim_end_matches('/').to_owned(),
            key,
        })
    }

    /// Posts a form to a path, which begins with a slash. Whatever status the
    /// relay answers is not an error.
    ///
    /// # Errors
    /// The address is not a URL, or the relay does not answer.
    pub(crate) async fn post_form(&self, path: &str, form: Form) -> anyhow::Result<Answer> {
        let request = self.client.post(self.url(path)?);
        let request = request.bearer_auth(self.key.expose());
        self.send(request.multipart(form)).await
    }

    /// Gets what is at a path, which begins with a slash. Whatever status the
    /// relay answers is not an error.
    ///
    /// # Errors
    /// The address is not a URL, or the relay does not answer.
    pub(crate) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        let request = self.client.get(self.url(path)?);
        self.send(request.bearer_auth(self.key.expose())).await
    }

    /// Posts an event, in JSON, to the path of a source. The headers sign it;
    /// the operator's key does not go along.
    ///
    /// # Errors
    /// The address is not a URL, or the relay does not answer.
    pub(crate) async fn post_event(
        &self,
        path: &str,
        headers: [(&'static str, String); 3],
        body: &'static str,
    ) -> anyhow::Result<Answer> {
        let mut request = self.client.post(self.url(path)?);
        request = request.header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        self.send(request.body(body)).await
    }

    fn url(&self, path: &str) -> anyhow::Result<Url> {
        let url: DestinationUrl = format!("{}{path}", self.base).parse()?;
        Ok(url.as_url().clone())
    }

    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Answer> {
        let unreachable = || format!("{} does not answer", self.base);
        let mut response = request
            .send()
            .await
            .map_err(reqwest::Error::without_url)
            .with_context(unreachable)?;
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await.map_err(reqwest::Error::without_url);
            let Some(chunk) = chunk.with_context(unreachable)? else {
                break;
            };
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(anyhow!(
                    "the answer is larger than {ANSWER_BYTES_MAX} bytes"
                ));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: response.status().as_u16(),
            body,
        })
    }
}

/// The certificates in a file, each tried: the client would not say which file
/// is wrong.
fn certificates(file: &Path) -> anyhow::Result<Vec<Certificate>> {
    let pem = fs::read(file)?;
    let mut store = RootCertStore::empty();
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate?;
        certificates.push(Certificate::from_der(&certificate)?);
        store.add(certificate)?;
    }
    if certificates.is_empty() {
        bail!("it holds no certificate in PEM");
    }
    Ok(certificates)
}
