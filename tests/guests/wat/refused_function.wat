;; A component that imports a function of the host.
;; expect: refused: imports `fetch`, which Hookmill does not offer
(component
  (import "fetch" (func)))
