//! WASI 0.2 with nothing behind it.
//!
//! Components from Python, C, Go or JavaScript toolchains import WASI whether
//! they use it or not. They get no files, no sockets, no environment and no
//! arguments; clocks stand at the instant at which the event was accepted, and
//! random bytes follow from the delivery's id. Streams are in `wasi_io`. It
//! must never reach the machine: what can't be answered from [`Guest`] alone
//! is refused.

use crate::run::guest::Guest;
use crate::run::log::Stream;
use sha2::{Digest, Sha256};
use wasmtime::component::{HasSelf, Linker, Resource, ResourceTable};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemCtx, WasiFilesystemCtxView};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, random, sockets, sync};
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, DynPollable, SocketError, SocketResult, TcpSocket, UdpSocket,
};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsCtx, WasiSocketsCtxView};

/// Resources that a guest may hold at once.
pub(crate) const RESOURCES_MAX: usize = 256;

/// Bytes that a guest may ask of the random number generator in one call.
const RANDOM_BYTES_MAX: u64 = 64 << 10;

const NANOS_PER_MS: u64 = 1_000_000;

/// The state of one instance's WASI.
pub(crate) struct Wasi {
    pub(crate) table: ResourceTable,
    /// The output streams handed out, by their place in the table.
    pub(crate) outputs: Vec<(u32, Stream)>,
    sockets: WasiSocketsCtx,
    filesystem: WasiFilesystemCtx,
    random: Random,
    insecure_seed: (u64, u64),
}

impl Wasi {
    pub(crate) fn new(delivery_id: &str) -> Self {
        let mut random = Random::new(delivery_id);
        let mut table = ResourceTable::new();
        table.set_max_capacity(RESOURCES_MAX);
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

impl Guest {
    pub(crate) fn wasi(&mut self) -> &mut Wasi {
        self.wasi
            .as_mut()
            .expect("a program that imports WASI gets it with its guest")
    }

    fn sockets(&mut self) -> WasiSocketsCtxView<'_> {
        let wasi = self.wasi();
        WasiSocketsCtxView {
            ctx: &mut wasi.sockets,
            table: &mut wasi.table,
        }
    }

    fn filesystem(&mut self) -> WasiFilesystemCtxView<'_> {
        let wasi = self.wasi();
        WasiFilesystemCtxView {
            ctx: &mut wasi.filesystem,
            table: &mut wasi.table,
        }
    }

    fn output(&mut self, stream: Stream) -> wasmtime::Result<Resource<DynOutputStream>> {
        let wasi = self.wasi();
        let resource = wasi.table.push(crate::wasi::io::placeholder())?;
        wasi.outputs.push((resource.rep(), stream));
        Ok(resource)
    }
}

/// Links everything of `wasi:cli/imports`.
pub(crate) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let l = linker;
    crate::wasi::io::link(l)?;
    clocks::wall_clock::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    clocks::monotonic_clock::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    random::random::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    random::insecure::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    random::insecure_seed::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::environment::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::exit::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::stdin::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::stdout::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::stderr::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::terminal_input::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::terminal_output::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::terminal_stdin::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::terminal_stdout::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    cli::terminal_stderr::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    filesystem::preopens::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    // Without a preopened folder no descriptor can come into being, so none
    // of these functions gets further than its own table.
    sync::filesystem::types::add_to_linker::<_, WasiFilesystem>(l, Guest::filesystem)?;
    let options = sockets::network::LinkOptions::default();
    sockets::network::add_to_linker::<_, HasSelf<Guest>>(l, &options, |g| g)?;
    sockets::instance_network::add_to_linker::<_, WasiSockets>(l, Guest::sockets)?;
    sync::sockets::tcp::add_to_linker::<_, WasiSockets>(l, Guest::sockets)?;
    sync::sockets::udp::add_to_linker::<_, WasiSockets>(l, Guest::sockets)?;
    // Likewise: no socket can come into being, and no name be looked up.
    sockets::tcp_create_socket::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    sync::sockets::udp_create_socket::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    sockets::ip_name_lookup::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)
}

impl clocks::wall_clock::Host for Guest {
    fn now(&mut self) -> wasmtime::Result<clocks::wall_clock::Datetime> {
        let ms = self.received_at.0;
        Ok(clocks::wall_clock::Datetime {
            seconds: ms / 1_000,
            nanoseconds: u32::try_from(ms % 1_000 * NANOS_PER_MS).unwrap_or(0),
        })
    }

    fn resolution(&mut self) -> wasmtime::Result<clocks::wall_clock::Datetime> {
        Ok(clocks::wall_clock::Datetime {
            seconds: 0,
            nanoseconds: 1_000_000,
        })
    }
}

impl clocks::monotonic_clock::Host for Guest {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(self.received_at.0.saturating_mul(NANOS_PER_MS))
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(NANOS_PER_MS)
    }

    fn subscribe_instant(&mut self, _: u64) -> wasmtime::Result<Resource<DynPollable>> {
        crate::wasi::io::ready(&mut self.wasi().table)
    }

    fn subscribe_duration(&mut self, _: u64) -> wasmtime::Result<Resource<DynPollable>> {
        crate::wasi::io::ready(&mut self.wasi().table)
    }
}

impl random::random::Host for Guest {
    fn get_random_bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        self.wasi().random.bytes(len)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.wasi().random.next())
    }
}

impl random::insecure::Host for Guest {
    fn get_insecure_random_bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        self.wasi().random.bytes(len)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.wasi().random.next())
    }
}

impl random::insecure_seed::Host for Guest {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok(self.wasi().insecure_seed)
    }
}

impl cli::environment::Host for Guest {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(None)
    }
}

