//! Which certificates are trusted: those of the system, and files that the
//! operator names.
//!
//! The cryptography is given explicitly (ring), so nothing depends on
//! a default that some other crate of the process installs.

use rustls::RootCertStore;
use rustls::client::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// TLS can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetupError {
    /// A certificate file can't be used.
    #[error("{path:?} is not a readable file of PEM certificates")]
    CertificateFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: rustls::pki_types::pem::Error,
    },
    /// A file holds no certificate.
    #[error("{path:?} holds no PEM certificate")]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// A certificate is malformed, or the cryptography is unfit.
    #[error("TLS can't be set up")]
    Rustls(#[from] rustls::Error),
}

/// A client's TLS: 1.2 and 1.3, HTTP/2 where the server has it, the system's
/// roots and those in the files.
pub(crate) fn client_config(extra_roots: &[PathBuf]) -> Result<ClientConfig, TlsSetupError> {
    let mut extra = Vec::new();
    for path in extra_roots {
        extra.extend(read_certificates(path)?);
    }
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    let mut config = match verifier(extra, provider)? {
        Some(verifier) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth(),
        None => builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsSetupError> {
    let unreadable = |source| TlsSetupError::CertificateFile {
        path: path.to_owned(),
        source,
    };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .map_err(unreadable)?
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    if certificates.is_empty() {
        return Err(TlsSetupError::NoCertificate {
            path: path.to_owned(),
        });
    }
    Ok(certificates)
}

/// The system's verifier. None when this machine has no certificates at all:
/// plain HTTP still works there, and every HTTPS destination is refused.
fn verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Option<Verifier>, TlsSetupError> {
    let any_extra = !extra.is_empty();
    match Verifier::new_with_extra_roots(extra, provider) {
        Ok(verifier) => Ok(Some(verifier)),
        Err(error) if any_extra => Err(error.into()),
        Err(error) => {
            tracing::warn!(
                error = %error,
                "no CA certificates found on this machine: no HTTPS destination can be reached"
            );
            Ok(None)
        }
    }
}
