//! Language tags, and which of them are there: `en-US` and `en`.

use crate::date::Cycle;
use crate::names::title;
use crate::options::{Failure, Options, matcher, one_of};
use crate::tables::{self, Section};

/// A language tag, taken apart, in its canonical case.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tag {
    pub(crate) language: String,
    pub(crate) script: String,
    pub(crate) region: String,
    pub(crate) variants: Vec<String>,
    /// `u-…`, `t-…` and others, in order; private use last.
    extensions: Vec<String>,
}

impl Tag {
    /// Reads a tag; none when it is not well-formed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let mut parts = lower.split('-').peekable();
        if !lower
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && alphanumeric(part))
        {
            return None;
        }
        let mut tag = Self::default();
        let language = parts
            .next()
            .filter(|part| alphabetic(part) && matches!(part.len(), 2 | 3 | 5..=8))?;
        tag.language = language.to_owned();
        if let Some(script) = parts.next_if(|part| part.len() == 4 && alphabetic(part)) {
            tag.script = title(script);
        }
        if let Some(region) = parts.next_if(|part| is_region(part)) {
            tag.region = region.to_ascii_uppercase();
        }
        while let Some(variant) = parts.next_if(|part| is_variant(part)) {
            if tag.variants.iter().any(|known| known == variant) {
                return None;
            }
            tag.variants.push(variant.to_owned());
        }
        tag.variants.sort();
        let mut private = None;
        while let Some(singleton) = parts.next() {
            if singleton.len() != 1 {
                return None;
            }
            let mut extension = singleton.to_owned();
            let least = if singleton == "x" { 1 } else { 2 };
            while let Some(part) = parts.next_if(|part| part.len() >= least) {
                extension.push('-');
                extension.push_str(part);
            }
            if extension.len() == 1 || tag.extensions.iter().any(|known| known[..1] == *singleton) {
                return None;
            }
            match singleton {
                "x" => private = Some(extension),
                "u" => tag.extensions.push(keywords(&extension)),
                _ => tag.extensions.push(extension),
            }
        }
        tag.extensions.sort();
        tag.extensions.extend(private);
        tag.replace_aliases();
        Some(tag)
    }

    fn replace_aliases(&mut self) {
        if let Some(row) = tables::row(Section::Aliases, &format!("language {}", self.language)) {
            let mut parts = row.field(0).split('-');
            self.language = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                match part.len() {
                    4 if self.script.is_empty() => self.script = part.to_owned(),
                    2 | 3 if self.region.is_empty() => self.region = part.to_owned(),
                    _ => {}
                }
            }
        }
        if let Some(row) = tables::row(Section::Aliases, &format!("region {}", self.region)) {
            self.region = row.field(0).to_owned();
        }
    }

    /// Whether it is a language, script, region and variants only.
    #[must_use]
    pub fn is_language(&self) -> bool {
        self.extensions.is_empty()
    }

    /// The tag without extensions.
    #[must_use]
    pub fn base(&self) -> String {
        let mut text = self.language.clone();
        let parts = [&self.script, &self.region]
            .into_iter()
            .filter(|part| !part.is_empty());
        for part in parts.chain(&self.variants) {
            text.push('-');
            text.push_str(part);
        }
        text
    }

    /// The whole tag.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut text = self.base();
        for extension in &self.extensions {
            text.push('-');
            text.push_str(extension);
        }
        text
    }

    /// Its language.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// A part by its name: `base`, `language`, `script`, `region`, or the key
    /// of a Unicode keyword.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<String> {
        let part = match name {
            "base" => return Some(self.base()),
            "language" if self.language == "und" => return None,
            "language" => &self.language,
            "script" => &self.script,
            "region" => &self.region,
            key => return self.keyword(key).map(str::to_owned),
        };
        (!part.is_empty()).then(|| part.clone())
    }

    /// Puts the options of `Intl.Locale` in the place of what it has.
    ///
    /// # Errors
    /// What cannot stand in a tag.
    pub fn apply(&mut self, options: &mut impl Options) -> Result<(), Failure> {
        let wrong = || Failure::range("Incorrect locale information provided");
        if let Some(text) = options.text("language")? {
            let sound = alphabetic(&text) && matches!(text.len(), 2 | 3 | 5..=8);
            self.language = sound.then(|| text.to_ascii_lowercase()).ok_or_else(wrong)?;
        }
        if let Some(text) = options.text("script")? {
            let sound = alphabetic(&text) && text.len() == 4;
            self.script = sound.then(|| title(&text)).ok_or_else(wrong)?;
        }
        if let Some(text) = options.text("region")? {
            let sound = is_region(&text);
            self.region = sound.then(|| text.to_ascii_uppercase()).ok_or_else(wrong)?;
        }
        self.replace_aliases();
        for (name, key) in [("calendar", "ca"), ("collation", "co")] {
            self.apply_text(options, name, key)?;
        }
        if let Some(cycle) = one_of(options, "locale", "hourCycle", &Cycle::NAMES)? {
            self.set_keyword("hc", Cycle::NAMES[cycle]);
        }
        let cases = ["upper", "lower", "false"];
        if let Some(case) = one_of(options, "locale", "caseFirst", &cases)? {
            self.set_keyword("kf", cases[case]);
        }
        if let Some(numeric) = options.flag("numeric")? {
            self.set_keyword("kn", if numeric { "true" } else { "false" });
        }
        self.apply_text(options, "numberingSystem", "nu")
    }

    fn apply_text(
        &mut self,
        options: &mut impl Options,
        name: &'static str,
        key: &str,
    ) -> Result<(), Failure> {
        let Some(text) = options.text(name)? else {
            return Ok(());
        };
        if !text
            .split('-')
            .all(|part| (3..=8).contains(&part.len()) && alphanumeric(part))
        {
            return Err(Failure::range("Incorrect locale information provided"));
        }
        self.set_keyword(key, &text.to_ascii_lowercase());
        Ok(())
    }

    fn set_keyword(&mut self, key: &str, value: &str) {
        let place = self
            .extensions
            .iter()
            .position(|extension| extension.starts_with("u-"));
        let old = place.map_or_else(|| "u".to_owned(), |place| self.extensions.remove(place));
        let mut new = String::new();
        let mut dropping = false;
        for part in old.split('-') {
            if part.len() == 2 {
                dropping = part == key;
            }
            if !dropping {
                new.push_str(part);
                new.push('-');
            }
        }
        new.push_str(&format!("{key}-{value}"));
        let extension = keywords(&new);
        let place = self
            .extensions
            .iter()
            .take_while(|known| ***known < *extension && !known.starts_with("x-"));
        self.extensions.insert(place.count(), extension);
    }

    /// The value of a Unicode keyword; empty for true.
    #[must_use]
    pub fn keyword(&self, key: &str) -> Option<&str> {
        let all = self
            .extensions
            .iter()
            .find(|extension| extension.starts_with("u-"))?;
        let at = all.find(&format!("-{key}")).filter(|at| {
            let behind = all.as_bytes().get(at + 3);
            behind.is_none_or(|byte| *byte == b'-')
        })?;
        let value = all[at + 3..].trim_start_matches('-');
        let mut end = 0;
        for part in value.split('-') {
            if part.len() < 3 {
                break;
            }
            end += part.len() + 1;
        }
        Some(value[..end.min(value.len())].trim_end_matches('-'))
    }
}

