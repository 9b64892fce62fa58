import { chownSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { BotError } from "../../domain/errors.ts";
import { copyChecked, isSame, type StoreSummary, type UnfinishedCopy } from "./backup.ts";
import { keepStore, removeOldest } from "./kept.ts";
import { unwritable } from "./unwritable.ts";

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
  /** Stores that were kept by earlier ones, and are no more. */
  readonly removed: readonly string[];
}

/**
 * Puts a backup in a store's place and keeps the store that was there beside it. At every moment the store's file is
 * the old one or the new one, whole, and no log of the one is beside the other. Of the stores that were kept so, the
 * oldest go.
 *
 * @throws BotError `backup.invalid`, `backup.failed`, `store.newer`, `store.locked`, `store.failed`; nothing is changed
 *   then.
 */
export async function restoreStore({ from, to }: RestoreOptions): Promise<Restored> {
  if (isSame(from, to)) throw new BotError("backup.invalid", `${from} is the bot's present data, and no backup of it.`);
  let unfinished: UnfinishedCopy;
  try {
    unfinished = await copyChecked(from, to);
  } catch (error) {
    if (!(error instanceof BotError) || error.code !== "store.corrupt") throw unwritable(error, to);
    throw new BotError("backup.invalid", `${from} is no backup of this bot's data, or it is damaged.`, {
      cause: error,
    });
  }
  let kept: string | undefined;
  try {
    adopt(unfinished.file, dirname(to));
    kept = statSync(to, { throwIfNoEntry: false }) ? keepStore(to) : undefined;
    // Logs whose file is gone belong to nothing.
    for (const suffix of ["-wal", "-shm", "-journal"]) rmSync(to + suffix, { force: true });
    renameSync(unfinished.file, to);
  } catch (error) {
    rmSync(unfinished.file, { force: true });
    throw unwritable(error, to);
  }
  const removed = kept === undefined ? [] : removeOldest(to, [kept, from]);
  return { summary: unfinished.summary, kept, removed };
}

/** What root puts into a folder belongs to the folder's owner, for the bot runs as that user. */
function adopt(file: string, folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(file, uid, gid);
}
