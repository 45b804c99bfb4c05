//! The engine's memory allocator, for Rust and for the JavaScript heap alike.
//!
//! An instance lives for one event, and most of what an event costs beyond its
//! JavaScript is touching fresh memory pages. So blocks come from one growing
//! region, next to each other in the order of their birth; a freed block is
//! reused by the next request of its size class, last freed first.
//!
//! It must not give memory back, coalesce, or search: all of that costs more
//! than an event gains. It must not be used from two threads.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::UnsafeCell;
use core::ptr;

/// Bytes before each block that hold its size class.
const HEADER: usize = 8;
/// Block sizes up to this are multiples of 8; above it, four per power of two.
const SMALL_MAX: usize = 128;
const CLASSES: usize = SMALL_MAX / 8 + 4 * 24;
const WASM_PAGE: usize = 65_536;
const HOST_PAGE: usize = 4_096;

/// Where the part of the memory ends that the host restores for each event,
/// and the tables begin, which are only read. What is shipped of the heap ends
/// here, too; events go on behind the tables.
const RESTORED_END: usize = 768 << 10;

unsafe extern "C" {
    /// Where the module's data end; the linker gives it this address.
    static __heap_base: u8;
    /// Where the stack begins, growing down to address 0; likewise.
    static __stack_high: u8;
}

#[global_allocator]
static HEAP: Heap = Heap(UnsafeCell::new(State {
    top: 0,
    end: 0,
    high_water: 0,
    exhausted: false,
    free: [0; CLASSES],
}));

/// The allocator; [`JsAllocator`] gives the JavaScript engine the same one.
struct Heap(UnsafeCell<State>);

// SAFETY: the target has no threads; nothing else can be inside an allocator
// method while one runs, because none of them calls out.
unsafe impl Sync for Heap {}

struct State {
    /// The next unused address, always a multiple of 8; 0 before first use.
    top: usize,
    /// The end of the region that `top` moves through.
    end: usize,
    /// The highest `top` has been: nothing was written above it.
    high_water: usize,
    /// A request could not be met because memory would not grow.
    exhausted: bool,
    /// Heads of the lists of freed blocks, one per class; 0 is empty.
    free: [usize; CLASSES],
}

/// Whether a request for memory has been refused in this instance.
pub(crate) fn is_exhausted() -> bool {
    HEAP.with(|state| state.exhausted)
}

/// Prepares the heap for the snapshot: what is allocated stays, freed blocks
/// are given up so that new ones lie side by side on clean pages, and
/// `spare_bytes` of zeroed memory are ready behind them.
pub(crate) fn seal(spare_bytes: usize) {
    HEAP.with(|state| {
        state.free = [0; CLASSES];
        let clean = state.top.next_multiple_of(HOST_PAGE);
        if clean > state.end {
            // The region ends inside this page: the next request starts anew.
            state.top = state.end;
        } else {
            // SAFETY: everything from `top` to `high_water` is inside the
            // region and belongs to no block.
            unsafe {
                let stale = state.high_water.saturating_sub(state.top);
                ptr::write_bytes(state.top as *mut u8, 0, stale);
            }
            state.top = clean;
        }
        if state.end.saturating_sub(state.top) < spare_bytes {
            state.refill(spare_bytes);
        }
    });
}

/// Seals the heap of the memory that is shipped, which ends where the tables
/// begin. A program's own heap goes on behind them.
pub(crate) fn seal_shipped(spare_bytes: usize) {
    seal(0);
    HEAP.with(|state| {
        assert!(
            state.end == RESTORED_END && state.end.saturating_sub(state.top) >= spare_bytes,
            "the shipped heap has outgrown its place; see RESTORED_END",
        );
    });
}

