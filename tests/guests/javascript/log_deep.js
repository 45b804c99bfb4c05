// Logs a value that is twenty thousand objects deep.
// expect: delivered
function handler(webhook) {
  let deep = {};
  for (let n = 0; n < 20_000; n++) deep = { deep };
  console.log(deep);
  return webhook;
}
