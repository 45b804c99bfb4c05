;; Calls through a table what is of another type, and what is not there.
;; expect: trap: indirect call
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (type $two (func (param i32 i32) (result i32)))
  (table 2 funcref)
  (elem (i32.const 0) $none)
  (func $none)
  (func (export "handler") (param i32) (result i32) (call_indirect (type $two) (i32.const 1) (i32.const 2) (i32.const 0))))
