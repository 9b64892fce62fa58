import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Playground } from "../../core/playground/index.ts";
import { program } from "../program.ts";

/** Makes a data folder that goes with the test. */
export function dataFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dramabot-e2e-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What makes the bot take updates by webhook, on a port that was free a moment ago. */
export async function webhookEnvironment(): Promise<Record<string, string>> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server's address is one of these.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return { PORT: String(port), WEBHOOK_URL: `http://127.0.0.1:${port}/telegram` };
}

/** Bots that run: one that a failed test leaves behind would keep the tests from ending. */
const bots = new Set<ChildProcess>();
after(() => {
  for (const bot of bots) bot.kill("SIGKILL");
});

interface StartOptions {
  readonly stdout?: number | "pipe";
  readonly command?: ReturnType<typeof program>;
}

/**
 * Starts the bot as a process of its own against an emulator, with an upstream under `/upstream`.
 *
 * @param options.stdout a file's descriptor in the place of a pipe.
 * @param options.command what is run in the place of the program under test.
 */
export function startBot(
  desk: Playground,
  dataDir: string,
  environment: Record<string, string> = {},
  { stdout = "pipe", command = program("run") }: StartOptions = {},
): ChildProcess {
  const bot = spawn(...command, {
    cwd: dataDir,
    stdio: ["ignore", stdout, "pipe"],
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
  bots.add(bot);
  bot.once("exit", () => bots.delete(bot));
  return bot;
}

/** Makes what waits until a bot's log, from now on, holds these words. */
export function followLog(bot: ChildProcess): (words: string) => Promise<void> {
  let log = "";
  bot.stdout?.on("data", (piece) => {
    log += String(piece);
  });
  return async (words) => {
    for (let waited = 0; !log.includes(words); waited += 10) {
      assert.ok(waited < 20_000, `"${words}" never came: ${log}`);
      await sleep(10);
    }
  };
}
