;; Takes all memory that an operator can allow, and touches each page of it,
;; to the end and beyond: the pool has to give it back.
;; expect: trap: out of bounds
;; limits: memory_bytes_max = 268435456
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (local $at i32)
    (drop (memory.grow (i32.const 4095)))
    (loop $next
      (i32.store (local.get $at) (i32.const 1))
      (br_if $next (local.tee $at (i32.add (local.get $at) (i32.const 4096))))
      (unreachable))
    (unreachable)))
