import { BotError } from "../../domain/errors.ts";
import type { Database } from "../../platform/sqlite.ts";
import { upgrade, versionOf } from "./upgrade.ts";

/** What changes from one version of `bot.db` to the next; the version is SQLite's `user_version`. */
const migrations: readonly string[] = [
  `CREATE TABLE users (user_id INTEGER PRIMARY KEY, username TEXT, full_name TEXT NOT NULL, last_active INTEGER NOT NULL) STRICT;
   CREATE TABLE authorized_users (user_id INTEGER PRIMARY KEY) STRICT;
   CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE documents (namespace TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (namespace, key)) STRICT, WITHOUT ROWID;
   CREATE TABLE keyboards (key TEXT PRIMARY KEY, value TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
   CREATE INDEX keyboards_by_age ON keyboards (created_at);
   CREATE TABLE journal (
     update_id INTEGER PRIMARY KEY, body TEXT NOT NULL, received_at INTEGER NOT NULL,
     attempts INTEGER NOT NULL DEFAULT 0, under_way INTEGER NOT NULL DEFAULT 0, blamed INTEGER NOT NULL DEFAULT 0,
     state INTEGER NOT NULL DEFAULT 0, reason TEXT
   ) STRICT;
   CREATE INDEX journal_pending ON journal (update_id) WHERE state = 0;`,
];

/** The version this program writes. */
const SCHEMA_VERSION = migrations.length;

/**
 * Refuses a database that a newer program wrote.
 *
 * @throws BotError `store.newer`.
 */
export function refuseNewer(database: Database, file: string): void {
  const version = versionOf(database);
  if (version > SCHEMA_VERSION) {
    throw new BotError(
      "store.newer",
      `${file} was written by a newer dramabot (data version ${version}, this program knows ${SCHEMA_VERSION}). It was left untouched; start the newer program.`,
    );
  }
}

/**
 * Brings a database up to date, with a copy of it beside it.
 *
 * @throws BotError `store.failed`; the database is as it was then.
 */
export async function migrate(database: Database, file: string): Promise<void> {
  await upgrade(database, { file, steps: migrations });
}
