import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startBench } from "./bot.ts";
import { type LoadResult, type Loop, load } from "./load.ts";
import { readMetrics } from "./metrics.ts";
import { describe, type Row, report } from "./report.ts";

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

const { desk, upstream, health, dispose } = await startBench({ program: values.program, users, latency });

let cold = 1_000_000;
let turn = 0;
const mixes = {
  cached: () => 1 + (turn++ % WARM),
  cold: () => cold++,
} as const;

const rows: Row[] = [];
try {
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
  await dispose();
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
