;; Writes all of a large table, over and over: each element costs fuel.
;; expect: out_of_fuel
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (table $a 100000 funcref)
  (func (export "handler") (param i32) (result i32)
    (loop $again
      (table.fill $a (i32.const 0) (ref.null func) (i32.const 100000))
      (br $again))
    (unreachable)))
