//! A page of a list, as Svix's API has it: the one dialect of all lists.

use serde::{Deserialize, Serialize};

/// Which page: the query of every list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Items at most, 1 to 250; 250 where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
    /// The `iterator` of the page before; the list's beginning where it is
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iterator: Option<String>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// Its items.
    pub data: Vec<T>,
    /// What the next page is asked for with: the last item's place, opaque to
    /// callers. There also when `done`; none where `data` is empty.
    pub iterator: Option<String>,
    /// Lists are read forwards only: always none, and there because Svix's
    /// clients know it.
    pub prev_iterator: Option<String>,
    /// Whether the list ends with this page.
    pub done: bool,
}
