;; Shares a memory, as threads do.
;; expect: refused: uses threads, which is not supported
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (memory 1 1 shared)
  (func (export "handler") (param i32) (result i32) (unreachable)))
