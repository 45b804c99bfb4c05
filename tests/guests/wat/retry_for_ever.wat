;; Asks to be tried again, whatever happens: the schedule decides.
;; expect: retry_requested
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (i32.store8 (i32.const 1024) (i32.const 1)) ;; error
    (i32.store8 offset=4 (i32.const 1024) (i32.const 1)) ;; retry
    (i32.const 1024)))
