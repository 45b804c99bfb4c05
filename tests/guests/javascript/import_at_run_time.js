// Imports at run time: the promise never settles, as nothing waits for it.
// expect: delivered
function handler(webhook) {
  for (const name of ["os", "std", "fs", "./handler.js", "file:///etc/passwd"]) {
    import(name).then(() => { throw new Error("imported"); }, () => {});
  }
  return webhook;
}
