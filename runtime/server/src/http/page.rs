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
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    limit: Option<usize>,
    iterator: Option<String>,
}

impl Page {
    /// What a query asks for.
    pub(super) fn parse(page: Result<Query<Self>, QueryRejection>) -> Result<Self, Problem> {
        let Query(page) = page.map_err(|error| Problem::malformed(error.body_text()))?;
        limit(page.limit)?;
        Ok(page)
    }

    /// The items after the one whose key is the iterator.
    pub(super) fn of(self, items: impl Iterator<Item = (String, Value)>) -> Value {
        let limit = self.limit.unwrap_or(ITEMS_MAX);
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

/// How many items a page has at most, where the caller may have asked for
/// fewer.
pub(super) fn limit(asked: Option<usize>) -> Result<usize, Problem> {
    match asked {
        None => Ok(ITEMS_MAX),
        Some(asked) if (1..=ITEMS_MAX).contains(&asked) => Ok(asked),
        Some(asked) => Err(Problem::malformed(format!(
            "`limit` is {asked}; a page has 1 to {ITEMS_MAX} items"
        ))),
    }
}
