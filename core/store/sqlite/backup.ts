import { randomBytes } from "node:crypto";
import { chownSync, copyFileSync, linkSync, lstatSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { BotError } from "../../domain/errors.ts";
import { type Database, inspectDatabase, sqliteError } from "../../platform/sqlite.ts";
import { copyDatabase, foldLog } from "../../platform/sqlite-copy.ts";
import { refuseNewer } from "./migrations.ts";
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
 * @throws BotError `backup.exists`, and what {@link summarizeStore} throws; the system's error when the copy
 * cannot be written.
 */
export async function backUpStore({ from, to, force = false }: BackUpOptions): Promise<StoreSummary> {
  mayBeMade(to, { force, from });
  const unfinished = await copyChecked(from, to);
  try {
    place(unfinished.file, to, force);
  } catch (error) {
    rmSync(unfinished.file, { force: true });
    throw error;
  }
  return unfinished.summary;
}

export interface RestoreOptions {
  /** The backup. */
  readonly from: string;
  /** The store's file. No bot may be running with it. */
  readonly to: string;
}

/** What came of it. */
export interface Restored {
  readonly summary: StoreSummary;
  /** Where the store that was there is now; `undefined` when there was none. */
  readonly kept: string | undefined;
}

/**
 * Puts a backup in a store's place and keeps the store that was there beside it. At every moment the store's file is
 * the old one or the new one, whole, and no log of the one is beside the other.
 *
 * @throws BotError `backup.invalid`, `store.newer`, `store.locked`, `store.failed`; nothing is changed then.
 */
export async function restoreStore({ from, to }: RestoreOptions): Promise<Restored> {
  if (isSame(from, to)) throw new BotError("backup.invalid", `${from} is the bot's present data, and no backup of it.`);
  let unfinished: { readonly file: string; readonly summary: StoreSummary };
  try {
    unfinished = await copyChecked(from, to);
  } catch (error) {
    if (!(error instanceof BotError) || error.code !== "store.corrupt") throw error;
    throw new BotError("backup.invalid", `${from} is no backup of this bot's data, or it is damaged.`, {
      cause: error,
    });
  }
  try {
    adopt(unfinished.file, dirname(to));
    const kept = statSync(to, { throwIfNoEntry: false }) ? keep(to) : undefined;
    // Logs whose file is gone belong to nothing.
    for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(to + suffix, { force: true });
    renameSync(unfinished.file, to);
    return { summary: unfinished.summary, kept };
  } catch (error) {
    rmSync(unfinished.file, { force: true });
    throw error;
  }
}

/** Copies to a name beside the wanted one, and compares. */
async function copyChecked(
  from: string,
  to: string,
): Promise<{ readonly file: string; readonly summary: StoreSummary }> {
  // Two that run at once must not write into one file.
  const file = join(dirname(to), `.${basename(to)}.${randomBytes(4).toString("hex")}.part`);
  const { source, copy } = await copyDatabase(from, file, (database) => summarize(database, from));
  if (isDeepStrictEqual(source, copy)) return { file, summary: copy };
  rmSync(file, { force: true });
  throw new BotError(
    "store.failed",
    `The copy of ${from} does not hold what ${from} holds. It was removed; try again.`,
  );
}

/** Keeps a store under another name, without a moment in which its own name is free or means half of it. */
function keep(file: string): string {
  const kept = `${file}.before-restore-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  try {
    // In this order: what cannot be read must not be opened for writing, for SQLite would throw its log away.
    inspectDatabase(file, () => undefined);
    foldLog(file);
  } catch (error) {
    // Nobody can use it, which may be why a backup is restored. What is kept of it is kept together.
    if (sqliteError(error, file).code !== "store.corrupt") throw error;
    for (const suffix of ["-wal", "-journal"])
      if (lstatSync(file + suffix, { throwIfNoEntry: false })) renameSync(file + suffix, kept + suffix);
  }
  try {
    linkSync(file, kept);
  } catch {
    copyFileSync(file, kept); // a file system without hard links
  }
  return kept;
}

/** What root puts into a folder belongs to the folder's owner, for the bot runs as that user. */
function adopt(file: string, folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(file, uid, gid);
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
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}
