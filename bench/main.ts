import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type Bench, type Intake, startBench } from "./bot.ts";
import { type Loop, load } from "./load.ts";
import { readMetrics } from "./metrics.ts";
import { describe, type Row, report } from "./report.ts";

const number = (least: number, most: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most))
    throw new InvalidArgumentError(`It must be ${least}–${most}.`);
  return value;
};

const command = new Command("npm run bench --")
  .description(
    "Measures a bot under load on this machine, over loopback, and writes report.md and report.json: by polling, and one load by webhook as well.",
  )
  .option("--users <number>", "people", number(1, 10_000), 1_000)
  .option("--seconds <number>", "length of a row", number(1, 120), 20)
  .option("--think <ms>", "how long a person thinks on average, in the closed loop", number(0, 120_000), 10_000)
  .option("--rate <number>", "requests a second in the open loop", number(1, 5_000), 100)
  .option("--busy <number>", "people who ask without a pause", number(1, 1_000), 50)
  .option("--latency <ms>", "how long an upstream takes to answer", number(0, 10_000), 200)
  .option("--out <folder>", "where the report goes", "bench/results")
  .option("--program <file>", "an executable to measure instead of the source")
  .parse();
const { users, seconds, think, rate, busy, latency, out, program } = command.opts<{
  users: number;
  seconds: number;
  think: number;
  rate: number;
  busy: number;
  latency: number;
  out: string;
  program?: string;
}>();

type Load = Pick<Row, "mix" | "loop" | "intake">;

/** Titles in the cached mix. */
const WARM = 100;

let cold = 1_000_000;
let turn = 0;
const mixes = {
  cached: () => 1 + (turn++ % WARM),
  cold: () => cold++,
} as const;

const saturating: Loop = { kind: "closed", people: Math.min(busy, users), think: 0 };
const loops: readonly Loop[] = [{ kind: "closed", people: users, think }, { kind: "open", rate }, saturating];
const rows: Row[] = [];

/** Starts a bot that has looked up what "cached" asks for. */
async function startWarm(intake: Intake): Promise<Bench> {
  const bench = await startBench({ program, users, latency, intake });
  const loop: Loop = { kind: "closed", people: 10, think: 0 };
  await load({ desk: bench.desk, loop, seconds: 4, nextTitle: mixes.cached });
  return bench;
}

async function measure({ desk, upstream, health }: Bench, { mix, loop, intake }: Load): Promise<void> {
  const before = { ...(await readMetrics(health)), upstream: upstream.calls };
  const result = await load({ desk, loop, seconds, nextTitle: mixes[mix] });
  const after = { ...(await readMetrics(health)), upstream: upstream.calls };
  rows.push({ mix, loop, intake, result, before, after });
  process.stdout.write(
    `${mix}, ${describe(loop)}, ${intake}: ${result.perSecond.toFixed(1)} requests/s, P95 ${result.p95.toFixed(1)} ms, ${result.errors} errors\n`,
  );
}

const polling = await startWarm("polling");
try {
  for (const loop of loops) await measure(polling, { mix: "cached", loop, intake: "polling" });
  // At once behind its like, for machines change their speed within minutes; the other bot is idle meanwhile.
  const webhook = await startWarm("webhook");
  try {
    await measure(webhook, { mix: "cached", loop: saturating, intake: "webhook" });
  } finally {
    await webhook.dispose();
  }
  for (const loop of loops) await measure(polling, { mix: "cold", loop, intake: "polling" });
} finally {
  await polling.dispose();
}
const { markdown, json } = report({
  rows,
  users,
  seconds,
  latency,
  warm: WARM,
  machine: `${cpus().length} cores, Node ${process.versions.node}${program ? ", the executable" : ""}`,
});
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "report.md"), markdown);
writeFileSync(join(out, "report.json"), json);
process.stdout.write(`\n${markdown}`);
