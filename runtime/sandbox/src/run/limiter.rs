//! Bounds what one instance may allocate: memories and tables, each summed.
//!
//! A breach is a typed error that traps at once, instead of a failed
//! `memory.grow`: guests answer that with an abort which says nothing, and the
//! owner could not be told which limit to raise.

use crate::caps::{CORE_INSTANCES_MAX, MEMORIES_MAX, TABLE_ELEMENTS_MAX, TABLES_MAX};
use wasmtime::ResourceLimiter;

/// Memory would exceed its limit.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("memory beyond {bytes_max} bytes")]
pub(crate) struct MemoryBreach {
    pub(crate) bytes_max: usize,
}

/// Tables would exceed their limit.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("tables beyond {TABLE_ELEMENTS_MAX} elements")]
pub(crate) struct TableBreach;

pub(crate) struct Limiter {
    memory_bytes: usize,
    memory_bytes_max: usize,
    table_elements: usize,
}

impl Limiter {
    pub(crate) fn new(memory_bytes_max: usize) -> Self {
        Self {
            memory_bytes: 0,
            memory_bytes_max,
            table_elements: 0,
        }
    }

    /// Bytes of all memories together.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            // The module's own maximum: its `memory.grow` answers -1.
            return Ok(false);
        }
        let sum = self
            .memory_bytes
            .saturating_add(desired.saturating_sub(current));
        if sum > self.memory_bytes_max {
            return Err(MemoryBreach {
                bytes_max: self.memory_bytes_max,
            }
            .into());
        }
        self.memory_bytes = sum;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let sum = self
            .table_elements
            .saturating_add(desired.saturating_sub(current));
        if sum > TABLE_ELEMENTS_MAX {
            return Err(TableBreach.into());
        }
        self.table_elements = sum;
        Ok(true)
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        TABLES_MAX
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX
    }
}
