import { copyFileSync, linkSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { inspectDatabase, sqliteError } from "../../platform/sqlite.ts";
import { foldLog } from "../../platform/sqlite-copy.ts";
import { isSame } from "./backup.ts";

/** Stores that are kept, the one that was just replaced among them. */
export const MOST_KEPT = 3;

/** What stands behind the store's name in that of a kept one: when that was, in UTC, and a log's ending. */
const KEPT = /^\.before-restore-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)(?:-wal|-shm|-journal)?$/;

/** Keeps a store under another name, without a moment in which its own name is free or means half of it. */
export function keepStore(file: string): string {
  const kept = keptAt(file, new Date().toISOString().replace(/[:.]/g, "-"));
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

/**
 * Removes what {@link keepStore} kept of a store, but for the newest. What has another form of name is somebody's own,
 * and stays.
 *
 * @param spared files that stay, whatever their time is.
 * @returns the stores that are gone. What cannot be removed is in nobody's way, and is tried again the next time.
 */
export function removeOldest(file: string, spared: readonly string[]): readonly string[] {
  const removed: string[] = [];
  try {
    const times = new Map<string, string[]>();
    for (const name of readdirSync(dirname(file)).sort()) {
      const [path, time] = [join(dirname(file), name), timeOf(name, basename(file))];
      if (time === undefined || !lstatSync(path).isFile()) continue;
      // What a store's log holds is part of it.
      if (spared.some((one) => isSame(one, keptAt(file, time)))) continue;
      times.set(time, [...(times.get(time) ?? []), path]);
    }
    // They stand in the order of their times; those that are spared come on top.
    for (const [time, paths] of [...times].slice(0, 1 - MOST_KEPT)) {
      for (const path of paths) rmSync(path);
      removed.push(keptAt(file, time));
    }
  } catch {
    // The store is restored, which is what was asked for.
  }
  return removed;
}

function keptAt(file: string, time: string): string {
  return `${file}.before-restore-${time}`;
}

function timeOf(name: string, store: string): string | undefined {
  return name.startsWith(store) ? KEPT.exec(name.slice(store.length))?.[1] : undefined;
}
