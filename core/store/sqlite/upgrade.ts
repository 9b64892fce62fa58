import { renameSync, rmSync } from "node:fs";
import { BotError } from "../../domain/errors.ts";
import { type Database, openDatabase, sqliteError, transaction } from "../../platform/sqlite.ts";
import { copyOpenDatabase } from "../../platform/sqlite-copy.ts";

export interface UpgradeOptions {
  /** Path of the database, or `:memory:`. */
  readonly file: string;
  /** SQL that makes version N + 1 of version N, for each N from 0. */
  readonly steps: readonly string[];
}

/** The schema's version of a database: SQLite's `user_version`. */
export function versionOf(database: Database): number {
  return Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}

/**
 * Brings a database up to date, in one transaction. Before that, what was there is copied to `<file>.v<N>.bak`: an
 * older copy of that name is replaced, and a copy that was not finished never has that name.
 *
 * @throws BotError `store.failed` when a copy cannot be made or a step fails; the database is as it was then.
 */
export async function upgrade(database: Database, { file, steps }: UpgradeOptions): Promise<void> {
  const from = versionOf(database);
  if (from >= steps.length) return;
  const copied = from > 0 && file !== ":memory:" ? await backUp(database, `${file}.v${from}.bak`) : undefined;
  try {
    transaction(database, () => {
      for (const step of steps.slice(from)) database.exec(step);
      database.exec(`PRAGMA user_version = ${steps.length}`);
    });
  } catch (error) {
    const copy = copied === undefined ? "" : ` A copy is in ${copied}.`;
    throw new BotError(
      "store.failed",
      `${file} could not be brought from version ${from} to ${steps.length}; it is as it was.${copy} ${sqliteError(error, file).message}`,
      { cause: error },
    );
  }
}

/** Copies a database whole, and looks whether the copy can be read. */
async function backUp(database: Database, copy: string): Promise<string> {
  const unfinished = `${copy}.part`;
  try {
    rmSync(unfinished, { force: true });
    await copyOpenDatabase(database, unfinished);
    // Opening checks it, and leaves the copy whole in one file.
    openDatabase(unfinished).close();
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw sqliteError(error, copy);
  }
  return copy;
}
