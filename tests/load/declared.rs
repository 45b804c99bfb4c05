//! What the relay under load is configured with: endpoints and handlers, as
//! the options ask for.
//!
//! One tenant with all endpoints; or, with several handlers, as many tenants,
//! each with a source, a handler of its own and an endpoint.

use crate::body;
use crate::{Options, Transform};
use hookmill_tests::binary::root;
use hookmill_tests::folder::Folder;
use std::fmt::Write as _;
use std::net::SocketAddr;

/// A folder on the project's own disk, if the options say nothing else: a
/// temporary folder may be in memory, where nothing is ever synced.
pub(crate) fn folder(options: &Options, sinks: &[SocketAddr]) -> Folder {
    let mut text = String::new();
    let tenants = tenants(options);
    for tenant in &tenants {
        if let Some(path) = path_of(tenant) {
            let _ = write!(
                text,
                "[tenants.{tenant}.sources.dodo]\npath = \"{path}\"\nsecrets = [{{ env = \"DODO_SECRET\" }}]\n"
            );
        }
        transform(&mut text, options, tenant);
        for (index, sink) in sinks.iter().enumerate() {
            endpoint(&mut text, options, tenant, index, *sink);
        }
    }
    if let (Transform::Rust, Some(sink)) = (options.transform, sinks.first()) {
        // The component chooses its vendor's URL; its requests go to the sink.
        let _ = write!(
            text,
            "[egress.routes]\n\"api.segment.io\" = \"http://{sink}\"\n"
        );
    }
    options.neighbour.declare(&mut text);
    let disk = root().join("target");
    let folder = Folder::beneath(options.beneath.as_deref().unwrap_or(&disk), &text);
    for (index, tenant) in tenants.iter().enumerate() {
        folder.write(&format!("{tenant}.js"), &body::handler(index));
    }
    options.neighbour.write(&folder);
    folder
}

/// The paths that events are published to, one a tenant.
pub(crate) fn paths(options: &Options) -> Vec<String> {
    let tenants = tenants(options);
    let paths = tenants.iter().map(|tenant| path_of(tenant));
    paths
        .map(|path| format!("/in/{}", path.unwrap_or("dodo")))
        .collect()
}

fn tenants(options: &Options) -> Vec<String> {
    match options.handlers {
        0 | 1 => vec!["acme".to_owned()],
        several => (0..several).map(|n| format!("t{n:04}")).collect(),
    }
}

/// The path of a tenant's source; none for the tenant whose source the tests'
/// preamble declares already.
fn path_of(tenant: &str) -> Option<&str> {
    (tenant != "acme").then_some(tenant)
}

fn transform(text: &mut String, options: &Options, tenant: &str) {
    let _ = match options.transform {
        Transform::None => Ok(()),
        Transform::Js => write!(
            text,
            "[tenants.{tenant}.transforms.t]\nfile = \"{tenant}.js\"\n"
        ),
        Transform::Rust => {
            let component = root().join("target/guests/segment.wasm");
            assert!(
                component.is_file(),
                "there is no {}: `hookmill build transforms/segment/rust -o` makes it",
                component.display()
            );
            write!(
                text,
                "[tenants.{tenant}.transforms.t]\nfile = {component:?}\n"
            )
        }
    };
}

fn endpoint(text: &mut String, options: &Options, tenant: &str, index: usize, sink: SocketAddr) {
    let concurrency_max = options.concurrency_max;
    let _ = write!(
        text,
        "[tenants.{tenant}.endpoints.e{index}]\nurl = \"http://{sink}/\"\nhosts = [\"127.0.0.1\", \"api.segment.io\"]\nconcurrency_max = {concurrency_max}\nretry = {{ delays_s = [3600] }}\n"
    );
    if options.transform != Transform::None {
        text.push_str("transform = \"t\"\n");
    }
}
