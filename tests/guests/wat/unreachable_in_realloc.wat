;; Aborts while the host asks for memory.
;; expect: trap: aborted
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (unreachable))
  (func (export "handler") (param i32) (result i32) (unreachable)))
