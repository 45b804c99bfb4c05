//! Memory for one event: a pointer that only moves forward.
//!
//! An instance is dropped after its event, so nothing is worth freeing. Only
//! the last block can grow or shrink where it is, as growing lists do.

const std = @import("std");

const page = 64 << 10;

extern var __heap_base: u8;

var next: usize = 0;
var end: usize = 0;

pub const allocator: std.mem.Allocator = .{
    .ptr = undefined,
    .vtable = &.{ .alloc = alloc, .resize = resize, .remap = remap, .free = free },
};

/// A block, or null when there is no more memory.
pub fn take(size: usize, alignment: usize) ?[*]u8 {
    if (next == 0) {
        next = @intFromPtr(&__heap_base);
        end = @wasmMemorySize(0) * page;
    }
    const at = std.mem.alignForward(usize, next, alignment);
    if (!reach(at, size)) return null;
    return @ptrFromInt(at);
}

/// Moves on to behind a block, and grows the memory for that.
fn reach(at: usize, size: usize) bool {
    const to = std.math.add(usize, at, size) catch return false;
    if (to > end) {
        const pages = (to - end + page - 1) / page;
        if (@wasmMemoryGrow(0, pages) < 0) return false;
        end += pages * page;
    }
    next = to;
    return true;
}

fn alloc(_: *anyopaque, size: usize, alignment: std.mem.Alignment, _: usize) ?[*]u8 {
    return take(size, alignment.toByteUnits());
}

fn resize(_: *anyopaque, block: []u8, _: std.mem.Alignment, size: usize, _: usize) bool {
    const at = @intFromPtr(block.ptr);
    if (at + block.len != next) return size <= block.len;
    return reach(at, size);
}

fn remap(context: *anyopaque, block: []u8, alignment: std.mem.Alignment, size: usize, caller: usize) ?[*]u8 {
    return if (resize(context, block, alignment, size, caller)) block.ptr else null;
}

fn free(_: *anyopaque, _: []u8, _: std.mem.Alignment, _: usize) void {}
