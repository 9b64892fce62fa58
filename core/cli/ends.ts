import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { ConfiguredPlugin } from "../config/load.ts";
import type { QuarantineRecord } from "../plugin/quarantine.ts";

/** What ends the bot: a loop that never ends, a call such as `process.exit()`, or an error that nobody caught. */
export type EndKind = "stall" | "exit" | "error";

/** A line of the heartbeat, which knows no plugins, only what ran. */
const stall = v.object({
  /** ms since 1970. */
  at: v.number(),
  /** How long the event loop stood still, in s. */
  duration: v.number(),
  /** What ran, absolute. */
  file: v.string(),
  line: v.number(),
});

/** A line of the bot itself. */
const named = v.object({
  at: v.number(),
  kind: v.picklist(["exit", "error"]),
  /** The plugin's id. */
  plugin: v.string(),
  /** As the operator writes it, such as `plugins/hello.ts:7`. */
  place: v.optional(v.string()),
});

const schema = v.pipe(v.string(), v.parseJson(), v.union([stall, named]));
type End = v.InferOutput<typeof schema>;

/**
 * How often a plugin may end the bot within the time, in ms, before it is switched off: oftener than a message does so
 * before it is set aside, for then the message was it.
 */
const MOST = 6;
const WINDOW = 600_000;

/** Lines that are looked at; each life of the bot writes one at most. */
const READ = 100;

/** Where it is noted what ended the bot, for the next start. */
export function endsFile(dataDir: string): string {
  return join(dataDir, "ends.jsonl");
}

/**
 * Notes that a plugin ended the bot; to be called right before the process ends. Never throws.
 *
 * @param file of {@link endsFile}.
 * @param end `place` as the operator writes it, such as `plugins/hello.ts:7`, where it is known.
 * @example
 * recordEnd(endsFile(settings.DATA_DIR), { plugin: "hello", place: "plugins/hello.ts:7", kind: "error" });
 */
export function recordEnd(
  file: string,
  { plugin, place, kind }: { plugin: string; place?: string | undefined; kind: Exclude<EndKind, "stall"> },
): void {
  try {
    appendFileSync(file, `${JSON.stringify({ at: Date.now(), kind, plugin, place })}\n`, { mode: 0o600 });
  } catch {
    // The folder is full, gone or not there yet: it is counted less.
  }
}

/**
 * Finds the plugins that ended the bot again and again, and that were not changed since. What was noted of them is
 * forgotten, so that one that is enabled again begins anew.
 *
 * @returns why each is switched off.
 */
export function findEnders(dataDir: string, plugins: readonly ConfiguredPlugin[]): readonly QuarantineRecord[] {
  const file = endsFile(dataDir);
  const now = Date.now();
  const noted = readEnds(file);
  const recent = noted.filter(({ at }) => at > now - WINDOW && at <= now);
  const found = plugins.flatMap(({ definition: { id, version }, files = [], problem }) => {
    const own = recent.filter((end) =>
      "plugin" in end
        ? end.plugin === id && files.every((each) => end.at > changed(each))
        : files.includes(end.file) && end.at > changed(end.file),
    );
    const last = own.at(-1);
    if (last === undefined || own.length < MOST || problem !== undefined) return [];
    return [{ id, version, own, ...describe(last), reason: `${describe(last).reason}, ${own.length} times` }];
  });
  const left = recent.filter((end) => !found.some(({ own }) => own.includes(end)));
  if (left.length < noted.length) keep(file, left);
  return found.map(({ own, ...rest }) => ({ ...rest, since: now, commands: [], told: false }));
}

const REASONS = { exit: "it ended the program", error: "an error of it that nobody caught ended the program" } as const;

function describe(end: End): Pick<QuarantineRecord, "handler" | "code" | "reason"> {
  if ("plugin" in end) {
    const [, file, line] = /([^\\/]+):(\d+)$/.exec(end.place ?? "") ?? [];
    const handler = file === undefined ? "code of its own" : `line ${line} of ${file}`;
    return { handler, code: "plugin.failed", reason: REASONS[end.kind] };
  }
  return {
    handler: `line ${end.line} of ${end.file.split(/[\\/]/).at(-1)}`,
    code: "plugin.timeout",
    reason: `it held everything up for ${Math.round(end.duration)} s`,
  };
}

function readEnds(file: string): readonly End[] {
  try {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-READ);
    return lines.flatMap((text) => {
      const { success, output } = v.safeParse(schema, text);
      return success ? [output] : [];
    });
  } catch {
    return []; // there is none, as nearly always
  }
}

function keep(file: string, ends: readonly End[]): void {
  try {
    writeFileSync(file, ends.map((end) => `${JSON.stringify(end)}\n`).join(""), { mode: 0o600 });
  } catch {
    // They are looked at again after the next start, by their age.
  }
}

/** When a file was changed last, in ms since 1970. */
function changed(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
}
