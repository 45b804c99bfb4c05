;; A component of another world: a command with `run`.
;; expect: refused: must export `handler` as the world `hookmill:transform/transform@1.0.0` declares it
(component
  (core module $module (func (export "run") (result i32) (i32.const 0)))
  (core instance $instance (instantiate $module))
  (func $run (result (result)) (canon lift (core func $instance "run")))
  (instance $command (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $command)))
