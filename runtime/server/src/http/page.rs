//! A page of a list, as Svix's API has it: `limit` and `iterator` in the query,
//! `{data, iterator, prevIterator, done}` in the answer.

use super::problem::Problem;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use serde::Deserialize;
use serde_json::{Value, json};

/// Items on one page, unless the caller wants fewer.
const ITEMS_MAX: usize = 250;

/// Which part of a list.
#[derive(Deserialize)]
pub(super) struct Page {
    limit: Option<usize>,
    iterator: Option<String>,
}

impl Page {
    /// What a query asks for.
    pub(super) fn parse(page: Result<Query<Self>, QueryRejection>) -> Result<Self, Problem> {
        let Query(page) = page.map_err(|error| Problem::malformed(error.body_text()))?;
        Ok(page)
    }

    /// The items after the one whose key is the iterator.
    pub(super) fn of(self, items: impl Iterator<Item = (String, Value)>) -> Value {
        let limit = self.limit.unwrap_or(ITEMS_MAX).clamp(1, ITEMS_MAX);
        let mut items: Vec<_> = items.collect();
        if let Some(after) = &self.iterator {
            let past = items.iter().position(|(key, _)| key == after);
            items.drain(..past.map_or(items.len(), |position| position + 1));
        }
        let done = items.len() <= limit;
        items.truncate(limit);
        let iterator = items.last().map(|(key, _)| key.clone());
        let data: Vec<_> = items.into_iter().map(|(_, item)| item).collect();
        json!({ "data": data, "iterator": iterator, "prevIterator": null, "done": done })
    }
}
