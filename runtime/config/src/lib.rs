//! `hookmill.toml`: everything an operator declares, and its checks.
//!
//! [`load`] gives complete [`Settings`] or all [`Mistakes`], each with file,
//! line, column and key; nothing is used of a file with a mistake in it. What
//! is wrong with a transform's own file is one tenant's affair and kept apart
//! ([`Settings::check_files`]). The
//! format is documented in `hookmill.example.toml`, which is a test.
//!
//! Flags win over `HOOKMILL_*` variables, which win over the file. Reading
//! must not change anything: no folder is made, no port bound.
#![forbid(unsafe_code)]

mod caps;
mod credential;
mod document;
mod endpoint;
mod log_filter;
mod mistake;
mod overrides;
mod process;
mod read_file;
mod secret_ref;
mod settings;
mod source;
mod table;
mod tenant;
mod transform;
mod value;

pub use log_filter::LogFilter;
pub use mistake::Mistakes;
pub use read_file::ReadFile;
pub use settings::{LogFormat, LogSettings, Overrides, Settings};
pub use table::nearest;

use document::{Document, Purpose};
use overrides::Outside;
use std::env::VarError;
use std::io::Read as _;
use std::path::Path;
use table::Table;
use toml::de::DeTable;

/// Bytes of a configuration file.
const CONFIG_BYTES_MAX: u64 = 16 << 20;

/// Looks up an environment variable, as [`std::env::var`] does.
pub type Environment<'e> = &'e dyn Fn(&str) -> Result<String, VarError>;

/// The process's own environment, to be passed to [`load`].
///
/// # Errors
/// As [`std::env::var`].
pub fn process_environment(name: &str) -> Result<String, VarError> {
    std::env::var(name)
}

/// Reads and checks a configuration file.
///
/// # Errors
/// All mistakes, by line.
pub fn load(
    file: &Path,
    overrides: &Overrides,
    environment: Environment<'_>,
) -> Result<Settings, Mistakes> {
    let text = read_text(file).map_err(|problem| Mistakes::of_file(file, problem))?;
    parse(&text, file, overrides, environment)
}

/// Reads and checks a configuration file for somebody who tries a transform
/// out: no secret and no other file is read, and the environment has no say.
/// Secrets have stand-ins.
///
/// # Errors
/// All mistakes, by line.
pub fn load_for_authors(file: &Path) -> Result<Settings, Mistakes> {
    let text = read_text(file).map_err(|problem| Mistakes::of_file(file, problem))?;
    let nothing = |_: &str| Err(VarError::NotPresent);
    let document = Document::new(file, &text, &nothing, Purpose::Author);
    checked(&document, &text, &Overrides::default())
}

/// Checks a configuration's text. `file` names it in mistakes, and paths in
/// it are relative to the file's folder.
fn parse(
    text: &str,
    file: &Path,
    overrides: &Overrides,
    environment: Environment<'_>,
) -> Result<Settings, Mistakes> {
    let document = Document::new(file, text, environment, Purpose::Serve);
    checked(&document, text, overrides)
}

fn checked(
    document: &Document<'_>,
    text: &str,
    overrides: &Overrides,
) -> Result<Settings, Mistakes> {
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        // Only the message: the error's own `Display` quotes the line.
        let span = error.span().unwrap_or(0..0);
        document.report(&span, "", error.message().to_owned());
    }
    // What a broken text seems to say would only give mistakes that are none.
    Mistakes::check(document.take_mistakes())?;
    let mut settings = read(document, root.get_ref(), overrides);
    Mistakes::check(document.take_mistakes())?;
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
    let root = Table::new(document, String::new(), 0..0, root);
    let mut settings = process::read(&root, &outside);
    tenant::read_all(&root, settings.sandbox, &mut settings.declared);
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
