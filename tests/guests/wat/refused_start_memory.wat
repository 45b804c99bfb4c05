;; Takes all memory when it is instantiated.
;; expect: refused: needs more than 268435456 bytes of memory
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func $start (loop $again (drop (memory.grow (i32.const 1))) (br $again)))
  (start $start)
  (func (export "handler") (param i32) (result i32) (unreachable)))
