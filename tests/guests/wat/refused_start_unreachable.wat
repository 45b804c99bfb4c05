;; Aborts when it is instantiated.
;; expect: refused: can't be instantiated: The transform aborted
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func $start (unreachable))
  (start $start)
  (func (export "handler") (param i32) (result i32) (unreachable)))
