//! `wasi:io` in a world without waiting: input is at its end, output goes to
//! the log, and everything is ready at once.
//!
//! A guest that sleeps or polls must not hold a thread: neither fuel nor
//! deadline reach a host function that blocks. So nothing here blocks, and
//! time does not pass.

use crate::caps::WASI_WRITE_BYTES_MAX;
use crate::run::guest::Guest;
use crate::run::log::Stream;
use wasmtime::component::{HasData, HasSelf, Linker, Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::sync::io::{poll, streams};
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, DynPollable, InputStream, OutputStream, Pollable, StreamError,
    StreamResult, subscribe,
};

struct HasTable;

impl HasData for HasTable {
    type Data<'a> = &'a mut ResourceTable;
}

pub(crate) fn link(l: &mut Linker<Guest>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::bindings::io::error::add_to_linker::<_, HasTable>(l, |g: &mut Guest| {
        &mut g.wasi().table
    })?;
    poll::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)?;
    streams::add_to_linker::<_, HasSelf<Guest>>(l, |g| g)
}

/// A pollable that is ready.
pub(crate) fn ready(table: &mut ResourceTable) -> wasmtime::Result<Resource<DynPollable>> {
    let now = table.push(Nothing)?;
    subscribe(table, now)
}

/// Stands for an output stream in the table. Its bytes never get here: the
/// host functions below put them into the log.
pub(crate) fn placeholder() -> DynOutputStream {
    Box::new(Nothing)
}

/// Standard input, at its end.
pub(crate) fn empty_input() -> DynInputStream {
    Box::new(Nothing)
}

struct Nothing;

#[wasmtime_wasi::async_trait]
impl Pollable for Nothing {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl InputStream for Nothing {
    fn read(&mut self, _: usize) -> StreamResult<bytes::Bytes> {
        Err(StreamError::Closed)
    }
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Nothing {
    fn write(&mut self, _: bytes::Bytes) -> StreamResult<()> {
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(0)
    }
}

impl poll::Host for Guest {
    fn poll(&mut self, pollables: Vec<Resource<DynPollable>>) -> wasmtime::Result<Vec<u32>> {
        if pollables.is_empty() {
            return Err(wasmtime::format_err!("polled an empty list"));
        }
        Ok((0..u32::try_from(pollables.len())?).collect())
    }
}

impl poll::HostPollable for Guest {
    fn ready(&mut self, _: Resource<DynPollable>) -> wasmtime::Result<bool> {
        Ok(true)
    }

    fn block(&mut self, _: Resource<DynPollable>) -> wasmtime::Result<()> {
        Ok(())
    }

    fn drop(&mut self, pollable: Resource<DynPollable>) -> wasmtime::Result<()> {
        poll::HostPollable::drop(&mut self.wasi().table, pollable)
    }
}

impl streams::Host for Guest {
    fn convert_stream_error(
        &mut self,
        error: StreamError,
    ) -> wasmtime::Result<streams::StreamError> {
        match error {
            StreamError::Closed => Ok(streams::StreamError::Closed),
            StreamError::LastOperationFailed(error) => Ok(
                streams::StreamError::LastOperationFailed(self.wasi().table.push(error)?),
            ),
            StreamError::Trap(error) => Err(error),
        }
    }
}

impl streams::HostInputStream for Guest {
    fn drop(&mut self, stream: Resource<DynInputStream>) -> wasmtime::Result<()> {
        self.wasi().table.delete(stream)?;
        Ok(())
    }

    fn read(&mut self, _: Resource<DynInputStream>, _: u64) -> StreamResult<Vec<u8>> {
        Err(StreamError::Closed)
    }

    fn blocking_read(&mut self, _: Resource<DynInputStream>, _: u64) -> StreamResult<Vec<u8>> {
        Err(StreamError::Closed)
    }

    fn skip(&mut self, _: Resource<DynInputStream>, _: u64) -> StreamResult<u64> {
        Err(StreamError::Closed)
    }

    fn blocking_skip(&mut self, _: Resource<DynInputStream>, _: u64) -> StreamResult<u64> {
        Err(StreamError::Closed)
    }

    fn subscribe(
        &mut self,
        _: Resource<DynInputStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        ready(&mut self.wasi().table)
    }
}

impl streams::HostOutputStream for Guest {
    fn drop(&mut self, stream: Resource<DynOutputStream>) -> wasmtime::Result<()> {
        let wasi = self.wasi();
        wasi.outputs.retain(|(rep, _)| *rep != stream.rep());
        wasi.table.delete(stream)?;
        Ok(())
    }

    fn check_write(&mut self, _: Resource<DynOutputStream>) -> StreamResult<u64> {
        Ok(WASI_WRITE_BYTES_MAX)
    }

    fn write(&mut self, stream: Resource<DynOutputStream>, bytes: Vec<u8>) -> StreamResult<()> {
        let target = self.target(&stream)?;
        self.log.output(target, &bytes);
        Ok(())
    }

    fn blocking_write_and_flush(
        &mut self,
        stream: Resource<DynOutputStream>,
        bytes: Vec<u8>,
    ) -> StreamResult<()> {
        self.write(stream, bytes)
    }

    fn blocking_write_zeroes_and_flush(
        &mut self,
        stream: Resource<DynOutputStream>,
        len: u64,
    ) -> StreamResult<()> {
        self.write_zeroes(stream, len)
    }

    fn subscribe(
        &mut self,
        _: Resource<DynOutputStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        ready(&mut self.wasi().table)
    }

    fn write_zeroes(&mut self, stream: Resource<DynOutputStream>, _: u64) -> StreamResult<()> {
        // Zeroes are control characters, which the log leaves out anyway.
        self.target(&stream).map(|_| ())
    }

    fn flush(&mut self, _: Resource<DynOutputStream>) -> StreamResult<()> {
        Ok(())
    }

    fn blocking_flush(&mut self, _: Resource<DynOutputStream>) -> StreamResult<()> {
        Ok(())
    }

    fn splice(
        &mut self,
        _: Resource<DynOutputStream>,
        _: Resource<DynInputStream>,
        _: u64,
    ) -> StreamResult<u64> {
        Err(StreamError::Closed)
    }

    fn blocking_splice(
        &mut self,
        _: Resource<DynOutputStream>,
        _: Resource<DynInputStream>,
        _: u64,
    ) -> StreamResult<u64> {
        Err(StreamError::Closed)
    }
}

impl Guest {
    fn target(&mut self, stream: &Resource<DynOutputStream>) -> StreamResult<Stream> {
        self.wasi()
            .outputs
            .iter()
            .find(|(rep, _)| *rep == stream.rep())
            .map(|(_, target)| *target)
            .ok_or(StreamError::Closed)
    }
}
