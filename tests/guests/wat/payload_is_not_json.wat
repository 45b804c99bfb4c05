;; Answers with a payload that is not JSON.
;; expect: invalid_result: `payload` is not JSON
(module
  (memory (export "memory") 1)
  (global $heap (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  ;; The result `ok` with the webhook as it came in.
  (func $echo (param $in i32) (result i32)
    (i32.store8 (i32.const 1024) (i32.const 0))
    (memory.copy (i32.const 1028) (local.get $in) (i32.const 40))
    (i32.const 1024))
  (func (export "handler") (param i32) (result i32)
    (drop (call $echo (local.get 0)))
    (i32.store (i32.const 1060) (i32.const 1))
    (i32.const 1024)))
