import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startBench } from "./bot.ts";
import { load } from "./load.ts";

/**
 * What the bot holds in memory under lasting load: lookups of titles chosen at random, sampled every 5,000. Linux only.
 *
 *     node bench/memory.ts --program dist/dramabot-0.1.0-linux-x64
 */
const { values } = parseArgs({
  options: {
    program: { type: "string" },
    lookups: { type: "string", default: "100000" },
    titles: { type: "string", default: "20000" },
    people: { type: "string", default: "50" },
    latency: { type: "string", default: "50" },
    every: { type: "string", default: "5000" },
  },
});
const lookups = Number(values.lookups);
const titles = Number(values.titles);
const every = Number(values.every);
const people = Number(values.people);

/** A small generator of random numbers with a seed (mulberry32), so that two runs ask for the same titles. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Memory of a process in MiB: all that is resident, and what of it no other process could share. */
function memoryOf(pid: number): { readonly resident: number; readonly own: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
  return { resident: read("VmRSS"), own: read("RssAnon"), most: read("VmHWM") };
}

/** CPU time of a process so far, in ms; the kernel counts it in hundredths of a second (proc(5), /proc/pid/stat). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Slope of the least-squares line. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const x = mean(points.map(([value]) => value));
  const y = mean(points.map(([, value]) => value));
  const square = points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  return points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / square;
}

const { desk, upstream, bot, dispose } = await startBench({
  program: values.program,
  users: people,
  latency: Number(values.latency),
});
try {
  const pid = bot.pid ?? 0;
  const next = random(20_240_101);
  const samples: [number, number][] = [];
  let errors = 0;
  process.stdout.write(`at first: ${memoryOf(pid).resident.toFixed(0)} MiB\n`);
  for (let done = 0; done < lookups; done += every) {
    const before = cpuOf(pid);
    const result = await load({
      desk,
      loop: { kind: "closed", people, think: 0 },
      seconds: 3_600,
      requests: every,
      nextTitle: () => 1 + Math.floor(next() * titles),
    });
    errors += result.errors;
    const cpu = (cpuOf(pid) - before) / every;
    const { resident, own } = memoryOf(pid);
    samples.push([done + every, resident]);
    process.stdout.write(
      `${done + every}: ${resident.toFixed(0)} MiB, own ${own.toFixed(0)}; ${result.perSecond.toFixed(0)} lookups/s, ${cpu.toFixed(2)} ms of CPU each, P95 ${result.p95.toFixed(1)} ms, ${upstream.calls} upstream calls, ${result.errors} errors\n`,
    );
  }
  const { most } = memoryOf(pid);
  const perTenThousand = slope(samples.slice(Math.floor(samples.length / 2))) * 10_000;
  process.stdout.write(
    `${lookups} lookups over ${titles} titles: ${samples.at(-1)?.[1].toFixed(0)} MiB at the end, ${most.toFixed(0)} MiB at most, ${perTenThousand.toFixed(2)} MiB per 10,000 lookups in the second half, ${errors} errors\n`,
  );
} finally {
  await dispose();
}
