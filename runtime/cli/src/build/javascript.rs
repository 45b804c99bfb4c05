//! A handler's source to a component: the JavaScript engine with the program,
//! and what it imports of its author's own files, inside.

use anyhow::Context as _;
use hookmill_domain::program::ProgramKind;
use hookmill_sandbox::build::{self, TopLevel};
use hookmill_sandbox::bundle::bundle;
use std::fs;
use std::path::Path;

/// Builds the component of a handler in this file. Says on standard error where
/// its top level can't run ahead.
pub(super) fn build(file: &Path) -> anyhow::Result<Vec<u8>> {
    let name = file.display().to_string();
    let built = match bundle(file)? {
        // A bundle is JavaScript, whatever its parts are.
        Some(bundle) => {
            let name = file.with_extension("mjs").display().to_string();
            build::standalone_from_javascript(&name, &bundle.text)?
        }
        None => {
            let bytes = fs::read(file).with_context(|| format!("{name} can't be read"))?;
            let text = str::from_utf8(&bytes).with_context(|| format!("{name} is not UTF-8"))?;
            let extension = file.extension().and_then(|it| it.to_str());
            match extension.and_then(ProgramKind::from_extension) {
                Some(ProgramKind::TypeScript) => build::standalone_from_typescript(&name, text)?,
                _ => build::standalone_from_javascript(&name, text)?,
            }
        }
    };
    let why = match built.top_level {
        TopLevel::Ahead => return Ok(built.component),
        TopLevel::ReachesOut => "it reads the clock or logs",
        TopLevel::DrawsRandom => "it draws random numbers",
        TopLevel::TooLarge => "it needs more than 16 MiB of memory",
    };
    eprintln!("{name}: its top level runs for each event, because {why}");
    Ok(built.component)
}
