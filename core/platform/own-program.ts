import { readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isBinary } from "./packaged.ts";

/** Says whether this is an executable that `deno compile` made. */
const { Deno: deno } = globalThis as { Deno?: { readonly build: { readonly standalone: boolean } } }; // as Deno has it

/**
 * How Deno runs this program. It may use any folder, host and program, for the operator's settings name them; neither
 * native libraries nor code from the network, and it asks nothing that nobody would answer. `deno.json` says the same.
 */
export const onDeno: readonly string[] = [
  "run",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  "--allow-env",
  "--allow-sys",
  "--allow-run",
  "--no-prompt",
  "--cached-only",
];

/**
 * How this program is started once more, as a process of its own.
 *
 * @param main the entry from source.
 * @returns the executable and the words before the command.
 */
export function ownProgram(main: URL): readonly [file: string, ...words: string[]] {
  if (isBinary() || deno?.build.standalone) return [process.execPath];
  const entry = fileURLToPath(main);
  return process.versions.deno === undefined ? [process.execPath, entry] : [process.execPath, ...onDeno, entry];
}

/** Linux: leads to the file that runs, also when another one has its name by now. */
const IMAGE = "/proc/self/exe";

/**
 * The same, but for an executable whose file was replaced or removed since it was started, as an upgrade does: the one that
 * runs is started once more. Where the system does not tell of it, it is the file's name that counts.
 */
export function runningProgram(main: URL): readonly [file: string, ...words: string[]] {
  return isBinary() && wasReplaced() ? [IMAGE] : ownProgram(main);
}

function wasReplaced(): boolean {
  try {
    return readlinkSync(IMAGE) !== process.execPath;
  } catch {
    return false; // the system has no such link
  }
}
