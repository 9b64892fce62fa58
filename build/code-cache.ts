import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createPlayground } from "../core/playground/index.ts";
import { recorder } from "./launcher.ts";

/** Between "ready" and the end of what belongs to a start, in ms, such as the command menu. */
const SETTLING = 1_000;
/** Longest time a start may take here, in ms. */
const PATIENCE = 60_000;

export interface CodeCacheOptions {
  /** Where the cache is written. */
  readonly folder: string;
  /** Path of the executable that records; it is removed afterwards. */
  readonly executable: string;
  /** Makes that executable, of the script that it begins with. */
  make(main: string): void;
}

/**
 * Makes V8's code cache for the program: an executable like the one to be made is started as a bot on loopback, and
 * what it has compiled by then is kept. Only this machine's own kind of executable can be started.
 *
 * @returns the file.
 * @throws an error when the bot does not start.
 */
export async function makeCodeCache({ folder, executable, make }: CodeCacheOptions): Promise<string> {
  const main = join(folder, "recorder.cjs");
  const file = join(folder, "dramabot.cache");
  writeFileSync(main, recorder);
  make(main);
  const data = mkdtempSync(join(tmpdir(), "dramabot-build-"));
  const desk = await createPlayground();
  const bot = spawn(executable, ["run"], {
    cwd: data,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    timeout: PATIENCE,
    env: {
      BOT_TOKEN: desk.token,
      OWNER_ID: "1",
      TELEGRAM_API_ROOT: desk.apiRoot,
      DATA_DIR: data,
      PORT: "0",
      LOG_FORMAT: "json",
    },
  });
  const ended = once(bot, "exit");
  try {
    let said = "";
    await new Promise<void>((resolve, reject) => {
      bot.stdout?.on("data", (piece) => {
        said += String(piece);
        if (said.includes("answers as @")) resolve();
      });
      void ended.then(([status]) =>
        reject(new Error(`The program ended with status ${status} instead of starting:\n${said}`)),
      );
    });
    await sleep(SETTLING);
    bot.send(file);
    const [status] = await ended;
    if (status !== 0) throw new Error(`No code cache was written (status ${status}).`);
    return file;
  } finally {
    bot.kill();
    await ended;
    await desk.dispose();
    rmSync(data, { recursive: true, force: true });
    rmSync(executable, { force: true });
  }
}
