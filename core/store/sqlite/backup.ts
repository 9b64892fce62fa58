import { randomBytes } from "node:crypto";
import { linkSync, lstatSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { BotError } from "../../domain/errors.ts";
import { type Database, inspectDatabase } from "../../platform/sqlite.ts";
import { copyDatabase } from "../../platform/sqlite-copy.ts";
import { removeLeftovers } from "./leftovers.ts";
import { refuseNewer } from "./migrations.ts";
import { unwritable } from "./unwritable.ts";
import { versionOf } from "./upgrade.ts";

/** What a store's file holds. */
export interface StoreSummary {
  /** The data's version, as the program counts it. */
  readonly version: number;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Tables that every version of the store has. */
const OURS = ["users", "settings", "journal"];

/**
 * Reads what a store's file holds, also beside a running bot; nothing is written.
 *
 * @throws BotError `store.newer`, `store.corrupt` (damaged, or no store), `store.locked`, `store.failed`.
 */
export function summarizeStore(file: string): StoreSummary {
  return inspectDatabase(file, (database) => summarize(database, file));
}

function summarize(database: Database, file: string): StoreSummary {
  refuseNewer(database, file);
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()
    .map(({ name }) => String(name));
  if (versionOf(database) === 0 || !OURS.every((table) => tables.includes(table)))
    throw new BotError("store.corrupt", `${file} holds no data of this bot.`);
  const count = (table: string) =>
    Number(database.prepare(`SELECT count(*) AS n FROM "${table.replaceAll('"', '""')}"`).get()?.n);
  return {
    version: versionOf(database),
    rows: Object.fromEntries(tables.map((table) => [table, count(table)])),
  };
}

export interface BackUpOptions {
  /** The store's file; a bot may be running with it. */
  readonly from: string;
  /** Where the copy goes. It has that name only once it is finished and was read again. */
  readonly to: string;
  /** Whether a file that is there may be replaced. */
  readonly force?: boolean;
}

/**
 * Copies a store whole, as it is at one moment, and reads the copy again.
 *
 * @returns what the copy holds.
 * @throws BotError `backup.exists`, `backup.failed` when the copy cannot be written, and what {@link summarizeStore}
 *   throws.
 */
export async function backUpStore({ from, to, force = false }: BackUpOptions): Promise<StoreSummary> {
  try {
    mayBeMade(to, { force, from });
    const unfinished = await copyChecked(from, to);
    try {
      place(unfinished.file, to, force);
    } catch (error) {
      rmSync(unfinished.file, { force: true });
      throw error;
    }
    return unfinished.summary;
  } catch (error) {
    throw unwritable(error, to);
  }
}

/** A copy that does not have its name yet. */
export interface UnfinishedCopy {
  readonly file: string;
  readonly summary: StoreSummary;
}

/**
 * Copies a store to a file beside the wanted one, and compares.
 *
 * @throws what {@link summarizeStore} throws; the system's error when the copy cannot be written.
 */
export async function copyChecked(from: string, to: string): Promise<UnfinishedCopy> {
  removeLeftovers(dirname(to));
  // Two that run at once must not write into one file. Whatever the wanted name is, it must not grow too long.
  const file = join(dirname(to), `.dramabot-${randomBytes(4).toString("hex")}.part`);
  const { source, copy } = await copyDatabase({ from, to: file, name: to }, (database) => summarize(database, from));
  if (isDeepStrictEqual(source, copy)) return { file, summary: copy };
  rmSync(file, { force: true });
  throw new BotError(
    "store.failed",
    `The copy of ${from} does not hold what ${from} holds. It was removed; try again.`,
  );
}

function mayBeMade(to: string, { force, from }: { readonly force: boolean; readonly from: string }): void {
  const there = lstatSync(to, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (isSame(from, to)) throw new BotError("backup.exists", `${to} is the bot's present data. Choose another name.`);
  if (!there.isFile() && !there.isSymbolicLink())
    throw new BotError("backup.exists", `${to} is no file that could be replaced. Choose another name.`);
  if (!force) throw exists(to);
}

function exists(file: string): BotError {
  return new BotError("backup.exists", `${file} is there already. Choose another name, or replace it with --force.`);
}

/** Gives a finished copy its name. */
function place(unfinished: string, file: string, force: boolean): void {
  if (!force) {
    try {
      linkSync(unfinished, file);
      rmSync(unfinished);
      return;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") throw exists(file);
      // A file system without hard links: then there is a moment between looking and renaming.
      if (lstatSync(file, { throwIfNoEntry: false })) throw exists(file);
    }
  }
  renameSync(unfinished, file);
}

/** Whether two paths lead to one file. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
