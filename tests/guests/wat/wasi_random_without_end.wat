;; Asks for 2^60 random bytes, which the host would have to hold.
;; expect: trap: random bytes
(module
  (import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (call $random (i64.const 0x1000000000000000) (i32.const 8))
    (unreachable)))
