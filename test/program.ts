const main = new URL("../core/main.ts", import.meta.url).pathname;

/**
 * The program under test, as a command and its first words: from source by this Node, or whatever
 * `DRAMABOT_PROGRAM` names (the executable; or `deno run -A core/main.ts`, words parted by spaces).
 */
const [command = process.execPath, ...words] = process.env.DRAMABOT_PROGRAM?.split(" ") ?? [process.execPath, main];

/** @param more the words behind it, such as `["run"]`. */
export function program(...more: readonly string[]): readonly [command: string, words: string[]] {
  return [command, [...words, ...more]];
}
