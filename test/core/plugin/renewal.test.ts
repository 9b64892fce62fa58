import assert from "node:assert/strict";
import { test } from "node:test";
import type { PluginEntry } from "../../../core/plugin/entry.ts";
import type { PluginContext } from "../../../core/plugin/index.ts";
import { memoryQuarantine } from "../../../core/plugin/quarantine.ts";
import { command, external, plugin, type Stage, stage } from "./stage.ts";

/** A version of the plugin in `plugins/<id>.ts` that brings these commands. */
const version = (id: string, ...commands: readonly string[]) =>
  external(`plugins/${id}.ts`, id, (ctx) => {
    for (const name of commands) ctx.commands.add(command(name));
  });

const states = ({ registry }: Stage) => registry.plugins().map(({ id, state }) => `${id} ${state}`);
const commands = ({ registry }: Stage) =>
  registry
    .items("commands")
    .map(({ name }) => name)
    .sort();
/** Who brought which command. */
const owners = ({ registry }: Stage) =>
  registry.plugins().flatMap(({ id }) => registry.brought(id).map((one) => `${id}: ${one}`));

test("a new version has the old one's names at once, and the old one finishes what is under way with its services open", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const on = stage();
  const { registry, used, logged } = on;
  const stopped: string[] = [];
  let older: PluginContext | undefined;
  const first = external("plugins/word.ts", "word", (ctx) => {
    older = ctx;
    ctx.commands.add(command("hello"));
    ctx.onStop(() => void stopped.push("older"));
  });
  await registry.start([first]);
  const [old] = registry.items("commands");
  await registry.renew([version("word", "hello")]);
  const [now, ...others] = registry.items("commands");
  assert.ok(now && now !== old);
  assert.deepEqual(others, []);
  assert.deepEqual(states(on), ["word active"]);
  assert.deepEqual(logged, ['Plugin "word" 1.0.0 was loaded from plugins/word.ts.']);
  await older?.store.set("key", 1);
  assert.deepEqual([used, stopped, older?.signal.aborted], [["store.set"], [], false]);
  assert.throws(() => older?.commands.add(command("late")), { code: "plugin.disposed" });
  t.mock.timers.tick(60_000);
  await registry.dispose();
  assert.deepEqual([stopped, older?.signal.aborted], [["older"], true]);
});

test("the old version serves until the new one is set up, which nobody sees before", async () => {
  const on = stage();
  const { registry } = on;
  await registry.start([version("word", "hello")]);
  const [old] = registry.items("commands");
  const wait = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = external("plugins/word.ts", "word", async (ctx) => {
    ctx.commands.add(command("hello"));
    ctx.commands.add(command("more"));
    begun.resolve();
    await wait.promise;
  });
  const renewed = registry.renew([slow]);
  await begun.promise;
  assert.deepEqual(registry.items("commands"), [old]);
  assert.deepEqual(states(on), ["word active"]);
  assert.deepEqual(owners(on), ["word: commands /hello"]);
  wait.resolve();
  await renewed;
  assert.deepEqual(commands(on), ["hello", "more"]);
  assert.ok(!registry.items("commands").includes(old as never));
});

test("what went or was replaced is stopped with everything else, without waiting", async () => {
  const { registry } = stage();
  const stopped: string[] = [];
  const named = (name: string) =>
    external("plugins/word.ts", "word", (ctx) => ctx.onStop(() => void stopped.push(name)));
  await registry.start([named("one")]);
  await registry.renew([named("two")]);
  const { gone } = await registry.renew([]);
  assert.deepEqual([gone, stopped], [["word"], []]);
  await registry.dispose();
  assert.deepEqual(stopped, ["one", "two"]);
});

test("a plugin whose file moved runs from the new one, with its registrations once", async () => {
  const on = stage();
  await on.registry.start([version("word", "hello")]);
  const moved = { ...version("word", "hello"), from: "plugins/moved.ts" };
  const { renewed } = await on.registry.renew([moved]);
  assert.deepEqual(states(on), ["word active"]);
  assert.deepEqual(owners(on), ["word: commands /hello"]);
  assert.equal(renewed[0]?.outcome, "started");
  assert.deepEqual(on.logged, ['Plugin "word" 1.0.0 was loaded from plugins/moved.ts.']);
});

test("a file whose plugin has another id now is a new version all the same", async () => {
  const on = stage();
  await on.registry.start([version("word", "hello")]);
  await on.registry.renew([{ ...version("other", "hello"), from: "plugins/word.ts" }]);
  assert.deepEqual(owners(on), ["other: commands /hello"]);
  assert.deepEqual(states(on), ["other active"]);
});

