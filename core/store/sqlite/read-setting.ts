import { inspectDatabase } from "../../platform/sqlite.ts";

/**
 * Reads one setting without changing anything, also beside a running bot.
 *
 * @returns `undefined` when it is not there, or holds no JSON.
 * @throws BotError `store.locked`, `store.corrupt`, `store.failed`.
 */
export function readSetting(file: string, key: string): unknown {
  return inspectDatabase(file, (database) => {
    const row = database.prepare("SELECT value FROM settings WHERE key = ?").get(key);
    try {
      return row === undefined ? undefined : (JSON.parse(String(row.value)) as unknown);
    } catch {
      return undefined; // the store takes it as missing too
    }
  });
}
