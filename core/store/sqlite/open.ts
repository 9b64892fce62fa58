import { openDatabase, sqliteError } from "../../platform/sqlite.ts";
import type { Store } from "../store.ts";
import { createDocuments, createKeyboards, createSettings } from "./documents.ts";
import { createJournal } from "./journal.ts";
import { migrate, refuseNewer } from "./migrations.ts";
import { createAuthorized, createUsers } from "./people.ts";

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
  const database = openDatabase(file, (existing) => refuseNewer(existing, file));
  try {
    migrate(database, file);
    const journal = createJournal(database, onProblem);
    const probe = database.prepare("SELECT count(*) FROM settings");
    return {
      journal,
      users: createUsers(database),
      authorized: createAuthorized(database),
      settings: createSettings(database, onProblem),
      keyboards: createKeyboards(database, onProblem),
      documents: createDocuments(database, onProblem),
      async check() {
        try {
          probe.get();
        } catch (error) {
          throw sqliteError(error, file);
        }
      },
      async dispose() {
        journal.close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw sqliteError(error, file);
  }
}
