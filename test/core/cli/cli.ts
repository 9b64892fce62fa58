import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import type { Playground } from "../../../core/playground/index.ts";

/** The program's entry from source. */
export const MAIN: string = new URL("../../../core/main.ts", import.meta.url).pathname;

/** How a run of the program ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly main?: string;
}

/** Makes a folder to run in that goes with the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "dramabot-cli-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/**
 * Runs the program to its end, in an environment of its own.
 *
 * @param options.cwd where `.env` and `./data` are looked for.
 * @param options.main another copy of the program.
 */
export async function dramabot(
  words: readonly string[],
  { cwd = tmpdir(), env = {}, main = MAIN }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...words], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (piece: string) => {
      ended[name] += piece;
    });
  }
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, ...ended };
}

/** Starts the bot against an emulator, in a folder whose `plugins` it loads; it ends with the test at the latest. */
export function startBot(t: TestContext, cwd: string, desk: Playground | undefined): StartedBot {
  const env = {
    BOT_TOKEN: desk?.token ?? "",
    OWNER_ID: "1",
    TELEGRAM_API_ROOT: desk?.apiRoot ?? "",
    PORT: "0",
    PLUGINS_DIR: "plugins",
    LOG_FORMAT: "json",
    PATH: process.env.PATH ?? "",
  };
  const child = spawn(process.execPath, [MAIN, "run"], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  child.stdout.setEncoding("utf8");
  child.stderr.setEncoding("utf8");
  return child;
}

/** A bot whose output is text. */
export type StartedBot = ChildProcessByStdio<null, Readable, Readable>;

/** The one line of a failure, checked to be one line without a stack, and to end with nothing on stdout. */
export function failureOf({ stdout, stderr }: Ended): string {
  const [line = "", ...others] = stderr.trimEnd().split("\n");
  if (stdout !== "" || others.length > 0) throw new Error(`more than one line: ${JSON.stringify([stdout, stderr])}`);
  return line;
}
