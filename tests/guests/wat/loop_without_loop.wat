;; Calls itself in tail position: no stack grows, and no loop is there to see.
;; expect: out_of_fuel
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func $again (result i32) (return_call $again))
  (func (export "handler") (param i32) (result i32) (call $again)))
