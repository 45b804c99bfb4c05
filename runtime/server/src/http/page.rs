//! Pages of lists: which one is wanted, and what is on it.

use super::problem::Problem;
use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use hookmill_api::page::{Page, PageQuery};

/// Items on one page, unless the caller wants fewer.
const ITEMS_MAX: usize = 250;

/// A list's query. A `Result`, so that the key is asked for first.
pub(super) type Asked = Result<Query<PageQuery>, QueryRejection>;

/// Which part of a list.
pub(super) struct Wanted {
    /// Items at most, 1 to [`ITEMS_MAX`].
    pub(super) limit: usize,
    /// The place after which it begins.
    pub(super) after: Option<String>,
}

impl Wanted {
    /// What a query asks for.
    pub(super) fn parse(asked: Asked) -> Result<Self, Problem> {
        let Query(query) = asked.map_err(|error| Problem::malformed(error.body_text()))?;
        let limit = query.limit.unwrap_or(ITEMS_MAX);
        if !(1..=ITEMS_MAX).contains(&limit) {
            return Err(Problem::malformed(format!(
                "`limit` is {limit}; a page has 1 to {ITEMS_MAX} items"
            )));
        }
        Ok(Self {
            limit,
            after: query.iterator,
        })
    }

    /// The page of a list that is all there: each item with its place.
    pub(super) fn of<T>(self, all: impl Iterator<Item = (String, T)>) -> Result<Page<T>, Problem> {
        let mut items: Vec<_> = all.collect();
        if let Some(after) = &self.after {
            let last = items.iter().position(|(place, _)| place == after);
            items.drain(..=last.ok_or_else(unknown_iterator)?);
        }
        let done = items.len() <= self.limit;
        items.truncate(self.limit);
        let last = items.last().map(|(place, _)| place.clone());
        let data = items.into_iter().map(|(_, item)| item).collect();
        Ok(page(data, last, done))
    }
}

/// A page, and the place of its last item.
pub(super) fn page<T>(data: Vec<T>, last: Option<String>, done: bool) -> Page<T> {
    Page {
        data,
        iterator: last,
        prev_iterator: None,
        done,
    }
}

/// 400: going on from a place that is not there would leave items out.
pub(super) fn unknown_iterator() -> Problem {
    Problem::malformed(
        "`iterator` is not one that a page gave, or its item has gone: begin the list anew",
    )
}
