// Inherits the request's properties instead of having them.
// expect: delivered
function handler(webhook) {
  return Object.create({ ...webhook, headers: { "x-inherited": "1" } });
}
