;; Writes beyond the end of its memory.
;; expect: trap: out of bounds
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (i64.store offset=0xfffffff0 (i32.const 0xffffffff) (i64.const -1))
    (unreachable)))
