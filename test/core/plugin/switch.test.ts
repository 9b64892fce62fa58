import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import type { Command, CommandCall, PluginContext, Source } from "../../../core/plugin/index.ts";
import { memoryQuarantine, type QuarantineRecord } from "../../../core/plugin/quarantine.ts";
import type { Registry, RegistryOptions } from "../../../core/plugin/registry.ts";
import { command, external, plugin, stage } from "./stage.ts";

const call: CommandCall = {
  user: { id: 1, name: "Ann", isOwner: true },
  chat: { id: 1, isPrivate: true },
  argument: "",
  signal: new AbortController().signal,
  reply: async () => undefined,
};

/** A registry with one plugin whose command does what it is told to. */
async function withCommand(options: Partial<RegistryOptions> = {}) {
  const told: QuarantineRecord[] = [];
  const quarantine = options.quarantine ?? memoryQuarantine();
  const setups: PluginContext[] = [];
  let work: Command["run"] = async () => undefined;
  const { registry, logged } = stage({
    quarantine,
    onQuarantine: (record) => told.push(record),
    correlationId: () => "12345678-abcd",
    ...options,
  });
  const entry = external("plugins/odd.ts", "odd", (ctx) => {
    setups.push(ctx);
    ctx.commands.add({ name: "odd", description: "Odd", run: (given) => work(given) });
  });
  await registry.start([entry]);
  /** Runs the command that many times, whatever comes of it. */
  const run = async (times: number, next: Command["run"]) => {
    work = next;
    for (let time = 0; time < times; time++)
      await commandOf(registry)
        ?.run(call)
        .catch(() => undefined);
  };
  const state = () => registry.plugins().find(({ id }) => id === "odd");
  return { registry, logged, told, quarantine, setups, entry, run, state };
}

const commandOf = (registry: Registry) => registry.items("commands").find(({ name }) => name === "odd");
const fail = async () => {
  throw new TypeError("x is undefined");
};
const succeed = async () => undefined;

test("a plugin is degraded after three failures in a row, says why, and is active again after a success", async () => {
  const { run, state } = await withCommand();
  await run(2, fail);
  assert.equal(state()?.state, "active");
  await run(1, fail);
  assert.equal(state()?.state, "degraded");
  assert.match(state()?.detail ?? "", /last in command \/odd: plugin\.failed, x is undefined \(12345678\)/);
  await run(1, succeed);
  assert.deepEqual([state()?.state, state()?.detail], ["active", undefined]);
});

test("a handler that works hides none that fails", async () => {
  const { registry, logged } = stage();
  await registry.start([
    plugin("two", (ctx) => {
      ctx.commands.add({ name: "bad", description: "Bad", run: fail });
      ctx.commands.add({ name: "good", description: "Good", run: succeed });
    }),
  ]);
  for (let time = 0; time < 3; time++)
    for (const command of registry.items("commands")) await command.run(call).catch(() => undefined);
  assert.equal(registry.plugins()[0]?.state, "degraded");
  assert.ok(logged.some((line) => line.startsWith('Plugin "two" is degraded.')));
});

test("what is taken away while it ails leaves the plugin well", async () => {
  const { registry } = stage();
  const undos: (() => void)[] = [];
  await registry.start([
    plugin("one", (ctx) => void undos.push(ctx.commands.add({ name: "bad", description: "Bad", run: fail }))),
  ]);
  for (let time = 0; time < 3; time++)
    await registry
      .items("commands")[0]
      ?.run(call)
      .catch(() => undefined);
  assert.equal(registry.plugins()[0]?.state, "degraded");
  for (const undo of undos) undo();
  assert.equal(registry.plugins()[0]?.state, "active");
});

test("failures of upstreams, of the store and of Telegram never count", async () => {
  const { registry, run, state } = await withCommand();
  await run(30, async () => {
    throw new BotError("http.blocked", "the site does not let me in");
  });
  await run(30, async () => {
    throw new Error("search failed", { cause: new BotError("http.timeout", "no answer") });
  });
  const refused: CommandCall = { ...call, reply: () => Promise.reject(new Error("Forbidden: bot was blocked")) };
  await run(0, ({ reply }) => reply("Hello"));
  for (let time = 0; time < 30; time++)
    await commandOf(registry)
      ?.run(refused)
      .catch(() => undefined);
  assert.equal(state()?.state, "active");
});

