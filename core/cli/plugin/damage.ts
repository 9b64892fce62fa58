import { line, lineOf } from "../../plugin/loader/explain.ts";
import type { LoaderHost } from "../../plugin/loader/host.ts";

/** What the whole program shares and writes to. */
const WRITTEN = { process, globalThis };

/**
 * Remembers objects that the whole program shares, and makes what says in one line, with file, line and what to do, what a
 * plugin did to them since, such that the program cannot run beside it: a property of `Object.prototype` that every loop over
 * an object's keys meets, or an object that nobody can write to any more. `undefined` when they are as they were.
 */
export function watchDamage(
  host: Pick<LoaderHost, "read" | "shown">,
): (files: readonly string[]) => string | undefined {
  const keys = new Set(Object.keys(Object.prototype));
  const writable = Object.entries(WRITTEN).filter(([, object]) => Object.isExtensible(object));
  return (files) => {
    const added = Object.keys(Object.prototype).find((key) => !keys.has(key));
    if (added !== undefined) {
      const what = `it gives every object of the program a property "${added}", by Object.prototype`;
      return line(host, placeOf(files, host, /\bObject\.prototype\b/), what, "Use a function of its own instead");
    }
    const [frozen] = writable.find(([, object]) => !Object.isExtensible(object)) ?? [];
    if (frozen === undefined) return undefined;
    const call = new RegExp(`\\b(?:freeze|seal|preventExtensions)\\s*\\(\\s*${frozen}\\b`);
    const what = `it freezes ${frozen}, which the whole program writes to`;
    return line(host, placeOf(files, host, call), what, "Leave it as it is");
  };
}

/** The first place in the plugin's own files, its module first, that a pattern matches outside of a comment. */
function placeOf(files: readonly string[], host: Pick<LoaderHost, "read">, pattern: RegExp) {
  for (const file of files) {
    const at = lineOf(host.read(file), (text) => pattern.test(text) && !/^\s*(?:\/\/|\*)/.test(text));
    if (at !== undefined) return { file, line: at };
  }
  return { file: files[0] ?? "" };
}
