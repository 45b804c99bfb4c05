//! The property names that every event needs, interned before the snapshot.

use crate::js::{Js, Name};

/// The names.
pub(crate) struct Names {
    pub(crate) event_type: Name,
    pub(crate) url: Name,
    pub(crate) method: Name,
    pub(crate) headers: Name,
    pub(crate) payload: Name,
    pub(crate) cancel: Name,
    pub(crate) env: Name,
    pub(crate) params: Name,
    pub(crate) name: Name,
    pub(crate) message: Name,
    pub(crate) stack: Name,
    pub(crate) handler: Name,
    pub(crate) default: Name,
}

impl Names {
    pub(crate) fn new(js: Js) -> Self {
        Self {
            event_type: js.name("eventType"),
            url: js.name("url"),
            method: js.name("method"),
            headers: js.name("headers"),
            payload: js.name("payload"),
            cancel: js.name("cancel"),
            env: js.name("env"),
            params: js.name("transformationsParams"),
            name: js.name("name"),
            message: js.name("message"),
            stack: js.name("stack"),
            handler: js.name("handler"),
            default: js.name("default"),
        }
    }
}
