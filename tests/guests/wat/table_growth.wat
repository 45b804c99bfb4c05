;; Grows its tables beyond what all tables may hold.
;; expect: memory_exceeded: tables
(module
  ;; An import that takes or gives text adds one more table: that of the adapter.
  (import "hookmill:transform/log@1.0.0" "write" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
  (table $a 1 funcref) (table $b 1 funcref) (table $c 1 funcref) (table $d 1 funcref)
  (func (export "handler") (param i32) (result i32)
    (drop (table.grow $a (ref.null func) (i32.const 99999)))
    (drop (table.grow $b (ref.null func) (i32.const 99999)))
    (drop (table.grow $c (ref.null func) (i32.const 99999)))
    (drop (table.grow $d (ref.null func) (i32.const 99999)))
    (unreachable)))
