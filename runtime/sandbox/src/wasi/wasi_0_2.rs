//! WASI 0.2 with nothing behind it.
//!
//! Components from Python, C, Go or JavaScript toolchains import WASI whether
//! they use it or not. They get no files, no sockets, no environment and no
//! arguments; clocks stand at the instant at which the event was accepted, and
//! random bytes follow from the delivery's id. Streams are in [`io`]. It
//! must never reach the machine: what can't be answered from [`Guest`] alone
//! is refused.

use crate::run::guest::Guest;
use crate::run::log::Stream;
use crate::wasi::io;
use wasmtime::component::{HasSelf, Linker, Resource};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemCtxView};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, random, sockets, sync};
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, DynPollable, SocketError, SocketResult, TcpSocket, UdpSocket,
};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsCtxView};

const NANOS_PER_MS: u64 = 1_000_000;

impl Guest {
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
        let resource = wasi.table.push(io::placeholder())?;
        wasi.outputs.push((resource.rep(), stream));
        Ok(resource)
    }
}

/// Links everything of `wasi:cli/imports`.
pub(crate) fn link(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let l = linker;
    io::link(l)?;
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
    // No socket can come into being, and no name be looked up.
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
        io::ready(&mut self.wasi().table)
    }

    fn subscribe_duration(&mut self, _: u64) -> wasmtime::Result<Resource<DynPollable>> {
        io::ready(&mut self.wasi().table)
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
        Ok(self.wasi().table.push(io::empty_input())?)
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
        io::ready(&mut self.wasi().table)
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
