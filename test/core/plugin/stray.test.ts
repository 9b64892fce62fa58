import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Ownership } from "../../../core/plugin/ownership.ts";
import { plugin, stage } from "./stage.ts";

function ownership(): Ownership {
  const storage = new AsyncLocalStorage<object>();
  return { run: (owner, work) => storage.run(owner, work), current: () => storage.getStore() };
}

/** An error that was thrown in a line of a file. */
function thrownIn(file: string, line: number): Error {
  const error = new Error("boom");
  error.stack = `Error: boom\n    at Timeout._onTimeout (${pathToFileURL(file).href}?v=3:${line}:15)\n    at listOnTimeout (node:internal/timers:1:2)`;
  return error;
}

const external = (id: string, file: string) => ({
  ...plugin(id, () => undefined),
  from: `plugins/${id}.ts`,
  files: [file],
});

test("an error belongs to the plugin whose file threw it, and is told with the operator's path and the line", async () => {
  const { registry } = stage();
  await registry.start([
    external("one", "/plugins/one.ts"),
    external("two", "/plugins/two.ts"),
    plugin("own", () => undefined),
  ]);
  assert.deepEqual(registry.stray({ kind: "error", error: thrownIn("/plugins/two.ts", 7) }), {
    plugin: "two",
    place: "plugins/two.ts:7",
  });
  for (const error of [thrownIn("/elsewhere/two.ts", 7), new Error("boom"), undefined, "boom", null, { stack: 5 }])
    assert.equal(registry.stray({ kind: "error", error }), undefined);
});

test("an error without such a place belongs to the plugin that started what threw it", async () => {
  const { registry } = stage({ ownership: ownership() });
  const found: unknown[] = [];
  const later = () =>
    new Promise<void>((resolve) => {
      setTimeout(() => {
        found.push(registry.stray({ kind: "error", error: "boom" }));
        resolve();
      });
    });
  let inSetup: Promise<void> | undefined;
  let inHandler: Promise<void> | undefined;
  await registry.start([
    plugin("one", (ctx) => {
      inSetup = later();
      ctx.health.add({
        name: "one",
        check: async () => {
          inHandler = later();
        },
      });
    }),
  ]);
  await registry.items("health")[0]?.check(AbortSignal.timeout(1_000));
  await Promise.all([inSetup, inHandler]);
  assert.deepEqual(found, [{ plugin: "one" }, { plugin: "one" }]);
  await later();
  assert.equal(found[2], undefined);
});

test("errors count: three in a row make a plugin ail, ten switch it off, and after that they count no more", async () => {
  const failures: string[] = [];
  const { registry } = stage({ onFailure: (id, { handler }) => void failures.push(`${id}: ${handler}`) });
  await registry.start([external("one", "/plugins/one.ts")]);
  const state = () => registry.plugins()[0]?.state;
  const throwOne = () => registry.stray({ kind: "error", error: thrownIn("/plugins/one.ts", 2) });
  throwOne();
  throwOne();
  assert.equal(state(), "active");
  throwOne();
  assert.equal(state(), "degraded");
  for (let time = 4; time <= 10; time++) throwOne();
  assert.equal(state(), "quarantined");
  assert.match(registry.plugins()[0]?.detail ?? "", /last in a timer or event of its own: plugin\.failed, boom/);
  assert.deepEqual([...new Set(failures)], ["one: a timer or event of its own"]);
  assert.equal(throwOne()?.plugin, "one");
  assert.equal(state(), "quarantined");
});

test("a promise that was left alone counts only when the plugin itself is to blame, a thrown error always", async () => {
  let failures = 0;
  const { registry } = stage({ onFailure: () => void failures++ });
  await registry.start([external("one", "/plugins/one.ts")]);
  const reset = Object.assign(thrownIn("/plugins/one.ts", 2), { code: "ECONNRESET" });
  assert.equal(registry.stray({ kind: "rejection", error: reset })?.plugin, "one");
  assert.equal(failures, 0);
  registry.stray({ kind: "rejection", error: thrownIn("/plugins/one.ts", 2) });
  registry.stray({ kind: "error", error: reset });
  assert.equal(failures, 2);
});

test("what a module began before its plugin was there is the plugin's, or that of the file when none came of it", async () => {
  let owner: object | undefined;
  const ownership: Ownership = { run: (_owner, work) => work(), current: () => owner };
  const failures: string[] = [];
  const { registry } = stage({ ownership, onFailure: (id) => void failures.push(id) });
  const stray = (error: unknown) => registry.stray({ kind: "error", error });
  const module = "/plugins/one.ts";
  owner = { module, shown: "plugins/one.ts" };
  assert.deepEqual(stray(null), { place: "plugins/one.ts" });
  assert.deepEqual(stray(thrownIn(module, 3)), { place: "plugins/one.ts:3" });
  await registry.start([external("one", module), external("two", "/plugins/two.ts")]);
  assert.deepEqual(stray(null), { plugin: "one", place: "plugins/one.ts" });
  assert.deepEqual(stray(thrownIn(module, 3)), { plugin: "one", place: "plugins/one.ts:3" });
  assert.deepEqual(failures, ["one", "one"]);
});

test("what a plugin began that is gone is its own all the same", async () => {
  let owner: object | undefined;
  const own: Ownership = {
    current: () => owner,
    run(by, work) {
      owner = by;
      return work();
    },
  };
  const { registry } = stage({ ownership: own });
  await registry.start([plugin("one", () => undefined)]);
  const first = owner;
  await registry.stop("one");
  await registry.start([plugin("one", () => undefined)]);
  assert.notEqual(owner, first);
  owner = first;
  assert.deepEqual(registry.stray({ kind: "error", error: null }), { plugin: "one" });
  assert.equal(registry.plugins().at(-1)?.state, "active");
});

test("who threw an error counts before who began it, and of two with one file whoever began it", async () => {
  let owner: object | undefined;
  const { registry } = stage({ ownership: { run: (_owner, work) => work(), current: () => owner } });
  const shared = "/plugins/shared.ts";
  const both = (id: string) => ({ ...external(id, `/plugins/${id}.ts`), files: [`/plugins/${id}.ts`, shared] });
  await registry.start([both("one"), both("two")]);
  owner = { module: "/plugins/one.ts", shown: "plugins/one.ts" };
  const blamed = (file: string) => registry.stray({ kind: "error", error: thrownIn(file, 3) })?.plugin;
  assert.deepEqual(["/plugins/two.ts", shared, "/plugins/one.ts"].map(blamed), ["two", "one", "one"]);
  owner = undefined;
  assert.deepEqual(["/plugins/one.ts", shared].map(blamed), ["one", "two"]);
});
