// Overflows the stack, and goes on at each level: 2^depth calls.
// expect: out_of_fuel
function handler(webhook) {
  const twice = () => {
    try { twice(); } finally { twice(); }
  };
  twice();
  return webhook;
}
