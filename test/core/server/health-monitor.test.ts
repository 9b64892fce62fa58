import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { HealthCheck, PluginHealth } from "../../../core/plugin/health.ts";
import { createHealthMonitor } from "../../../core/server/health-monitor.ts";

interface Options {
  readonly timeout?: number;
  readonly maxAge?: number;
  readonly plugins?: readonly PluginHealth[];
  readonly describe?: (error: unknown) => string;
}

function monitor(checks: readonly HealthCheck[], options: Options = {}) {
  return createHealthMonitor({
    version: "1.2.3",
    checks: () => checks,
    plugins: () => options.plugins ?? [],
    describe: options.describe ?? ((error) => (error instanceof Error ? error.message : String(error))),
    timeout: options.timeout ?? 30,
    maxAge: options.maxAge ?? -1, // every report is made anew
  });
}

const up: HealthCheck = { name: "up", check: async () => undefined };
const failing = (reason: () => unknown): HealthCheck => ({ name: "failing", check: () => Promise.reject(reason()) });

test("a check that never settles is down after its own deadline, and holds no other up", async () => {
  const asked: AbortSignal[] = [];
  const endless: HealthCheck = {
    name: "endless",
    check: (signal) => {
      asked.push(signal);
      return new Promise(() => undefined);
    },
  };
  const { services } = await monitor([endless, up]).report();
  assert.deepEqual(
    services.map(({ name, state, detail }) => ({ name, state, detail })),
    [
      { name: "endless", state: "down", detail: "no answer within 0.03 s" },
      { name: "up", state: "up", detail: undefined },
    ],
  );
  assert.ok((services[1]?.latency ?? 99) < (services[0]?.latency ?? 0), "it waited for the other one");
  assert.ok(asked[0]?.aborted, "it was not told to give up");
});

test("a check that never settles is not asked again, until it has", async () => {
  let calls = 0;
  const gate = Promise.withResolvers<void>();
  const slow: HealthCheck = {
    name: "slow",
    check: () => {
      calls++;
      return gate.promise;
    },
  };
  const { report } = monitor([slow]);
  await report();
  for (let turn = 0; turn < 5; turn++) {
    const { services } = await report();
    assert.match(services[0]?.detail ?? "", /no answer for \d+ s; it is not asked again before/);
  }
  assert.equal(calls, 1);
  gate.resolve();
  await new Promise(setImmediate);
  assert.equal((await report()).services[0]?.state, "up");
  assert.equal(calls, 2);
});

test("whatever a check throws, at once or later, the report comes and says it on one short line", async () => {
  for (const [reason, detail] of [
    [() => new Error("no\n  route\u0000"), "no route\u0000"],
    [() => "a string", "a string"],
    [() => undefined, "undefined"],
    [() => Object.create(null), "it failed with something that cannot be shown"],
    [() => new Error("x".repeat(4096)), `${"x".repeat(299)}…`],
    [() => new Error("<&> ‮👩‍👩‍👧"), "<&> ‮👩‍👩‍👧"],
  ] as const) {
    for (const check of [
      failing(reason),
      {
        ...up,
        check: () => {
          throw reason();
        },
      },
    ]) {
      const [service] = (await monitor([check]).report()).services;
      assert.deepEqual([service?.state, service?.detail], ["down", detail]);
    }
  }
});

test("what a check resolves to says nothing, but for being degraded", async () => {
  for (const value of [undefined, null, 7, "x", {}, []]) {
    const [service] = (await monitor([{ ...up, check: async () => value }]).report()).services;
    assert.equal(service?.state, "up");
  }
  const [service] = (await monitor([{ ...up, check: async () => ({ degraded: "half\nspeed" }) }]).report()).services;
  assert.deepEqual([service?.state, service?.detail], ["degraded", "half speed"]);
});

test("everything that is shown goes through the description, which takes secrets out", async () => {
  const describe = (error: unknown) =>
    String(error instanceof Error ? error.message : error).replaceAll("hunter22", "••••");
  const plugins = [
    {
      id: "tv",
      version: "1.0.0",
      state: "failed",
      since: "2026-01-01T00:00:00.000Z",
      detail: "key hunter22 was refused",
    },
  ] as const;
  const checks = [
    failing(() => new Error("https://me:hunter22@h")),
    { ...up, check: async () => ({ degraded: "hunter22" }) },
  ];
  const text = JSON.stringify(await monitor(checks, { describe, plugins }).report());
  assert.ok(!text.includes("hunter22") && text.includes("key •••• was refused"), text);
});

test("the whole is down when something required is, and degraded when anything is not as it should be", async () => {
  const down = failing(() => new Error("no"));
  const stateOf = async (checks: readonly HealthCheck[], plugins: readonly PluginHealth[] = []) =>
    (await monitor(checks, { plugins }).report()).state;
  const plugin = (state: PluginHealth["state"]) => [{ id: "tv", version: "1.0.0", state, since: "" }];
  assert.equal(await stateOf([]), "up");
  assert.equal(await stateOf([up]), "up");
  assert.equal(await stateOf([up, down]), "degraded");
  assert.equal(await stateOf([up, { ...down, required: true }]), "down");
  assert.equal(
    await stateOf([up, { ...up, name: "half", required: true, check: async () => ({ degraded: "x" }) }]),
    "degraded",
  );
  assert.equal(await stateOf([up], plugin("active")), "up");
  for (const state of ["failed", "degraded", "quarantined"] as const)
    assert.equal(await stateOf([up], plugin(state)), "degraded");
  assert.equal(await stateOf([up], plugin("disposed")), "up");
});

test("since when tells when the state changed last", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 0, 1) });
  let broken = false;
  const check: HealthCheck = {
    name: "x",
    check: async () => {
      if (broken) throw new Error("no");
    },
  };
  const { report } = monitor([check]);
  const since = async () => {
    t.mock.timers.tick(1_000);
    return (await report()).services[0]?.since;
  };
  assert.equal(await since(), "2026-01-01T00:00:01.000Z");
  assert.equal(await since(), "2026-01-01T00:00:01.000Z");
  broken = true;
  assert.equal(await since(), "2026-01-01T00:00:03.000Z");
  assert.equal(await since(), "2026-01-01T00:00:03.000Z");
  broken = false;
  assert.equal(await since(), "2026-01-01T00:00:05.000Z");
});

test("asking often costs the services nothing", async (t: TestContext) => {
  let calls = 0;
  const check: HealthCheck = { name: "x", required: true, check: async () => void calls++ };
  const { report, required } = monitor([check], { maxAge: 60_000 });
  await Promise.all([report(), report(), required(), required()]);
  await report();
  assert.equal(calls, 1);
  t.mock.method(performance, "now", () => 1e9);
  await report();
  assert.equal(calls, 2);
});

test("what is required is told without waiting for anything else", async () => {
  const endless: HealthCheck = { name: "endless", check: () => new Promise(() => undefined) };
  const services = await monitor([endless, { ...up, required: true }], { timeout: 60_000 }).required();
  assert.deepEqual(
    services.map(({ name, state }) => `${name} ${state}`),
    ["up up"],
  );
});

test("a check that is gone is forgotten", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 0, 1) });
  const checks: HealthCheck[] = [up];
  const { report } = monitor(checks);
  await report();
  checks.pop();
  assert.deepEqual((await report()).services, []);
  checks.push(up);
  t.mock.timers.tick(1_000);
  assert.equal((await report()).services[0]?.since, "2026-01-01T00:00:01.000Z");
});
