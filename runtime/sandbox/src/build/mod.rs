//! Makes components: from core modules, and from handlers in JavaScript or
//! TypeScript; and one source of several.
//!
//! For the command line. Nothing here runs on behalf of an event, and none of
//! it is needed to run one.

pub mod bundle;
pub(crate) mod component;
pub(crate) mod contract;
mod standalone;

pub use component::{BuildError, component_from_core_module, imports};
pub use contract::CONTRACT;
pub use standalone::{
    Standalone, TopLevel, standalone_from_javascript, standalone_from_typescript,
};
