;; Reads and writes 2^60 bytes, which the host would have to hold: input is at its end, zeroes are left out.
;; expect: delivered
(module
  (import "wasi:cli/stdin@0.2.0" "get-stdin" (func $stdin (result i32)))
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.write-zeroes" (func $zeroes (param i32 i64 i32)))
  (memory (export "memory") 1)
  (global $heap (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  ;; The result `ok` with the webhook as it came in.
  (func $echo (param $in i32) (result i32)
    (i32.store8 (i32.const 1024) (i32.const 0))
    (memory.copy (i32.const 1028) (local.get $in) (i32.const 40))
    (i32.const 1024))
  (func (export "handler") (param i32) (result i32)
    (call $read (call $stdin) (i64.const 0x1000000000000000) (i32.const 512))
    (if (i32.ne (i32.load8_u (i32.const 512)) (i32.const 1)) (then (unreachable)))
    (call $zeroes (call $stdout) (i64.const 0x1000000000000000) (i32.const 512))
    (call $echo (local.get 0))))
