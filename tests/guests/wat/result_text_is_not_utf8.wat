;; Answers with bytes that are not UTF-8.
;; expect: trap: calling convention
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (data (i32.const 2048) "\ff\c0\80")
  (func (export "handler") (param i32) (result i32)
    (i32.store offset=12 (i32.const 1024) (i32.const 2048)) ;; url
    (i32.store offset=16 (i32.const 1024) (i32.const 3))
    (i32.const 1024)))
