// Imports what there is not.
// expect: refused: cannot import "node:fs"
import fs from "node:fs";
export default (webhook) => webhook;
