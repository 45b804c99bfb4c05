//! `Intl.DisplayNames` and `Intl.supportedValuesOf`: what things are called,
//! and which there are.

use crate::locale::Tag;
use crate::number::Resolved;
use crate::options::{Failure, Options, matcher, one_of};
use crate::tables::{self, Section};

const OWNER: &str = "Intl.DisplayNames";
const STYLES: [&str; 3] = ["long", "short", "narrow"];
const TYPES: [&str; 6] = [
    "language",
    "region",
    "script",
    "currency",
    "calendar",
    "dateTimeField",
];
const FALLBACKS: [&str; 2] = ["code", "none"];
const DISPLAYS: [&str; 2] = ["dialect", "standard"];

/// Names of one type of things.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DisplayNames {
    style: usize,
    kind: usize,
    codes_too: bool,
    dialects: bool,
}

impl DisplayNames {
    /// Reads the options.
    ///
    /// # Errors
    /// A value that an option does not have, or no type.
    pub fn new(options: &mut impl Options) -> Result<Self, Failure> {
        matcher(options, OWNER)?;
        let style = one_of(options, OWNER, "style", &STYLES)?.unwrap_or(0);
        let Some(kind) = one_of(options, OWNER, "type", &TYPES)? else {
            let message = "Required option \"type\" must not be undefined";
            return Err(Failure::type_error(message));
        };
        Ok(Self {
            style,
            kind,
            codes_too: one_of(options, OWNER, "fallback", &FALLBACKS)? != Some(1),
            dialects: one_of(options, OWNER, "languageDisplay", &DISPLAYS)? != Some(1),
        })
    }

    /// The name of a code; none when there is none.
    ///
    /// # Errors
    /// What is not a code of this type.
    pub fn of(&self, code: &str) -> Result<Option<String>, Failure> {
        let invalid = || {
            let message = "Invalid argument to Intl.DisplayNames.prototype.of";
            Failure::range(message)
        };
        let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let (canonical, name) = match TYPES[self.kind] {
            "language" => {
                let tag = Tag::parse(code)
                    .filter(Tag::is_language)
                    .ok_or_else(invalid)?;
                let name = self.language(&tag);
                (tag.canonical(), name)
            }
            "region" => {
                let sound = code.len() == 2 && letters(code)
                    || code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit());
                // As it is given: V8 knows codes in their own case only.
                let code = sound.then(|| code.to_owned()).ok_or_else(invalid)?;
                let name = self.named(Section::Regions, &code);
                (code, name)
            }
            "script" => {
                let sound = code.len() == 4 && letters(code);
                let code = sound.then(|| code.to_owned()).ok_or_else(invalid)?;
                let name = self.named(Section::Scripts, &code);
                (code, name)
            }
            "currency" => {
                let sound = code.len() == 3 && letters(code);
                let code = sound
                    .then(|| code.to_ascii_uppercase())
                    .ok_or_else(invalid)?;
                let row = tables::row(Section::Currencies, &code);
                let name = row.map(|row| row.field(5).to_owned());
                (code, name)
            }
            kind => {
                let code = match kind {
                    "calendar" => code.to_ascii_lowercase(),
                    _ => code.to_owned(),
                };
                let part = |part: &str| {
                    (3..=8).contains(&part.len())
                        && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
                };
                let name = self.named(Section::OtherNames, &format!("{kind} {code}"));
                if kind == "calendar" && !code.split('-').all(part)
                    || kind == "dateTimeField" && name.is_none()
                {
                    return Err(invalid());
                }
                (code, name)
            }
        };
        Ok(name.or_else(|| self.codes_too.then_some(canonical)))
    }

    fn named(&self, section: Section, code: &str) -> Option<String> {
        let row = tables::row(section, code)?;
        Some(row.width(self.style).to_owned())
    }

    /// A language, with its script and region in parentheses unless the whole
    /// has a name of its own.
    fn language(&self, tag: &Tag) -> Option<String> {
        let mut rest = vec![];
        let mut name = None;
        let [language, script, region] = [&tag.language, &tag.script, &tag.region];
        if self.dialects {
            name = match (script.is_empty(), region.is_empty()) {
                (false, true) => self.named(Section::Languages, &format!("{language}-{script}")),
                (true, false) => self.named(Section::Languages, &format!("{language}-{region}")),
                _ => None,
            };
        }
        if name.is_none() {
            name = self.named(Section::Languages, language);
            if !script.is_empty() {
                rest.push(self.part(Section::Scripts, script));
            }
            if !region.is_empty() {
                rest.push(self.part(Section::Regions, region));
            }
        }
        let name = match name {
            Some(name) => name,
            None if self.codes_too && !rest.is_empty() => language.clone(),
            None => return None,
        };
        rest.extend(
            tag.variants
                .iter()
                .map(|variant| variant.to_ascii_uppercase()),
        );
        match rest.is_empty() {
            true => Some(name),
            false => Some(format!("{name} ({})", rest.join(", "))),
        }
    }

    fn part(&self, section: Section, code: &str) -> String {
        self.named(section, code).unwrap_or_else(|| code.to_owned())
    }

    /// What `resolvedOptions` tells, without the locale.
    #[must_use]
    pub fn resolved(&self) -> Vec<(&'static str, Resolved)> {
        let mut list = vec![
            ("style", STYLES[self.style].into()),
            ("type", TYPES[self.kind].into()),
            ("fallback", FALLBACKS[usize::from(!self.codes_too)].into()),
        ];
        if self.kind == 0 {
            list.push((
                "languageDisplay",
                DISPLAYS[usize::from(!self.dialects)].into(),
            ));
        }
        list
    }
}

pub(crate) fn title(code: &str) -> String {
    let mut code = code.to_ascii_lowercase();
    if let Some(first) = code.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    code
}

/// The values of `Intl.supportedValuesOf`: those that can be used here.
///
/// # Errors
/// There is no such key.
pub fn supported_values(key: &str) -> Result<Vec<&'static str>, Failure> {
    match key {
        "calendar" => Ok(vec!["gregory"]),
        "collation" => Ok(vec!["default"]),
        "numberingSystem" => Ok(vec!["latn"]),
        "currency" | "timeZone" | "unit" => {
            let row = tables::row(Section::Supported, key);
            Ok(row.map_or(vec![], |row| row.field(0).split(' ').collect()))
        }
        _ => Err(Failure::range(format!("Invalid key : {key}"))),
    }
}
