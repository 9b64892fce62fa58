import { fileURLToPath } from "node:url";
import { runOnDeno } from "./deno.ts";

const main = fileURLToPath(new URL("../core/main.ts", import.meta.url));

/**
 * The program under test, as a command and its first words: from source by the runtime that runs the tests, or what
 * `DRAMABOT_PROGRAM` names: `deno`, or the path of the executable.
 */
function named(name: string | undefined): readonly [command: string, ...words: string[]] {
  const here = process.versions.deno === undefined ? "node" : "deno";
  if ((name ?? here) === "deno") return runOnDeno(main);
  return name === undefined ? [process.execPath, main] : [name];
}

const [command, ...words] = named(process.env.DRAMABOT_PROGRAM);

/** @param more the words behind it, such as `["run"]`. */
export function program(...more: readonly string[]): readonly [command: string, words: string[]] {
  return [command, [...words, ...more]];
}
