import { closeSync, lstatSync, openSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BotError } from "../domain/errors.ts";
import { makeFolder } from "./make-folder.ts";
import { folderObstacle, kindOf, readWholeFile } from "./obstacle.ts";
import { beginPrivateFile, PRIVATE_FILE, PRIVATE_FOLDER } from "./private-file.ts";
import { isBusy, isCorrupt } from "./sqlite.ts";

/** How long to wait for a lock that another process is just letting go, in ms. */
const PATIENCE = 500;

/** Most bytes of a path that SQLite opens: with "-journal" behind it they are 512 (os_unix.c, MAX_PATHNAME). */
const LONGEST_PATH = 504;
/** What may be over by itself, or once there is room: none of the configuration. */
const PASSING: ReadonlySet<unknown> = new Set([
  "ENOSPC",
  "EDQUOT",
  "EMFILE",
  "ENFILE",
  "EIO",
  "ENOMEM",
  "EAGAIN",
  "ESTALE",
]);
/** Longest path that is shown whole, in UTF-16 code units. */
const LONGEST_SHOWN = 200;

/** Locks held by this process: a connection that nothing refers to would be closed, and its lock given up. */
const held = new Set<DatabaseSync>();

/**
 * Holds a data folder for one running bot. The lock is the operating system's, on the file `run.lock` (SQLite
 * takes it; Node has no call of its own): it ends with its process however that ends, so that no lock is ever left
 * behind, and no process id that a machine gave out again, or that means nothing outside its container, is taken
 * for a running bot. `run.pid` beside it says which process holds the folder.
 *
 * @returns a function that gives the folder free.
 * @throws BotError `data.locked`, naming the other process's id; `config.invalid` when the folder cannot be used.
 */
export function lockDataFolder(folder: string): () => void {
  const pidFile = join(folder, "run.pid");
  const database = usable(folder, () => {
    refuseNoFolder(folder);
    makeFolder(folder, PRIVATE_FOLDER);
    return hold(join(folder, "run.lock"));
  });
  if (database === undefined) {
    const holder = readHolder(pidFile);
    const who = holder === undefined ? "Another process" : `Process ${holder}`;
    throw new BotError("data.locked", `${who} already runs with ${folder}. Stop it, or choose another DATA_DIR.`);
  }
  try {
    usable(folder, () => {
      // Another user's file cannot be written to, but it can be replaced. Everybody may read who holds the folder.
      rmSync(pidFile, { force: true });
      writeFileSync(pidFile, `${process.pid}\n`);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  held.add(database);
  return () => {
    if (!held.delete(database)) return;
    rmSync(pidFile, { force: true });
    // The empty lock file stays: whoever removed it could remove it under the next process's hands.
    database.close();
  };
}

/** Takes the lock; `undefined` when another process has it. */
function hold(file: string): DatabaseSync | undefined {
  const there = statSync(file, { throwIfNoEntry: false });
  // A pipe would be waited for.
  if (there?.isFile() === false) throw new Error(`${basename(file)} is ${kindOf(there)}, and no file; take it away`);
  beginPrivateFile(file);
  for (let attempt = 0; ; attempt++) {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file, { timeout: PATIENCE });
      database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
      return database;
    } catch (error) {
      database?.close();
      if (isBusy(error)) return undefined;
      if (!isCorrupt(error) || attempt > 0) throw systemError(file) ?? error;
      // Whatever it holds is not ours; nobody has it locked, or SQLite had said so.
      truncateSync(file);
    }
  }
}

/** What keeps a file from being opened, where SQLite says no more than that it cannot. */
function systemError(file: string): unknown {
  try {
    closeSync(openSync(file, "a", PRIVATE_FILE));
  } catch (error) {
    return error;
  }
  const size = Buffer.byteLength(resolve(file));
  if (size <= LONGEST_PATH) return undefined;
  return new Error(`${basename(file)} in it has a path of ${size} bytes, and SQLite takes ${LONGEST_PATH} at most`);
}

/** Says what stands in the folder's place, which making it would tell in the system's words. */
function refuseNoFolder(folder: string): void {
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there === undefined || there.isDirectory() || statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new Error(folderObstacle(folder)?.what);
}

function usable<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && "code" in error && PASSING.has(error.code)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const shown = JSON.stringify(shortened(folder));
    throw new BotError(
      "config.invalid",
      `The configuration has a problem:\n  DATA_DIR holds ${shown}; wanted: a folder the bot may write to (${reason.replace(/(?<=')[^']+(?='$)/, shortened)})`,
      { cause: error },
    );
  }
}

/** A path, without the middle of one that is endless. */
function shortened(path: string): string {
  if (path.length <= LONGEST_SHOWN) return path;
  const part = LONGEST_SHOWN / 2;
  return `${path.slice(0, part)}…${path.slice(-part)}`.toWellFormed();
}

/** The process that holds the folder, when it can be told. */
function readHolder(file: string): number | undefined {
  try {
    const text = readWholeFile(file).trim();
    return /^[1-9]\d{0,9}$/.test(text) && isAlive(Number(text)) ? Number(text) : undefined;
  } catch {
    return undefined; // it has not written its id yet, or nobody else may read it
  }
}

/** Whether a process is there; one in another container is not seen. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
