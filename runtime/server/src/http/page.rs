//! Pages of lists: which one is wanted, and what is on it.

use super::problem::Problem;
use crate::caps::PAGE_ITEMS_MAX;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use hookmill_api::page::{Page, PageQuery};

/// A list's query. A `Result`, so that the key is asked for first.
pub(super) type Asked = Result<Query<PageQuery>, QueryRejection>;

/// Which part of a list.
pub(super) struct Wanted {
    /// Items at most, 1 to [`PAGE_ITEMS_MAX`].
    pub(super) limit: usize,
    /// The cursor after which it begins.
    pub(super) after: Option<String>,
}

impl Wanted {
    /// What a query asks for.
    pub(super) fn parse(asked: Asked) -> Result<Self, Problem> {
        let Query(query) = asked.map_err(|error| Problem::malformed(error.body_text()))?;
        let limit = query.limit.unwrap_or(PAGE_ITEMS_MAX);
        if !(1..=PAGE_ITEMS_MAX).contains(&limit) {
            return Err(Problem::malformed(format!(
                "`limit` is {limit}; a page has 1 to {PAGE_ITEMS_MAX} items"
            )));
        }
        Ok(Self {
            limit,
            after: query.iterator,
        })
    }

    /// The page of a list that is all there: each item with its cursor.
    pub(super) fn of<T>(self, all: impl Iterator<Item = (String, T)>) -> Result<Page<T>, Problem> {
        let mut items: Vec<_> = all.collect();
        if let Some(after) = &self.after {
            let last = items.iter().position(|(cursor, _)| cursor == after);
            items.drain(..=last.ok_or_else(unknown_iterator)?);
        }
        let done = items.len() <= self.limit;
        items.truncate(self.limit);
        let last = items.last().map(|(cursor, _)| cursor.clone());
        let data = items.into_iter().map(|(_, item)| item).collect();
        Ok(page(data, last, done))
    }
}

/// A page, and the cursor of its last item.
pub(super) fn page<T>(data: Vec<T>, last: Option<String>, done: bool) -> Page<T> {
    Page {
        data,
        iterator: last,
        prev_iterator: None,
        done,
    }
}

/// 400: going on from an item that is not there would leave items out.
pub(super) fn unknown_iterator() -> Problem {
    Problem::malformed(
        "`iterator` is not one that a page gave, or its item has gone: begin the list anew",
    )
}
