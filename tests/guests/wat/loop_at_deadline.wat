;; Never ends, with fuel for seconds: the wall clock has to end it.
;; expect: deadline_exceeded
;; limits: fuel_max = 10000000000, deadline_ms = 50
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (loop $again (br $again))
    (unreachable)))
