//! Makes components: from core modules, and from JavaScript handlers.
//!
//! For `hookmill build`. Nothing here runs on behalf of an event.

/// A component can't be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The module does not say which world it was made for, or does not match
    /// it.
    #[error("the core module can't be made a component: {0}")]
    Encode(String),
}

/// Wraps a core module, made by a WIT binding generator, into a component.
///
/// # Errors
/// The module holds no description of its world, or imports what no world
/// declares.
pub fn component_from_core_module(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    let encode = || {
        wit_component::ComponentEncoder::default()
            .validate(true)
            .module(module)?
            .encode()
    };
    encode().map_err(|error| BuildError::Encode(format!("{error:#}")))
}
