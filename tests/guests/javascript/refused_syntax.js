// Is no program.
// expect: refused: SyntaxError
function handler(webhook) {
  return webhook
}}
