import type { LoadResult, Loop } from "./load.ts";
import type { BotFigures } from "./metrics.ts";

type Figures = BotFigures & { readonly upstream: number };

/** One measurement. */
export interface Row {
  readonly mix: "cached" | "cold";
  readonly loop: Loop;
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

function derive({ mix, loop, result, before, after }: Row, seconds: number) {
  const { requests } = result;
  const hits = after.hits - before.hits;
  const misses = after.misses - before.misses;
  return {
    mix,
    loop: describe(loop),
    ...result,
    errorRate: requests === 0 ? 1 : result.errors / requests,
    hitRatio: hits + misses === 0 ? 0 : hits / (hits + misses),
    upstreamPerLookup: (after.upstream - before.upstream) / requests,
    botApiPerLookup: (after.botApiCalls - before.botApiCalls) / requests,
    loopDelayP99: after.loopDelay,
    memoryMiB: after.memory / 1_048_576,
    cpuShare: (after.cpu - before.cpu) / 1000 / seconds,
  };
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
  const markdown = `# Bench

${machine}. ${users} people, ${seconds} s a row, upstream latency ${latency} ms; "cached" asks for ${warm} titles that were looked up before,
"cold" for a new title each time. In a closed loop each person asks again some time after the answer (the stated time on average),
in an open one requests come at the stated rate whatever happens; "without a pause" shows where the bot saturates. Bot and emulator are processes of their own on one machine, over loopback. The limit of requests
per person was raised (\`REQUESTS_PER_MINUTE\`), for it would refuse most of the load. An answer that is no card of the title asked for
counts as an error.

| mix | loop | requests/s | P50 ms | P95 ms | P99 ms | errors | cache hits | upstream calls/lookup | Bot API calls/lookup | loop delay P99 ms | RSS MiB | CPU |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.map((line) => `| ${line} |`).join("\n")}
`;
  return { markdown, json: `${JSON.stringify({ machine, users, seconds, latency, warm, rows }, undefined, 2)}\n` };
}
