import assert from "node:assert/strict";
import { test } from "node:test";
import { type Row, report } from "../../bench/report.ts";

const figures = { cpu: 0, memory: 0, loopDelay: 0, hits: 0, misses: 0, botApiCalls: 0, upstream: 0 };
const result = { requests: 1_000, errors: 0, perSecond: 50, p50: 10, p95: 20, p99: 30 };
const row: Row = {
  mix: "cached",
  loop: { kind: "closed", people: 50, think: 0 },
  intake: "polling",
  result,
  before: figures,
  after: { ...figures, cpu: 2_000 },
};
const byWebhook: Row = {
  ...row,
  intake: "webhook",
  result: { ...result, perSecond: 45, p95: 30 },
  after: { ...figures, cpu: 2_400 },
};

function write(rows: readonly Row[]) {
  return report({ rows, users: 1, seconds: 20, latency: 200, warm: 100, machine: "A machine" });
}

test("a webhook's row is told as ratios to the polling one under the same load", () => {
  const cold: Row = { ...row, mix: "cold", result: { ...result, perSecond: 5 } };
  const { markdown, json } = write([cold, row, byWebhook]);
  assert.match(
    markdown,
    /^By webhook instead of polling \(cached, closed, 50 people without a pause\): 0\.90 times the requests\/s, 1\.50 times the P95, 1\.20 times the CPU time of a lookup\.$/m,
  );
  assert.equal(JSON.parse(json).webhook.length, 1);
});

test("without a like to compare it with, a webhook's row stands for itself", () => {
  const { markdown } = write([{ ...row, mix: "cold" }, byWebhook]);
  assert.match(markdown, /\| closed, 50 people without a pause \| webhook \| 45\.0 \|/);
  assert.doesNotMatch(markdown, /By webhook/);
});
