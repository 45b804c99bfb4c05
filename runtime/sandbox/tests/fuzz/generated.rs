//! Valid components and modules that nobody would write, from a generator.

use super::{Uploads, check};
use crate::common::{component, guest};
use arbitrary::{Arbitrary as _, Unstructured};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use std::fmt;
use wasm_encoder::{ComponentSection as _, Encode as _, InstanceSection, ModuleArg};
use wasm_smith::{Config, Module};

/// Ids of the sections of a component that hold a core module or a component.
const MODULE_SECTION: u8 = 1;
const COMPONENT_SECTION: u8 = 4;

/// Random bytes that the generator makes its decisions from.
const SEED_BYTES: std::ops::Range<usize> = 500..6_000;

/// Random bytes, shown on one line when they find something.
#[derive(Clone)]
struct Seed(Vec<u8>);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn seed() -> impl Strategy<Value = Seed> {
    vec(any::<u8>(), SEED_BYTES).prop_map(Seed)
}

/// A component that works, with one section more.
fn with(id: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = component(&guest("(call $echo (local.get $in))"));
    bytes.push(id);
    content.encode(&mut bytes);
    bytes
}

#[test]
fn generated_components_are_loaded_or_refused() {
    let uploads = Uploads::new();
    check(120, &seed(), |Seed(seed)| {
        let mut random = Unstructured::new(&seed);
        if let Ok(generated) = wasm_smith::Component::arbitrary(&mut random) {
            let generated = generated.to_bytes();
            uploads.try_component(&generated);
            uploads.try_component(&with(COMPONENT_SECTION, &generated));
        }
        Ok(())
    });
}

#[test]
fn generated_modules_are_loaded_or_refused() {
    let uploads = Uploads::new();
    check(120, &seed(), |Seed(seed)| {
        let mut random = Unstructured::new(&seed);
        let Ok(mut config) = Config::arbitrary(&mut random) else {
            return Ok(());
        };
        // Without imports it can be instantiated, and its start function runs.
        config.max_imports = 0;
        config.gc_enabled = false;
        if let Ok(module) = Module::new(config, &mut random) {
            let mut bytes = with(MODULE_SECTION, &module.to_bytes());
            // The module comes after those that the component has.
            let base = component(&guest("(call $echo (local.get $in))"));
            let modules = wasmparser::Parser::new(0)
                .parse_all(&base)
                .filter(|payload| matches!(payload, Ok(wasmparser::Payload::ModuleSection { .. })))
                .count();
            let mut instances = InstanceSection::new();
            let none: [(&str, ModuleArg); 0] = [];
            instances.instantiate(u32::try_from(modules).expect("few modules"), none);
            instances.append_to_component(&mut bytes);
            uploads.try_component(&bytes);
        }
        Ok(())
    });
}
