import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BotError } from "../domain/errors.ts";

/**
 * Holds a data folder for one running bot, by a file `run.lock` with the process id in it.
 * The lock of a process that is gone is taken over.
 *
 * @returns a function that gives the folder free.
 * @throws BotError `data.locked`, naming the other process's id.
 */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "run.lock");
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const handle = openSync(file, "wx", 0o600);
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = readHolder(file);
    if (holder !== undefined && holder !== process.pid && isAlive(holder)) {
      throw new BotError(
        "data.locked",
        `Process ${holder} already runs with ${folder}. Stop it, or choose another DATA_DIR.`,
      );
    }
    rmSync(file, { force: true });
  }
  throw new BotError(
    "data.locked",
    `The lock ${file} changes hands all the time. Is another bot being started over and over?`,
  );
}

function readHolder(file: string): number | undefined {
  const text = readFileSync(file, "utf8").trim();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
