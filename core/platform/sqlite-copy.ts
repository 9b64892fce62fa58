import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { BotError } from "../domain/errors.ts";
import { type Database, inspectDatabase, isBusy, isCorrupt, sqliteError } from "./sqlite.ts";

/** How long to wait for another connection's lock, in ms. */
const TIMEOUT = 2_000;

/** Pages copied in one step: all. Between two steps a writer would make SQLite begin again, and again. */
const EVERY_PAGE = 0x7fff_ffff;

/** What was read of a database and of its copy. */
export interface Copied<T> {
  readonly source: T;
  readonly copy: T;
}

/** What is copied, and where to. */
export interface CopyOptions {
  readonly from: string;
  /** A file that is not there yet; it is removed again when it could not be finished. */
  readonly to: string;
  /** What messages call the copy: the name it will have. */
  readonly name: string;
}

/**
 * Copies a database whole, as it stands at one moment, also while other processes write to it (SQLite's online
 * backup). The copy is one file that needs no log beside it, which only its owner may read, and it is on the disk.
 *
 * @param look reads both databases; the source in the state that was copied.
 * @throws BotError `store.locked`, `store.corrupt`, `store.failed`; the system's error when `to` cannot be made.
 */
export async function copyDatabase<T>(
  { from, to, name }: CopyOptions,
  look: (database: Database) => T,
): Promise<Copied<T>> {
  inspectDatabase(from, () => undefined);
  closeSync(openSync(to, "wx", 0o600));
  try {
    const source = await copyPages(from, to, look);
    finish(to);
    return { source, copy: inspectDatabase(to, look) };
  } catch (error) {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(to + suffix, { force: true });
    throw error instanceof BotError ? renamed(error, to, name) : error;
  }
}

function renamed(error: BotError, file: string, name: string): BotError {
  if (!error.message.includes(file)) return error;
  return new BotError(error.code, error.message.replaceAll(file, name), { cause: error });
}

async function copyPages<T>(from: string, to: string, look: (database: Database) => T): Promise<T> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(from, { readOnly: true, timeout: TIMEOUT });
    // One transaction: what is looked at is what is copied.
    database.exec("BEGIN");
    const found = look(database);
    try {
      await copyOpenDatabase(database, to);
    } catch (error) {
      // The source was just read: what else fails is the copy's.
      throw isBusy(error) || isCorrupt(error) ? error : sqliteError(error, to);
    }
    return found;
  } catch (error) {
    throw sqliteError(error, from);
  } finally {
    database?.close();
  }
}

/**
 * Copies what an open database holds, by SQLite's online backup. `VACUUM INTO` would do as well, but Deno refuses it to a
 * program that has not every right.
 *
 * @throws the error of `node:sqlite`.
 */
export async function copyOpenDatabase(database: Database, to: string): Promise<void> {
  await backup(database, to, { rate: EVERY_PAGE });
}

/** Brings a finished copy to the disk. */
function finish(file: string): void {
  foldLog(file);
  const handle = openSync(file, "r+");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Brings what stands in a database's log into its file, and takes it out of log mode, so that the file is whole by
 * itself. Nobody else may have it open.
 *
 * @throws BotError `store.locked`, `store.corrupt`, `store.failed`.
 */
export function foldLog(file: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: TIMEOUT });
    database.exec("PRAGMA journal_mode = DELETE");
  } catch (error) {
    throw sqliteError(error, file);
  } finally {
    database?.close();
  }
}
