import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { ConfiguredPlugin } from "../config/load.ts";
import { appendAtOnce, fileObstacle, readWholeFile } from "../platform/obstacle.ts";
import type { QuarantineRecord } from "../plugin/quarantine.ts";

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

/** A line of the bot itself, about a call such as `process.exit()`. */
const named = v.object({
  at: v.number(),
  kind: v.literal("exit"),
  /** The plugin's id, unless it was not known yet. */
  plugin: v.optional(v.string()),
  /** The plugin's module, absolute. */
  file: v.optional(v.string()),
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

/** Says what keeps the notes from being read, such as a pipe in their place; `undefined` when there are none, or nothing does. */
export function endsObstacle(file: string): string | undefined {
  const obstacle = existsSync(file) ? fileObstacle(file) : undefined;
  return obstacle && `${file}: ${obstacle.what}, so that plugins that end the bot are not counted. ${obstacle.todo}.`;
}

/** What a plugin, or a module that was about to become one, ended the bot with. */
export interface NamedEnd {
  /** Its id. */
  readonly plugin?: string | undefined;
  /** Its module, absolute. */
  readonly module?: string | undefined;
  /** As the operator writes it, such as `plugins/hello.ts:7`, where it is known. */
  readonly place?: string | undefined;
}

/**
 * Notes that a plugin ended the bot; to be called right before the process ends. Never throws.
 *
 * @param file of {@link endsFile}.
 * @example
 * recordEnd(endsFile(settings.DATA_DIR), { plugin: "hello", place: "plugins/hello.ts:7" });
 */
export function recordEnd(file: string, { plugin, module, place }: NamedEnd): void {
  try {
    const line = JSON.stringify({ at: Date.now(), kind: "exit", plugin, file: module, place });
    appendAtOnce(file, `${line}\n`);
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
  const recent = noted.filter((end) => isRecent(end, now));
  const found = plugins.flatMap(({ definition: { id, version }, files = [], problem, heldBack }) => {
    const own = recent.filter((end) => isOwn(end, { id, files }));
    const last = own.at(-1);
    if (last === undefined || own.length < MOST || (problem !== undefined && !heldBack)) return [];
    const reason = `${describe(last).reason}, ${own.length} times`;
    return [{ id, version, own, ...describe(last), reason, file: files[0] }];
  });
  const left = recent.filter((end) => !found.some(({ own }) => own.includes(end)));
  if (left.length < noted.length) keep(file, left);
  return found.map(({ own, ...rest }) => ({ ...rest, since: now, commands: [], told: false }));
}

const isRecent = ({ at }: End, now: number) => at > now - WINDOW && at <= now;

/** A plugin that is about to be loaded. */
export interface Untried {
  /** Where it is known. */
  readonly id?: string | undefined;
  /** As far as they are known, its module among them. */
  readonly files: readonly string[];
}

/** Whether it was this plugin, as it is now. */
function isOwn(end: End, { id, files }: Untried): boolean {
  const named = "kind" in end ? end.plugin : undefined;
  const isIt = (end.file !== undefined && files.includes(end.file)) || (named !== undefined && named === id);
  return isIt && files.every((each) => end.at > changed(each));
}

/** A plugin that is not to be loaded: what it was called when it was switched off, where that is known. */
export interface HeldBack {
  readonly id?: string | undefined;
  readonly version?: string | undefined;
}

/**
 * Makes what tells, before a plugin is loaded, whether it is to be: not when it ended the bot again and again, lately or
 * before it was switched off for that, and its files are as they were.
 *
 * @param switchedOff reads the plugins that are; nothing is read before it is asked.
 */
export function holdBack(
  dataDir: string,
  switchedOff: () => readonly QuarantineRecord[],
): (plugin: Untried) => HeldBack | undefined {
  const read = () => {
    const now = Date.now();
    // Whoever was switched off for an end was noted there.
    if (!existsSync(endsFile(dataDir))) return { records: [], recent: [] };
    return { records: switchedOff(), recent: readEnds(endsFile(dataDir)).filter((end) => isRecent(end, now)) };
  };
  let once: ReturnType<typeof read> | undefined;
  return ({ id, files }) => {
    once ??= read();
    const { records, recent } = once;
    const record = records.find(({ file, since }) => {
      return file !== undefined && files.includes(file) && files.every((each) => changed(each) < since);
    });
    if (record !== undefined) return record;
    return recent.filter((end) => isOwn(end, { id, files })).length < MOST ? undefined : {};
  };
}

function describe(end: End): Pick<QuarantineRecord, "handler" | "code" | "reason"> {
  if ("kind" in end) {
    const [, file, line] = /([^\\/]+):(\d+)$/.exec(end.place ?? "") ?? [];
    const handler = file === undefined ? "code of its own" : `line ${line} of ${file}`;
    return { handler, code: "plugin.failed", reason: "it ended the program" };
  }
  return {
    handler: `line ${end.line} of ${end.file.split(/[\\/]/).at(-1)}`,
    code: "plugin.timeout",
    reason: `it held everything up for ${Math.round(end.duration)} s`,
  };
}

function readEnds(file: string): readonly End[] {
  try {
    const lines = readWholeFile(file).trimEnd().split("\n").slice(-READ);
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

/** When a file was changed last, in ms since 1970. One that is not there was not: a plugin may import what it can do without. */
function changed(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
