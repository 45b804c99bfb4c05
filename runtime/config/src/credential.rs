//! `[tenants.TENANT.credentials.NAME]`: what is added to requests, and for
//! which hosts.

use super::secret_ref::secret;
use super::table::Table;
use super::value::Value;
use hookmill_domain::credential::{Credential, CredentialScheme};
use hookmill_domain::hosts::HostPattern;
use hookmill_domain::request::check_header;
use hookmill_domain::secret::{Secret, SecretUse};

/// Reads one credential; none when there is a problem in it.
pub(super) fn read(name: &str, table: Table<'_>) -> Option<Credential> {
    let schemes = [
        table.get("bearer").map(|value| read_bearer(&value)),
        table.get("basic").map(|value| read_basic(&value)),
        table.get("header").map(|value| read_header(&value)),
    ];
    let mut found: Vec<_> = schemes.into_iter().flatten().collect();
    if found.len() != 1 {
        table.report("needs one of `bearer`, `basic` and `header`, and only one");
    }
    let hosts = table
        .require("hosts", "list the only hosts that it may be sent to")
        .and_then(|list| list.list_not_empty("list the only hosts that it may be sent to"));
    let hosts: Vec<_> = hosts
        .unwrap_or_default()
        .iter()
        .filter_map(|host| host.parse::<HostPattern>())
        .collect();
    table.finish();
    Some(Credential {
        name: name.to_owned(),
        scheme: found.pop().flatten()?,
        hosts,
    })
}

fn read_bearer(value: &Value<'_>) -> Option<CredentialScheme> {
    let token = secret(value, SecretUse::Bearer)?;
    check_sendable(value, "authorization", &token)?;
    Some(CredentialScheme::Bearer(token))
}

fn read_basic(value: &Value<'_>) -> Option<CredentialScheme> {
    let table = Table::of(value)?;
    let user = table.require("user", "a reference to a secret");
    let user = user.and_then(|value| secret(&value, SecretUse::BasicUser));
    let password = match table.get("password") {
        None => Some(Secret::new("")),
        Some(value) => secret(&value, SecretUse::BasicPassword),
    };
    table.finish();
    Some(CredentialScheme::Basic {
        user: user?,
        password: password?,
    })
}

fn read_header(value: &Value<'_>) -> Option<CredentialScheme> {
    let table = Table::of(value)?;
    let name_value = table.require("name", "the header's name");
    let name = name_value.as_ref().and_then(Value::text);
    let secret_ref = table.require("value", "a reference to a secret");
    let intended = SecretUse::Header(name.unwrap_or_default());
    let secret = secret_ref
        .as_ref()
        .and_then(|value| secret(value, intended));
    table.finish();
    let name = name?;
    if let Err(error) = check_header(name, "") {
        name_value?.report(error);
        return None;
    }
    let secret = secret?;
    check_sendable(&secret_ref?, name, &secret)?;
    Some(CredentialScheme::Header {
        name: name.to_owned(),
        value: secret,
    })
}

fn check_sendable(value: &Value<'_>, name: &str, secret: &Secret) -> Option<()> {
    // The error names the header and never repeats the value.
    let checked = check_header(name, secret.expose());
    checked
        .map_err(|error| value.report(format_args!("can't be sent: {error}")))
        .ok()
}
