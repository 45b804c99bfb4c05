;; A component of a later contract.
;; expect: refused: imports `hookmill:transform/log` version 2.0.0, which Hookmill does not offer
(component
  (import "hookmill:transform/log@2.0.0" (instance)))