fn alphabetic(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn alphanumeric(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_region(part: &str) -> bool {
    part.len() == 2 && alphabetic(part)
        || part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_variant(part: &str) -> bool {
    part.len() >= 5 || part.len() == 4 && part.as_bytes()[0].is_ascii_digit()
}

/// A Unicode extension with its attributes and keywords in order, and without
/// values that say no more than their key.
fn keywords(extension: &str) -> String {
    let mut attributes = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for part in extension.split('-').skip(1) {
        match (part.len(), keys.last_mut()) {
            (2, _) => keys.push(part.to_owned()),
            (_, None) => attributes.push(part.to_owned()),
            (_, Some(key)) => {
                key.push('-');
                key.push_str(part);
            }
        }
    }
    attributes.sort();
    keys.sort();
    keys.dedup_by(|later, earlier| later[..2] == earlier[..2]);
    let keys = keys.into_iter().map(|key| match key.strip_suffix("-true") {
        Some(key) if key.len() == 2 => key.to_owned(),
        _ => key,
    });
    let parts = core::iter::once("u".to_owned())
        .chain(attributes)
        .chain(keys);
    parts.collect::<Vec<_>>().join("-")
}

/// What was asked for, and what there is for it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Choice {
    /// `en-US` or `en`.
    pub name: &'static str,
    /// How hours are counted, when the tag says so.
    pub cycle: Option<Cycle>,
    /// Whether digits are ordered as numbers, when the tag says so.
    pub numeric: Option<bool>,
    /// Which case is first, when the tag says so.
    pub case_first: Option<String>,
    /// What was asked for first and is not there.
    pub missing: Option<String>,
}

/// Checks a tag and gives its canonical form.
///
/// # Errors
/// It is not well-formed.
pub fn canonical(text: &str) -> Result<Tag, Failure> {
    Tag::parse(text).ok_or_else(|| Failure::range("Incorrect locale information provided"))
}

/// Chooses among the tags that were asked for.
#[must_use]
pub fn choose(asked: &[Tag]) -> Choice {
    let Some(found) = asked.iter().find(|tag| tag.language == "en") else {
        return Choice {
            name: "en-US",
            missing: asked.first().map(Tag::canonical),
            ..Choice::default()
        };
    };
    let american = found.region == "US" && found.script.is_empty();
    let plain = found.script.is_empty() && found.variants.is_empty();
    let there = plain && (american || found.region.is_empty());
    let other = |key: &str, known: &[&str]| {
        found
            .keyword(key)
            .is_some_and(|value| !known.contains(&value))
    };
    let unknown = other("nu", &["latn"]) || other("ca", &["gregory"]);
    Choice {
        name: if american { "en-US" } else { "en" },
        cycle: found.keyword("hc").and_then(Cycle::named),
        numeric: found.keyword("kn").map(|value| value != "false"),
        case_first: found.keyword("kf").map(str::to_owned),
        missing: (!there || unknown).then(|| found.canonical()),
    }
}

/// Whether a tag is there by itself, for `supportedLocalesOf`.
#[must_use]
pub fn is_supported(tag: &Tag) -> bool {
    tag.language == "en"
}

/// Checks the option of `supportedLocalesOf`; `owner` is named in errors.
///
/// # Errors
/// A value that it does not have.
pub fn check_matcher(options: &mut impl Options, owner: &str) -> Result<(), Failure> {
    matcher(options, owner)
}
