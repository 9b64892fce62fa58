import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { BotConfig } from "../../config/define.ts";
import { readBotConfig } from "../../config/file.ts";
import { startHeartbeat } from "../../platform/heartbeat.ts";
import { runningProgram } from "../../platform/own-program.ts";
import { stripTypes } from "../../platform/stripped-types.ts";
import type { AnyPlugin } from "../../plugin/define.ts";
import type { LoaderHost, ProbeOutcome } from "../../plugin/loader/host.ts";
import { type LoadedPlugin, readPlugin, readTasks, tasksFile } from "../../plugin/loader/load.ts";
import { readBuiltIn } from "../built-in.ts";
import { watchDamage } from "./damage.ts";
import { createPluginHost } from "./host.ts";
import { explainProbe, type ProbeEnd, type ProbeKind, type Stall } from "./probe-end.ts";
import { trySetup } from "./trial.ts";

/** Time a plugin has to load, in ms, from when the process that loads it is ready to. */
const DEADLINE = 5_000;

/** Time that process has to become ready, in ms: a busy machine may take long. */
const START = 10_000;

/** How long it may hold everything up meanwhile, in ms: less, so that it can still be said which line did. */
const STILL = 3_500;

/** How long what it printed is waited for once it has ended, in ms. */
const PATIENCE = 500;

/** What a pipe holds at the most, and more than a plugin has to say, in UTF-16 code units. */
const FLOOD = 1024 * 1024;

/** Whether a process can have a group of its own; elsewhere that would be a window. */
const GROUPED = process.platform !== "win32";

/** Stands before the outcome; the plugin may print lines of its own. */
const MARK = "dramabot-probe:";

/** Said when the plugin is about to be loaded. */
const READY = "dramabot-probe-ready";

/** Longest record of a heartbeat, in UTF-16 code units. */
const LONGEST_RECORD = 16 * 1024;

/** Most of what it prints that is kept, in UTF-16 code units: its own outcome, with all its files, comes last. */
const MOST = 8 * 1024 * 1024;

/** What the child tells, each time it has come further. */
interface Progress extends ProbeOutcome {
  /** Whether that is all. */
  readonly done: boolean;
  /** The module with the plugin's tasks, while that is loaded. */
  readonly tasks?: string;
}

/**
 * Loads a plugin, sets it up, and says what came of it; runs in a process of its own, which then ends. Of a
 * configuration it says only that it comes to its end: what is wrong with it is seen where it is used.
 */
export async function probePlugin(file: string, kind: ProbeKind): Promise<void> {
  // Whether what it left running fails is the bot's to tell.
  for (const stray of ["uncaughtException", "unhandledRejection"]) process.on(stray, () => undefined);
  setTimeout(() => process.exit(1), START + DEADLINE).unref(); // whoever began it has ended
  const host = createPluginHost((await readBuiltIn()).plugins);
  const explainDamage = watchDamage(host);
  startHeartbeat({ limit: STILL, json: true, descriptor: 1 });
  say(READY);
  const loaded: ProbeOutcome & { readonly definition?: AnyPlugin } =
    kind === "plugin" ? await readAll(file, host) : await readConfiguration(file, host);
  const { files, definition } = loaded;
  let problem = loaded.problem ?? explainDamage(files);
  // At once: behind it, a setup that loops would hold it back for good.
  if (definition !== undefined && problem === undefined) {
    tell({ files, done: false });
    await trySetup(definition, readOptions()[definition.id] || {});
    problem = explainDamage(files);
  }
  tell({ files, ...(problem === undefined ? { stripped: stripTypes(files) } : { problem }), done: true });
  process.exit();
}

/** Loads a configuration, and reads all of it. */
async function readConfiguration(file: string, host: LoaderHost): Promise<ProbeOutcome> {
  const { files } = await readBotConfig(file, host);
  return { files };
}

/** Loads a plugin and the module with its tasks. */
async function readAll(file: string, host: LoaderHost): Promise<LoadedPlugin> {
  const plugin = await readPlugin("", file, host);
  const tasks = tasksFile(plugin);
  if (tasks === undefined) return plugin;
  tell({ files: [...plugin.files, tasks], tasks, done: false });
  return readTasks(plugin, host);
}

/** What the parent wrote to stdin: options by plugin id. */
function readOptions(): NonNullable<BotConfig["external"]> {
  try {
    return JSON.parse(readFileSync(0, "utf8")) as NonNullable<BotConfig["external"]>; // of this program
  } catch {
    return {}; // it was started by hand
  }
}

