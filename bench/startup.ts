import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { prepareBase } from "../build/base.ts";
import { makeExecutable } from "../build/executable.ts";
import { nativeTarget } from "../build/targets.ts";
import { createPlayground } from "../core/playground/index.ts";
import { percentile } from "./percentiles.ts";

/**
 * How long the executable takes from its start to ready, as a ratio to an empty program in the same base, and
 * how much memory it holds when nobody asks. Runs come in pairs, for machines change their speed within minutes.
 * With a folder of plugins the first pair is the one in which they are tried.
 *
 *     node bench/startup.ts dist/dramabot-0.1.0-linux-x64 --runs 20 --plugins examples/plugins
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "20" },
    idle: { type: "string", default: "10" },
    plugins: { type: "string" },
  },
});
const [given] = positionals;
const target = nativeTarget();
if (given === undefined || target === undefined)
  throw new Error("Name the executable to measure, on a machine that can run it.");
const executable = resolve(given);
const runs = Number(values.runs);

const folder = mkdtempSync(join(tmpdir(), "dramabot-startup-"));
const desk = await createPlayground();
try {
  const empty = await makeEmpty();
  const bot: number[] = [];
  const nothing: number[] = [];
  for (let run = 0; run < runs; run++) {
    nothing.push(await timeOf(() => spawn(empty, { stdio: ["ignore", "pipe", "inherit"] })));
    bot.push(await timeOf(startBot));
  }
  const ratios = bot.map((time, index) => time / (nothing[index] ?? Number.NaN));
  const memory = await idleMemory(Number(values.idle) * 1000);
  const median = (list: readonly number[]) =>
    percentile(
      [...list].sort((a, b) => a - b),
      0.5,
    );
  process.stdout.write(
    `${cpus().length} cores, ${runs} pairs, medians: ready after ${median(bot).toFixed(0)} ms, an empty program after ${median(nothing).toFixed(0)} ms, ratio ${median(ratios).toFixed(2)}; idle ${(memory / 1_048_576).toFixed(0)} MiB after ${values.idle} s\n`,
  );
} finally {
  await desk.dispose();
  rmSync(folder, { recursive: true, force: true });
}

/** An executable in the same base that only says that it runs. */
async function makeEmpty(): Promise<string> {
  if (target === undefined) throw new Error("no target");
  const main = join(folder, "empty.cjs");
  writeFileSync(main, 'process.stdout.write("ready\\n");\n');
  const base = join(folder, "base");
  prepareBase(target, base);
  const output = join(folder, "empty");
  await makeExecutable({ target, main, base, assets: {}, output, codeCache: true });
  return output;
}

function startBot(): ChildProcess {
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true });
  return spawn(executable, ["run"], {
    cwd: data,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      BOT_TOKEN: desk.token,
      OWNER_ID: "1",
      TELEGRAM_API_ROOT: desk.apiRoot,
      DATA_DIR: data,
      PORT: "0",
      LOG_FORMAT: "json",
      ...(values.plugins === undefined ? {} : { PLUGINS_DIR: resolve(values.plugins) }),
    },
  });
}

/** ms from the start to the line that says "ready", or, of the bot, "answers as". */
async function timeOf(start: () => ChildProcess): Promise<number> {
  const begun = performance.now();
  const child = start();
  const ended = once(child, "exit");
  await ready(child);
  const took = performance.now() - begun;
  child.kill("SIGTERM");
  await ended;
  return took;
}

async function ready(child: ChildProcess): Promise<void> {
  const { promise, resolve: tell } = Promise.withResolvers<void>();
  child.stdout?.on("data", (piece) => {
    if (/ready|answers as @/.test(String(piece))) tell();
  });
  await promise;
}

/** Resident memory, in bytes, of a bot that nobody asks. Linux only. */
async function idleMemory(wait: number): Promise<number> {
  const child = startBot();
  const ended = once(child, "exit");
  await ready(child);
  await sleep(wait);
  const [, kibibytes = "NaN"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  child.kill("SIGTERM");
  await ended;
  return Number(kibibytes) * 1024;
}