/// A copy of the whole memory, without what is left on the stack; none when it
/// has more than `bytes_max`. The heap itself is not touched for it, so an
/// instance that begins with the copy finds its heap as it is now. Nothing may
/// be allocated afterwards but what the answer to the host needs.
pub(crate) fn image(bytes_max: usize) -> Option<Vec<u8>> {
    let bytes = memory_size::<0>() * WASM_PAGE;
    if bytes > bytes_max || memory_grow::<0>(bytes / WASM_PAGE + 1) == usize::MAX {
        return None;
    }
    let stack = &raw const __stack_high as usize;
    // SAFETY: the copy goes into pages that nobody has yet, and which are zero.
    // So is the word before it, which is the header of a block of the smallest
    // class: giving it back does no harm.
    unsafe {
        let copy = (bytes + HEADER) as *mut u8;
        ptr::copy_nonoverlapping(stack as *const u8, copy.add(stack), bytes - stack);
        Some(Vec::from_raw_parts(copy, bytes, bytes))
    }
}

/// Makes room for tables behind the heap that is shipped, before the heap is
/// used; gives their address.
pub(crate) fn reserve_tables(bytes: usize) -> *mut u8 {
    let wanted = (RESTORED_END + bytes).div_ceil(WASM_PAGE);
    let grown = memory_grow::<0>(wanted.saturating_sub(memory_size::<0>()));
    assert!(grown != usize::MAX, "the build has memory for tables");
    RESTORED_END as *mut u8
}

impl Heap {
    fn with<R>(&self, use_state: impl FnOnce(&mut State) -> R) -> R {
        // SAFETY: single-threaded, and no caller re-enters (see `Sync`).
        use_state(unsafe { &mut *self.0.get() })
    }
}

impl State {
    fn allocate(&mut self, bytes: usize) -> *mut u8 {
        let Some(class) = class_of(bytes) else {
            self.exhausted = true;
            return ptr::null_mut();
        };
        let head = self.free[class];
        if head != 0 {
            // SAFETY: a freed block of this class; its first word links on.
            self.free[class] = unsafe { *(head as *const usize) };
            return head as *mut u8;
        }
        let size = size_of_class(class);
        if self.end - self.top < size && !self.refill(size) {
            self.exhausted = true;
            return ptr::null_mut();
        }
        let block = self.top + HEADER;
        self.top += size;
        self.high_water = self.high_water.max(self.top);
        // SAFETY: inside the region, and no one else's.
        unsafe { *((block - HEADER) as *mut usize) = class };
        block as *mut u8
    }

    /// # Safety
    /// `block` came from this allocator and is not used any more.
    unsafe fn release(&mut self, block: *mut u8) {
        // SAFETY: the header precedes every block.
        let class = unsafe { class_at(block) };
        let start = block as usize - HEADER;
        if start + size_of_class(class) == self.top {
            self.top = start;
            return;
        }
        // SAFETY: blocks hold at least one word, and this one is unused.
        unsafe { *(block as *mut usize) = self.free[class] };
        self.free[class] = block as usize;
    }

    /// # Safety
    /// `block` came from this allocator; it is invalid afterwards unless the
    /// result is null.
    unsafe fn resize(&mut self, block: *mut u8, bytes: usize) -> *mut u8 {
        // SAFETY: the header precedes every block.
        let class = unsafe { class_at(block) };
        let size = size_of_class(class);
        if bytes <= size - HEADER {
            return block;
        }
        let start = block as usize - HEADER;
        if start + size == self.top
            && let Some(wider) = class_of(bytes)
            && self.end - start >= size_of_class(wider)
        {
            self.top = start + size_of_class(wider);
            self.high_water = self.high_water.max(self.top);
            // SAFETY: the header of a live block.
            unsafe { *(start as *mut usize) = wider };
            return block;
        }
        let moved = self.allocate(bytes);
        if !moved.is_null() {
            // SAFETY: both blocks hold at least the old one's bytes, and they
            // are different blocks.
            unsafe {
                ptr::copy_nonoverlapping(block, moved, size - HEADER);
                self.release(block);
            }
        }
        moved
    }

    /// Makes at least `bytes` available at `top`.
    fn refill(&mut self, bytes: usize) -> bool {
        if self.end == 0 {
            // First what the data leave of the module's last page.
            self.top = (&raw const __heap_base as usize).next_multiple_of(8);
            self.end = (memory_size::<0>() * WASM_PAGE).min(RESTORED_END);
            if self.end - self.top >= bytes {
                return true;
            }
        }
        // Growing by an eighth keeps the number of calls logarithmic and the
        // overshoot small.
        let now = memory_size::<0>();
        let wanted = bytes.div_ceil(WASM_PAGE);
        let grown = match memory_grow::<0>(wanted.max(now / 8)) {
            usize::MAX => memory_grow::<0>(wanted),
            page => page,
        };
        if grown == usize::MAX {
            return false;
        }
        let start = grown * WASM_PAGE;
        if start != self.end {
            self.top = start;
        }
        self.end = memory_size::<0>() * WASM_PAGE;
        true
    }
}

