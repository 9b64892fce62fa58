import { fileURLToPath } from "node:url";
import { isBinary } from "./packaged.ts";

/**
 * How this program is started once more, as a process of its own.
 *
 * @param main the entry from source.
 * @returns the executable and the words before the command.
 */
export function ownProgram(main: URL): readonly [file: string, ...words: string[]] {
  if (isBinary()) return [process.execPath];
  const entry = fileURLToPath(main);
  return process.versions.deno === undefined
    ? [process.execPath, entry]
    : [process.execPath, "run", "--allow-all", "--cached-only", entry];
}
