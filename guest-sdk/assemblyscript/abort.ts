// What `throw` and a failed assertion call: their words go to the log, and the
// event ends. `asconfig.json` puts it in the place of AssemblyScript's own.

import { Level, log } from "./hookmill";

export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const words = message === null ? "aborted" : message;
  const place = file === null ? "" : " (" + file + ":" + line.toString() + ":" + column.toString() + ")";
  log(Level.Error, words + place);
  unreachable();
}
