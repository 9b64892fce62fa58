import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createPlayground, openUpstreams } from "../core/playground/index.ts";
import { type LoadResult, type Loop, load } from "./load.ts";
import { readMetrics, waitUntilReady } from "./metrics.ts";
import { describe, type Row, report } from "./report.ts";
import { createUpstream } from "./upstream.ts";

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "1000" },
    seconds: { type: "string", default: "20" },
    think: { type: "string", default: "10000" },
    rate: { type: "string", default: "100" },
    busy: { type: "string", default: "50" },
    latency: { type: "string", default: "200" },
    out: { type: "string", default: "bench/results" },
    /** An executable to measure instead of the source. */
    program: { type: "string" },
  },
});
const number = (name: keyof typeof values, least: number, most: number) => {
  const value = Number(values[name]);
  if (!(value >= least && value <= most)) throw new RangeError(`--${name} must be ${least}–${most}`);
  return value;
};
const users = number("users", 1, 10_000);
const seconds = number("seconds", 1, 120);
const rate = number("rate", 1, 5_000);
const think = number("think", 0, 120_000);
const busy = number("busy", 1, 1_000);
const latency = number("latency", 0, 10_000);

/** Titles in the cached mix. */
const WARM = 100;
const HEALTH_PORT = 18_080 + Math.floor(Math.random() * 1_000);

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
const [command, words] = values.program ? [resolve(values.program), ["run"]] : [process.execPath, [main, "run"]];
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
    PORT: String(HEALTH_PORT),
    LOG_LEVEL: "ERROR",
    LOG_FORMAT: "json",
    REQUESTS_PER_MINUTE: "1000000",
    MYDRAMALIST_DETAILS_URL: `${desk.url}/bench/id/{}`,
    MYDRAMALIST_API_URL: `${desk.url}/bench/search/q/{}`,
    MYDRAMALIST_PROVIDERS: "json",
  },
});
const ended = once(bot, "exit");
const health = `http://127.0.0.1:${HEALTH_PORT}`;

let cold = 1_000_000;
let turn = 0;
const mixes = {
  cached: () => 1 + (turn++ % WARM),
  cold: () => cold++,
} as const;

const rows: Row[] = [];
try {
  await Promise.race([waitUntilReady(health), ended]);
  if (bot.exitCode !== null) throw new Error(`The bot ended with status ${bot.exitCode}.`);
  await load({ desk, loop: { kind: "closed", people: 10, think: 0 }, seconds: 4, nextTitle: mixes.cached });
  const loops: readonly Loop[] = [
    { kind: "closed", people: users, think },
    { kind: "open", rate },
    { kind: "closed", people: Math.min(busy, users), think: 0 },
  ];
  for (const mix of ["cached", "cold"] as const) {
    for (const loop of loops) {
      const before = { ...(await readMetrics(health)), upstream: upstream.calls };
      const result: LoadResult = await load({ desk, loop, seconds, nextTitle: mixes[mix] });
      const after = { ...(await readMetrics(health)), upstream: upstream.calls };
      rows.push({ mix, loop, result, before, after });
      process.stdout.write(
        `${mix}, ${describe(loop)}: ${result.perSecond.toFixed(1)} requests/s, P95 ${result.p95.toFixed(1)} ms, ${result.errors} errors\n`,
      );
    }
  }
} finally {
  bot.kill("SIGTERM");
  await ended;
  await desk.dispose();
  rmSync(dataDir, { recursive: true, force: true });
}
const { markdown, json } = report({
  rows,
  users,
  seconds,
  latency,
  warm: WARM,
  machine: `${cpus().length} cores, Node ${process.versions.node}${values.program ? ", the executable" : ""}`,
});
mkdirSync(values.out, { recursive: true });
writeFileSync(join(values.out, "report.md"), markdown);
writeFileSync(join(values.out, "report.json"), json);
process.stdout.write(`\n${markdown}`);
