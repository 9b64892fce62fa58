import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, PluginContext } from "../../../core/plugin/index.ts";
import { createRegistry, type PluginEntry, type PluginServices } from "../../../core/plugin/registry.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const services = (): PluginServices => {
  const unused = () => Promise.reject(new Error("not used here"));
  return {
    http: { get: unused, post: unused },
    cache: { get: unused, set: unused, delete: unused },
    store: { get: unused, set: unused, delete: unused, keys: unused },
    log: silent,
    metrics: { count() {}, observe() {} },
    workers: { run: unused },
  };
};
const registry = (setupTimeout?: number) =>
  createRegistry({
    services,
    log: silent,
    report: () => Promise.reject(new Error("not used here")),
    ...(setupTimeout ? { setupTimeout } : {}),
  });
const command = (name: string): Command => ({ name, description: "Says something", run: async () => undefined });
const plugin = (id: string, setup: (ctx: PluginContext) => void | Promise<void>, api = 1): PluginEntry => ({
  definition: { id, version: "1.0.0", api, setup },
  options: {},
});

test("a plugin's registrations are there while it runs and gone when it stops", async () => {
  const running = registry();
  const stopped: string[] = [];
  await running.start([
    plugin("a", (ctx) => {
      ctx.commands.add(command("hello"));
      ctx.onStop(() => void stopped.push("first"));
      ctx.onStop(() => void stopped.push("second"));
    }),
  ]);
  assert.deepEqual(
    running.items("commands").map(({ name }) => name),
    ["hello"],
  );
  assert.equal(running.plugins()[0]?.state, "active");
  await running.stop("a");
  assert.deepEqual(running.items("commands"), []);
  assert.deepEqual(stopped, ["second", "first"]);
  assert.equal(running.plugins()[0]?.state, "disposed");
});

test("two plugins that claim one command are named in one error and the first keeps it", async () => {
  const running = registry();
  await running.start([
    plugin("first", (ctx) => void ctx.commands.add(command("hello"))),
    plugin("second", (ctx) => void ctx.commands.add(command("hello"))),
  ]);
  const [first, second] = running.plugins();
  assert.equal(first?.state, "active");
  assert.equal(second?.state, "failed");
  assert.match(second?.detail ?? "", /"second" claims \/hello, which plugin "first" has already/);
});

test("the core's own commands cannot be claimed", async () => {
  const running = registry();
  await running.start([plugin("a", (ctx) => void ctx.commands.add(command("start")))]);
  assert.match(running.plugins()[0]?.detail ?? "", /the core has already/);
});

test("a plugin that fails in setup leaves nothing behind and harms no other", async () => {
  const running = registry();
  await running.start([
    plugin("bad", (ctx) => {
      ctx.commands.add(command("half"));
      throw new Error("no luck");
    }),
    plugin("good", (ctx) => void ctx.commands.add(command("whole"))),
  ]);
  assert.deepEqual(
    running.items("commands").map(({ name }) => name),
    ["whole"],
  );
  assert.match(running.plugins()[0]?.detail ?? "", /no luck/);
});

test("a plugin whose setup never ends is given up", async () => {
  const running = registry(20);
  await running.start([plugin("slow", () => new Promise(() => undefined))]);
  assert.match(running.plugins()[0]?.detail ?? "", /did not finish setup/);
});

test("a plugin for another API version is refused in words", async () => {
  const running = registry();
  await running.start([plugin("future", () => undefined, 2)]);
  assert.match(running.plugins()[0]?.detail ?? "", /speaks plugin API 2, this program 1/);
});

test("items that are not well formed are refused with the property's name", async () => {
  for (const [item, pattern] of [
    [{ ...command("Hello") }, /"name" must match/],
    [{ ...command("a"), description: "" }, /"description" must match/],
    [{ name: "a", description: "b" }, /"run" must be a function/],
  ] as const) {
    const running = registry();
    await running.start([plugin("odd", (ctx) => void ctx.commands.add(item as Command))]);
    assert.match(running.plugins()[0]?.detail ?? "", pattern);
  }
});

test("a stopped plugin cannot register anything any more", async () => {
  const running = registry();
  let kept: PluginContext | undefined;
  await running.start([
    plugin("a", (ctx) => {
      kept = ctx;
    }),
  ]);
  await running.stop("a");
  assert.throws(() => kept?.commands.add(command("late")), { code: "plugin.disposed" });
  assert.ok(kept?.signal.aborted);
});

test("scheduled work ends with its plugin", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const running = registry();
  let runs = 0;
  await running.start([plugin("a", (ctx) => void ctx.schedule.every(100, async () => void runs++))]);
  for (let turn = 0; turn < 3; turn++) {
    t.mock.timers.tick(100);
    await new Promise(setImmediate);
  }
  assert.equal(runs, 3);
  await running.stop("a");
  t.mock.timers.tick(1_000);
  assert.equal(runs, 3);
});
