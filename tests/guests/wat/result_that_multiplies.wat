;; Answers with 4,000 headers that all point at the same 60 KB: 240 MB of text in one page.
;; expect: output_too_large: `output_bytes_max`
;; limits: memory_bytes_max = 67108864
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (func (export "handler") (param i32) (result i32)
    (local $at i32)
    (memory.fill (i32.const 2048) (i32.const 97) (i32.const 60000))
    (drop (memory.grow (i32.const 1)))
    (local.set $at (i32.const 65536))
    (loop $next
      (i32.store offset=0 (local.get $at) (i32.const 2048)) ;; name
      (i32.store offset=4 (local.get $at) (i32.const 4))
      (i32.store offset=8 (local.get $at) (i32.const 2048)) ;; value
      (i32.store offset=12 (local.get $at) (i32.const 60000))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (i32.const 129536))))
    (memory.fill (i32.const 1024) (i32.const 0) (i32.const 44))
    (i32.store offset=24 (i32.const 1024) (i32.const 65536)) ;; headers
    (i32.store offset=28 (i32.const 1024) (i32.const 4000))
    (i32.const 1024)))
