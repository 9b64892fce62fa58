import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command, PluginContext } from "../../../core/plugin/index.ts";
import { command, plugin, stage } from "./stage.ts";

const names = (commands: readonly Command[]) => commands.map(({ name }) => name);

test("a plugin's registrations are there while it runs and gone when it stops, latest undone first", async () => {
  const { registry } = stage();
  const stopped: string[] = [];
  await registry.start([
    plugin("one", (ctx) => {
      ctx.commands.add(command("hello"));
      ctx.onStop(() => void stopped.push("first"));
      ctx.onStop(async () => void stopped.push("second"));
      return () => void stopped.push("third");
    }),
  ]);
  assert.deepEqual(names(registry.items("commands")), ["hello"]);
  assert.equal(registry.plugins()[0]?.state, "active");
  await registry.stop("one");
  assert.deepEqual(registry.items("commands"), []);
  assert.deepEqual(stopped, ["third", "second", "first"]);
  assert.equal(registry.plugins()[0]?.state, "disposed");
  await registry.stop("one");
  await registry.stop("nobody");
  assert.equal(stopped.length, 3);
});

test("an item can be taken away before its plugin stops, once", async () => {
  const { registry } = stage();
  await registry.start([
    plugin("one", (ctx) => {
      const undo = ctx.commands.add(command("hello"));
      ctx.commands.add(command("other"));
      undo();
      undo();
    }),
  ]);
  assert.deepEqual(names(registry.items("commands")), ["other"]);
});

test("two plugins that claim one command are named in one error and the first keeps it", async () => {
  const { registry } = stage();
  await registry.start([
    plugin("first", (ctx) => void ctx.commands.add(command("hello"))),
    plugin("second", (ctx) => void ctx.commands.add(command("hello"))),
  ]);
  const [first, second] = registry.plugins();
  assert.equal(first?.state, "active");
  assert.equal(second?.state, "failed");
  assert.match(second?.detail ?? "", /^it claims \/hello, which plugin "first" has already\. /);
});

test("a command that was given free can be claimed by another plugin", async () => {
  const { registry } = stage();
  await registry.start([plugin("first", (ctx) => void ctx.commands.add(command("hello")))]);
  await registry.stop("first");
  await registry.start([plugin("second", (ctx) => void ctx.commands.add(command("hello")))]);
  assert.equal(registry.plugins().at(-1)?.state, "active");
});

test("what the core keeps for itself cannot be claimed", async () => {
  const check = { check: async () => undefined };
  for (const add of [
    (ctx: PluginContext) => ctx.commands.add(command("start")),
    (ctx: PluginContext) => ctx.commands.add(command("help")),
    (ctx: PluginContext) => ctx.health.add({ name: "store", ...check }),
    (ctx: PluginContext) => ctx.health.add({ name: "cache", ...check }),
    (ctx: PluginContext) => ctx.health.add({ name: "telegram", ...check }),
  ]) {
    const { registry } = stage();
    await registry.start([plugin("one", (ctx) => void add(ctx))]);
    assert.match(registry.plugins()[0]?.detail ?? "", /claims .*, which the core has already/);
  }
});

for (const [what, setup] of [
  [
    "throws",
    () => {
      throw new Error("no luck");
    },
  ],
  [
    "rejects",
    async () => {
      throw new Error("no luck");
    },
  ],
  [
    "throws no error",
    () => {
      throw "no luck";
    },
  ],
  [
    "throws what cannot be shown",
    () => {
      throw Object.create(null);
    },
  ],
  ["never settles", () => new Promise(() => undefined)],
] as const) {
  test(`a plugin whose setup ${what} leaves nothing behind and harms no other`, async () => {
    const { registry, logged } = stage({ setupTimeout: 20 });
    const undone: string[] = [];
    await registry.start([
      plugin("bad", (ctx) => {
        ctx.commands.add(command("half"));
        ctx.health.add({ name: "half", check: async () => undefined });
        ctx.onStop(() => void undone.push("half"));
        return setup();
      }),
      plugin("good", (ctx) => void ctx.commands.add(command("whole"))),
    ]);
    assert.deepEqual(names(registry.items("commands")), ["whole"]);
    assert.deepEqual(registry.items("health"), []);
    assert.deepEqual(undone, ["half"]);
    const [bad, good] = registry.plugins();
    assert.deepEqual([bad?.state, good?.state], ["failed", "active"]);
    assert.match(bad?.detail ?? "", /no luck|cannot be shown|setup\(\) did not finish within 0\.02 s/);
    assert.ok(logged.some((message) => message.startsWith('Plugin "bad" was left out: ')));
  });
}

