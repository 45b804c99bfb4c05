;; Recurses without end while the host asks for memory.
;; expect: stack_overflow
(module
  (memory (export "memory") 1)
  (func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (i32.add (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1)) (i32.const 1)))
  (func (export "handler") (param i32) (result i32) (unreachable)))
