;; Logs bytes that are not UTF-8.
;; expect: trap: calling convention
(module
  (import "hookmill:transform/log@1.0.0" "write" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (data (i32.const 8) "\ff")
  (func (export "handler") (param i32) (result i32)
    (call $log (i32.const 2) (i32.const 8) (i32.const 1))
    (unreachable)))
