//! `[tenants.TENANT.endpoints.NAME]`: where events go, and how.

use super::caps;
use super::limits;
use super::secret_ref;
use super::table::Table;
use super::tenant::Tenant;
use super::value::Value;
use hookmill_domain::caps::{DeliveryCaps, HEADER_BYTES_MAX, HEADERS_MAX};
use hookmill_domain::credential::Credential;
use hookmill_domain::endpoint::{Endpoint, EndpointUrl};
use hookmill_domain::filter::{EventFilter, TypePattern};
use hookmill_domain::hosts::HostPattern;
use hookmill_domain::request::{Method, check_header};
use hookmill_domain::retry::RetryPolicy;
use hookmill_domain::secret::SecretUse;
use hookmill_domain::signature::Signer;
use hookmill_domain::transform::{TransformRef, WantedVersion};
use hookmill_domain::variable::check_variable_name;
use hookmill_domain::{EndpointId, SourceId};
use std::sync::Arc;

/// Headers whose values are secrets.
const CREDENTIAL_HEADERS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];

/// Reads one endpoint; none when there is a problem in it that leaves it
/// without something that it needs.
pub(super) fn read<'t>(tenant: &Tenant<'t>, name: &str, table: Table<'t>) -> Option<Endpoint> {
    let url_value = table.require("url", "where requests go");
    let url = url_value.as_ref().and_then(read_url);
    let transform = table
        .get("transform")
        .and_then(|value| read_transform(tenant, &value));
    let has_transform = table.get("transform").is_some();
    let credential = table
        .get("credential")
        .and_then(|value| read_credential(tenant, &value));
    let disabled = table.get("disabled").and_then(|value| value.boolean());
    // The problems of all parts are reported, also where there is no URL.
    let sources = read_sources(tenant, &table);
    let filter = read_filter(&table);
    let hosts = read_hosts(&table);
    let methods = read_methods(&table);
    let headers = read_headers(&table);
    let env = read_env(&table);
    let signer = read_signer(&table);
    let retry = read_retry(&table);
    let delivery = read_delivery(&table);
    let sandbox = limits::read_limits(&table, tenant.sandbox);
    table.finish();
    let value = url_value?;
    let endpoint = Endpoint {
        id: EndpointId::named(&[tenant.name, name]),
        tenant: tenant.id,
        name: name.to_owned(),
        is_disabled: disabled.unwrap_or(false),
        url: url?,
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
    };
    // A secret one is not known where no secrets are.
    if !(endpoint.url.is_secret() && value.document.is_for_authors()) {
        check_hosts(&endpoint, &value, has_transform);
    }
    Some(endpoint)
}

/// A text, or a reference to a secret.
fn read_url(value: &Value<'_>) -> Option<EndpointUrl> {
    if value.is_table() {
        let secret = secret_ref::secret(value, SecretUse::Url)?;
        return value.url_of(secret.expose()).map(EndpointUrl::secret);
    }
    value.url().map(EndpointUrl::new)
}

/// `name`, or `name@3` for a version of an uploaded one.
fn read_transform(tenant: &Tenant<'_>, value: &Value<'_>) -> Option<TransformRef> {
    let reference: TransformRef = value.parse()?;
    let name = tenant.named(value, &reference.name, "transform", &tenant.transforms)?;
    let is_pinned = reference.version != WantedVersion::Active;
    if is_pinned && !tenant.uploads.contains(&name) {
        value.report(format_args!(
            "transform `{name}` is a file and has no versions: leave `@` and what follows out, or declare it with `upload = true`"
        ));
        return None;
    }
    Some(reference)
}

fn read_credential(tenant: &Tenant<'_>, value: &Value<'_>) -> Option<Arc<Credential>> {
    let names: Vec<_> = tenant.credentials.keys().copied().collect();
    let name = tenant.reference(value, "credential", &names)?;
    tenant.credentials.get(name)?.clone()
}

fn read_sources<'t>(tenant: &Tenant<'t>, table: &Table<'t>) -> Vec<SourceId> {
    let Some(list) = table.get("sources") else {
        return Vec::new();
    };
    let names = list.list_not_empty("leave it out for all sources of the tenant");
    let names = names.unwrap_or_default();
    let known = names
        .iter()
        .filter_map(|name| tenant.reference(name, "source", &tenant.sources));
    known
        .map(|name| SourceId::named(&[tenant.name, name]))
        .collect()
}

fn read_filter(table: &Table<'_>) -> EventFilter {
    let Some(list) = table.get("events") else {
        return EventFilter::new(vec![TypePattern::Any]);
    };
    let patterns = list.list_not_empty("leave it out for every event");
    let patterns = patterns.unwrap_or_default();
    EventFilter::new(patterns.iter().filter_map(Value::parse).collect())
}

fn read_hosts(table: &Table<'_>) -> Vec<HostPattern> {
    let hosts = table.get("hosts").and_then(|value| value.list());
    let hosts = hosts.unwrap_or_default();
    hosts.iter().filter_map(Value::parse).collect()
}

