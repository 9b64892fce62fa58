import assert from "node:assert/strict";
import { test } from "node:test";
import type { HealthCheck } from "../../../core/plugin/health.ts";
import { createHealthMonitor } from "../../../core/server/health-monitor.ts";
import { createServer } from "../../../core/server/server.ts";

function serverWith(checks: readonly HealthCheck[], ready = true) {
  const monitor = createHealthMonitor({
    version: "1.2.3",
    checks: () => checks,
    plugins: () => [{ id: "tv", version: "1.0.0", state: "active", since: "2026-01-01T00:00:00.000Z" }],
    describe: (error) => (error instanceof Error ? error.message : String(error)),
    timeout: 30,
    maxAge: 0,
  });
  const handle = createServer({ report: monitor.report, ready: () => ready, metrics: async () => "up 1\n" });
  return (path: string, init?: RequestInit) => handle(new Request(`http://localhost${path}`, init));
}

const up: HealthCheck = { name: "store", required: true, check: async () => undefined };

test("livez answers whatever else is wrong", async () => {
  const response = await serverWith([], false)("/livez");
  assert.equal(response.status, 200);
});

test("readyz is 503 while the bot starts, and names what is missing afterwards", async () => {
  assert.equal((await serverWith([up], false)("/readyz")).status, 503);
  assert.equal((await serverWith([up])("/readyz")).status, 200);
  const down: HealthCheck = { name: "telegram", required: true, check: () => Promise.reject(new Error("no route")) };
  const response = await serverWith([up, down])("/readyz");
  assert.equal(response.status, 503);
  assert.match(await response.text(), /telegram/);
});

test("health tells each service and plugin, with state, latency and since when", async () => {
  const slow: HealthCheck = { name: "slow", check: () => new Promise(() => undefined) };
  const weak: HealthCheck = { name: "weak", check: async () => ({ degraded: "half speed" }) };
  const response = await serverWith([up, slow, weak])("/health");
  assert.equal(response.status, 200);
  const report = (await response.json()) as {
    state: string;
    services: { name: string; state: string; since: string; detail?: string }[];
    plugins: unknown[];
  };
  assert.equal(report.state, "degraded");
  assert.deepEqual(
    report.services.map(({ name, state }) => `${name} ${state}`),
    ["store up", "slow down", "weak degraded"],
  );
  assert.match(report.services[1]?.detail ?? "", /no answer within/);
  assert.match(report.services[0]?.since ?? "", /^\d{4}-.*Z$/);
  assert.equal(report.plugins.length, 1);
});

test("a check that throws odd things does not break the report", async () => {
  const odd: HealthCheck = {
    name: "odd",
    check: () => {
      throw "a string";
    },
  };
  assert.equal((await serverWith([odd])("/health")).status, 200);
});

test("unknown paths say what there is", async () => {
  const response = await serverWith([])("/../etc/passwd");
  assert.equal(response.status, 404);
  assert.match(await response.text(), /Try \/livez/);
});

test("metrics come as Prometheus text", async () => {
  const response = await serverWith([])("/metrics");
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
});
