//! Credentials: what the relay adds to a request after the transform, and to
//! which hosts.

use crate::hosts::HostPattern;
use crate::secret::Secret;
use base64::Engine as _;

/// A named credential of a tenant, with its secrets resolved.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The name that endpoints refer to.
    pub name: String,
    /// What to add.
    pub scheme: CredentialScheme,
    /// The only hosts that it is sent to. A transform may rewrite the URL;
    /// without this list it could send the credential anywhere.
    pub hosts: Vec<HostPattern>,
}

/// How a credential is written into a request.
#[derive(Clone, Debug)]
pub enum CredentialScheme {
    /// `Authorization: Bearer <token>` (RFC 6750).
    Bearer(Secret),
    /// `Authorization: Basic <base64 user:password>` (RFC 7617).
    Basic {
        /// The user name; vendors put a site id or a write key here.
        user: Secret,
        /// The password; may be empty.
        password: Secret,
    },
    /// A header of any name.
    Header {
        /// The header's name.
        name: String,
        /// Its value.
        value: Secret,
    },
}

impl Credential {
    /// The header to add to a request to this URL; none when the URL's host
    /// is not on the credential's list.
    #[must_use]
    pub fn header_for(&self, url: &url::Url) -> Option<(&str, Secret)> {
        if !self.hosts.iter().any(|host| host.admits(url)) {
            return None;
        }
        Some(match &self.scheme {
            CredentialScheme::Bearer(token) => (
                "authorization",
                Secret::new(format!("Bearer {}", token.expose())),
            ),
            CredentialScheme::Basic { user, password } => {
                let pair = format!("{}:{}", user.expose(), password.expose());
                let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
                ("authorization", Secret::new(format!("Basic {encoded}")))
            }
            CredentialScheme::Header { name, value } => (name, value.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(scheme: CredentialScheme) -> Credential {
        let hosts = vec!["api.example.com".parse().expect("a host")];
        Credential {
            name: "key".into(),
            scheme,
            hosts,
        }
    }

    #[test]
    fn the_basic_vector_of_rfc_7617_is_met() {
        let basic = credential(CredentialScheme::Basic {
            user: Secret::new("Aladdin"),
            password: Secret::new("open sesame"),
        });
        let url = "https://api.example.com/v1".parse().expect("a URL");
        let (name, value) = basic.header_for(&url).expect("an allowed host");
        assert_eq!(name, "authorization");
        assert_eq!(value.expose(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }

    #[test]
    fn a_rewritten_url_gets_no_credential() {
        let bearer = credential(CredentialScheme::Bearer(Secret::new("token")));
        let url = "https://evil.test/".parse().expect("a URL");
        assert!(bearer.header_for(&url).is_none());
    }
}