fn read_methods(table: &Table<'_>) -> Vec<Method> {
    let Some(list) = table.get("methods") else {
        return Method::DEFAULT.to_vec();
    };
    let names = list.list_not_empty("leave it out for POST, PUT and PATCH");
    let names = names.unwrap_or_default();
    let mut methods: Vec<Method> = Vec::new();
    for value in &names {
        let Some(name) = value.text() else { continue };
        match Method::from_name(name) {
            Some(method) if !methods.contains(&method) => methods.push(method),
            Some(_) => {}
            None => value.report(format_args!(
                "`{name}` is not a method that can be used: POST, PUT, PATCH, DELETE or GET"
            )),
        }
    }
    methods
}

fn read_headers(table: &Table<'_>) -> Vec<(String, String)> {
    let Some(table) = table.table("headers") else {
        return Vec::new();
    };
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in table.entries() {
        let Some(text) = value.text_or_empty() else {
            continue;
        };
        let lower = name.to_ascii_lowercase();
        if CREDENTIAL_HEADERS.contains(&lower.as_str()) {
            value.report("is a secret: declare a credential and name it in `credential`");
        } else if let Err(error) = check_header(name, text) {
            value.report(error);
        } else if headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name)) {
            value.report("is given twice: case makes no difference in a header's name");
        } else {
            headers.push((name.to_owned(), text.to_owned()));
        }
    }
    let bytes: usize = headers.iter().map(|(n, v)| n.len() + v.len()).sum();
    if headers.len() > HEADERS_MAX || bytes > HEADER_BYTES_MAX {
        table.report(format_args!(
            "has {} fields and {bytes} bytes; at most {HEADERS_MAX} and {HEADER_BYTES_MAX} can be sent",
            headers.len()
        ));
    }
    headers
}

fn read_env(table: &Table<'_>) -> Arc<[(String, String)]> {
    let table = table.table("env");
    let entries = table.iter().flat_map(Table::entries);
    let mut variables: Vec<_> = entries
        .filter_map(|(name, value)| {
            if value.is_table() {
                value.report("must be a text: transforms are given no secrets, use `credential`");
                return None;
            }
            if let Err(error) = check_variable_name(name) {
                value.report(error);
                return None;
            }
            Some((name.to_owned(), value.text_or_empty()?.to_owned()))
        })
        .collect();
    variables.sort();
    variables.into()
}

fn read_signer(table: &Table<'_>) -> Option<Arc<Signer>> {
    let table = table.table("signing")?;
    let secrets = table.require("secrets", "the signing secrets, newest first");
    let keys = secrets.and_then(|list| secret_ref::signing_keys(&list));
    table.finish();
    Some(Arc::new(Signer::standard_webhooks(keys?)))
}

fn read_retry(table: &Table<'_>) -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    let Some(table) = table.table("retry") else {
        return policy;
    };
    if let Some(list) = table.get("delays_s")
        && let Some(delays) = list.list()
    {
        if delays.len() > caps::RETRIES_MAX {
            let max = caps::RETRIES_MAX;
            list.report(format_args!("has more than {max} delays"));
        }
        let seconds = delays
            .iter()
            .filter_map(|it| it.integer(caps::RETRY_DELAY_S));
        policy.delays_ms = seconds.map(|delay| delay * 1_000).collect();
    }
    if let Some(jitter) = table.get("jitter").and_then(|value| value.permille()) {
        policy.jitter_permille = jitter;
    }
    if let Some(list) = table.get("success_codes").and_then(|value| value.list()) {
        let codes = list
            .iter()
            .filter_map(|code| code.integer(caps::SUCCESS_CODES));
        policy.success_codes = codes.filter_map(|code| code.try_into().ok()).collect();
    }
    table.finish();
    policy
}

fn read_delivery(table: &Table<'_>) -> DeliveryCaps {
    let mut delivery = DeliveryCaps::default();
    let count = |name, range| table.get(name)?.integer(range)?.try_into().ok();
    if let Some(concurrency) = count("concurrency_max", caps::CONCURRENCY) {
        delivery.concurrency_max = concurrency;
    }
    delivery.rate_per_second = count("rate_per_second", caps::RATE_PER_SECOND);
    if let Some(value) = table.get("connect_timeout_ms") {
        let field = &mut delivery.connect_timeout_ms;
        limits::set(field, &value, caps::CONNECT_TIMEOUT_MS);
    }
    if let Some(value) = table.get("request_timeout_ms") {
        let field = &mut delivery.request_timeout_ms;
        limits::set(field, &value, caps::REQUEST_TIMEOUT_MS);
    }
    delivery
}

/// What would make every delivery fail, or go without its credential, is a
/// problem now.
fn check_hosts(endpoint: &Endpoint, value: &Value<'_>, has_transform: bool) {
    let url = endpoint.url.destination().as_url();
    let host = url.host_str().unwrap_or_default();
    if !endpoint.admits_host(url) {
        let allowed: Vec<_> = endpoint.hosts.iter().map(HostPattern::to_string).collect();
        value.report(format_args!(
            "host `{host}` is not among the endpoint's `hosts` ({})",
            allowed.join(", ")
        ));
    }
    if let Some(credential) = &endpoint.credential
        && !has_transform
        && !credential.hosts.iter().any(|pattern| pattern.admits(url))
    {
        value.report(format_args!(
            "host `{host}` is not among the `hosts` of credential `{}`, and no transform changes the URL: the credential would never be sent",
            credential.name
        ));
    }
}
