//! Why the compiler refused a component, in the owner's terms.
//!
//! It parses and checks all of the component, up to seven times, so it belongs
//! where compiling does: into a child, unless the component is trusted.

use serde::{Deserialize, Serialize};
use wasmparser::{Validator, WasmFeatures};

/// What WASI 0.3 is built on.
pub(crate) const ASYNCHRONOUS: &str = "the asynchronous component model";

/// Proposals that are switched off, the advice for each, and their flags.
const SWITCHED_OFF: [(Feature, WasmFeatures); 6] = [
    (
        Feature {
            name: ASYNCHRONOUS,
            // Which flag depends on the toolchain: see `asynchronous`.
            advice: "build for WASI 0.2 and without `async`",
        },
        WasmFeatures::CM_ASYNC,
    ),
    (
        Feature {
            name: "threads",
            advice: "build without shared memory",
        },
        WasmFeatures::THREADS,
    ),
    (
        Feature {
            name: "64-bit memories",
            advice: "build for wasm32",
        },
        WasmFeatures::MEMORY64,
    ),
    (
        Feature {
            name: "relaxed SIMD",
            advice: "build without `+relaxed-simd`",
        },
        WasmFeatures::RELAXED_SIMD,
    ),
    (
        Feature {
            name: "exceptions",
            advice: "build without exception handling or setjmp",
        },
        WasmFeatures::EXCEPTIONS,
    ),
    (
        Feature {
            name: "garbage collection",
            advice: "build for linear memory, without `externref`",
        },
        WasmFeatures::GC.union(WasmFeatures::GC_TYPES),
    ),
];

/// A proposal that is switched off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Feature {
    pub(crate) name: &'static str,
    /// How to build without it.
    pub(crate) advice: &'static str,
}

/// Why a component is refused.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Refusal {
    /// It uses one of the proposals that are switched off; by its index.
    NeedsFeature(usize),
    /// It is not a valid component: what, and where.
    Malformed(String),
    /// It is valid, and the compiler can't do it.
    Unsupported(String),
}

impl Refusal {
    /// As a child answers.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers are JSON")
    }

    /// # Errors
    /// These are not the bytes of a refusal.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let refusal = serde_json::from_slice(bytes);
        refusal.map_err(|error| format!("the compiler's answer can't be read: {error}"))
    }
}

/// The proposal with this index.
pub(crate) fn feature(index: usize) -> Option<Feature> {
    SWITCHED_OFF.get(index).map(|(feature, _)| *feature)
}

/// Says why the compiler refused the bytes; `error` is what it says itself.
pub(crate) fn explain(wasm: &[u8], error: &wasmtime::Error) -> Refusal {
    let all = SWITCHED_OFF.iter();
    let off = all.fold(WasmFeatures::empty(), |sum, (_, flag)| sum | *flag);
    let accepted = (WasmFeatures::WASM3 | WasmFeatures::COMPONENT_MODEL) & !off;
    let valid = |features| Validator::new_with_features(features).validate_all(wasm);
    let Err(invalid) = valid(accepted) else {
        return Refusal::Unsupported(error.root_cause().to_string());
    };
    // Asynchronous components use several features at once.
    let needed = SWITCHED_OFF
        .iter()
        .position(|(_, flag)| valid(accepted | *flag).is_ok());
    needed.map_or_else(
        || Refusal::Malformed(invalid.to_string()),
        Refusal::NeedsFeature,
    )
}
