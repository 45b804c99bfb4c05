;; Recurses without end when it is instantiated.
;; expect: refused: can't be instantiated: The call stack overflowed
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func $start (call $start) (call $start))
  (start $start)
  (func (export "handler") (param i32) (result i32) (unreachable)))
