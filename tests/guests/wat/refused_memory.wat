;; Begins with four gigabytes of memory.
;; expect: refused: needs 4294967296 bytes of memory
(module
  (memory (export "memory") 65536)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "handler") (param i32) (result i32) (unreachable)))
