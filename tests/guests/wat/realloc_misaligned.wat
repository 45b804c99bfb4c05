;; Gives the host memory at an odd address.
;; expect: trap: calling convention
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4097))
  (func (export "handler") (param i32) (result i32) (unreachable)))
