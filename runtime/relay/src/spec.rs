//! What is declared, as the store records it: equal when and only when nothing
//! changed.
//!
//! A JSON document for each resource, every field of it by name. Secrets are
//! in it as fingerprints, under a key of the data folder's own, so that another
//! secret is another declaration and none can be read. It must not be made
//! from `Debug` output, which hides just what a change may consist in.

use hookmill_domain::credential::{Credential, CredentialScheme};
use hookmill_domain::endpoint::{Endpoint, EndpointUrl};
use hookmill_domain::fingerprint::FingerprintKey;
use hookmill_domain::secret::Secret;
use hookmill_domain::signature::SigningKey;
use hookmill_domain::source::Source;
use serde_json::{Value, json};

/// The version of these documents.
const VERSION: u32 = 1;

/// Writes what is declared.
pub(crate) struct Specs<'k> {
    pub(crate) key: &'k FingerprintKey,
}

impl Specs<'_> {
    pub(crate) fn tenant(name: &str) -> Vec<u8> {
        document(json!({ "name": name }))
    }

    pub(crate) fn source(&self, source: &Source) -> Vec<u8> {
        document(json!({
            "tenant": source.tenant.to_string(),
            "name": source.name,
            "path": source.path,
            "verify": { "scheme": "standard-webhooks", "keys": self.keys(source.verifier.keys()) },
        }))
    }

    /// An endpoint, and the digest of its transform's file, if it has one: an
    /// uploaded version is not part of the declaration.
    pub(crate) fn endpoint(&self, endpoint: &Endpoint, file: Option<&str>) -> Vec<u8> {
        // Every field by name: one that is added must be thought of here.
        let Endpoint {
            id: _,
            tenant,
            name,
            is_disabled,
            url,
            sources,
            filter,
            transform,
            hosts,
            methods,
            headers,
            env,
            credential,
            signer,
            retry,
            delivery,
            sandbox,
        } = endpoint;
        let patterns = filter.patterns().iter();
        document(json!({
            "tenant": tenant.to_string(),
            "name": name,
            "disabled": is_disabled,
            "url": self.url(url),
            "sources": sources.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "events": patterns.map(ToString::to_string).collect::<Vec<_>>(),
            "transform": transform.as_ref().map(ToString::to_string),
            "file": file,
            "hosts": hosts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "methods": methods.iter().map(|method| method.as_str()).collect::<Vec<_>>(),
            "headers": headers,
            "env": env.iter().collect::<Vec<_>>(),
            "credential": credential.as_deref().map(|it| self.credential(it)),
            "signing": signer.as_deref().map(|signer| self.keys(signer.keys())),
            "retry": {
                "delaysMs": retry.delays_ms,
                "jitterPermille": retry.jitter_permille,
                "successCodes": retry.success_codes,
            },
            "delivery": {
                "concurrencyMax": delivery.concurrency_max,
                "ratePerSecond": delivery.rate_per_second,
                "connectTimeoutMs": delivery.connect_timeout_ms,
                "requestTimeoutMs": delivery.request_timeout_ms,
            },
            "sandbox": {
                "fuelMax": sandbox.fuel_max,
                "deadlineMs": sandbox.deadline_ms,
                "memoryBytesMax": sandbox.memory_bytes_max,
                "outputBytesMax": sandbox.output_bytes_max,
                "logBytesMax": sandbox.log_bytes_max,
            },
        }))
    }

    fn url(&self, url: &EndpointUrl) -> Value {
        if url.is_secret() {
            json!({ "secret": self.key.of(url.as_str().as_bytes()) })
        } else {
            json!(url.as_str())
        }
    }

    fn credential(&self, credential: &Credential) -> Value {
        let scheme = match &credential.scheme {
            CredentialScheme::Bearer(token) => json!({ "bearer": self.secret(token) }),
            CredentialScheme::Basic { user, password } => {
                json!({ "user": self.secret(user), "password": self.secret(password) })
            }
            CredentialScheme::Header { name, value } => {
                json!({ "header": name, "value": self.secret(value) })
            }
        };
        let hosts = credential.hosts.iter().map(ToString::to_string);
        json!({
            "name": credential.name,
            "scheme": scheme,
            "hosts": hosts.collect::<Vec<_>>(),
        })
    }

    fn secret(&self, secret: &Secret) -> Value {
        json!({ "secret": self.key.of(secret.expose().as_bytes()) })
    }

    fn keys(&self, keys: &[SigningKey]) -> Value {
        let keys = keys.iter().map(|key| key.fingerprint(self.key));
        json!({ "secrets": keys.collect::<Vec<_>>() })
    }
}

