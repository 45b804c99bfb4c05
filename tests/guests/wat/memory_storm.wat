;; Writes all of its memory, over and over: each byte costs fuel.
;; expect: out_of_fuel
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (drop (memory.grow (i32.const 100)))
    (loop $again
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x640000))
      (memory.copy (i32.const 0) (i32.const 8) (i32.const 0x63fff0))
      (br $again))
    (unreachable)))
