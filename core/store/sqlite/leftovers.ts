import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A copy that is not finished, and what SQLite keeps beside it. */
const UNFINISHED = /^\.dramabot-[0-9a-f]{8}\.part(?:-journal|-wal|-shm)?$/;

/** How long a copy may not have been written to before nobody writes to it any more, in ms. */
const AGE = 3_600_000;

/**
 * Removes the unfinished copies of people's data that a `backup` or `restore` left in a folder when it was killed. One
 * that another process may still be writing is younger. Never throws.
 *
 * @param now in ms since 1970.
 */
export function removeLeftovers(folder: string, now: number = Date.now()): void {
  try {
    for (const name of readdirSync(folder)) if (UNFINISHED.test(name)) removeOld(join(folder, name), now);
  } catch {
    // What may not be listed holds nothing that could be removed.
  }
}

function removeOld(file: string, now: number): void {
  try {
    const state = lstatSync(file);
    if (state.isFile() && state.mtimeMs < now - AGE) rmSync(file, { force: true });
  } catch {
    // Another user's, or gone meanwhile.
  }
}
