import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { ConfiguredPlugin } from "../config/load.ts";
import type { QuarantineRecord } from "../plugin/quarantine.ts";

/** A line of the heartbeat's notes. */
const schema = v.object({
  /** ms since 1970. */
  at: v.number(),
  /** How long the event loop stood still, in s. */
  duration: v.number(),
  /** What ran, absolute. */
  file: v.string(),
  line: v.number(),
});
type Stall = v.InferOutput<typeof schema>;

/**
 * How often a plugin may end the bot within the time, in ms, before it is switched off: oftener than a message does so
 * before it is set aside, for then the message was it.
 */
const MOST = 6;
const WINDOW = 600_000;

/** Lines that are looked at; each life of the bot writes one at most. */
const READ = 100;

/** Where the heartbeat notes what ran when it ended the bot. */
export function stallsFile(dataDir: string): string {
  return join(dataDir, "stalls.jsonl");
}

/**
 * Finds the external plugins that held everything up again and again, so that each life of the bot was ended, and that
 * were not changed since. What was noted of them is forgotten, so that one that is enabled again begins anew.
 *
 * @returns why each is switched off.
 */
export function findStalled(dataDir: string, plugins: readonly ConfiguredPlugin[]): readonly QuarantineRecord[] {
  const file = stallsFile(dataDir);
  const now = Date.now();
  const noted = readStalls(file);
  const recent = noted.filter(({ at }) => at > now - WINDOW && at <= now);
  const found = plugins.flatMap(({ definition, files = [], problem }) => {
    const own = recent.filter((stall) => files.includes(stall.file) && stall.at > changed(stall.file));
    const last = own.at(-1);
    if (last === undefined || own.length < MOST || problem !== undefined) return [];
    const reason = `it held everything up for ${Math.round(last.duration)} s, ${own.length} times`;
    return [{ id: definition.id, version: definition.version, last, own, reason }];
  });
  const left = recent.filter((stall) => !found.some(({ own }) => own.includes(stall)));
  if (left.length < noted.length) keep(file, left);
  return found.map(({ id, version, last, reason }) => ({
    id,
    version,
    since: now,
    handler: `line ${last.line} of ${last.file.split(/[\\/]/).at(-1)}`,
    code: "plugin.timeout",
    reason,
    commands: [],
    told: false,
  }));
}

function readStalls(file: string): readonly Stall[] {
  try {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-READ);
    return lines.flatMap((text) => {
      const { success, output } = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
      return success ? [output] : [];
    });
  } catch {
    return []; // there is none, as nearly always
  }
}

function keep(file: string, stalls: readonly Stall[]): void {
  try {
    writeFileSync(file, stalls.map((stall) => `${JSON.stringify(stall)}\n`).join(""));
  } catch {
    // They are looked at again after the next start, by their age.
  }
}

/** When a file was changed last, in ms since 1970. */
function changed(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}
