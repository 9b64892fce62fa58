import { spawn } from "node:child_process";
import { ownProgram } from "../platform/own-program.ts";
import { line, lineOf } from "../plugin/loader/explain.ts";
import type { LoaderHost, ProbeOutcome } from "../plugin/loader/host.ts";
import { readPlugin } from "../plugin/loader/load.ts";
import { createPluginHost } from "./plugin-host.ts";

/** Time a plugin has to load, in ms. */
const DEADLINE = 5_000;

/** Stands before the outcome; the plugin may print lines of its own. */
const MARK = "dramabot-probe:";

/** Loads a plugin and says what came of it; runs in a process of its own, which then ends. */
export async function probePlugin(file: string): Promise<void> {
  const { problem, files } = await readPlugin("", file, createPluginHost());
  const outcome: ProbeOutcome = { files, ...(problem === undefined ? {} : { problem }) };
  process.stdout.write(`\n${MARK}${JSON.stringify(outcome)}\n`, () => process.exit());
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
  const outcome = readOutcome(printed);
  if (outcome !== undefined) return outcome;
  const text = host.read(file);
  const loop = lineOf(text, (one) => /\bwhile\s*\(\s*(?:true|1)\s*\)|\bfor\s*\(\s*;[^;]*;\s*\)/.test(one));
  const never = lineOf(text, (one) => /^\s*(?:(?:export\s+)?(?:const|let|var)\s.*=\s*)?await\b/.test(one));
  const exit = lineOf(text, (one) => /\bprocess\.(?:exit|abort|kill)\b|\bDeno\.exit\b/.test(one));
  if (late && (loop !== undefined || never === undefined)) {
    const what = `it did not finish loading within ${deadline / 1000} s`;
    return failed(line(host, { file, line: loop }, what, "Look for a loop that never ends outside of setup()"));
  }
  // Node ends by itself then; Deno waits.
  if ((late || status === 0 || status === 13) && never !== undefined && exit === undefined) {
    const what = "it waits at the top for something that never comes";
    return failed(line(host, { file, line: never }, what, "Wait in setup() instead"));
  }
  const what = `it ended the process while it was loaded (${typeof status === "number" ? `status ${status}` : (status ?? "a signal")})`;
  return failed(line(host, { file, line: exit }, what, "A plugin must not end the program"));

  function failed(problem: string): ProbeOutcome {
    return { problem, files: [file] };
  }
}

function readOutcome(printed: string): ProbeOutcome | undefined {
  const at = printed.lastIndexOf(MARK);
  if (at < 0) return undefined;
  try {
    return JSON.parse(printed.slice(at + MARK.length)) as ProbeOutcome; // this program wrote it
  } catch {
    return undefined; // cut off, or the plugin's own
  }
}
