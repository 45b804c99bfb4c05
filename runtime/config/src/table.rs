//! One table of the file: hands out its values by key, remembers which keys
//! were asked for, and reports all others as unknown.

use super::document::Document;
use super::name::{NAME_RULE, is_name, nearest};
use super::value::Value;
use std::cell::RefCell;
use std::fmt::Display;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// A table. Call [`Table::finish`] after the last key was asked for.
pub(super) struct Table<'t> {
    document: &'t Document<'t>,
    key: String,
    /// Where problems of the table as a whole are reported.
    span: Range<usize>,
    table: &'t DeTable<'t>,
    known: RefCell<Vec<&'static str>>,
}

impl<'t> Table<'t> {
    /// The whole file.
    pub(super) fn root(document: &'t Document<'t>, table: &'t DeTable<'t>) -> Self {
        Self {
            document,
            key: String::new(),
            span: 0..0,
            table,
            known: RefCell::default(),
        }
    }

    /// A value that must be a table.
    pub(super) fn of(value: &Value<'t>) -> Option<Self> {
        let DeValue::Table(table) = value.value else {
            return value.wrong_type("a table");
        };
        Some(Self {
            document: value.document,
            key: value.key.clone(),
            span: value.span.clone(),
            table,
            known: RefCell::default(),
        })
    }

    /// What all readers share.
    pub(super) fn document(&self) -> &'t Document<'t> {
        self.document
    }

    /// Where the table is.
    pub(super) fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// The table's full key.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Records a problem that concerns the table as a whole.
    pub(super) fn report(&self, message: impl Display) {
        self.document
            .report(&self.span, &self.key, message.to_string());
    }

    /// The value of a key that may be absent.
    pub(super) fn get(&self, name: &'static str) -> Option<Value<'t>> {
        self.known.borrow_mut().push(name);
        let value = self.table.get(name)?;
        Some(Value::new(self.document, self.key_of(name), value))
    }

    /// The value of a key that must be there.
    pub(super) fn require(&self, name: &'static str, what: &str) -> Option<Value<'t>> {
        let value = self.get(name);
        if value.is_none() {
            self.report(format_args!("`{name}` is missing: {what}"));
        }
        value
    }

    /// The table at a key that may be absent.
    pub(super) fn table(&self, name: &'static str) -> Option<Table<'t>> {
        let found = Table::of(&self.get(name)?)?;
        Some(self.at_its_key(found, name))
    }

    /// The tables below a key, by the names that the user gave them. Reports
    /// names that can't be used, and what is not a table.
    pub(super) fn named(&self, name: &'static str) -> Vec<(&'t str, Table<'t>)> {
        let Some(parent) = self.table(name) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (key, value) in parent.table {
            let name: &'t str = key.get_ref();
            let value = Value::new(self.document, parent.key_of(name), value);
            let Some(child) = Table::of(&value) else {
                continue;
            };
            let child = parent.at_its_key(child, name);
            if !is_name(name) {
                child.report(NAME_RULE);
            }
            found.push((name, child));
        }
        found
    }

    /// All keys with their values, for tables whose keys the user chooses.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'t str, Value<'t>)> {
        self.table.iter().map(|(key, value)| {
            let name: &'t str = key.get_ref();
            (name, Value::new(self.document, self.key_of(name), value))
        })
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(self) {
        let mut known = self.known.into_inner();
        known.sort_unstable();
        known.dedup();
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            };
            let full = join(&self.key, name);
            let message = format!("no such key; {hint}");
            self.document.report(&key.span(), &full, message);
        }
    }

    /// A table's own span covers its header or its braces; its key is the
    /// better position to point at.
    fn at_its_key(&self, mut child: Table<'t>, name: &str) -> Table<'t> {
        if let Some((key, _)) = self.table.get_key_value(name) {
            child.span = key.span();
        }
        child
    }

    fn key_of(&self, name: &str) -> String {
        join(&self.key, name)
    }
}

fn join(parent: &str, name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let quoted = if !name.is_empty() && name.bytes().all(bare) {
        name.to_owned()
    } else {
        format!("{name:?}")
    };
    if parent.is_empty() {
        quoted
    } else {
        format!("{parent}.{quoted}")
    }
}
