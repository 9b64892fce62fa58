import { closeSync, openSync } from "node:fs";

/** Whom a folder with people's data is open to: its owner. Windows knows no such mode. */
export const PRIVATE_FOLDER = 0o700;

/** Whom a file with people's data is open to. */
export const PRIVATE_FILE = 0o600;

/**
 * Makes an empty file that only its owner may read, for a database: SQLite itself makes files that everybody may read, and
 * gives those beside a database its mode. A file that is there stays as it is. Not the process's mask: plugins' own
 * files are their business.
 */
export function beginPrivateFile(file: string): void {
  try {
    closeSync(openSync(file, "a", PRIVATE_FILE));
  } catch {
    // Opening it says what is wrong, in its own words.
  }
}
