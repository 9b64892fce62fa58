import assert from "node:assert/strict";
import { test } from "node:test";
import type { PluginContext } from "../../../core/plugin/index.ts";
import { command, plugin, stage } from "./stage.ts";

test("a plugin that is replaced gives its names up at once, and finishes what is under way with its services open", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { registry, used } = stage();
  const stopped: string[] = [];
  let older: PluginContext | undefined;
  const first = plugin("word", (ctx) => {
    older = ctx;
    ctx.commands.add(command("hello"));
    ctx.onStop(() => void stopped.push("older"));
  });
  const second = plugin("word", (ctx) => ctx.commands.add(command("hello")));
  await registry.start([first]);
  const [old] = registry.items("commands");
  await registry.replace(second);
  const [now, ...others] = registry.items("commands");
  assert.ok(now && now !== old);
  assert.deepEqual(others, []);
  assert.deepEqual(
    registry.plugins().map(({ state }) => state),
    ["active"],
  );
  await older?.store.set("key", 1);
  assert.deepEqual([used, stopped, older?.signal.aborted], [["store.set"], [], false]);
  assert.throws(() => older?.commands.add(command("late")), { code: "plugin.disposed" });
  t.mock.timers.tick(60_000);
  await registry.dispose();
  assert.deepEqual([stopped, older?.signal.aborted], [["older"], true]);
});

test("what was retired or replaced is stopped with everything else, without waiting", async () => {
  const { registry } = stage();
  const stopped: string[] = [];
  const named = (name: string) => plugin("word", (ctx) => ctx.onStop(() => void stopped.push(name)));
  await registry.start([named("one")]);
  await registry.replace(named("two"));
  registry.retire("word");
  assert.deepEqual(stopped, []);
  await registry.dispose();
  assert.deepEqual(stopped, ["one", "two"]);
});

test("a plugin in whose place nothing can start is gone all the same, and its reason is listed", async () => {
  const { registry, logged } = stage();
  await registry.start([plugin("word", (ctx) => ctx.commands.add(command("hello")))]);
  await registry.replace({ ...plugin("word", () => undefined), problem: "word.ts:1: it is broken. Mend it." });
  assert.deepEqual(registry.items("commands"), []);
  assert.deepEqual(
    registry.plugins().map(({ state, detail }) => [state, detail]),
    [["failed", "word.ts:1: it is broken. Mend it."]],
  );
  assert.deepEqual(logged, ['Plugin "word" was left out: word.ts:1: it is broken. Mend it.']);
});
