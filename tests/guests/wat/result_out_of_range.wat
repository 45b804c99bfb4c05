;; Answers at an address beyond its memory.
;; expect: trap: calling convention
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32) (i32.const -8)))
