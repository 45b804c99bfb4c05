;; Answers with a text of 2^32 - 1 bytes.
;; expect: trap: calling convention
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (i32.store offset=12 (i32.const 1024) (i32.const 1)) ;; url
    (i32.store offset=16 (i32.const 1024) (i32.const -1))
    (i32.const 1024)))
