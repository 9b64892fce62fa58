import { dirname } from "node:path";
import { BotError } from "../../domain/errors.ts";
import { type Database, openDatabase, sqliteError } from "../../platform/sqlite.ts";
import type { Store } from "../store.ts";
import { coded, codedAtOnce } from "./coded.ts";
import { createDocuments, createKeyboards, createSettings } from "./documents.ts";
import { createJournal } from "./journal.ts";
import { removeLeftovers } from "./leftovers.ts";
import { migrate, refuseNewer } from "./migrations.ts";
import { createAuthorized, createUsers } from "./people.ts";
import { versionOf } from "./upgrade.ts";

export interface SqliteStoreOptions {
  /** Path of the database file, or `:memory:`. */
  readonly file: string;
  /** Told about stored values that cannot be read; they count as missing. */
  onProblem?(message: string): void;
}

/**
 * Opens the store in a SQLite file, and brings it up to date.
 *
 * @throws BotError `store.locked`, `store.corrupt`, `store.newer`: the file is untouched then.
 */
export async function openSqliteStore({ file, onProblem = () => undefined }: SqliteStoreOptions): Promise<Store> {
  if (file !== ":memory:") removeLeftovers(dirname(file));
  const database = openDatabase(file, (existing) => {
    refuseNewer(existing, file);
    refuseForeign(existing, file);
  });
  try {
    await migrate(database, file);
    const { check, close, ...journal } = createJournal(database, onProblem);
    return {
      journal: codedAtOnce(journal, file),
      users: coded(createUsers(database), file),
      authorized: coded(createAuthorized(database), file),
      settings: coded(createSettings(database, onProblem), file),
      keyboards: coded(createKeyboards(database, onProblem), file),
      documents: coded(createDocuments(database, onProblem), file),
      ...coded({ check: async () => check() }, file),
      async dispose() {
        close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw sqliteError(error, file);
  }
}

/** Refuses a database that holds something, but nothing of ours. */
function refuseForeign(database: Database, file: string): void {
  if (versionOf(database) !== 0 || database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined) return;
  throw new BotError(
    "store.corrupt",
    `${file} is another program's database. It was left untouched; move it away, or choose another DATA_DIR.`,
  );
}
