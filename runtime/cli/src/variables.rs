//! The variables that a transform sees: from `env.json`, from the options of
//! an event, from the command line. What is given twice in one place is a
//! mistake; a later place wins over an earlier one.

use super::json_file::read_json;
use anyhow::bail;
use hookmill_domain::variable::check_variable_name;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// A JSON object of texts.
#[derive(Debug, Default)]
pub(super) struct Variables(pub(super) BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Variables {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(VariablesVisitor)
    }
}

struct VariablesVisitor;

impl<'de> Visitor<'de> for VariablesVisitor {
    type Value = Variables;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts: {\"NAME\": \"value\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Variables, A::Error> {
        let mut variables = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            check_variable_name(&name).map_err(A::Error::custom)?;
            let value = map.next_value::<Text>()?.0;
            if variables.contains_key(&name) {
                return Err(A::Error::custom(format_args!(
                    "variable `{name}` stands there twice"
                )));
            }
            variables.insert(name, value);
        }
        Ok(Variables(variables))
    }
}

/// A variable's value.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a variable's value, which is a text in quotes")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
        }
        from.deserialize_str(TextVisitor)
    }
}

/// The variables in a folder's `env.json`; none when there is no such file.
pub(super) fn of_folder(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let read: Option<Variables> = read_json(&folder.join("env.json"))?;
    Ok(read.unwrap_or_default().0)
}

/// Parses `NAME=VALUE`.
pub(super) fn parse(text: &str) -> Result<(String, String), String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err("write NAME=VALUE".to_owned());
    };
    check_variable_name(name).map_err(|error| error.to_string())?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Adds those of the command line, which win.
pub(super) fn add(
    variables: &mut BTreeMap<String, String>,
    own: &[(String, String)],
) -> anyhow::Result<()> {
    for (index, (name, value)) in own.iter().enumerate() {
        if own[..index].iter().any(|(earlier, _)| earlier == name) {
            bail!("--env {name} is given twice");
        }
        variables.insert(name.clone(), value.clone());
    }
    Ok(())
}
