;; Asks for four gigabytes at once.
;; expect: memory_exceeded: `memory_bytes_max`
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (drop (memory.grow (i32.const 65535)))
    (unreachable)))
