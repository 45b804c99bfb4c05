;; Its data does not fit into its memory.
;; expect: refused: can't be instantiated
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (data (i32.const 65530) "0123456789")
  (func (export "handler") (param i32) (result i32) (unreachable)))
