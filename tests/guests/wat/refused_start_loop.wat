;; Never ends when it is instantiated.
;; expect: refused: can't be instantiated: it used up 500000000 units of fuel before its handler was called
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func $start (loop $again (br $again)))
  (start $start)
  (func (export "handler") (param i32) (result i32) (unreachable)))
