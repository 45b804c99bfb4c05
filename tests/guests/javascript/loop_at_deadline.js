// Never ends, with fuel for minutes: the wall clock has to end it.
// expect: deadline_exceeded
// limits: fuel_max = 10000000000, deadline_ms = 50
function handler(webhook) {
  for (;;) {}
}
