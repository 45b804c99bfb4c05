//! What the client costs over a bare `reqwest`: the same 64 requests at once
//! to the same sink on loopback, by either.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hookmill_domain::headers::HeaderLayers;
use hookmill_domain::request::{Method, Request};
use hookmill_domain::secret::Secret;
use hookmill_egress::{AddressPolicy, Client, Config, Outbound};
use hookmill_stand_ins::fast_sink;
use std::future::Future;
use std::hint::black_box;
use tokio::runtime::Runtime;

const AT_ONCE: usize = 64;
const BODY: &[u8] = &[b' '; 2_048];

async fn all_at_once<F>(send: impl Fn() -> F)
where
    F: Future<Output = u16> + Send + 'static,
{
    let tasks: Vec<_> = (0..AT_ONCE).map(|_| tokio::spawn(send())).collect();
    for task in tasks {
        assert_eq!(task.await.expect("no panic"), 200);
    }
}

fn loopback(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let address = runtime.block_on(fast_sink::answering(|_| {}));
    let url = format!("http://{address}/path");
    let mut group = criterion.benchmark_group("loopback, 64 at once, 2 KiB");
    group.throughput(Throughput::Elements(AT_ONCE as u64));

    let bare = bare_client();
    let parsed: reqwest::Url = url.parse().expect("a URL");
    group.bench_function("bare reqwest", |bencher| {
        bencher.iter(|| {
            runtime.block_on(all_at_once(|| {
                let request = bare
                    .post(parsed.clone())
                    .header("content-type", "application/json")
                    .header("authorization", "Bearer token")
                    .body(BODY);
                async move {
                    let response = request.send().await.expect("an answer");
                    let status = response.status().as_u16();
                    black_box(response.bytes().await.expect("a body"));
                    status
                }
            }));
        });
    });

    let client = guarded_client();
    let request = Request::try_new(&url, Method::Post, vec![], BODY.into()).expect("sendable");
    group.bench_function("egress", |bencher| {
        bencher.iter(|| {
            runtime.block_on(all_at_once(|| {
                let (client, request) = (client.clone(), request.clone());
                async move { send(&client, &request).await }
            }));
        });
    });
    group.finish();
}

async fn send(client: &Client, request: &Request) -> u16 {
    let sent = client.send(Outbound {
        request,
        layers: HeaderLayers {
            credential: Some(("authorization", Secret::new("Bearer token"))),
            ..HeaderLayers::default()
        },
        connect_timeout_ms: 5_000,
        timeout_ms: 15_000,
        response_bytes_kept: 4_096,
    });
    let response = sent.await.expect("an answer");
    black_box(response.body);
    response.status
}

fn bare_client() -> reqwest::Client {
    let tls = rustls::ClientConfig::builder_with_provider(
        rustls::crypto::ring::default_provider().into(),
    )
    .with_safe_default_protocol_versions()
    .expect("ring has both")
    .with_root_certificates(rustls::RootCertStore::empty())
    .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .build()
        .expect("a client")
}

fn guarded_client() -> Client {
    let loopback = "127.0.0.0/8".parse().expect("a range");
    Client::new(Config {
        policy: AddressPolicy::public_only().allowing([loopback]),
        ..Config::default()
    })
    .expect("a client")
}

criterion_group!(benches, loopback);
criterion_main!(benches);
