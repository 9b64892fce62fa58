import { spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { ownProgram } from "../platform/own-program.ts";
import type { LoaderHost, ProbeOutcome } from "../plugin/loader/host.ts";
import { readPlugin } from "../plugin/loader/load.ts";
import { readBuiltIn } from "./built-in.ts";
import { createPluginHost } from "./plugin-host.ts";
import { explainProbe, type ProbeEnd } from "./plugin-probe-end.ts";
import { trySetup } from "./plugin-trial.ts";

/** Time a plugin has to load, in ms. */
const DEADLINE = 5_000;

/** Stands before the outcome; the plugin may print lines of its own. */
const MARK = "dramabot-probe:";

/** What the child tells, each time it has come further. */
interface Progress extends ProbeOutcome {
  /** Whether that is all. */
  readonly done: boolean;
}

/** Loads a plugin, sets it up, and says what came of it; runs in a process of its own, which then ends. */
export async function probePlugin(file: string): Promise<void> {
  const loaded = await readPlugin("", file, createPluginHost((await readBuiltIn()).plugins));
  const { problem, files, definition } = loaded;
  const outcome: ProbeOutcome = { files, ...(problem === undefined ? {} : { problem }) };
  // At once: behind it, a setup that loops would hold it back for good.
  const tell = (done: boolean) => writeSync(1, `\n${MARK}${JSON.stringify({ ...outcome, done } satisfies Progress)}\n`);
  if (definition !== undefined) {
    tell(false);
    await trySetup(definition);
  }
  tell(true);
  process.exit();
}

export interface ProbeOptions {
  readonly host: Pick<LoaderHost, "read" | "shown">;
  /** Time it has, in ms. Default 5,000. */
  readonly deadline?: number;
}

/**
 * Loads a plugin in a child process of this program, so that one that never ends, or ends the process, harms nobody.
 * Never rejects.
 */
export async function probeInChild(file: string, { host, deadline = DEADLINE }: ProbeOptions): Promise<ProbeOutcome> {
  const [program, ...words] = ownProgram(new URL("../main.ts", import.meta.url));
  const child = spawn(program, [...words, "plugin", "probe", file], { stdio: ["ignore", "pipe", "ignore"] });
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
  const end: ProbeEnd = { late, status, deadline, loaded: progress !== undefined };
  return { problem: explainProbe(file, { host, end }), files: progress?.files ?? [file] };
}

function readProgress(printed: string): Progress | undefined {
  const at = printed.lastIndexOf(MARK);
  if (at < 0) return undefined;
  try {
    return JSON.parse(printed.slice(at + MARK.length)) as Progress; // this program wrote it
  } catch {
    return undefined; // cut off, or the plugin's own
  }
}
