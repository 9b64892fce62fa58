import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { BotError, type ErrorCode } from "../domain/errors.ts";

/** An open SQLite database. */
export type Database = DatabaseSync;

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
/** First bytes of every SQLite file (sqlite.org/fileformat2.html, 1.3.1). */
const MAGIC = "SQLite format 3\0";

/** Turns what SQLite threw into a BotError. */
export function sqliteError(error: unknown, file: string): BotError {
  if (error instanceof BotError) return error;
  const number =
    error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;
  const message = error instanceof Error ? error.message : String(error);
  const fail = (code: ErrorCode, text: string) => new BotError(code, text, { cause: error });
  if (number === SQLITE_BUSY || number === SQLITE_LOCKED)
    return fail("store.locked", `Another program holds ${file}. Stop it and start again.`);
  if (number === SQLITE_CORRUPT || number === SQLITE_NOTADB) {
    return fail(
      "store.corrupt",
      `${file} is damaged or no database. It was left untouched; restore a backup or move it away.`,
    );
  }
  return fail("store.failed", `SQLite failed on ${file}: ${message}`);
}

/**
 * Opens a database file in WAL mode with `synchronous=NORMAL`: what was committed survives the end of
 * the process; a power cut may lose the last moments.
 *
 * @param check looks at the database before anything is written to it, e.g. at its version.
 * @throws BotError `store.locked`, `store.corrupt`, `store.failed`; the file is untouched then.
 */
export function openDatabase(file: string, check: (database: Database) => void = () => undefined): Database {
  if (file !== ":memory:" && existsSync(file)) inspect(file, check);
  let database: Database | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 2_000 });
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
    return database;
  } catch (error) {
    database?.close();
    throw sqliteError(error, file);
  }
}

/** Reads without writing, so that a file that cannot be used stays as it is, to the byte. */
function inspect(file: string, check: (database: Database) => void): void {
  let database: Database | undefined;
  try {
    const head = readFileSync(file).subarray(0, MAGIC.length);
    if (head.length > 0 && head.toString("latin1") !== MAGIC) {
      throw new BotError(
        "store.corrupt",
        `${file} is no database. It was left untouched; restore a backup or move it away.`,
      );
    }
    database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
    const [row] = database.prepare("PRAGMA quick_check(1)").all();
    if (row && Object.values(row)[0] !== "ok") {
      throw new BotError(
        "store.corrupt",
        `${file} is damaged. It was left untouched; restore a backup or move it away.`,
      );
    }
    check(database);
  } catch (error) {
    throw sqliteError(error, file);
  } finally {
    database?.close();
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
    database.exec("ROLLBACK");
    throw error;
  }
}
