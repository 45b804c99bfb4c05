//! Makes components: from core modules, and from handlers in JavaScript or
//! TypeScript.
//!
//! For `hookmill build`. Nothing here runs on behalf of an event, and none of
//! it is needed to run one.

pub use crate::standalone::{standalone_from_javascript, standalone_from_typescript};
use wit_component::ComponentEncoder;

/// A component can't be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The module does not say which world it was made for, or does not match
    /// it.
    #[error("the core module can't be made a component: {0}")]
    Encode(String),
    /// The source was refused.
    #[error("{name}{}: {message}", at(position))]
    Source {
        /// The file's name.
        name: String,
        /// What the engine says.
        message: String,
        /// Where, when it knows.
        position: Option<hookmill_domain::fault::Position>,
    },
    /// The JavaScript engine can't take the program in.
    #[error("the program can't be put into the JavaScript engine: {0}")]
    Engine(String),
}

/// Wraps a core module, made by a WIT binding generator, into a component.
///
/// # Errors
/// [`BuildError::Encode`]: the module holds no description of its world, or
/// imports what no world declares.
pub fn component_from_core_module(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let encode = || {
        ComponentEncoder::default()
            .validate(true)
            .module(module)?
            .encode()
    };
    encode().map_err(|error| BuildError::Encode(format!("{error:#}")))
}

/// The interfaces and functions that a component imports, as WIT names them.
///
/// # Errors
/// [`BuildError::Encode`]: the bytes are no component.
pub fn imports(component: &[u8]) -> Result<Vec<String>, BuildError> {
    let refuse = |error: &dyn std::fmt::Display| BuildError::Encode(error.to_string());
    let mut names = Vec::new();
    let mut depth = 0;
    for payload in wasmparser::Parser::new(0).parse_all(component) {
        match payload.map_err(|error| refuse(&error))? {
            wasmparser::Payload::ComponentSection { .. }
            | wasmparser::Payload::ModuleSection { .. } => depth += 1,
            wasmparser::Payload::End(_) => depth -= 1,
            // What the inner ones import, the outer one gives them.
            wasmparser::Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import.map_err(|error| refuse(&error))?;
                    names.push(import.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

fn at(position: &Option<hookmill_domain::fault::Position>) -> String {
    position.map_or_else(String::new, |position| format!(":{position}"))
}
