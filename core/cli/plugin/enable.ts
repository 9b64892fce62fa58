import { existsSync } from "node:fs";
import { join } from "node:path";
import { readWholeFile } from "../../platform/obstacle.ts";
import { createQuarantine } from "../../plugin/quarantine.ts";
import { openSqliteStore } from "../../store/sqlite/open.ts";
import { operatorSettings } from "../settings.ts";
import { oneTerminalLine } from "../terminal.ts";

/**
 * Forgets that a plugin was switched off after repeated failures, also beside a running bot. Status 1 when it was not.
 *
 * @throws BotError `config.invalid`, `store.*`.
 */
export async function enablePlugin(id: string): Promise<void> {
  const { DATA_DIR: folder } = operatorSettings();
  const file = join(folder, "bot.db");
  if (!(existsSync(file) && (await remove(id, file)))) {
    process.exitCode = 1;
    process.stderr.write(
      `${oneTerminalLine(`No plugin "${id}" is switched off in ${folder}. "dramabot plugin list" shows how each one is.`)}\n`,
    );
    return;
  }
  const pid = runningBot(folder);
  const now = pid === undefined ? "" : `; one that runs now starts it after: kill -HUP ${pid}`;
  process.stdout.write(`${oneTerminalLine(`${id} is enabled. The bot starts it at its next start${now}.`)}\n`);
}

async function remove(id: string, file: string): Promise<boolean> {
  const onProblem = (problem: string) => void process.stderr.write(`${problem}\n`);
  const store = await openSqliteStore({ file, onProblem });
  try {
    return await createQuarantine({ settings: store.settings, onProblem }).remove(id);
  } finally {
    await store.dispose();
  }
}

/** The process that says it runs with this folder. */
function runningBot(folder: string): number | undefined {
  try {
    const pid = Number(readWholeFile(join(folder, "run.pid")));
    if (!(Number.isSafeInteger(pid) && pid > 0)) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined; // there is none
  }
}
