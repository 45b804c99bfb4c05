;; A component whose `handler` is another function.
;; expect: refused: must export `handler` as the world `hookmill:transform/transform@1.0.0` declares it
(component
  (core module $module (func (export "handler") (param i32) (result i32) (i32.const 0)))
  (core instance $instance (instantiate $module))
  (func (export "handler") (param "fd" u32) (result u32) (canon lift (core func $instance "handler"))))
