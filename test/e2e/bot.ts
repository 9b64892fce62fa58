import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Playground } from "../../core/playground/index.ts";

/** The program's entry from source. */
export const MAIN: string = new URL("../../core/main.ts", import.meta.url).pathname;

/** Makes a data folder that goes with the test. */
export function dataFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-e2e-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts the bot as a process of its own against an emulator, with an upstream under `/upstream`. */
export function startBot(desk: Playground, dataDir: string, environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, "run"], {
    cwd: dataDir,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      BOT_TOKEN: desk.token,
      OWNER_ID: "1",
      TELEGRAM_API_ROOT: desk.apiRoot,
      IS_PUBLIC: "true",
      DATA_DIR: dataDir,
      PORT: "0",
      LOG_LEVEL: "ERROR",
      MYDRAMALIST_DETAILS_URL: `${desk.url}/upstream/id/{}`,
      MYDRAMALIST_PROVIDERS: "json",
      ...environment,
    },
  });
}
