;; Grows a table, again and again, to a size that no table can have: it is refused each time.
;; expect: out_of_fuel
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (table $a 1 funcref)
  (func (export "handler") (param i32) (result i32)
    (loop $again
      (if (i32.ne (table.grow $a (ref.null func) (i32.const 100000)) (i32.const -1))
        (then (unreachable)))
      (br $again))
    (unreachable)))
