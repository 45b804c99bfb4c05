//! The wasmtime engine: which WebAssembly is accepted, how it is compiled,
//! and the pool that instances come from.
//!
//! One engine a process. The compile worker builds its own from the same
//! [`settings`], because code compiled with other settings does not load.

use crate::config::Config;
use crate::run::limiter::{
    CORE_INSTANCES_MAX, INSTANCE_BYTES_MAX, MEMORIES_MAX, TABLES_MAX, TABLES_PER_MODULE_MAX,
};
use sha2::{Digest, Sha256};
use std::hash::{Hash, Hasher};
use wasmtime::{
    Enabled, Engine, InstanceAllocationStrategy, ModuleVersionStrategy, OperatorCost,
    PoolingAllocationConfig, WasmBacktraceDetails, WasmFeatures,
};

/// The full version of wasmtime; part of the cache's key.
pub(crate) const WASMTIME_VERSION: &str = env!("WASMTIME_VERSION");

/// Bytes of native stack that a guest may use.
const WASM_STACK_BYTES: usize = 1 << 20;

/// Elements of one table: .NET needs 10,511, large modules 32,000.
pub(crate) const TABLE_ELEMENTS_PER_TABLE_MAX: usize = 100_000;

/// Bytes of each memory and table that stay resident between two runs in a
/// slot, so that the next run does not fault its pages in again. It has to
/// cover what the JavaScript engine writes to, which is its first 768 KiB: with
/// 512 KiB a run takes four times as long. Behind it are tables, which are only
/// read. Small Rust guests do not notice it.
const MEMORY_KEEP_RESIDENT_BYTES: usize = 768 << 10;
const TABLE_KEEP_RESIDENT_BYTES: usize = 16 << 10;

/// Bytes up to which a memory's initial image is mapped rather than copied,
/// however sparse: more than any pre-initialised guest's heap.
const DENSE_IMAGE_BYTES_MAX: u64 = 64 << 20;

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
        .max_wasm_stack(WASM_STACK_BYTES)
        .native_unwind_info(false)
        // A tenant's debug information is never parsed in this process.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .memory_may_move(false)
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(DENSE_IMAGE_BYTES_MAX)
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
        .total_core_instances(slots.saturating_mul(4))
        .total_memories(slots)
        .total_tables(slots.saturating_mul(2))
        .total_stacks(0)
        .max_unused_warm_slots(slots)
        .max_memory_size(config.ceiling.memory_bytes_max)
        .table_elements(TABLE_ELEMENTS_PER_TABLE_MAX)
        .max_component_instance_size(INSTANCE_BYTES_MAX)
        .max_core_instance_size(INSTANCE_BYTES_MAX)
        .max_core_instances_per_component(per_component(CORE_INSTANCES_MAX))
        .max_memories_per_component(per_component(MEMORIES_MAX))
        .max_memories_per_module(per_component(MEMORIES_MAX))
        .max_tables_per_component(per_component(TABLES_MAX))
        .max_tables_per_module(per_component(TABLES_PER_MODULE_MAX))
        .linear_memory_keep_resident(MEMORY_KEEP_RESIDENT_BYTES)
        .table_keep_resident(TABLE_KEEP_RESIDENT_BYTES)
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