const failures: Readonly<Record<string, readonly [entry: PluginEntry, told: RegExp]>> = {
  "throws in setup": [
    external("plugins/word.ts", "word", (ctx) => {
      ctx.commands.add(command("hello"));
      throw new Error("boom");
    }),
    /^Plugin "word" stays as it was: plugins\/word\.ts: setup threw: boom\. Mend it/,
  ],
  "never comes to its end in setup": [
    external("plugins/word.ts", "word", () => new Promise(() => undefined)),
    /^Plugin "word" stays as it was: plugins\/word\.ts: setup\(\) did not finish within 0\.05 s\. Look for/,
  ],
  "cannot be loaded, or has no valid options": [
    { ...version("word"), problem: "plugins/word.ts:1: it is broken. Mend it." },
    /^Plugin "word" stays as it was: plugins\/word\.ts:1: it is broken\. Mend it\.$/,
  ],
  "claims a name that is taken": [
    version("word", "hello", "taken"),
    /^Plugin "word" stays as it was: plugins\/word\.ts: it claims \/taken, which plugin "other" has already\. Give/,
  ],
  "is no plugin": [
    { ...version("word"), definition: { ...version("word").definition, version: "x" } },
    /^Plugin "word" stays as it was: plugins\/word\.ts: .*version/,
  ],
  "has moved and throws": [
    external("plugins/moved.ts", "word", () => {
      throw new Error("boom");
    }),
    /^Plugin "word" stays as it was, loaded from plugins\/word\.ts: plugins\/moved\.ts: setup threw: boom\./,
  ],
};

for (const [what, [entry, told]] of Object.entries(failures))
  test(`a new version that ${what} leaves the old one as it was`, async () => {
    const on = stage({ setupTimeout: 50 });
    const { registry, logged } = on;
    let older: PluginContext | undefined;
    const first = external("plugins/word.ts", "word", (ctx) => {
      older = ctx;
      ctx.commands.add(command("hello"));
      ctx.health.add({ name: "word", check: async () => undefined });
    });
    const other = version("other", "taken");
    await registry.start([first, other]);
    const before = registry.items("commands");
    const { renewed } = await registry.renew([entry, other]);
    assert.deepEqual(
      renewed.map(({ outcome, older }) => [outcome, older]),
      [
        ["stays", first],
        ["same", undefined],
      ],
    );
    assert.deepEqual(registry.items("commands"), before);
    assert.deepEqual(states(on).sort(), ["other active", "word active"]);
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? "", told);
    assert.equal(older?.signal.aborted, false);
    older?.commands.add(command("late"));
    // And the next good one takes its place.
    await registry.renew([version("word", "hello"), other]);
    assert.deepEqual(commands(on), ["hello", "taken"]);
    await registry.dispose();
  });

test("a plugin that nothing ran in the place of is left out, and the others are not touched", async () => {
  const on = stage();
  const first = version("word", "hello");
  await on.registry.start([first]);
  const twin = {
    ...version("word", "more"),
    from: "plugins/twin.ts",
    problem: "plugins/twin.ts:2: there is one already.",
  };
  const { renewed } = await on.registry.renew([first, twin]);
  assert.deepEqual(
    renewed.map(({ outcome }) => outcome),
    ["same", "failed"],
  );
  assert.deepEqual(on.logged, ['Plugin "word" was left out: plugins/twin.ts:2: there is one already.']);
  assert.deepEqual(commands(on), ["hello"]);
  assert.deepEqual(states(on), ["word active", "word (plugins/twin.ts) failed"]);
  // It is started without being loaded again once the id is free.
  const { problem: _, ...free } = twin;
  await on.registry.renew([free]);
  assert.deepEqual(states(on), ["word active"]);
  assert.deepEqual(commands(on), ["more"]);
  await on.registry.renew([]);
  assert.deepEqual(states(on), ["word disposed"]);
});

test("plugins that swap their commands, or pass them on, all run after one call", async () => {
  const on = stage();
  await on.registry.start([version("aa", "x"), version("bb", "y"), version("cc", "z")]);
  await on.registry.renew([version("aa", "y"), version("bb", "z"), version("cc", "x")]);
  assert.deepEqual(owners(on), ["aa: commands /y", "bb: commands /z", "cc: commands /x"]);
  assert.deepEqual(on.logged, [
    'Plugin "aa" 1.0.0 was loaded from plugins/aa.ts.',
    'Plugin "bb" 1.0.0 was loaded from plugins/bb.ts.',
    'Plugin "cc" 1.0.0 was loaded from plugins/cc.ts.',
  ]);
});

test("when one of those that swap cannot be set up, both stay as they were, and the log says why", async () => {
  const on = stage();
  await on.registry.start([version("aa", "x"), version("bb", "y")]);
  const before = on.registry.items("commands");
  const broken = external("plugins/bb.ts", "bb", () => {
    throw new Error("boom");
  });
  const [a, c] = [version("aa", "y"), version("cc", "x")];
  await on.registry.renew([a, broken, c]);
  assert.deepEqual(on.registry.items("commands"), before);
  assert.deepEqual(on.logged.length, 3);
  assert.match(on.logged[0] ?? "", /^Plugin "aa" stays as it was: .*it claims \/y, which plugin "bb" has already\./);
  assert.match(on.logged[1] ?? "", /^Plugin "bb" stays as it was: .*setup threw: boom\./);
  assert.match(on.logged[2] ?? "", /^Plugin "cc" was left out: .*it claims \/x, which plugin "aa" has already\./);
  // What was left out for a name alone is started as soon as it is free; what stays is tried anew by whoever loads it.
  await on.registry.renew([version("aa", "y"), version("bb", "w"), c]);
  assert.deepEqual(owners(on), ["aa: commands /y", "bb: commands /w", "cc: commands /x"]);
});

