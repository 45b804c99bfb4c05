//! `console.table`: rows and columns, as Node.js draws them.

use super::format::plain;
use super::layout::quote;
use super::primitive::ENTRIES_MAX;
use super::show::inspect_to;
use crate::js::{Js, Name, Property, Species, Thrown, Value};

const COLUMNS_MAX: usize = 20;
const CELL_CHARACTERS_MAX: usize = 60;
/// The column of rows that are not objects.
const VALUES: &str = "Values";

/// What a table is made of.
struct Table {
    js: Js,
    columns: Vec<String>,
    /// Each with its index and the cells it has: a column's place, a text.
    rows: Vec<(String, Vec<(usize, String)>)>,
    /// The cells of [`VALUES`], by row.
    values: Vec<Option<String>>,
    /// Only these columns are wanted.
    only: Option<Vec<String>>,
}

/// A table of an array, an object, a `Map` or a `Set`; `only` is the list of
/// columns to show, if any.
pub(super) fn of(js: Js, data: Value, only: Option<Value>) -> String {
    let only = only.filter(|list| js.is_array(*list));
    let only = only.map(|list| {
        let names = (0..COLUMNS_MAX).map_while(|at| data_of(js, list, js.index(at).ok()?));
        names.map(|name| cell(js, name, false)).collect::<Vec<_>>()
    });
    let mut table = Table {
        js,
        columns: only.clone().unwrap_or_default(),
        rows: Vec::new(),
        values: Vec::new(),
        only,
    };
    let (head, count) = match js.species(data) {
        Species::Proxy => return plain(js, data, ENTRIES_MAX),
        Species::Map => {
            let entries = js.entries_of(data, ENTRIES_MAX).unwrap_or_default();
            table.columns = vec!["Key".to_owned()];
            for (index, entry) in entries.chunks(2).enumerate() {
                let key = vec![(0, cell(js, entry[0], true))];
                table.rows.push((index.to_string(), key));
                table.values.push(Some(cell(js, entry[1], true)));
            }
            ("(iteration index)", js.size_of(data))
        }
        Species::Set => {
            let entries = js.entries_of(data, ENTRIES_MAX).unwrap_or_default();
            for (index, entry) in entries.into_iter().enumerate() {
                table.row(index.to_string(), entry);
            }
            ("(iteration index)", js.size_of(data))
        }
        Species::Array => {
            let length = js.length(data).unwrap_or(0);
            for index in 0..length.min(ENTRIES_MAX) {
                let item = js
                    .index(index)
                    .ok()
                    .and_then(|name| data_of(js, data, name));
                table.row(index.to_string(), item.unwrap_or(Value::UNDEFINED));
            }
            ("(index)", length)
        }
        _ => {
            let names = js.own_names(data, false).unwrap_or_default();
            for name in names.iter().take(ENTRIES_MAX) {
                let index = cell(js, js.name_value(*name), false);
                let item = data_of(js, data, *name);
                table.row(index, item.unwrap_or(Value::UNDEFINED));
            }
            ("(index)", names.len())
        }
    };
    js.forget_exception();
    let mut text = table.draw(head);
    if count > table.rows.len() {
        text.push_str(&format!("\n... {} more rows", count - table.rows.len()));
    }
    text
}

impl Table {
    /// Adds a row: an object's properties, or one value.
    fn row(&mut self, index: String, item: Value) {
        let js = self.js;
        let mut cells = Vec::new();
        let object = item.is_object() && !js.is_function(item) && !js.is_proxy(item);
        if object {
            let names = js.own_names(item, false).unwrap_or_default();
            for name in names.iter().take(ENTRIES_MAX) {
                let label = cell(js, js.name_value(*name), false);
                let known = self.columns.iter().position(|column| *column == label);
                let place = match known {
                    Some(place) => place,
                    None if self.only.is_some() || self.columns.len() >= COLUMNS_MAX => continue,
                    None => {
                        self.columns.push(label);
                        self.columns.len() - 1
                    }
                };
                let value = data_of(js, item, *name);
                cells.push((
                    place,
                    value.map_or("[Getter]".into(), |value| cell(js, value, true)),
                ));
            }
        }
        self.rows.push((index, cells));
        self.values.push((!object).then(|| cell(js, item, true)));
    }

    fn draw(&self, head: &str) -> String {
        let with_values = self.values.iter().any(Option::is_some);
        let mut lines = Vec::with_capacity(self.rows.len() + 1);
        let mut first = vec![head.to_owned()];
        first.extend(self.columns.iter().cloned());
        first.extend(with_values.then(|| VALUES.to_owned()));
        let width = first.len();
        lines.push(first);
        for ((index, cells), value) in self.rows.iter().zip(&self.values) {
            let mut line = vec![String::new(); width];
            line[0].clone_from(index);
            for (place, text) in cells {
                line[place + 1].clone_from(text);
            }
            if with_values {
                line[width - 1] = value.clone().unwrap_or_default();
            }
            lines.push(line);
        }
        let widths: Vec<usize> = (0..width)
            .map(|column| {
                let cells = lines.iter().map(|line| line[column].chars().count());
                cells.max().unwrap_or(0) + 2
            })
            .collect();
        let rule = |left: &str, middle: &str, right: &str| {
            let dashes: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            format!("{left}{}{right}", dashes.join(middle))
        };
        let mut text = rule("┌", "┬", "┐");
        for (number, line) in lines.iter().enumerate() {
            let cells: Vec<String> = line
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!(" {cell:<inner$} ", inner = width - 2))
                .collect();
            text.push_str(&format!("\n│{}│", cells.join("│")));
            if number == 0 {
                text.push('\n');
                text.push_str(&rule("├", "┼", "┤"));
            }
        }
        text.push('\n');
        text.push_str(&rule("└", "┴", "┘"));
        text
    }
}

/// A value in one line.
fn cell(js: Js, value: Value, quoted: bool) -> String {
    let text = match value.is_string() {
        true => {
            let text = plain(js, value, CELL_CHARACTERS_MAX);
            if quoted { quote(&text) } else { text }
        }
        false => inspect_to(js, value, Some(0)),
    };
    let text = text.replace('\n', " ");
    match text.char_indices().nth(CELL_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// An own property's value, unless it is an accessor.
fn data_of(js: Js, object: Value, name: Name) -> Option<Value> {
    match js.own_property(object, name) {
        Ok(Some(Property::Data(value))) => Some(value),
        Ok(_) => None,
        Err(Thrown) => {
            js.forget_exception();
            None
        }
    }
}
