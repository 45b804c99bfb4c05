;; Imports an interface that is not offered.
;; expect: refused: imports `wasi:keyvalue/store` version 0.2.0, which Hookmill does not offer
(module
  (import "wasi:keyvalue/store@0.2.0" "open" (func $open (result i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32) (call $open)))