test("a setup that goes on after it was given up can register nothing, and what it gives back is called", async () => {
  const { registry } = stage({ setupTimeout: 20 });
  const goOn = Promise.withResolvers<void>();
  const undone = Promise.withResolvers<void>();
  let refused: unknown;
  await registry.start([
    plugin("slow", async (ctx) => {
      await goOn.promise;
      try {
        ctx.commands.add(command("late"));
      } catch (error) {
        refused = error;
      }
      return () => undone.resolve();
    }),
  ]);
  assert.equal(registry.plugins()[0]?.state, "failed");
  goOn.resolve();
  await undone.promise;
  assert.equal((refused as { code?: string }).code, "plugin.disposed");
  assert.deepEqual(registry.items("commands"), []);
  assert.equal(registry.plugins()[0]?.state, "failed");
});

test("an undo that throws, or never ends, stops no other", async () => {
  const { registry, logged } = stage({ setupTimeout: 20 });
  const stopped: string[] = [];
  await registry.start([
    plugin("one", (ctx) => {
      ctx.commands.add(command("hello"));
      ctx.onStop(() => void stopped.push("last"));
      ctx.onStop(() => new Promise<void>(() => undefined));
      ctx.onStop(() => {
        throw new Error("no luck");
      });
      ctx.onStop(async () => {
        throw new Error("no luck");
      });
    }),
    plugin("two", (ctx) => ctx.onStop(() => void stopped.push("two"))),
  ]);
  await registry.dispose();
  assert.deepEqual(stopped, ["two", "last"]);
  assert.deepEqual(registry.items("commands"), []);
  assert.equal(logged.filter((message) => message.includes("failed while it was stopped")).length, 3);
});

test("of two plugins with one id the second is left out, until the first has ended", async () => {
  const { registry } = stage();
  const same = () => plugin("same", (ctx) => void ctx.commands.add(command("hello")));
  await registry.start([same(), same(), plugin("other", () => undefined)]);
  assert.deepEqual(
    registry.plugins().map(({ id, state }) => `${id} ${state}`),
    ["same active", "same failed", "other active"],
  );
  assert.match(registry.plugins()[1]?.detail ?? "", /Two plugins have the id "same"/);
  await registry.stop("same");
  await registry.start([same()]);
  assert.deepEqual(
    registry.plugins().map(({ id, state }) => `${id} ${state}`),
    ["other active", "same active"],
  );
});

test("a stopped plugin can register and reach nothing any more, but may say goodbye before", async () => {
  const { registry, used } = stage();
  let kept: PluginContext | undefined;
  await registry.start([
    plugin("one", (ctx) => {
      kept = ctx;
      ctx.onStop(() => ctx.store.set("seen", 1));
    }),
  ]);
  await registry.stop("one");
  assert.deepEqual(used, ["store.set"]);
  const ctx = kept;
  assert.ok(ctx?.signal.aborted);
  for (const add of [
    () => ctx.commands.add(command("late")),
    () => ctx.point("commands").add(command("late")),
    () => ctx.onStop(() => undefined),
  ]) {
    assert.throws(add, { code: "plugin.disposed" });
  }
  const signal = AbortSignal.timeout(1_000);
  for (const use of [
    () => ctx.http.get("https://example.org/"),
    () => ctx.http.post("https://example.org/", {}),
    () => ctx.cache.get("a"),
    () => ctx.cache.set("a", 1, { ttl: 1 }),
    () => ctx.cache.delete("a"),
    () => ctx.store.get("a"),
    () => ctx.store.set("a", 1),
    () => ctx.store.delete("a"),
    () => ctx.store.keys(),
    () => ctx.workers.run("task", 1, { signal }),
  ]) {
    await assert.rejects(use(), { code: "plugin.disposed", plugin: "one" });
  }
  assert.deepEqual(used, ["store.set"]);
  ctx.log.info("still to be heard");
  assert.equal(ctx.schedule.after(0, async () => void used.push("schedule"))(), undefined);
  await new Promise(setImmediate);
  assert.deepEqual(used, ["store.set"]);
});

test("a point that another plugin brings is open to all, and its items go with their plugin", async () => {
  const { registry } = stage();
  const jobs = "jobs" as "commands"; // brought by module augmentation
  await registry.start([plugin("one", (ctx) => void ctx.point(jobs).add({ anything: 1 } as unknown as Command))]);
  assert.equal(registry.items(jobs).length, 1);
  await registry.stop("one");
  assert.deepEqual(registry.items(jobs), []);
});
