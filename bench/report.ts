import type { Intake } from "./bot.ts";
import type { LoadResult, Loop } from "./load.ts";
import type { BotFigures } from "./metrics.ts";

type Figures = BotFigures & { readonly upstream: number };

/** One measurement. */
export interface Row {
  readonly mix: "cached" | "cold";
  readonly loop: Loop;
  readonly intake: Intake;
  readonly result: LoadResult;
  readonly before: Figures;
  readonly after: Figures;
}

export interface ReportOptions {
  readonly rows: readonly Row[];
  readonly users: number;
  readonly seconds: number;
  readonly latency: number;
  readonly warm: number;
  readonly machine: string;
}

/** A loop in a few words. */
export function describe(loop: Loop): string {
  if (loop.kind === "open") return `open, ${loop.rate}/s`;
  const pause = loop.think === 0 ? "without a pause" : `thinking ${loop.think / 1000} s`;
  return `closed, ${loop.people} people ${pause}`;
}

function derive({ mix, loop, intake, result, before, after }: Row, seconds: number) {
  const { requests } = result;
  const hits = after.hits - before.hits;
  const misses = after.misses - before.misses;
  return {
    mix,
    loop: describe(loop),
    intake,
    ...result,
    errorRate: requests === 0 ? 1 : result.errors / requests,
    hitRatio: hits + misses === 0 ? 0 : hits / (hits + misses),
    upstreamPerLookup: (after.upstream - before.upstream) / requests,
    botApiPerLookup: (after.botApiCalls - before.botApiCalls) / requests,
    loopDelayP99: after.loopDelay,
    memoryMiB: after.memory / 1_048_576,
    cpuShare: (after.cpu - before.cpu) / 1000 / seconds,
    cpuPerLookup: (after.cpu - before.cpu) / requests,
  };
}

/** What a webhook does to a load, as ratios to polling under the same one. */
function compareIntakes(rows: readonly ReturnType<typeof derive>[]) {
  return rows.flatMap((webhook) => {
    if (webhook.intake !== "webhook") return [];
    const { mix, loop } = webhook;
    const polling = rows.find((row) => row.intake === "polling" && row.mix === mix && row.loop === loop);
    if (polling === undefined) return [];
    const ratio = (key: "perSecond" | "p95" | "cpuPerLookup") => webhook[key] / polling[key];
    return [{ mix, loop, perSecond: ratio("perSecond"), p95: ratio("p95"), cpuPerLookup: ratio("cpuPerLookup") }];
  });
}

/** Renders the report as Markdown and as JSON. */
export function report(options: ReportOptions): { readonly markdown: string; readonly json: string } {
  const { users, seconds, latency, warm, machine } = options;
  const rows = options.rows.map((row) => derive(row, seconds));
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const lines = rows.map((row) =>
    [
      row.mix,
      row.loop,
      row.intake,
      row.perSecond.toFixed(1),
      row.p50.toFixed(1),
      row.p95.toFixed(1),
      row.p99.toFixed(1),
      percent(row.errorRate),
      percent(row.hitRatio),
      row.upstreamPerLookup.toFixed(2),
      row.botApiPerLookup.toFixed(2),
      row.loopDelayP99.toFixed(1),
      row.memoryMiB.toFixed(0),
      percent(row.cpuShare),
    ].join(" | "),
  );
  const webhook = compareIntakes(rows);
  const ratios = webhook.map(({ mix, loop, perSecond, p95, cpuPerLookup }) => {
    const [requests, slow, cpu] = [perSecond, p95, cpuPerLookup].map((ratio) => ratio.toFixed(2));
    return `\nBy webhook instead of polling (${mix}, ${loop}): ${requests} times the requests/s, ${slow} times the P95, ${cpu} times the CPU time of a lookup.\n`;
  });
  const markdown = `# Bench

${machine}. ${users} people, ${seconds} s a row, upstream latency ${latency} ms; "cached" asks for ${warm} titles that were looked up before,
"cold" for a new title each time. In a closed loop each person asks again some time after the answer (the stated time on average),
in an open one requests come at the stated rate whatever happens; "without a pause" shows where the bot saturates; there it is asked by webhook as well, by a bot of its own. Bot and emulator are processes of their own on one machine, over loopback. The limit of requests
per person was raised (\`REQUESTS_PER_MINUTE\`), for it would refuse most of the load. An answer that is no card of the title asked for
counts as an error.

| mix | loop | updates by | requests/s | P50 ms | P95 ms | P99 ms | errors | cache hits | upstream calls/lookup | Bot API calls/lookup | loop delay P99 ms | RSS MiB | CPU |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.map((line) => `| ${line} |`).join("\n")}
${ratios.join("")}`;
  return {
    markdown,
    json: `${JSON.stringify({ machine, users, seconds, latency, warm, rows, webhook }, undefined, 2)}\n`,
  };
}
