//! The wasmtime engine: which WebAssembly is accepted, how it is compiled,
//! and the pool that instances come from.
//!
//! One engine a process. The compile worker builds its own from the same
//! [`settings`], because code compiled with other settings does not load.

use crate::caps;
use crate::config::Config;
use sha2::{Digest, Sha256};
use std::hash::{Hash, Hasher};
use wasmtime::{
    Enabled, Engine, InstanceAllocationStrategy, ModuleVersionStrategy, OperatorCost,
    PoolingAllocationConfig, WasmBacktraceDetails, WasmFeatures,
};

/// The full version of wasmtime; part of the cache's key.
pub(crate) const WASMTIME_VERSION: &str = env!("WASMTIME_VERSION");

/// Settings that decide what code is accepted and generated.
pub(crate) fn settings() -> wasmtime::Result<wasmtime::Config> {
    let mut config = wasmtime::Config::new();
    config
        .wasm_features(WasmFeatures::THREADS, false)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .concurrency_support(false)
        .consume_fuel(true)
        .operator_cost(operator_cost())
        .epoch_interruption(true)
        .max_wasm_stack(caps::WASM_STACK_BYTES_MAX)
        .native_unwind_info(false)
        // A tenant's debug information is never parsed in this process.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .memory_may_move(false)
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(caps::DENSE_IMAGE_BYTES_MAX)
        .module_version(ModuleVersionStrategy::Custom(WASMTIME_VERSION.to_owned()))?;
    Ok(config)
}

/// An engine that runs.
pub(crate) fn start(config: &Config) -> wasmtime::Result<Engine> {
    let mut settings = settings()?;
    settings
        .wasm_backtrace_max_frames(Some(config.frames_max))
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(config)));
    Engine::new(&settings)
}

/// An engine that only compiles.
pub(crate) fn compiler() -> wasmtime::Result<Engine> {
    Engine::new(&settings()?)
}

/// Identifies all that compiled code depends on besides its source.
pub(crate) fn compatibility(engine: &Engine) -> [u8; 32] {
    let mut hash = HashBytes(Sha256::new_with_prefix(WASMTIME_VERSION));
    engine.precompile_compatibility_hash().hash(&mut hash);
    hash.0.finalize().into()
}

/// Growing costs page faults later, which instructions don't show.
fn operator_cost() -> OperatorCost {
    let mut cost = OperatorCost::new();
    cost.variable.memory_grow_per_page = u8::MAX;
    cost
}

/// Slots are address space only. Most hold the image of a program that ran
/// there, which its next run finds again.
fn pool(config: &Config) -> PoolingAllocationConfig {
    let slots = config.slots.max(1);
    let per_component = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots.saturating_mul(caps::CORE_INSTANCES_PER_SLOT))
        .total_memories(slots)
        .total_tables(slots.saturating_mul(caps::TABLES_PER_SLOT))
        .total_stacks(0)
        .max_unused_warm_slots(slots)
        .max_memory_size(config.ceiling.memory_bytes_max)
        .table_elements(caps::TABLE_ELEMENTS_PER_TABLE_MAX)
        .max_component_instance_size(caps::INSTANCE_BYTES_MAX)
        .max_core_instance_size(caps::INSTANCE_BYTES_MAX)
        .max_core_instances_per_component(per_component(caps::CORE_INSTANCES_MAX))
        .max_memories_per_component(per_component(caps::MEMORIES_MAX))
        .max_memories_per_module(per_component(caps::MEMORIES_MAX))
        .max_tables_per_component(per_component(caps::TABLES_MAX))
        .max_tables_per_module(per_component(caps::TABLES_PER_MODULE_MAX))
        .linear_memory_keep_resident(caps::MEMORY_KEEP_RESIDENT_BYTES)
        .table_keep_resident(caps::TABLE_KEEP_RESIDENT_BYTES)
        // It leaks swapped-out pages between instances in 48.0.
        .pagemap_scan(Enabled::No);
    pool
}

struct HashBytes(Sha256);

impl Hasher for HashBytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest[..8]
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte))
    }
}