test("of two that want one name the new version of the one that has it keeps it", async () => {
  const on = stage();
  await on.registry.start([version("aa", "x"), version("bb", "y")]);
  await on.registry.renew([version("aa", "y"), version("bb", "y", "z")]);
  assert.deepEqual(owners(on).sort(), ["aa: commands /x", "bb: commands /y", "bb: commands /z"]);
  assert.match(on.logged[0] ?? "", /^Plugin "aa" stays as it was: .*it claims \/y, which plugin "bb" has already\./);
});

test("a plugin left out for a name alone is started unchanged when the name is free, and tried no earlier", async () => {
  const on = stage();
  let setups = 0;
  const late = external("plugins/late.ts", "late", (ctx) => {
    setups++;
    ctx.commands.add(command("hello"));
  });
  const first = version("first", "hello");
  await on.registry.start([first, late]);
  assert.deepEqual(states(on), ["first active", "late failed"]);
  await on.registry.renew([first, late]);
  assert.equal(setups, 1);
  await on.registry.renew([late]);
  assert.deepEqual([setups, owners(on)], [2, ["late: commands /hello"]]);
  assert.equal(on.logged.at(-1), 'Plugin "late" 1.0.0 was loaded from plugins/late.ts.');
});

test("a plugin that claims one name twice, or failed for something else, is not tried again unchanged", async () => {
  const on = stage();
  let setups = 0;
  const twice = external("plugins/twice.ts", "twice", (ctx) => {
    setups++;
    ctx.commands.add(command("hello"));
    ctx.commands.add(command("hello"));
  });
  const broken = external("plugins/broken.ts", "broken", () => {
    setups++;
    throw new Error("boom");
  });
  await on.registry.start([twice, broken]);
  await on.registry.renew([twice, broken]);
  assert.equal(setups, 2);
});

test("a name that a running plugin takes while another is set up is not taken from it", async () => {
  const on = stage();
  let running: PluginContext | undefined;
  const owner = plugin("owner", (ctx) => {
    running = ctx;
  });
  await on.registry.start([owner, version("word", "hello")]);
  const slow = external("plugins/word.ts", "word", async (ctx) => {
    ctx.commands.add(command("quick"));
    running?.commands.add(command("quick"));
  });
  await on.registry.renew([slow]);
  assert.deepEqual(owners(on).sort(), ["owner: commands /quick", "word: commands /hello"]);
  assert.match(on.logged[0] ?? "", /^Plugin "word" stays as it was: .*it claims \/quick, which plugin "owner" has/);
});

test("a registry that stops while a new version is set up stops that, too", async () => {
  const on = stage();
  await on.registry.start([version("word", "hello")]);
  const begun = Promise.withResolvers<void>();
  const wait = Promise.withResolvers<void>();
  const stopped: string[] = [];
  const slow = external("plugins/word.ts", "word", async (ctx) => {
    ctx.onStop(() => void stopped.push("new"));
    begun.resolve();
    await wait.promise;
  });
  const renewed = on.registry.renew([slow, version("more", "more")]);
  await begun.promise;
  await on.registry.dispose();
  wait.resolve();
  await renewed;
  assert.deepEqual(stopped, ["new"]);
  assert.deepEqual(on.registry.items("commands"), []);
  assert.deepEqual(on.logged, []);
});

test("one that is held back stays switched off at each look, until it is loaded", async () => {
  const on = stage();
  const { registry, logged } = on;
  const held = () => ({
    ...external("plugins/word.ts", "word", () => undefined),
    heldBack: true,
    problem: "it is not loaded",
  });
  const record = {
    id: "word",
    version: "1.0.0",
    since: 1,
    handler: "x",
    code: "x",
    reason: "x",
    commands: [],
    told: true,
  };
  const quarantine = memoryQuarantine([record]);
  const { registry: kept } = stage({ quarantine });
  await kept.start([held()]);
  const before = await kept.renew([held()]);
  assert.deepEqual([before.renewed.map(({ outcome }) => outcome), before.gone], [["same"], []]);
  assert.equal((await quarantine.all()).length, 1);
  assert.equal(kept.plugins()[0]?.state, "quarantined");
  await kept.renew([version("word", "hello")]);
  assert.deepEqual([kept.plugins().map(({ state }) => state), await quarantine.all()], [["active"], []]);

  await registry.start([held()]);
  assert.deepEqual(states(on), ["word failed"]);
  assert.match(logged.at(-1) ?? "", /it is not loaded/);
});