test("after ten failures all that a plugin brought is gone, it is stopped, and the owner can be told once", async () => {
  const { registry, run, state, told, quarantine, setups } = await withCommand();
  await run(9, fail);
  assert.ok(commandOf(registry));
  await run(5, fail);
  await registry.dispose();
  assert.equal(commandOf(registry), undefined);
  assert.ok(setups[0]?.signal.aborted);
  assert.equal(state()?.state, "quarantined");
  assert.match(state()?.detail ?? "", /^Switched off after repeated failures, last in command \/odd: plugin\.failed/);
  assert.equal(registry.switchedOff("odd"), "odd");
  assert.equal(registry.switchedOff("other"), undefined);
  assert.equal(told.length, 1);
  const [kept] = await quarantine.all();
  assert.deepEqual(
    [kept?.id, kept?.version, kept?.code, kept?.handler, kept?.correlationId, kept?.commands, kept?.told],
    ["odd", "1.0.0", "plugin.failed", "command /odd", "12345678-abcd", ["odd"], false],
  );
});

test("a source that is switched off leaves search, with its commands", async () => {
  const { registry } = stage();
  const source = {
    command: "tv",
    name: "TV",
    description: "TV",
    example: "tv",
    search: fail,
    details: succeed,
    matchUrl: () => undefined,
    fields: [],
    defaultTemplate: () => "",
    isRecord: () => true,
    title: () => "",
    url: () => "",
    poster: () => undefined,
    ttl: { search: 1, details: 1 },
  };
  await registry.start([plugin("tv", (ctx) => void ctx.sources.add(source as unknown as Source))]);
  const { signal } = new AbortController();
  for (let time = 0; time < 10; time++)
    await registry
      .items("sources")[0]
      ?.search("x", { signal, servedBy: () => undefined })
      .catch(() => undefined);
  assert.deepEqual(registry.items("sources"), []);
  assert.deepEqual([registry.switchedOff("tv"), registry.switchedOff("tvurl")], ["tv", "tv"]);
});

test("a restart does not bring it back, and another version starts as usual", async () => {
  const { run, quarantine, entry, registry } = await withCommand();
  await run(10, fail);
  await registry.dispose();
  const again = stage({ quarantine, onQuarantine: () => assert.fail("it is told no second time") });
  await again.registry.start([entry]);
  assert.equal(again.registry.plugins()[0]?.state, "quarantined");
  assert.equal(again.registry.switchedOff("odd"), "odd");
  assert.deepEqual(again.registry.items("commands"), []);
  const newer = stage({ quarantine });
  await newer.registry.start([{ ...entry, definition: { ...entry.definition, version: "1.0.1" } }]);
  assert.equal(newer.registry.plugins()[0]?.state, "active");
});

test("enabling it starts it once, however often and fast somebody asks, and a restart knows of it", async () => {
  const { registry, run, quarantine, setups, state } = await withCommand();
  await run(10, fail);
  const outcomes = await Promise.all([registry.enable("odd"), registry.enable("odd")]);
  assert.deepEqual(outcomes, [{ outcome: "started" }, { outcome: "started" }]);
  assert.equal(setups.length, 2);
  assert.ok(commandOf(registry));
  assert.equal(state()?.state, "active");
  assert.deepEqual(await registry.enable("odd"), { outcome: "running" });
  assert.deepEqual(await quarantine.all(), []);
  await run(9, fail);
  assert.equal(state()?.state, "degraded", "it begins with a clean sheet");
});

test("enabling what is not there, or cannot start, says so", async () => {
  const { registry } = stage();
  let broken = true;
  await registry.start([
    plugin("odd", () => {
      if (broken) throw new Error("no luck");
    }),
  ]);
  assert.deepEqual(await registry.enable("nobody"), { outcome: "missing" });
  assert.deepEqual(await registry.enable("odd"), { outcome: "failed", detail: "no luck" });
  broken = false;
  assert.deepEqual(await registry.enable("odd"), { outcome: "started" });
});

test("a changed file gets another chance, and one that is gone is forgotten", async () => {
  const { registry, run, quarantine, entry, state } = await withCommand();
  await run(10, fail);
  await registry.renew([{ ...entry, definition: { ...entry.definition } }]);
  assert.equal(state()?.state, "active");
  assert.deepEqual(await quarantine.all(), []);
  await run(10, fail);
  assert.equal(state()?.state, "quarantined");
  await registry.renew([]);
  assert.equal(state()?.state, "disposed");
  assert.deepEqual(await registry.enable("odd"), { outcome: "missing" });
  assert.deepEqual(await quarantine.all(), []);
});

