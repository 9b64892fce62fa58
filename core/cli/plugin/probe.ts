import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { startHeartbeat } from "../../platform/heartbeat.ts";
import { ownProgram } from "../../platform/own-program.ts";
import { stripTypes } from "../../platform/stripped-types.ts";
import type { AnyPlugin } from "../../plugin/define.ts";
import type { LoaderHost, ProbeOutcome } from "../../plugin/loader/host.ts";
import { type LoadedPlugin, readPlugin, readTasks, tasksFile } from "../../plugin/loader/load.ts";
import { readBuiltIn } from "../built-in.ts";
import { createPluginHost } from "./host.ts";
import { explainProbe, type ProbeEnd, type ProbeKind, type Stall } from "./probe-end.ts";
import { trySetup } from "./trial.ts";

/** Time a plugin has to load, in ms. */
const DEADLINE = 5_000;

/** How long it may hold everything up meanwhile, in ms: less, so that it can still be said which line did. */
const STILL = 3_500;

/** Stands before the outcome; the plugin may print lines of its own. */
const MARK = "dramabot-probe:";

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
  startHeartbeat({ limit: STILL, json: true, descriptor: 1 });
  const host = createPluginHost((await readBuiltIn()).plugins);
  const loaded: ProbeOutcome & { readonly definition?: AnyPlugin } =
    kind === "plugin" ? await readAll(file, host) : { files: (await host.importModule(file)).files };
  const { problem, files, definition } = loaded;
  const outcome: ProbeOutcome = { files, ...(problem === undefined ? {} : { problem }) };
  // At once: behind it, a setup that loops would hold it back for good.
  if (definition !== undefined) {
    tell({ ...outcome, done: false });
    await trySetup(definition);
  }
  tell({ ...outcome, stripped: stripTypes(problem === undefined ? files : []), done: true });
  process.exit();
}

/** Loads a plugin and the module with its tasks. */
async function readAll(file: string, host: LoaderHost): Promise<LoadedPlugin> {
  const plugin = await readPlugin("", file, host);
  const tasks = tasksFile(plugin);
  if (tasks === undefined) return plugin;
  tell({ files: [...plugin.files, tasks], tasks, done: false });
  return readTasks(plugin, host);
}

/** Writes all of it before anything else runs; a pipe takes no more than the parent has room for. */
function tell(progress: Progress): void {
  let left = Buffer.from(`\n${MARK}${JSON.stringify(progress)}\n`);
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
  /** Time it has, in ms. Default 5,000. */
  readonly deadline?: number;
}

/**
 * Loads a file in a child process of this program, so that one that never ends, or ends the process, harms nobody.
 * Never rejects.
 */
export async function probeInChild(
  file: string,
  { host, kind = "plugin", deadline = DEADLINE }: ProbeOptions,
): Promise<ProbeOutcome> {
  const [program, ...words] = ownProgram(new URL("../../main.ts", import.meta.url));
  const command = ["plugin", "probe", file, ...(kind === "plugin" ? [] : ["--configuration"])];
  const child = spawn(program, [...words, ...command], { stdio: ["ignore", "pipe", "ignore"] });
  let printed = "";
  let late = false;
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    printed += piece;
  });
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, deadline);
  const status = await new Promise<number | string | null>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", resolve);
  });
  clearTimeout(timer);
  const progress = readProgress(printed);
  if (progress?.done) {
    const { done: _, ...outcome } = progress;
    return outcome;
  }
  const tasks = progress?.tasks;
  const loaded = progress !== undefined && tasks === undefined;
  const tried = tasks === undefined ? kind : "tasks";
  const end: ProbeEnd = { late, status, deadline, loaded, stall: readStall(printed), kind: tried };
  return { problem: explainProbe(tasks ?? file, { host, end }), files: progress?.files ?? [file] };
}

/** What the child's heartbeat said last. */
function readStall(printed: string): Stall | undefined {
  const last = printed.trimEnd().split("\n").at(-1) ?? "";
  if (!last.startsWith("{") || !last.includes('"logger":"heartbeat"')) return undefined;
  try {
    const { duration, place } = JSON.parse(last) as { duration?: unknown; place?: unknown };
    if (typeof duration !== "number") return undefined;
    return { duration, ...(typeof place === "string" ? { place } : {}) };
  } catch {
    return undefined; // cut off, or the plugin's own
  }
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
