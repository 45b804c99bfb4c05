;; Begins with a table of ten million elements.
;; expect: refused: needs 10000000 elements in one table
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (table 10000000 funcref)
  (func (export "handler") (param i32) (result i32) (unreachable)))
