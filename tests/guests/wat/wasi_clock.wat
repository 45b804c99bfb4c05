;; Measures time: the clocks stand, and nothing can be timed.
;; expect: delivered
(module
  (import "wasi:clocks/wall-clock@0.2.0" "now" (func $wall (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $monotonic (result i64)))
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
    (local $before i64) (local $n i32)
    (local.set $before (call $monotonic))
    (call $wall (i32.const 512))
    (loop $again
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 10000000))))
    (call $wall (i32.const 528))
    (if (i64.ne (local.get $before) (call $monotonic)) (then (unreachable)))
    (if (i64.ne (i64.load (i32.const 512)) (i64.load (i32.const 528))) (then (unreachable)))
    (if (i32.ne (i32.load (i32.const 520)) (i32.load (i32.const 536))) (then (unreachable)))
    (call $echo (local.get 0))))
