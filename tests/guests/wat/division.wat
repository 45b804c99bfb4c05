;; Divides the least integer by minus one.
;; expect: trap: overflow
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32) (i32.div_s (i32.const 0x80000000) (i32.const -1))))
