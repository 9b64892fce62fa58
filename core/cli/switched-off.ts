import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../config/environment.ts";
import { QUARANTINE_SETTING, type QuarantineRecord, readQuarantine } from "../plugin/quarantine.ts";
import { reasonOf } from "../plugin/reason.ts";
import { readSetting } from "../store/sqlite/read-setting.ts";
import { holdBack } from "./ends.ts";

/**
 * Reads which plugins the bot with this `DATA_DIR` has switched off; it may be running, and nothing is changed.
 *
 * @param onProblem told when that cannot be read; none counts as switched off then.
 */
export function readSwitchedOff(dataDir: string, onProblem: (message: string) => void): readonly QuarantineRecord[] {
  const file = join(dataDir, "bot.db");
  if (!existsSync(file)) return [];
  try {
    return readQuarantine(readSetting(file, QUARANTINE_SETTING)).records;
  } catch (error) {
    onProblem(`Which plugins are switched off is not known: ${reasonOf(error)}`);
    return [];
  }
}

/**
 * Makes what tells which plugins the bot with this environment does not even load ({@link holdBack}).
 *
 * @param onProblem as of {@link readSwitchedOff}; default: whoever shows what is switched off reads, and tells, it again.
 */
export function heldBackIn(
  { DATA_DIR = "./data" }: Environment,
  onProblem: (message: string) => void = () => undefined,
): ReturnType<typeof holdBack> {
  return holdBack(DATA_DIR, () => readSwitchedOff(DATA_DIR, onProblem));
}
