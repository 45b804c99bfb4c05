;; Sleeps for an hour, a thousand times: time does not pass, so no thread is held.
;; expect: delivered
(module
  (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $sleep (param i64) (result i32)))
  (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop (param i32)))
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
    (local $n i32) (local $timer i32)
    (loop $again
      (local.set $timer (call $sleep (i64.const 3600000000000)))
      (call $block (local.get $timer))
      (call $drop (local.get $timer))
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 1000))))
    (call $echo (local.get 0))))
