;; Has a memory with 64-bit addresses.
;; expect: refused: uses 64-bit memories, which is not supported
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (memory i64 1)
  (func (export "handler") (param i32) (result i32) (unreachable)))
