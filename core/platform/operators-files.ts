import { relative } from "node:path";
import { readWholeFile } from "./obstacle.ts";

/** A file's path as the operator would write it. */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") || path === "" ? file : path;
}

/** @returns the text of a file, `undefined` when it cannot be read. */
export function readText(file: string): string | undefined {
  try {
    return readWholeFile(file);
  } catch {
    return undefined;
  }
}
