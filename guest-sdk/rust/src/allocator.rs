//! The allocator of a component: it only ever hands out more.
//!
//! An instance lives for one event and its memory goes with it, so freeing
//! would be work for nobody. The last block can grow where it is, which is what
//! a JSON writer does. Compiled for WebAssembly only, which has one thread here.
//!
//! A transform that allocates and frees in a long loop runs into its memory
//! limit: such a one turns the feature `bump-allocator` off.

#![allow(
    unsafe_code,
    reason = "an allocator is in terms of pointers, and linear memory has no safe interface"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ptr;

const PAGE_BYTES: usize = 65_536;

struct Bump {
    /// The first free address; 0 before the first allocation.
    next: Cell<usize>,
    /// The address after the last usable one.
    end: Cell<usize>,
}

#[global_allocator]
static ALLOCATOR: Bump = Bump {
    next: Cell::new(0),
    end: Cell::new(0),
};

// SAFETY: the module is built without threads; there is only one.
unsafe impl Sync for Bump {}

unsafe extern "C" {
    /// The linker's mark: data and stack end here. Only its address means
    /// anything.
    static __heap_base: u8;
}

impl Bump {
    /// Makes the memory up to `wanted_end` usable.
    #[cold]
    fn grow(&self, wanted_end: usize) -> bool {
        let end = self.end.get();
        let pages = (wanted_end - end).div_ceil(PAGE_BYTES);
        if core::arch::wasm32::memory_grow(0, pages) == usize::MAX {
            return false;
        }
        self.end.set(end + pages * PAGE_BYTES);
        true
    }

    #[cold]
    fn start(&self) {
        self.next.set(&raw const __heap_base as usize);
        self.end
            .set(core::arch::wasm32::memory_size(0) * PAGE_BYTES);
    }

    /// Takes the bytes from `start` on; whether there were enough.
    fn take(&self, start: usize, size: usize) -> bool {
        let Some(end) = start.checked_add(size) else {
            return false;
        };
        if end > self.end.get() && !self.grow(end) {
            return false;
        }
        self.next.set(end);
        true
    }
}

// SAFETY: `next` only grows, except in `realloc` within the last block, so
// blocks never overlap; every block lies between `__heap_base` and the end of
// memory, aligned as asked.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.next.get() == 0 {
            self.start();
        }
        let mask = layout.align() - 1;
        let Some(start) = self.next.get().checked_add(mask) else {
            return ptr::null_mut();
        };
        let start = start & !mask;
        if self.take(start, layout.size()) {
            ptr::with_exposed_provenance_mut(start)
        } else {
            ptr::null_mut()
        }
    }

    unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`. Fresh memory is
        // zero, but the end of a shrunk block may not be.
        let block = unsafe { self.alloc(layout) };
        if !block.is_null() {
            // SAFETY: the block has just been given out and has this size.
            unsafe { ptr::write_bytes(block, 0, layout.size()) };
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let start = block.expose_provenance();
        if start + layout.size() == self.next.get() {
            return if self.take(start, new_size) {
                block
            } else {
                ptr::null_mut()
            };
        }
        if new_size <= layout.size() {
            return block;
        }
        // SAFETY: the alignment is the old block's, and the caller checked that
        // the new size, rounded up to it, does not overflow.
        let layout_new = unsafe { Layout::from_size_align_unchecked(new_size, layout.align()) };
        // SAFETY: the layout is valid; its size is greater than the old, so not zero.
        let moved = unsafe { self.alloc(layout_new) };
        if !moved.is_null() {
            // SAFETY: both blocks have at least the old size and are apart.
            unsafe { ptr::copy_nonoverlapping(block, moved, layout.size()) };
        }
        moved
    }
}
