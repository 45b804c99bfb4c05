//! Makes components of core modules.
//!
//! For `hookmill build`. Nothing here runs on behalf of an event, and none of
//! it is needed to run one.

use crate::build::contract;
use crate::program::excerpt::Excerpt;
use crate::wasi::wasi_0_1;
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

/// A component can't be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The module does not match the world that it was made for.
    #[error("the core module can't be made a component: {0}")]
    Encode(String),
    /// The module does not say which world it was made for, and does not match
    /// ours.
    #[error(
        "the core module does not say which world it was made for, and it is not a transform's: {0}. \
         Build it with bindings that a generator made of `wit/transform.wit`; if it was made for another world, \
         embed that one: wasm-tools component embed WIT -w WORLD MODULE -o MODULE"
    )]
    NoWorld(String),
    /// The source was refused.
    #[error("{name}{}: {message}{}", at(position), excerpt.as_ref().map_or_else(String::new, |it| format!("\n{it}")))]
    Source {
        /// The file's name.
        name: String,
        /// What the engine says.
        message: String,
        /// Where, when it knows.
        position: Option<hookmill_domain::fault::Position>,
        /// The line of the source, where the position is in it.
        excerpt: Option<Excerpt>,
    },
    /// The JavaScript engine can't take the program in.
    #[error("the program can't be put into the JavaScript engine: {0}")]
    Engine(String),
}

/// Wraps a core module, made by a WIT binding generator, into a component.
///
/// A module that does not say which world it was made for is taken as one of
/// the contract's. One that imports WASI 0.1 gets the shim that answers it.
///
/// # Errors
/// [`BuildError::Encode`] and [`BuildError::NoWorld`]: the module imports or
/// exports something else than its world.
pub fn component_from_core_module(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    if contract::is_described(module) {
        return encode(module, None).map_err(BuildError::Encode);
    }
    let mut described = module.to_vec();
    contract::describe(&mut described)
        .and_then(|()| encode(&described, None))
        .map_err(BuildError::NoWorld)
}

/// Wraps a core module that says its world, with the core module that answers an
/// import which is not of that world, where there is one: the import's name, and
/// the module.
pub(crate) fn encode(module: &[u8], answer: Option<(&str, &[u8])>) -> Result<Vec<u8>, String> {
    let shim = imports_wasi_0_1(module)
        .then(wasi_0_1::adapter)
        .transpose()?;
    let encode = || {
        let mut encoder = ComponentEncoder::default().validate(true).module(module)?;
        if let Some(shim) = &shim {
            encoder = encoder.adapter(wasi_0_1::NAME, shim)?;
        }
        if let Some((name, adapter)) = answer {
            encoder = encoder.adapter(name, adapter)?;
        }
        encoder.encode()
    };
    encode().map_err(|error| format!("{error:#}"))
}

/// Whether a module imports WASI 0.1, the one before components.
fn imports_wasi_0_1(module: &[u8]) -> bool {
    let payloads = Parser::new(0).parse_all(module).map_while(Result::ok);
    payloads
        .filter_map(|payload| match payload {
            Payload::ImportSection(section) => Some(section),
            _ => None,
        })
        .flat_map(|section| section.into_imports().map_while(Result::ok))
        .any(|import| import.module == wasi_0_1::NAME)
}

/// The interfaces and functions that a component imports, as WIT names them.
///
/// # Errors
/// [`BuildError::Encode`]: the bytes are not a component.
pub fn imports(component: &[u8]) -> Result<Vec<String>, BuildError> {
    let refuse = |error: &dyn std::fmt::Display| BuildError::Encode(error.to_string());
    let mut names = Vec::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(|error| refuse(&error))? {
            Payload::ComponentSection { .. } | Payload::ModuleSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            // What the inner ones import, the outer one gives them.
            Payload::ComponentImportSection(section) if depth == 0 => {
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