/// The size class that holds `bytes`; none when no block can.
fn class_of(bytes: usize) -> Option<usize> {
    let size = bytes.checked_add(HEADER + 7)? & !7;
    if size <= SMALL_MAX {
        return Some(size.max(16) / 8 - 1);
    }
    // 128 < size: the highest bit and the two bits behind it, rounded up.
    let above = size - 1;
    let power = above.ilog2() as usize;
    let quarter = (above >> (power - 2)) & 3;
    let class = SMALL_MAX / 8 + 4 * (power - 7) + quarter;
    (class < CLASSES).then_some(class)
}

/// The size of a class's blocks, header included.
fn size_of_class(class: usize) -> usize {
    if class < SMALL_MAX / 8 {
        return (class + 1) * 8;
    }
    let steps = class - SMALL_MAX / 8;
    (5 + steps % 4) << (steps / 4 + 5)
}

/// # Safety
/// `block` came from this allocator.
unsafe fn class_at(block: *mut u8) -> usize {
    // SAFETY: promised by the caller.
    unsafe { *((block as usize - HEADER) as *const usize) }
}

// SAFETY: blocks are distinct, at least as large as asked, and 8-aligned;
// requests for more alignment get a block that holds an aligned part.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() <= 8 {
            return self.with(|state| state.allocate(layout.size()));
        }
        // Rare (SIMD values); such a block is never reused, because its start
        // is not where the header is.
        self.with(|state| {
            let block = state.allocate(layout.size() + layout.align());
            if block.is_null() {
                return block;
            }
            (block as usize).next_multiple_of(layout.align()) as *mut u8
        })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.align() <= 8 {
            // SAFETY: the caller gives back what `alloc` returned.
            self.with(|state| unsafe { state.release(block) });
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        if layout.align() <= 8 {
            // SAFETY: the caller passes what `alloc` returned.
            return self.with(|state| unsafe { state.resize(block, bytes) });
        }
        // SAFETY: `bytes` is not 0 and was checked against the alignment by
        // the caller, who also guarantees the old block's size.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(bytes, layout.align()));
            if !moved.is_null() {
                ptr::copy_nonoverlapping(block, moved, layout.size().min(bytes));
            }
            moved
        }
    }
}

/// The heap as `rquickjs` allocates from it.
pub(crate) struct JsAllocator;

// SAFETY: as for `GlobalAlloc`; `usable_size` is what the block's class holds.
unsafe impl rquickjs::allocator::Allocator for JsAllocator {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        HEAP.with(|state| state.allocate(size))
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        let Some(bytes) = count.checked_mul(size) else {
            return ptr::null_mut();
        };
        let block = self.alloc(bytes);
        if !block.is_null() {
            // SAFETY: the block holds `bytes`.
            unsafe { ptr::write_bytes(block, 0, bytes) };
        }
        block
    }

    unsafe fn dealloc(&mut self, block: *mut u8) {
        // SAFETY: the caller gives back what `alloc` returned.
        HEAP.with(|state| unsafe { state.release(block) });
    }

    unsafe fn realloc(&mut self, block: *mut u8, bytes: usize) -> *mut u8 {
        if block.is_null() {
            return self.alloc(bytes);
        }
        if bytes == 0 {
            // SAFETY: the caller gives back what `alloc` returned.
            unsafe { self.dealloc(block) };
            return ptr::null_mut();
        }
        // SAFETY: the caller passes what `alloc` returned.
        HEAP.with(|state| unsafe { state.resize(block, bytes) })
    }

    unsafe fn usable_size(block: *mut u8) -> usize {
        // SAFETY: the caller passes what `alloc` returned.
        size_of_class(unsafe { class_at(block) }) - HEADER
    }
}
