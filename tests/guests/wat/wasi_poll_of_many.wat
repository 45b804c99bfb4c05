;; Waits for the same timer a quarter of a million times at once.
;; expect: trap: handle limit exceeded
(module
  (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $sleep (param i64) (result i32)))
  (import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))
  (memory (export "memory") 17)
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
    (local $at i32) (local $timer i32)
    (local.set $timer (call $sleep (i64.const -1)))
    (local.set $at (i32.const 65536))
    (loop $next
      (i32.store (local.get $at) (local.get $timer))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 4))) (i32.const 1114112))))
    (call $poll (i32.const 65536) (i32.const 262144) (i32.const 512))
    (call $echo (local.get 0))))
