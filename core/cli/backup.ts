import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BotError } from "../domain/errors.ts";
import { backUpStore, type StoreSummary } from "../store/sqlite/backup.ts";
import { operatorSettings } from "./settings.ts";
import { oneTerminalLine } from "./terminal.ts";

export interface BackupArguments {
  /** A file, or a folder that gets a file named after the time. Default: the folder one stands in. */
  readonly file?: string | undefined;
  readonly force?: boolean;
}

/** Files of a running bot in `DATA_DIR`; nothing may be put in their place. */
const OWN = /^(?:(?:bot|cache)\.db(?:-wal|-shm|-journal)?|run\.(?:lock|pid))$/;

/**
 * Copies `bot.db` whole, also while the bot runs, and prints where to.
 *
 * @throws BotError `config.invalid`, `backup.exists`, `backup.failed`, `store.*`.
 */
export async function backup({ file = ".", force = false }: BackupArguments): Promise<void> {
  if (file === "") throw new BotError("backup.failed", "The name is empty. Give a file or a folder, or nothing.");
  const { DATA_DIR: folder } = operatorSettings();
  const from = join(folder, "bot.db");
  if (!statSync(from, { throwIfNoEntry: false })) {
    throw new BotError(
      "store.failed",
      `There is no ${from}: nothing to back up yet, or DATA_DIR is another one ("dramabot config" shows it).`,
    );
  }
  const named = `dramabot-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}Z.db`;
  const to = isFolder(file) || file.endsWith("/") ? join(file, named) : file;
  if (OWN.test(basename(to)) && isSameFolder(dirname(to), folder))
    throw new BotError("backup.exists", `${to} is a name of the bot's own files. Choose another one.`);
  const summary = await backUpStore({ from, to, force });
  process.stdout.write(`${oneTerminalLine(`${resolve(to)}: ${contents(summary)}.`)}\n`);
}

/** What a store holds, in words. */
export function contents({ version, rows }: StoreSummary): string {
  const several = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
  const people = several(rows.users ?? 0, "person", "people");
  const settings = several(rows.settings ?? 0, "setting", "settings");
  return `${people}, ${settings}, ${several(rows.journal ?? 0, "update", "updates")} in the journal; data version ${version}`;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // writing there says what is wrong
  }
}

function isSameFolder(one: string, other: string): boolean {
  return isFolder(one) && realpathSync(one) === realpathSync(other);
}