test("enabling starts the one that was switched off, not another file of its id that was left out", async () => {
  const { registry, run, entry } = await withCommand();
  await registry.renew([
    entry,
    { ...entry, from: "plugins/twin.ts", problem: "plugins/twin.ts:1: there is one already." },
  ]);
  await run(10, fail);
  assert.deepEqual(await registry.enable("odd"), { outcome: "started" });
  assert.ok(commandOf(registry));
});

test("what another process enabled is started when the registry looks again, and nothing else", async () => {
  const { registry, run, quarantine, state } = await withCommand();
  assert.deepEqual(await registry.revise(), []);
  await run(10, fail);
  assert.deepEqual(await registry.revise(), []);
  assert.equal(state()?.state, "quarantined");
  await quarantine.remove("odd");
  assert.deepEqual(await registry.revise(), ["odd"]);
  assert.equal(state()?.state, "active");
});

test("a store that fails keeps no plugin from being switched off, nor from its start", async () => {
  const broken = () => Promise.reject(new Error("the disk is full"));
  const { run, state, told, logged, registry } = await withCommand({
    quarantine: { all: broken, put: broken, told: broken, remove: broken },
  });
  assert.equal(state()?.state, "active");
  await run(10, fail);
  await registry.dispose();
  assert.equal(state()?.state, "quarantined");
  assert.equal(told.length, 1);
  assert.ok(logged.some((line) => /could not be kept: a restart starts it/.test(line)));
});

test("a command that never ends counts as failed when its time is over, and once", async (t: TestContext) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const failures: string[] = [];
  const stuck = Promise.withResolvers<void>();
  const { registry: own } = stage({ onFailure: (id, { code, handler }) => failures.push(`${id} ${handler} ${code}`) });
  await own.start([
    plugin("slow", (ctx) => void ctx.commands.add({ name: "odd", description: "Slow", run: () => stuck.promise })),
  ]);
  const outcome = commandOf(own)?.run(call);
  t.mock.timers.tick(70_000);
  assert.deepEqual(failures, ["slow command /odd plugin.timeout"]);
  stuck.reject(new Error("too late"));
  await assert.rejects(async () => outcome, /too late/);
  assert.equal(failures.length, 1);
});

test("an item of a class with private fields works as it is, and what it says of itself is read once", async () => {
  let runs = 0;
  class Counter implements Command {
    readonly name = "odd";
    #runs = 0;
    get description() {
      return `It ran ${this.#runs} times`;
    }
    async run() {
      this.#runs++;
      runs = this.#runs;
    }
  }
  const { registry } = stage();
  await registry.start([plugin("one", (ctx) => void ctx.commands.add(Object.freeze(new Counter())))]);
  const command = commandOf(registry);
  await command?.run(call);
  assert.equal(runs, 1);
  assert.equal(command?.description, "It ran 0 times");
});

test("an item that throws while it is read is refused, and what it says later is not asked for", async () => {
  const fault = () => {
    throw new Error("not now");
  };
  const { registry } = stage();
  const throwing = Object.defineProperty({ ...command("odd") }, "description", { enumerable: true, get: fault });
  let reads = 0;
  const later = Object.defineProperty({ ...command("later") }, "description", {
    get: () => (reads++ === 0 ? "Says it" : fault()),
  });
  await registry.start([
    plugin("one", (ctx) => void ctx.commands.add(throwing)),
    plugin("two", (ctx) => void ctx.commands.add(new Proxy(command("proxy"), { ownKeys: fault }))),
    plugin("three", (ctx) => void ctx.commands.add(later)),
  ]);
  assert.deepEqual(
    registry.plugins().map(({ state, detail }) => [state, detail]),
    [
      ["failed", 'Plugin "one" adds to commands: not now.'],
      ["failed", 'Plugin "two" adds to commands: not now.'],
      ["active", undefined],
    ],
  );
  const said = () => registry.items("commands").map(({ description }) => description);
  assert.deepEqual([said(), said(), reads], [["Says it"], ["Says it"], 1]);
});

test("a handler may throw what cannot be looked at: it counts, and whoever called gets an error", async () => {
  const odd = Object.defineProperty(new Error("x"), "message", { get: () => assert.fail("unreadable") });
  const run = async () => {
    throw odd;
  };
  const { registry } = stage();
  await registry.start([plugin("one", (ctx) => void ctx.commands.add({ ...command("odd"), run }))]);
  for (let time = 0; time < 3; time++)
    await assert.rejects(async () => commandOf(registry)?.run(call), { message: /cannot be shown/ });
  assert.match(registry.plugins()[0]?.detail ?? "", /last in command \/odd: plugin\.failed, something that cannot/);
});
