// Line breaks in the URL: they are taken out or escaped, as the URL standard has it.
// expect: delivered
function handler(webhook) {
  webhook.url += "a\r\nx-forged: 1\r\n\r\nGET / HTTP/1.1";
  return webhook;
}
