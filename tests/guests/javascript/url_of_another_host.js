// A host that the endpoint does not allow: the cloud's metadata service.
// expect: invalid_result: 169.254.169.254
function handler(webhook) {
  webhook.url = "http://169.254.169.254/latest/meta-data/";
  return webhook;
}
