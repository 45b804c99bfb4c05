// Ten thousand headers.
// expect: invalid_result: `headers` has 10000 fields
function handler(webhook) {
  webhook.headers = {};
  for (let n = 0; n < 10_000; n++) webhook.headers[`x-${n}`] = "1";
  return webhook;
}
