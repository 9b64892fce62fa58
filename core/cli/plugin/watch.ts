import { startHeartbeat } from "../../platform/heartbeat.ts";
import { type StrayWatch, tellStrays } from "../strays.ts";
import { oneTerminalLine } from "../terminal.ts";

/** How long a plugin may hold everything up while a command tries it, in ms. */
const PATIENCE = 10_000;

const STALLED = "{place} held everything up for {time}. Look for a loop there that never ends.";

const toStderr = (line: string) => void process.stderr.write(`${oneTerminalLine(line)}\n`);

export interface PluginWatchOptions {
  /** Told in one line of an error that nobody caught. Default: stderr is. */
  tell?(line: string): void;
  /** Where a loop is told: 1 is stdout, 2 stderr. Default 2. */
  readonly descriptor?: 1 | 2;
  /** Stands before that line. */
  readonly mark?: string;
}

/** Watches until the process ends what plugins do behind the back of a command that tries them: errors nobody catches, and endless loops. */
export function watchPlugins({ tell = toStderr, descriptor = 2, mark = "" }: PluginWatchOptions = {}): StrayWatch {
  startHeartbeat({ limit: PATIENCE, json: false, descriptor, message: mark + STALLED });
  return tellStrays(tell);
}