fn document(mut fields: Value) -> Vec<u8> {
    fields["version"] = json!(VERSION);
    fields.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookmill_domain::caps::{DeliveryCaps, SandboxCaps};
    use hookmill_domain::filter::{EventFilter, TypePattern};
    use hookmill_domain::request::Method;
    use hookmill_domain::retry::RetryPolicy;
    use hookmill_domain::signature::Signer;
    use hookmill_domain::{EndpointId, TenantId};
    use std::sync::Arc;

    fn secret_url(text: &str) -> EndpointUrl {
        EndpointUrl::secret(text.parse().expect("a URL"))
    }

    fn signer(secret: &str) -> Option<Arc<Signer>> {
        let key = secret.parse().expect("a signing secret");
        Some(Arc::new(Signer::standard_webhooks(vec![key])))
    }

    fn credential(scheme: CredentialScheme) -> Option<Arc<Credential>> {
        Some(Arc::new(Credential {
            name: "key".to_owned(),
            scheme,
            hosts: vec!["api.test".parse().expect("a host")],
        }))
    }

    fn endpoint() -> Endpoint {
        Endpoint {
            id: EndpointId::from_bytes([1; 16]),
            tenant: TenantId::from_bytes([2; 16]),
            name: "chat".to_owned(),
            is_disabled: false,
            url: secret_url("https://hooks.chat.test/services/first"),
            sources: Vec::new(),
            filter: EventFilter::new(vec![TypePattern::Any]),
            transform: None,
            hosts: Vec::new(),
            methods: vec![Method::Post],
            headers: vec![("accept".to_owned(), "*/*".to_owned())],
            env: Arc::from([("LIST".to_owned(), "1".to_owned())]),
            credential: credential(CredentialScheme::Bearer(Secret::new("first-token"))),
            signer: signer("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
            retry: RetryPolicy::default(),
            delivery: DeliveryCaps::default(),
            sandbox: SandboxCaps::default(),
        }
    }

    /// A change of an endpoint.
    type Change = fn(&mut Endpoint);

    #[test]
    fn whatever_changes_is_another_declaration_and_no_secret_stands_in_it() {
        let key = FingerprintKey::new(&[7; 32]);
        let specs = Specs { key: &key };
        let before = specs.endpoint(&endpoint(), None);
        assert_eq!(before, specs.endpoint(&endpoint(), None));
        let text = String::from_utf8(before.clone()).expect("JSON");
        for secret in ["services", "first", "C2FVsBQIhrscChlQIMV"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        let changes: [(&str, Change); 12] = [
            ("a secret URL, on the same host", |it| {
                it.url = secret_url("https://hooks.chat.test/services/second");
            }),
            ("no secret any more", |it| {
                let url = "https://hooks.chat.test/services/first";
                it.url = EndpointUrl::new(url.parse().expect("a URL"));
            }),
            ("a token", |it| {
                it.credential = credential(CredentialScheme::Bearer(Secret::new("second")));
            }),
            ("a scheme", |it| {
                it.credential = credential(CredentialScheme::Header {
                    name: "x-key".to_owned(),
                    value: Secret::new("first-token"),
                });
            }),
            ("a user", |it| {
                it.credential = credential(CredentialScheme::Basic {
                    user: Secret::new("first-token"),
                    password: Secret::new(""),
                });
            }),
            ("no credential", |it| it.credential = None),
            ("a signing secret", |it| {
                it.signer = signer("whsec_AAAAsBQIhrscChlQIMV+b5sSYspob7oD");
            }),
            ("a header", |it| it.headers[0].1.push('x')),
            ("a variable", |it| {
                it.env = Arc::from([("LIST".to_owned(), "2".to_owned())]);
            }),
            ("a retry", |it| it.retry.delays_ms.push(1)),
            ("a limit", |it| it.sandbox.fuel_max -= 1),
            ("that it is disabled", |it| it.is_disabled = true),
        ];
        for (what, change) in changes {
            let mut changed = endpoint();
            change(&mut changed);
            assert_ne!(before, specs.endpoint(&changed, None), "{what}");
        }
        assert_ne!(before, specs.endpoint(&endpoint(), Some("sha256:1")));
    }

    #[test]
    fn another_key_of_a_source_is_another_declaration() {
        use hookmill_domain::SourceId;
        use hookmill_domain::signature::Verifier;
        let key = FingerprintKey::new(&[7; 32]);
        let source = |secret: &str| Source {
            id: SourceId::from_bytes([1; 16]),
            tenant: TenantId::from_bytes([2; 16]),
            name: "dodo".to_owned(),
            path: "dodo".to_owned(),
            verifier: Verifier::standard_webhooks(vec![secret.parse().expect("a key")]),
        };
        let spec = |secret| Specs { key: &key }.source(&source(secret));
        let first = spec("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        assert_eq!(first, spec("C2FVsBQIhrscChlQIMV+b5sSYspob7oD"));
        assert_ne!(first, spec("whsec_AAAAsBQIhrscChlQIMV+b5sSYspob7oD"));
    }
}
