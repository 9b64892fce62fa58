import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";

/** TypeScript whose types were taken out, by the SHA-256 of the file it was made of. */
export type StrippedTexts = Readonly<Record<string, string>>;

/** Most that is made for one module with all it imports, in UTF-16 code units; the runtime does the rest itself. */
const MOST = 1_048_576;

/**
 * Takes the types out of files, for a process that is to load them without doing so itself: the compiler that this takes
 * (14 MB of memory, never given back) stays in the process that calls this.
 *
 * @param files all of a module's; those that are no TypeScript, or cannot be stripped, are passed over.
 * @returns nothing on Deno, which takes types out in its own way.
 */
export function stripTypes(files: Iterable<string>): StrippedTexts {
  const texts: Record<string, string> = {};
  if (process.versions.deno !== undefined) return texts;
  let left = MOST;
  for (const file of files) {
    if (!/\.m?ts$/.test(file)) continue;
    try {
      const bytes = readFileSync(file);
      const text = stripTypeScriptTypes(textOf(bytes));
      left -= text.length;
      if (left < 0) break;
      texts[hashOf(bytes)] = text;
    } catch {
      // It changed meanwhile; whoever loads it says what is wrong.
    }
  }
  return texts;
}

/**
 * Finds what a file is without its types. Whatever may have become of the texts, what is returned is the file's own
 * program, with pieces taken out.
 *
 * @param bytes the file as it is now.
 * @param find looks for a text by the SHA-256 of its file.
 */
export function findStripped(bytes: Uint8Array, find: (hash: string) => string | undefined): string | undefined {
  const text = find(hashOf(bytes));
  return text !== undefined && isLeftOf(textOf(bytes), text) ? text : undefined;
}

/**
 * Whether a text is another one with pieces blanked out, so that every position is as it was. Where a line would run
 * on into the next one without its types, there is a semicolon or a parenthesis.
 */
function isLeftOf(whole: string, text: string): boolean {
  const lines = text.split("\n");
  const wholeLines = whole.split("\n");
  // Most lines have no types. A loop over every sign would be worth V8's optimizing compiler, and that 5 MB of memory.
  return (
    lines.length === wholeLines.length && lines.every((line, index) => isLineLeftOf(wholeLines[index] ?? "", line))
  );
}

function isLineLeftOf(whole: string, line: string): boolean {
  if (line === whole) return true;
  if (line.length !== whole.length) return false;
  for (const { 0: piece, index } of line.matchAll(/[^\s;()]+/g)) if (!whole.startsWith(piece, index)) return false;
  return true;
}

const hashOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
/** As the runtime reads a module: without a byte-order mark. */
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
