import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { BotError, type ErrorCode } from "../domain/errors.ts";
import { beginPrivateFile } from "./private-file.ts";

/** An open SQLite database. */
export type Database = DatabaseSync;

/** How long to wait for another connection's lock, in ms. */
const TIMEOUT = 2_000;

/** Primary result codes (sqlite.org/rescode.html). */
const PERM = 3;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
/** A writer was killed, and its half-done work must be undone before anybody can read. */
const READONLY_ROLLBACK = 776;
/** First bytes of every SQLite file (sqlite.org/fileformat2.html, 1.3.1). */
const MAGIC = "SQLite format 3\0";

/** How SQLite's words for these codes begin (sqlite3_errstr): Deno gives no code with what it throws on open and exec. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ["access permission denied", PERM],
  ["database is locked", BUSY],
  ["database table is locked", LOCKED],
  ["attempt to write a readonly database", READONLY],
  ["database disk image is malformed", CORRUPT],
  ["database or disk is full", FULL],
  ["unable to open database file", CANTOPEN],
  ["file is not a database", NOTADB],
]);

/** The primary result code of what SQLite threw, 0 for other errors. */
function resultCode(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ("errcode" in error && typeof error.errcode === "number") return error.errcode & 0xff;
  if (!("code" in error && error.code === "ERR_SQLITE_ERROR")) return 0;
  return [...WORDS].find(([words]) => error.message.startsWith(words))?.[1] ?? 0;
}

/** Whether another connection holds the file. */
export function isBusy(error: unknown): boolean {
  return [BUSY, LOCKED].includes(resultCode(error));
}

/** Whether the file is damaged, or no database. */
export function isCorrupt(error: unknown): boolean {
  return [CORRUPT, NOTADB].includes(resultCode(error));
}

/** Turns what SQLite threw into a BotError. */
export function sqliteError(error: unknown, file: string): BotError {
  if (error instanceof BotError) return error;
  const fail = (code: ErrorCode, text: string) => new BotError(code, text, { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  if (isBusy(error)) return fail("store.locked", `Another program holds ${file}. Stop it and start again.`);
  if (isCorrupt(error)) {
    return fail(
      "store.corrupt",
      `${file} is damaged or no database. It was left untouched; restore a backup or move it away.`,
    );
  }
  const system = error instanceof Error && "syscall" in error && "code" in error ? error.code : undefined;
  if (system === "EACCES" || system === "EPERM")
    return fail("store.failed", `${file} may not be read (${system}). Check the rights of the user who runs this.`);
  switch (resultCode(error)) {
    case CANTOPEN:
      return fail(
        "store.failed",
        `${file} cannot be opened (${reason}). Check that its folder is there and may be written to.`,
      );
    case PERM:
    case READONLY:
      return fail(
        "store.failed",
        `${file} cannot be written to (${reason}). Check the rights of the file and its folder.`,
      );
    case FULL:
      return fail("store.failed", `${file} cannot grow (${reason}). Make room on the disk.`);
    default:
      return fail("store.failed", `SQLite failed on ${file}: ${reason}`);
  }
}

/**
 * Opens a database file in WAL mode with `synchronous=NORMAL`: what was committed survives the end of
 * the process; a power cut may lose the last moments. A file that is begun may be read by its owner alone.
 *
 * @param check looks at the database before anything is written to it, e.g. at its version.
 * @throws BotError `store.locked`, `store.corrupt`, `store.failed`; the file is untouched then.
 */
export function openDatabase(file: string, check: (database: Database) => void = () => undefined): Database {
  if (file !== ":memory:") {
    if (existsSync(file)) inspectDatabase(file, check);
    else beginPrivateFile(file);
  }
  let database: Database | undefined;
  try {
    database = new DatabaseSync(file, { timeout: TIMEOUT });
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
    // A file that may only be read would be noticed at the first message otherwise.
    database.exec("BEGIN IMMEDIATE; ROLLBACK;");
    return database;
  } catch (error) {
    database?.close();
    throw sqliteError(error, file);
  }
}

/**
 * Reads without writing, so that a file that cannot be used stays as it is, to the byte; also beside its writers.
 *
 * @param look reads the database, once it was checked.
 * @throws BotError `store.locked`, `store.corrupt`, `store.failed`.
 */
export function inspectDatabase<T>(file: string, look: (database: Database) => T): T {
  let database: Database | undefined;
  try {
    // A pipe would be waited for.
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false)
      throw new BotError("store.failed", `${file} is no file. Move it away, or choose another place.`);
    const head = beginning(file, MAGIC.length);
    if (head !== "" && head !== MAGIC) {
      throw new BotError(
        "store.corrupt",
        `${file} is no database. It was left untouched; restore a backup or move it away.`,
      );
    }
    finishRollback(file);
    database = new DatabaseSync(file, { readOnly: true, timeout: TIMEOUT });
    const [row] = database.prepare("PRAGMA quick_check(1)").all();
    if (row && Object.values(row)[0] !== "ok") {
      throw new BotError(
        "store.corrupt",
        `${file} is damaged. It was left untouched; restore a backup or move it away.`,
      );
    }
    return look(database);
  } catch (error) {
    throw sqliteError(error, file);
  } finally {
    database?.close();
  }
}

function beginning(file: string, length: number): string {
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.toString("latin1", 0, readSync(handle, bytes, 0, length, 0));
  } finally {
    closeSync(handle);
  }
}

/** Undoes what a killed writer left half done; without that, nobody can read. */
function finishRollback(file: string): void {
  const look = (readOnly: boolean) => {
    const database = new DatabaseSync(file, { readOnly, timeout: TIMEOUT });
    try {
      database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").all();
    } finally {
      database.close();
    }
  };
  try {
    look(true);
  } catch (error) {
    if (!(error instanceof Error && "errcode" in error && error.errcode === READONLY_ROLLBACK)) throw error;
    look(false);
  }
}

/** Runs work in one transaction; an error rolls it back. */
export function transaction<T>(database: Database, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite may have rolled back by itself, such as when the disk is full.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
