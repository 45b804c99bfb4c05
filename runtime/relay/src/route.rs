//! An endpoint and the program that makes its requests.

use crate::load_key::LoadKey;
use crate::slot::{Content, Slot};
use hookmill_domain::endpoint::Endpoint;
use hookmill_domain::transform::TransformRef;
use hookmill_sandbox::Program;
use std::sync::Arc;

/// An endpoint and the program that makes its requests.
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    pub(crate) tenant_name: Arc<str>,
    transform: RouteTransform,
}

/// What makes an endpoint's requests.
enum RouteTransform {
    /// Nothing does: events are forwarded as they came.
    Forwards,
    /// The program in this slot.
    Runs(Arc<Slot>),
}

/// The program that an endpoint runs at this moment.
pub(crate) enum RouteProgram {
    /// It needs none: events are forwarded as they came.
    NotNeeded,
    /// Its program.
    Ready(Program),
    /// It waits for one.
    Waiting(Waiting),
}

/// Why an endpoint has no program to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// It was not loaded yet.
    Loading,
    /// No version was uploaded, or not the one that is wanted.
    NoVersion,
    /// It can't be loaded, and why.
    NotLoadable(Arc<str>),
}

impl Waiting {
    /// The stable word for it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::NoVersion => "no_version",
            Self::NotLoadable(_) => "not_loadable",
        }
    }
}

impl Route {
    /// A route whose program is in this slot; without one events are forwarded
    /// as they came.
    pub(crate) fn new(endpoint: Endpoint, tenant_name: Arc<str>, slot: Option<Arc<Slot>>) -> Self {
        Self {
            endpoint,
            tenant_name,
            transform: slot.map_or(RouteTransform::Forwards, RouteTransform::Runs),
        }
    }

    /// The program that it runs now.
    pub(crate) fn program(&self) -> RouteProgram {
        let slot = match &self.transform {
            RouteTransform::Forwards => return RouteProgram::NotNeeded,
            RouteTransform::Runs(slot) => slot,
        };
        match &*slot.content() {
            Content::Program(program) => RouteProgram::Ready(program.clone()),
            Content::Unknown => RouteProgram::Waiting(Waiting::Loading),
            Content::NoVersion => RouteProgram::Waiting(Waiting::NoVersion),
            Content::Unusable(why) => RouteProgram::Waiting(Waiting::NotLoadable(Arc::clone(why))),
        }
    }

    /// Why it has no program to run; none when it has one, or needs none.
    pub(crate) fn waiting(&self) -> Option<Waiting> {
        match self.program() {
            RouteProgram::Waiting(waiting) => Some(waiting),
            RouteProgram::NotNeeded | RouteProgram::Ready(_) => None,
        }
    }

    /// Whether it has no program to run; what it is to get stays in the queue.
    pub(crate) fn is_waiting(&self) -> bool {
        match &self.transform {
            RouteTransform::Forwards => false,
            RouteTransform::Runs(slot) => !slot.is_ready(),
        }
    }

    /// What has to be loaded for it; none when it needs no program.
    pub(crate) fn load_key(&self) -> Option<LoadKey> {
        let TransformRef { name, version } = self.endpoint.transform.clone()?;
        Some(LoadKey {
            tenant: self.endpoint.tenant,
            transform: name,
            wanted: version,
        })
    }
}
