import { existsSync, renameSync, rmSync } from "node:fs";
import { BotError } from "../domain/errors.ts";
import { type Database, openDatabase, sqliteError, transaction } from "../platform/sqlite.ts";

/** Layout of `cache.db`; a file of another one is put aside, for it is only a cache. */
const LAYOUT = 2;

/** Longest wait for another program's write, in ms: it stops the event loop, and a value not kept is no loss. */
const BUSY = 20;

/** How long to try to open a file that is busy, in ms, and the pause between two tries. */
const PATIENCE = 2_000;
const AGAIN = 20;

/**
 * Row ids grow with every write, so that their order is the order of writing. Values come last: what
 * lies behind a large one can only be read through it.
 */
const TABLE = `
  CREATE TABLE IF NOT EXISTS cache (key TEXT NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS cache_by_expiry ON cache (expires_at);
  PRAGMA user_version = ${LAYOUT};`;

/** Refuses what another layout or another program wrote; an empty file may be one that is just being begun. */
function checkLayout(database: Database, file: string): void {
  // In this order: another process may begin the file between the two, and writes tables and version at once.
  const isEmpty = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  if (version !== LAYOUT && !(isEmpty && version === 0)) {
    throw new BotError("store.newer", `${file} has layout ${version}, wanted is ${LAYOUT}.`);
  }
}

function prepare(file: string): Database {
  const database = openDatabase(file, (existing) => checkLayout(existing, file));
  try {
    transaction(database, () => {
      checkLayout(database, file);
      database.exec(TABLE);
    });
    // No waiting for the disk: a power cut may damage the file, which is found at the next start.
    database.exec(`PRAGMA synchronous = OFF; PRAGMA busy_timeout = ${BUSY};`);
    return database;
  } catch (error) {
    database.close();
    throw sqliteError(error, file);
  }
}

/** Two processes that begin one file hinder each other for a moment, in which SQLite does not wait by itself. */
function prepareWhenFree(file: string): Database {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return prepare(file);
    } catch (error) {
      if (sqliteError(error, file).code !== "store.locked" || performance.now() > end) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, AGAIN);
    }
  }
}

/** Keeps what was put aside last, and no more: a cache can be large. */
function putAside(file: string): string {
  const aside = `${file}.bad`;
  for (const suffix of ["", "-wal", "-shm"]) {
    rmSync(aside + suffix, { force: true });
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}

/**
 * Opens `cache.db`. A file that is damaged, no database or of another layout is put aside and a new one
 * is begun. One that cannot be used (held by another program, not writable) is left as it is.
 *
 * @param onProblem told what was wrong and what was done about it.
 * @returns `undefined` when no file can be used: then values live in memory alone.
 */
export function openCacheFile(file: string, onProblem: (message: string) => void): Database | undefined {
  try {
    try {
      return prepareWhenFree(file);
    } catch (error) {
      const { code } = sqliteError(error, file);
      if (code !== "store.corrupt" && code !== "store.newer") throw error;
      const aside = putAside(file);
      const fault = code === "store.corrupt" ? "is damaged or no database" : "has another layout";
      onProblem(`The cache ${file} ${fault}. It was put aside as ${aside}, and a new one was begun.`);
      return prepareWhenFree(file);
    }
  } catch (error) {
    const { message } = sqliteError(error, file);
    onProblem(`The cache cannot be used. ${message} Until the next start, cached values live in memory only.`);
    return undefined;
  }
}
