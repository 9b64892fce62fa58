import { chownSync, statSync } from "node:fs";
import { join } from "node:path";
import { BotError } from "../domain/errors.ts";
import { lockDataFolder } from "../platform/data-lock.ts";
import { MOST_KEPT } from "../store/sqlite/kept.ts";
import { restoreStore } from "../store/sqlite/restore.ts";
import { contents } from "./backup.ts";
import { operatorSettings } from "./settings.ts";
import { oneTerminalLine } from "./terminal.ts";

/**
 * Puts a backup in the place of `bot.db`, which is kept beside it. No bot may be running with that `DATA_DIR`.
 *
 * @throws BotError `config.invalid`, `data.locked`, `backup.invalid`, `backup.failed`, `store.*`.
 */
export async function restore(file: string): Promise<void> {
  const { DATA_DIR: folder } = operatorSettings();
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new BotError("backup.invalid", `${file} is no file. Give the file that "dramabot backup" wrote.`);
  const release = lockDataFolder(folder);
  try {
    leaveToOwner(folder);
    const { summary, kept, removed } = await restoreStore({ from: file, to: join(folder, "bot.db") });
    const before = kept === undefined ? "There was none before." : `The one before it is kept as ${kept}.`;
    process.stdout.write(`${oneTerminalLine(`${join(folder, "bot.db")} restored: ${contents(summary)}. ${before}`)}\n`);
    for (const file of removed)
      process.stdout.write(`${oneTerminalLine(`${file} was removed: only the newest ${MOST_KEPT} are kept.`)}\n`);
  } finally {
    release();
  }
}

/** The lock that root made first must be open to the user whom the bot runs as. */
function leaveToOwner(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(join(folder, "run.lock"), uid, gid);
}
