// A method that the endpoint does not allow.
// expect: invalid_result: DELETE
function handler(webhook) {
  webhook.method = "DELETE";
  return webhook;
}
