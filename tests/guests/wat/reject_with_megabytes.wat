;; Rejects with a text of three megabytes: what is recorded of it is bounded.
;; expect: rejected: aaaa
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (drop (memory.grow (i32.const 50)))
    (memory.fill (i32.const 65536) (i32.const 97) (i32.const 3000000))
    (i32.store8 (i32.const 1024) (i32.const 1)) ;; error
    (i32.store offset=8 (i32.const 1024) (i32.const 65536))
    (i32.store offset=12 (i32.const 1024) (i32.const 3000000))
    (i32.const 1024)))
