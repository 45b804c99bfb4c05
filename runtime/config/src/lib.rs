//! `hookmill.toml`: everything an operator declares, and its checks.
//!
//! [`load`] gives complete [`Settings`] or all [`Problems`], each with file,
//! line, column and key; nothing is used of a file with a problem in it. What
//! is wrong with a transform's own file concerns one tenant and is kept apart
//! ([`Settings::check_files`]). The format is documented in
//! `hookmill.example.toml`, which is a test.
//!
//! Flags win over `HOOKMILL_*` variables, which win over the file. Reading
//! must not change anything: no folder is made, no port bound.
#![forbid(unsafe_code)]

mod address;
mod caps;
mod credential;
mod document;
mod endpoint;
mod environment;
mod limits;
mod log_filter;
mod name;
mod overrides;
mod position;
mod problem;
mod process;
mod read_file;
mod secret_ref;
mod settings;
mod source;
mod table;
mod tenant;
mod tenants;
mod transform;
mod value;

pub use caps::BODY_BYTES;
pub use environment::{Environment, process_environment};
pub use log_filter::LogFilter;
pub use name::nearest;
pub use problem::Problems;
pub use read_file::ReadFile;
pub use settings::{LogFormat, LogSettings, Overrides, Settings};

use caps::CONFIG_BYTES_MAX;
use document::{Document, Purpose};
use overrides::Outside;
use std::env::VarError;
use std::io::Read as _;
use std::path::Path;
use table::Table;
use toml::de::DeTable;

/// Reads and checks a configuration file.
///
/// # Errors
/// All problems, by line.
pub fn load(
    file: &Path,
    overrides: &Overrides,
    environment: Environment<'_>,
) -> Result<Settings, Problems> {
    let text = read_text(file).map_err(|message| Problems::of_file(file, message))?;
    parse(&text, file, overrides, environment)
}

/// Reads and checks a configuration file for somebody who tries a transform
/// out: no secret and no other file is read, and the environment has no say.
/// Secrets have stand-ins.
///
/// # Errors
/// All problems, by line.
pub fn load_for_authors(file: &Path) -> Result<Settings, Problems> {
    let text = read_text(file).map_err(|message| Problems::of_file(file, message))?;
    let nothing = |_: &str| Err(VarError::NotPresent);
    let document = Document::new(file, &text, &nothing, Purpose::Author);
    checked(&document, &text, &Overrides::default())
}

/// Checks a configuration's text. `file` names it in problems, and paths in
/// it are relative to the file's folder.
fn parse(
    text: &str,
    file: &Path,
    overrides: &Overrides,
    environment: Environment<'_>,
) -> Result<Settings, Problems> {
    let document = Document::new(file, text, environment, Purpose::Serve);
    checked(&document, text, overrides)
}

fn checked(
    document: &Document<'_>,
    text: &str,
    overrides: &Overrides,
) -> Result<Settings, Problems> {
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        // Only the message: the error's own `Display` quotes the line.
        let span = error.span().unwrap_or(0..0);
        document.report(&span, "", error.message().to_owned());
    }
    // What a broken text seems to say would only give problems that are not there.
    Problems::check(document.take_problems())?;
    let mut settings = read(document, root.get_ref(), overrides);
    Problems::check(document.take_problems())?;
    settings.unusable = document.take_unusable();
    settings.files = document.take_files();
    Ok(settings)
}

fn read<'t>(
    document: &'t Document<'t>,
    root: &'t DeTable<'t>,
    overrides: &'t Overrides,
) -> Settings {
    let outside = Outside {
        flags: overrides,
        document,
    };
    let root = Table::root(document, root);
    let mut settings = process::read(&root, &outside);
    tenants::read(&root, settings.sandbox, &mut settings.declared);
    root.finish();
    settings
}

fn read_text(file: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)
        .and_then(|opened| opened.take(CONFIG_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("can't be read: {error}"))?;
    if bytes.len() as u64 > CONFIG_BYTES_MAX {
        return Err(format!("is larger than {CONFIG_BYTES_MAX} bytes"));
    }
    String::from_utf8(bytes).map_err(|error| format!("is not UTF-8: {}", error.utf8_error()))
}

#[cfg(test)]
mod tests;