impl cli::exit::Host for Guest {
    fn exit(&mut self, status: Result<(), ()>) -> wasmtime::Result<()> {
        Err(I32Exit(i32::from(status.is_err())).into())
    }

    fn exit_with_code(&mut self, status_code: u8) -> wasmtime::Result<()> {
        Err(I32Exit(status_code.into()).into())
    }
}

impl cli::stdin::Host for Guest {
    fn get_stdin(&mut self) -> wasmtime::Result<Resource<DynInputStream>> {
        Ok(self.wasi().table.push(crate::wasi::io::empty_input())?)
    }
}

impl cli::stdout::Host for Guest {
    fn get_stdout(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.output(Stream::Out)
    }
}

impl cli::stderr::Host for Guest {
    fn get_stderr(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.output(Stream::Err)
    }
}

impl cli::terminal_input::Host for Guest {}

impl cli::terminal_input::HostTerminalInput for Guest {
    fn drop(
        &mut self,
        resource: Resource<cli::terminal_input::TerminalInput>,
    ) -> wasmtime::Result<()> {
        self.wasi().table.delete(resource)?;
        Ok(())
    }
}

impl cli::terminal_output::Host for Guest {}

impl cli::terminal_output::HostTerminalOutput for Guest {
    fn drop(
        &mut self,
        resource: Resource<cli::terminal_output::TerminalOutput>,
    ) -> wasmtime::Result<()> {
        self.wasi().table.delete(resource)?;
        Ok(())
    }
}

impl cli::terminal_stdin::Host for Guest {
    fn get_terminal_stdin(
        &mut self,
    ) -> wasmtime::Result<Option<Resource<cli::terminal_input::TerminalInput>>> {
        Ok(None)
    }
}

impl cli::terminal_stdout::Host for Guest {
    fn get_terminal_stdout(
        &mut self,
    ) -> wasmtime::Result<Option<Resource<cli::terminal_output::TerminalOutput>>> {
        Ok(None)
    }
}

impl cli::terminal_stderr::Host for Guest {
    fn get_terminal_stderr(
        &mut self,
    ) -> wasmtime::Result<Option<Resource<cli::terminal_output::TerminalOutput>>> {
        Ok(None)
    }
}

impl filesystem::preopens::Host for Guest {
    fn get_directories(
        &mut self,
    ) -> wasmtime::Result<Vec<(Resource<wasmtime_wasi::filesystem::Descriptor>, String)>> {
        Ok(Vec::new())
    }
}

impl sockets::tcp_create_socket::Host for Guest {
    fn create_tcp_socket(
        &mut self,
        _: sockets::network::IpAddressFamily,
    ) -> SocketResult<Resource<TcpSocket>> {
        Err(denied())
    }
}

impl sync::sockets::udp_create_socket::Host for Guest {
    fn create_udp_socket(
        &mut self,
        _: sockets::network::IpAddressFamily,
    ) -> SocketResult<Resource<UdpSocket>> {
        Err(denied())
    }
}

impl sockets::ip_name_lookup::Host for Guest {
    fn resolve_addresses(
        &mut self,
        _: Resource<sockets::network::Network>,
        _: String,
    ) -> SocketResult<Resource<sockets::ip_name_lookup::ResolveAddressStream>> {
        Err(denied())
    }
}

impl sockets::ip_name_lookup::HostResolveAddressStream for Guest {
    fn resolve_next_address(
        &mut self,
        _: Resource<sockets::ip_name_lookup::ResolveAddressStream>,
    ) -> SocketResult<Option<sockets::network::IpAddress>> {
        Err(denied())
    }

    fn subscribe(
        &mut self,
        _: Resource<sockets::ip_name_lookup::ResolveAddressStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        crate::wasi::io::ready(&mut self.wasi().table)
    }

    fn drop(
        &mut self,
        resource: Resource<sockets::ip_name_lookup::ResolveAddressStream>,
    ) -> wasmtime::Result<()> {
        self.wasi().table.delete(resource)?;
        Ok(())
    }
}

impl sockets::network::Host for Guest {
    fn convert_error_code(
        &mut self,
        error: SocketError,
    ) -> wasmtime::Result<sockets::network::ErrorCode> {
        error.downcast()
    }

    fn network_error_code(
        &mut self,
        _: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<sockets::network::ErrorCode>> {
        Ok(None)
    }
}

impl sockets::network::HostNetwork for Guest {
    fn drop(&mut self, network: Resource<sockets::network::Network>) -> wasmtime::Result<()> {
        self.wasi().table.delete(network)?;
        Ok(())
    }
}

fn denied() -> SocketError {
    sockets::network::ErrorCode::AccessDenied.into()
}

/// Numbers that look random and follow from a seed: SHA-256 in counter mode.
struct Random {
    seed: [u8; 32],
    counter: u64,
}

impl Random {
    fn new(seed: &str) -> Self {
        Self {
            seed: Sha256::digest(seed).into(),
            counter: 0,
        }
    }

    fn block(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(self.seed);
        hash.update(self.counter.to_be_bytes());
        self.counter += 1;
        hash.finalize().into()
    }

    fn next(&mut self) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.block()[..8]);
        u64::from_be_bytes(bytes)
    }

    fn bytes(&mut self, len: u64) -> wasmtime::Result<Vec<u8>> {
        if len > RANDOM_BYTES_MAX {
            return Err(wasmtime::format_err!(
                "asked for {len} random bytes; at most {RANDOM_BYTES_MAX} in one call"
            ));
        }
        let len = usize::try_from(len)?;
        let mut bytes = Vec::with_capacity(len + 32);
        while bytes.len() < len {
            bytes.extend_from_slice(&self.block());
        }
        bytes.truncate(len);
        Ok(bytes)
    }
}