function tell(progress: Progress): void {
  say(MARK + JSON.stringify(progress));
}

/** Writes a line before anything else runs; a pipe takes no more than the parent has room for. */
function say(line: string): void {
  let left = Buffer.from(`\n${line}\n`);
  while (left.length > 0) {
    try {
      left = left.subarray(writeSync(1, left));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

export interface ProbeOptions {
  readonly host: Pick<LoaderHost, "read" | "shown">;
  /** Default: a plugin. */
  readonly kind?: ProbeKind;
  /** Options of external plugins by id; what JSON does not know is left out. Default: none. */
  readonly external?: BotConfig["external"];
  /** Time it has once its process is ready, in ms. Default 5,000. */
  readonly deadline?: number;
}

/**
 * Loads a file in a child process of this program, so that one that never ends, or ends the process, harms nobody.
 * Never rejects.
 */
export async function probeInChild(
  file: string,
  { host, kind = "plugin", external = {}, deadline = DEADLINE }: ProbeOptions,
): Promise<ProbeOutcome> {
  const [program, ...words] = runningProgram(new URL("../../main.ts", import.meta.url));
  const command = ["plugin", "probe", file, ...(kind === "plugin" ? [] : ["--configuration"])];
  // A group of its own: what the plugin began besides is ended with it.
  const child = spawn(program, [...words, ...command], { stdio: ["pipe", "pipe", "ignore"], detached: GROUPED });
  const endWithUs = () => endGroup(child.pid);
  process.once("exit", endWithUs);
  // Not among the words: they may hold secrets. It may have ended by itself, and reads no more then.
  child.stdin.on("error", () => undefined).end(JSON.stringify(external));
  let printed = "";
  let late = false;
  const giveUp = () => {
    late = true;
    child.kill("SIGKILL");
  };
  let ready = false;
  let isOver = false;
  let timer = setTimeout(giveUp, START);
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    printed += piece;
    if (!ready && printed.includes(READY)) {
      ready = true;
      clearTimeout(timer);
      if (!isOver) timer = setTimeout(giveUp, deadline);
    }
    if (printed.length > 2 * MOST) printed = printed.slice(-MOST);
  });
  const closed = once(child.stdout, "close");
  const status = await new Promise<number | string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", resolve);
  });
  isOver = true;
  clearTimeout(timer);
  process.off("exit", endWithUs);
  endGroup(child.pid);
  // What it printed last may be on its way; a process of the plugin's that got away may hold the pipe for ever.
  const patience = new AbortController();
  await Promise.race([closed, sleep(PATIENCE, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
  child.stdout.destroy();
  const progress = readProgress(printed);
  if (progress?.done) {
    const { done: _, ...outcome } = progress;
    return outcome;
  }
  const tasks = progress?.tasks;
  const loaded = progress !== undefined && tasks === undefined;
  const tried = tasks === undefined ? kind : "tasks";
  const stall = readStall(printed) ?? (status === null && !late ? floodedStall(printed) : undefined);
  const end: ProbeEnd = { late, status, deadline, ready, loaded, stall, kind: tried };
  return { problem: explainProbe(tasks ?? file, { host, end }), files: progress?.files ?? [file] };
}

/** Ends what the child left running. */
function endGroup(pid: number | undefined): void {
  try {
    if (GROUPED && pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left, as nearly always.
  }
}

/** What the child's heartbeat said last. */
function readStall(printed: string): Stall | undefined {
  // The plugin may have printed half a line before.
  const [last] = /\{"level":"ERROR",[^\n]*"logger":"heartbeat",[^\n]*\}\s*$/.exec(printed.slice(-LONGEST_RECORD)) ?? [];
  if (last === undefined) return undefined;
  try {
    const { duration, place } = JSON.parse(last) as { duration?: unknown; place?: unknown };
    if (typeof duration !== "number") return undefined;
    return { duration, ...(typeof place === "string" ? { place } : {}) };
  } catch {
    return undefined; // cut off, or the plugin's own
  }
}

/** A child that printed so much that its heartbeat found no room for a word before it ended it. */
function floodedStall(printed: string): Stall | undefined {
  return printed.length < FLOOD ? undefined : { duration: STILL / 1000 };
}

function readProgress(printed: string): Progress | undefined {
  const at = printed.lastIndexOf(MARK);
  if (at < 0) return undefined;
  try {
    const [text = ""] = printed.slice(at + MARK.length).split("\n", 1);
    return JSON.parse(text) as Progress; // this program wrote it
  } catch {
    return undefined; // cut off, or the plugin's own
  }
}
