;; Answers with 2^31 headers: in bytes, more than a pointer can say.
;; expect: trap: calling convention
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (i32.store offset=24 (i32.const 1024) (i32.const 2048)) ;; headers
    (i32.store offset=28 (i32.const 1024) (i32.const 0x80000000))
    (i32.const 1024)))
