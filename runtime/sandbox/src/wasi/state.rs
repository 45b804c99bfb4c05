//! What one instance's WASI remembers: its resources, its output streams and
//! its random numbers. Made only for components that import WASI.

use crate::caps::WASI_RESOURCES_MAX;
use crate::run::log::Stream;
use crate::wasi::random::Random;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::filesystem::WasiFilesystemCtx;
use wasmtime_wasi::sockets::WasiSocketsCtx;

/// The state of one instance's WASI.
pub(crate) struct Wasi {
    pub(crate) table: ResourceTable,
    /// The output streams handed out, by their index in the table.
    pub(crate) outputs: Vec<(u32, Stream)>,
    pub(super) sockets: WasiSocketsCtx,
    pub(super) filesystem: WasiFilesystemCtx,
    pub(super) random: Random,
    pub(super) insecure_seed: (u64, u64),
}

impl Wasi {
    pub(crate) fn new(delivery_id: &str) -> Self {
        let mut random = Random::new(delivery_id);
        let mut table = ResourceTable::new();
        table.set_max_capacity(WASI_RESOURCES_MAX);
        Self {
            table,
            outputs: Vec::new(),
            sockets: WasiSocketsCtx::default(),
            filesystem: WasiFilesystemCtx::default(),
            insecure_seed: (random.next(), random.next()),
            random,
        }
    }
}
