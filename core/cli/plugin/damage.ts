import { line, lineOf } from "../../plugin/loader/explain.ts";
import type { LoaderHost } from "../../plugin/loader/host.ts";

/** What the whole program shares and writes to. */
const WRITTEN = { process, globalThis };

/**
 * Says in one line, with file, line and what to do, what a plugin did to objects that the whole program shares, such that
 * the program cannot run beside it: a property of `Object.prototype` that every loop over an object's keys meets, or an
 * object that nobody can write to any more. `undefined` when they are as they were.
 *
 * @param files the plugin's own files, its module first.
 */
export function explainDamage(files: readonly string[], host: Pick<LoaderHost, "read" | "shown">): string | undefined {
  const at = (word: string) => {
    const found = files.flatMap((file) => {
      const where = lineOf(host.read(file), (text) => text.includes(word) && !/^\s*(?:\/\/|\*)/.test(text));
      return where === undefined ? [] : [{ file, line: where }];
    });
    return found[0] ?? { file: files[0] ?? "" };
  };
  const [added] = Object.keys(Object.prototype);
  if (added !== undefined) {
    const what = `it gives every object of the program a property "${added}", by Object.prototype`;
    return line(host, at("Object.prototype"), what, "Use a function of its own instead");
  }
  for (const [name, object] of Object.entries(WRITTEN)) {
    if (Object.isExtensible(object)) continue;
    return line(host, at(name), `it freezes ${name}, which the whole program writes to`, "Leave it as it is");
  }
  return undefined;
}
