//! The corpus of hostile guests, `tests/guests`: each file says what it
//! attacks and what has to come of it.
//!
//! The first line is a comment that says what is attacked. The comments below
//! it are read by the tests:
//!
//! - `expect: CODE`, or `expect: CODE: WORDS` where WORDS have to stand in the
//!   message. CODE is the stable code of a fault, or `delivered`, `canceled`,
//!   or `refused` for what must not load. ` | ` stands between alternatives,
//!   only where the outcome honestly may differ.
//! - `limits: KEY = VALUE, ...`: limits of the endpoint other than [`LIMITS`].
//! - `log: WORDS`: what has to stand in the log.
//! - `body: TEXT`: the request's body.
//!
//! In all of them, `\n` is a line break.

use crate::binary::root;
use crate::project;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use wit_component::{ComponentEncoder, StringEncoding};
use wit_parser::{Resolve, WorldId};

/// What a guest may use: enough to reach each limit, and little enough to
/// reach it soon. Time is plenty, so that fuel decides, however slow the
/// machine is.
pub const LIMITS: [(&str, &str); 3] = [
    ("fuel_max", "300000000"),
    ("deadline_ms", "30000"),
    ("memory_bytes_max", "8388608"),
];

/// What a guest is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A JavaScript handler.
    JavaScript,
    /// WebAssembly text: a core module of the world in `wat/world.wit`, or a
    /// component.
    Wat,
    /// A module of the component that all of them share, in `rust`.
    Rust,
}

/// One hostile guest.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Its name, unique over all languages.
    pub name: String,
    language: Language,
    text: String,
}

/// What has to come of a guest's event: a code, and words of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The code of a fault, or `delivered`, `canceled` or `refused`.
    pub code: String,
    /// What the message contains; empty for anything.
    pub words: String,
}

impl Expected {
    /// Whether this is what came of it.
    #[must_use]
    pub fn admits(&self, code: &str, message: &str) -> bool {
        self.code == code && message.contains(&self.words)
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.words)
    }
}

impl Guest {
    /// The whole corpus, by name; without those in Rust where they can't be
    /// built, which it says.
    ///
    /// # Panics
    /// When a file can't be read, or does not say what to expect.
    #[must_use]
    pub fn corpus() -> Vec<Self> {
        let mut guests = read("javascript", "js", Language::JavaScript);
        guests.extend(read("wat", "wat", Language::Wat));
        if rust().is_some() {
            guests.extend(read("rust/src", "rs", Language::Rust));
        }
        guests.sort_by(|a, b| a.name.cmp(&b.name));
        guests
    }

    /// Whether it must not load.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.expected().iter().any(|one| one.code == "refused")
    }

    /// What has to come of it: one of these.
    ///
    /// # Panics
    /// When the file does not say.
    #[must_use]
    pub fn expected(&self) -> Vec<Expected> {
        let line = self.note("expect");
        let line = line.unwrap_or_else(|| panic!("{} expects nothing", self.name));
        let alternatives = line.split(" | ").map(|one| {
            let (code, words) = one.split_once(": ").unwrap_or((one, ""));
            Expected {
                code: code.to_owned(),
                words: words.to_owned(),
            }
        });
        alternatives.collect()
    }

    /// What a comment of this name says, with `\\n` as a line break.
    #[must_use]
    pub fn note(&self, name: &str) -> Option<String> {
        let comments = self.text.lines().map_while(|line| {
            let mut marks = ["//!", "//", ";;"].into_iter();
            let comment = marks.find_map(|mark| line.strip_prefix(mark))?;
            Some(comment.trim_start())
        });
        let mut notes = comments.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        notes.next().map(|note| note.replace("\\n", "\n"))
    }

    /// The endpoint's limits, as `hookmill.toml` writes them.
    #[must_use]
    pub fn limits(&self) -> String {
        let own = self.note("limits").unwrap_or_default();
        let own = own.split(", ").filter_map(|limit| limit.split_once(" = "));
        let all: BTreeMap<_, _> = LIMITS.into_iter().chain(own).collect();
        let pairs = all.iter().map(|(key, value)| format!("{key} = {value}"));
        format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
    }

    /// The name of the file that a tenant would declare.
    #[must_use]
    pub fn file_name(&self) -> String {
        let extension = match self.language {
            Language::JavaScript => "js",
            Language::Wat | Language::Rust => "wasm",
        };
        format!("{}.{extension}", self.name)
    }

    /// What is in it.
    ///
    /// # Panics
    /// When the guest's text is wrong.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        match self.language {
            Language::JavaScript => self.text.clone().into_bytes(),
            Language::Wat => component(&self.text).unwrap_or_else(|error| {
                panic!("{}: {error:?}", self.name);
            }),
            Language::Rust => {
                let component = rust().expect("the corpus has it where it can be built");
                std::fs::read(component).expect("what was built can be read")
            }
        }
    }
}

/// The component of all guests in Rust.
fn rust() -> Option<PathBuf> {
    project::component("tests/guests/rust", "hostile")
}

fn read(folder: &str, extension: &str, language: Language) -> Vec<Guest> {
    let folder = root().join("tests/guests").join(folder);
    let entries = std::fs::read_dir(&folder).expect("the corpus is there");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let guests = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    guests
        .filter(|path| !path.ends_with("lib.rs"))
        .map(|path| Guest {
            name: name(&path, extension),
            language,
            text: std::fs::read_to_string(&path).expect("a guest is text"),
        })
        .collect()
}

fn name(path: &Path, extension: &str) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    format!("{extension}-{}", stem.expect("a guest has a name"))
}

/// A component, from its own text or from that of a core module.
///
/// Not made by `hookmill build`, which checks what it has made: what has to be
/// refused by `serve` would not get there.
fn component(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut module = wat::parse_str(text)?;
    // The layer, behind magic number and version: 0 a module, 1 a component.
    if module[6..8] == [1, 0] {
        return Ok(module);
    }
    let (resolve, world) = world()?;
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    // It is for the relay to find out whether it is valid.
    Ok(ComponentEncoder::default().module(&module)?.encode()?)
}

fn world() -> Result<(Resolve, WorldId), Box<dyn Error>> {
    let mut resolve = Resolve::default();
    resolve.push_dir(root().join("wit"))?;
    let package = resolve.push_file(root().join("tests/guests/wat/world.wit"))?;
    let world = resolve.select_world(&[package], Some("guest"))?;
    Ok((resolve, world))
}
