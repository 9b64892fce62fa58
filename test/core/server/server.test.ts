import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { serve } from "../../../core/platform/serve.ts";
import type { HealthReport, ServiceHealth } from "../../../core/plugin/health.ts";
import { createServer, type ServerOptions } from "../../../core/server/server.ts";

const since = "2026-01-01T00:00:00.000Z";
const service = (name: string, state: ServiceHealth["state"], required = false): ServiceHealth => ({
  name,
  state,
  required,
  latency: 1,
  since,
});
const reportOf = (state: HealthReport["state"], ...services: ServiceHealth[]): HealthReport => ({
  state,
  version: "1.2.3",
  uptime: 7,
  services,
  plugins: [{ id: "tv", version: "1.0.0", state: "active", since }],
});

function ask(path: string, options: Partial<ServerOptions> = {}, init?: RequestInit): Promise<Response> {
  const handle = createServer({
    report: async () => reportOf("up", service("store", "up", true)),
    ready: () => true,
    metrics: async () => "up 1\n",
    ...options,
  });
  return handle(new Request(`http://localhost${path}`, init));
}

const never = () => new Promise<never>(() => undefined);

test("livez answers whatever else is wrong", async () => {
  const response = await ask("/livez", { ready: () => false, report: never, metrics: never });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "ok\n");
});

test("readyz is 503 while the bot starts or stops, and names what is missing afterwards", async () => {
  assert.equal((await ask("/readyz", { ready: () => false, report: never })).status, 503);
  assert.equal((await ask("/readyz")).status, 200);
  const report = async () =>
    reportOf("down", service("store", "up", true), service("telegram", "down", true), service("mdl", "down"));
  const response = await ask("/readyz", { report });
  assert.equal(response.status, 503);
  assert.equal(await response.text(), "not ready: telegram\n");
});

test("readyz waits for nothing that is not required", async () => {
  const required = async () => [service("store", "up", true), service("telegram", "degraded", true)];
  assert.equal((await ask("/readyz", { required, report: never })).status, 200);
});

test("health tells each service and plugin as JSON, and 503 when the bot is down", async () => {
  for (const [state, status] of [
    ["up", 200],
    ["degraded", 200],
    ["down", 503],
  ] as const) {
    const report = reportOf(state, service("store", "up", true), service("mdl", "degraded"));
    const response = await ask("/health", { report: async () => report });
    assert.equal(response.status, status);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.deepEqual(await response.json(), report);
  }
});

test("metrics come as Prometheus text", async () => {
  const response = await ask("/metrics");
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(await response.text(), "up 1\n");
});

test("nothing is kept in anybody's cache, and nothing is taken for another type", async () => {
  for (const path of ["/livez", "/readyz", "/health", "/metrics", "/", "/livez?post"]) {
    const { headers } = await ask(path, {}, path.endsWith("post") ? { method: "POST" } : {});
    assert.equal(headers.get("cache-control"), "no-store", path);
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
  }
});

test("HEAD is answered as GET is, without a body", async () => {
  for (const path of ["/livez", "/readyz", "/health", "/metrics"]) {
    const [head, get] = await Promise.all([ask(path, {}, { method: "HEAD" }), ask(path)]);
    assert.equal(head.status, get.status);
    assert.equal(head.headers.get("content-type"), get.headers.get("content-type"));
    assert.equal(await head.text(), "");
  }
});

test("other methods are refused with the ones that are answered", async () => {
  for (const path of ["/livez", "/readyz", "/health", "/metrics"]) {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"]) {
      const response = await ask(path, { report: never, metrics: never }, { method });
      assert.equal(response.status, 405, `${method} ${path}`);
      assert.equal(response.headers.get("allow"), "GET, HEAD");
    }
  }
});

test("paths that are none say what there is", async () => {
  for (const path of [
    "/",
    "/../etc/passwd",
    "/%2e%2e/%00",
    "/%ff",
    "/health/",
    "/HEALTH",
    "//health",
    "/health%2f",
    `/${"x".repeat(10_000)}`,
    "/🎬",
    "/<&>",
    "/.env",
  ]) {
    const response = await ask(path);
    assert.equal(response.status, 404, path);
    assert.match(await response.text(), /Try \/livez/);
  }
});

test("a query changes nothing", async () => {
  assert.equal((await ask("/livez?a=1&b[]=<&>&%ff")).status, 200);
});

test("what cannot be answered is 500 without a word of why, and is told to the log", async () => {
  const fail = () => Promise.reject(new Error("mongodb://me:hunter22@db is gone"));
  for (const path of ["/health", "/readyz", "/metrics"]) {
    const told: unknown[] = [];
    const response = await ask(path, {
      report: fail,
      metrics: fail,
      onProblem: (where, error) => told.push(where, error),
    });
    assert.equal(response.status, 500);
    assert.equal(await response.text(), "This could not be answered; the log says why.\n");
    assert.equal(told[0], path);
    assert.match(String(told[1]), /is gone/);
  }
});

test("over a socket it answers likewise: large heads, large bodies, and methods that are none", async (t: TestContext) => {
  const handle = createServer({ report: async () => reportOf("up"), ready: () => true, metrics: async () => "up 1\n" });
  const { url, dispose } = await serve(handle, { host: "127.0.0.1", port: 0 });
  t.after(dispose);
  const status = async (path: string, init?: RequestInit) => (await fetch(url + path, init)).status;
  assert.equal(await status("/livez"), 200);
  assert.equal(await status("/livez", { method: "HEAD" }), 200);
  assert.equal(await status("/livez", { headers: { "x-odd": "x".repeat(8_000), host: "example.org" } }), 200);
  assert.equal(await status("/livez", { headers: { "x-odd": "x".repeat(20_000) } }), 431);
  assert.equal(await status(`/livez?${"x".repeat(20_000)}`), 431);
  assert.equal(await status("/livez", { method: "POST", body: "x".repeat(1_000_000) }), 405);
  assert.equal(await status("/livez", { method: "PURGE" }), 405);
  assert.equal(await status("/livez"), 200);
});
