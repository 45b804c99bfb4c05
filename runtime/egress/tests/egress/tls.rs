//! HTTPS against a server whose certificate the test made.

use crate::client::{Script, allowing, local_client, post, send};
use hookmill_domain::attempt::SendFailure;
use hookmill_egress::{Client, Config};
use hookmill_stand_ins::raw_sink::{OK, RawSink, read_request};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::io::Write;
use std::sync::Arc;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

/// A server's side of TLS for these names, and the file that trusts it.
pub(crate) fn identity(names: &[&str], protocols: &[&str]) -> (TlsAcceptor, NamedTempFile) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(names).expect("a certificate");
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(cert.pem().as_bytes()).expect("room on disk");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has both")
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .expect("key and certificate belong together");
    config.alpn_protocols = protocols
        .iter()
        .map(|name| name.as_bytes().to_vec())
        .collect();
    (TlsAcceptor::from(Arc::new(config)), file)
}

pub(crate) fn trusting(roots: &NamedTempFile) -> Config {
    Config {
        extra_roots: vec![roots.path().to_owned()],
        ..allowing(&["127.0.0.1/32"])
    }
}

async fn https_sink(acceptor: TlsAcceptor) -> RawSink {
    RawSink::serving(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut tls) = acceptor.accept(stream).await else {
                return;
            };
            while read_request(&mut tls).await.is_some() {
                let _ = tls.write_all(OK).await;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_certificate_is_accepted_with_its_root_and_refused_without() {
    let (acceptor, roots) = identity(&["127.0.0.1"], &[]);
    let sink = https_sink(acceptor).await;
    let request = post(&format!("https://{}/", sink.address()));

    let trusting = Client::new(trusting(&roots)).expect("a client");
    let response = send(&trusting, &request).await.expect("it is trusted");
    assert_eq!((response.status, &response.body[..]), (200, &b"ok"[..]));

    let error = send(&local_client(), &request)
        .await
        .expect_err("it is not trusted");
    assert_eq!(error.kind, SendFailure::Tls, "{error}");
    assert!(error.message.contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let (acceptor, roots) = identity(&["other.test"], &[]);
    let sink = https_sink(acceptor).await;
    let lookup = Script::new(&[&["127.0.0.1"]]);
    let client = Client::with_lookup(trusting(&roots), lookup).expect("a client");
    let url = |name| format!("https://{name}:{}/", sink.address().port());
    send(&client, &post(&url("other.test")))
        .await
        .expect("its own name");
    let error = send(&client, &post(&url("a.test")))
        .await
        .expect_err("another name");
    assert_eq!(error.kind, SendFailure::Tls, "{error}");
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_a_tls_failure() {
    let sink = RawSink::serving(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        std::future::pending::<()>().await;
    })
    .await;
    let error = send(
        &local_client(),
        &post(&format!("https://{}/", sink.address())),
    )
    .await
    .expect_err("no TLS");
    assert_eq!(error.kind, SendFailure::Tls, "{error}");
}
