import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createPlayground, openUpstreams, type Playground } from "../core/playground/index.ts";
import { waitUntilReady } from "./metrics.ts";
import { createUpstream, type Upstream } from "./upstream.ts";

export interface BenchOptions {
  /** An executable to measure instead of the source. */
  readonly program?: string | undefined;
  /** How many people may ask at once. */
  readonly users: number;
  /** The upstream's, in ms. */
  readonly latency: number;
  /** How it takes updates. Default: polling. */
  readonly intake?: Intake;
}

/** How a bot takes updates. */
export type Intake = "polling" | "webhook";

/** A bot in a process of its own, an emulator and an upstream for it, all on loopback. */
export interface Bench {
  readonly desk: Playground;
  readonly upstream: Upstream;
  readonly bot: ChildProcess;
  /** The operator's server. */
  readonly health: string;
  /** Ends the bot and removes its data. */
  dispose(): Promise<void>;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on TCP
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a bot and waits until it takes updates. */
export async function startBench({ program, users, latency, intake = "polling" }: BenchOptions): Promise<Bench> {
  const port = await freePort();
  const desk = await createPlayground({
    users: Array.from({ length: users }, (_, index) => ({
      id: 6_000_000_001 + index,
      is_bot: false,
      first_name: `Person ${index}`,
    })),
    calls: 1_000,
  });
  await openUpstreams(desk, []);
  const upstream = createUpstream({ latency, poster: `${desk.url}/posters/poster.png?title=Bench` });
  desk.mount("/bench", (request) => upstream.fetch(request));
  const dataDir = mkdtempSync(join(tmpdir(), "dramabot-bench-"));
  const main = new URL("../core/main.ts", import.meta.url).pathname;
  const [command, words] = program ? [resolve(program), ["run"]] : [process.execPath, [main, "run"]];
  const bot = spawn(command, words, {
    cwd: dataDir,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      PATH: process.env.PATH,
      // For profiling: BENCH_NODE_OPTIONS=--cpu-prof
      NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS,
      BOT_TOKEN: desk.token,
      OWNER_ID: "1",
      TELEGRAM_API_ROOT: desk.apiRoot,
      IS_PUBLIC: "true",
      DATA_DIR: dataDir,
      PORT: String(port),
      ...(intake === "webhook" ? { WEBHOOK_URL: `http://127.0.0.1:${port}/telegram` } : {}),
      LOG_LEVEL: "ERROR",
      LOG_FORMAT: "json",
      REQUESTS_PER_MINUTE: "1000000",
      MYDRAMALIST_DETAILS_URL: `${desk.url}/bench/id/{}`,
      MYDRAMALIST_API_URL: `${desk.url}/bench/search/q/{}`,
      MYDRAMALIST_PROVIDERS: "json",
    },
  });
  const ended = once(bot, "exit");
  const health = `http://127.0.0.1:${port}`;
  const dispose = async () => {
    bot.kill("SIGTERM");
    await ended;
    await desk.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await Promise.race([waitUntilReady(health), ended]);
    if (bot.exitCode !== null) throw new Error(`The bot ended with status ${bot.exitCode}.`);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { desk, upstream, bot, health, dispose };
}
