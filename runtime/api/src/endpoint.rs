//! A declared endpoint, as the operator is shown it.

use hookmill_domain::EndpointId;
use serde::{Deserialize, Serialize};

/// An endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Its id.
    #[serde(with = "crate::text")]
    pub id: EndpointId,
    /// The name of its tenant.
    pub tenant: String,
    /// Its own.
    pub name: String,
    /// Whether nothing is sent to it for now.
    pub disabled: bool,
    /// By what: `gone`, `operator` or `declaration`.
    pub disabled_by: Option<String>,
    /// Since when, where that is known.
    pub disabled_since: Option<String>,
    /// Whether it has no program to run yet.
    pub waiting: bool,
    /// Why: `loading`, `no_version` or `not_loadable`.
    pub waiting_reason: Option<String>,
    /// What is wrong with a program that is not loadable.
    pub waiting_detail: Option<String>,
    /// Deliveries that wait for one or the other, counted up to 1,000.
    pub held: usize,
}
