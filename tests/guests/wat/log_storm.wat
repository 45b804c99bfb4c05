;; Logs six megabytes without end: the copies cost the host time, not fuel.
;; expect: deadline_exceeded
;; limits: fuel_max = 10000000000, deadline_ms = 50
(module
  (import "hookmill:transform/log@1.0.0" "write" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (drop (memory.grow (i32.const 100)))
    (loop $again
      (call $log (i32.const 2) (i32.const 65536) (i32.const 6400000))
      (br $again))
    (unreachable)))
