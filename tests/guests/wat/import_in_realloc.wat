;; Calls the host while the host asks for memory.
;; expect: trap: cannot leave component instance
(module
  (import "hookmill:transform/log@1.0.0" "write" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (call $log (i32.const 2) (i32.const 0) (i32.const 8))
    (i32.const 4096))
  (func (export "handler") (param i32) (result i32) (unreachable)))
