;; Answers with neither ok nor error.
;; expect: trap: calling convention
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (i32.store8 (i32.const 1024) (i32.const 7))
    (i32.const 1024)))
