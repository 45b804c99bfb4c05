;; Ends the process, as it hopes.
;; expect: exited: status 0
(module
  (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (call $exit (i32.const 0))
    (unreachable)))
