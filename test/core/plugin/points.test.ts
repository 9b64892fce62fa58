import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExtensionPoints } from "../../../core/plugin/index.ts";
import { createPoints } from "../../../core/plugin/points.ts";
import { command } from "./stage.ts";

const nothing = () => undefined;

const fine = {
  sources: {
    command: "tv",
    name: "TV",
    description: "Look up a show",
    example: "sweet home",
    search: nothing,
    details: nothing,
    matchUrl: nothing,
    fields: [{ name: "title", description: "The title", value: nothing }],
    defaultTemplate: nothing,
    isRecord: nothing,
    title: nothing,
    url: nothing,
    poster: nothing,
    ttl: { search: 1, details: 1 },
  },
  commands: { ...command("hello") },
  formatters: { name: "plain", format: nothing },
  health: { name: "tv", check: nothing },
} as const;

/** Adds an item of any form, as a JavaScript plugin may. */
function add(name: keyof ExtensionPoints, item: unknown): unknown {
  const points = createPoints();
  points.forPlugin(name, { plugin: "odd", onUndo: nothing }).add(item as ExtensionPoints[typeof name]);
  return points.items(name)[0];
}

test("well-formed items are taken as they are", () => {
  for (const name of ["sources", "commands", "formatters", "health"] as const)
    assert.equal(add(name, fine[name]), fine[name]);
  add("sources", { ...fine.sources, matchId: nothing, matchLegacyCallback: nothing });
  add("commands", { ...fine.commands, audience: "owner" });
  add("health", { ...fine.health, required: true });
});

test("items that are not well formed are refused, by the plugin's, the point's and the property's name", () => {
  const long = "x".repeat(257);
  for (const [name, part, reason] of [
    ["sources", { command: "TV" }, /"command" must be 1–16 of a–z and 0–9, a letter first, but is "/],
    ["sources", { command: "x".repeat(17) }, /"command" must be 1–16 of a–z and 0–9, a letter first, but is "/],
    ["sources", { command: "a_b" }, /"command" must be 1–16 of a–z and 0–9, a letter first, but is "/],
    ["sources", { name: " " }, /"name" must be /],
    ["sources", { description: long }, /"description" must be a text of 1–256 characters, but is "/],
    ["sources", { example: undefined }, /"example" must be a text that is not empty, but is undefined/],
    ["sources", { search: undefined }, /"search" must be a function/],
    ["sources", { poster: "https://example.org/" }, /"poster" must be a function/],
    ["sources", { matchId: "x" }, /"matchId" must be a function/],
    ["sources", { fields: undefined }, /"fields" must be a list/],
    ["sources", { fields: [null] }, /a field must be an object, but is null/],
    ["sources", { fields: [{ name: "Title", value: nothing }] }, /"name" must be /],
    ["sources", { fields: [{ name: "title" }] }, /"value" must be a function/],
    ["sources", { fields: [fine.sources.fields[0], fine.sources.fields[0]] }, /the field "title" stands there twice/],
    ["sources", { ttl: undefined }, /"ttl" must be an object, but is undefined/],
    ["sources", { ttl: { search: 1 } }, /"ttl\.details" must be a time in ms, but is undefined/],
    ["sources", { ttl: { search: "1", details: 1 } }, /"ttl\.search"/],
    ["sources", { ttl: { search: Number.POSITIVE_INFINITY, details: 1 } }, /"ttl\.search"/],
    ["commands", { name: "Hello" }, /"name" must be /],
    ["commands", { name: "‮x" }, /"name" must be /],
    ["commands", { name: "x".repeat(33) }, /"name" must be /],
    ["commands", { description: "" }, /"description" must be a text of 1–256 characters, but is "/],
    ["commands", { description: long }, /"description" must be a text of 1–256 characters, but is "/],
    ["commands", { run: undefined }, /"run" must be a function/],
    ["commands", { audience: "admins" }, /"audience" must be "everyone", "members" or "owner", but is "admins"/],
    ["formatters", { name: "A" }, /"name" must be /],
    ["formatters", { format: 1 }, /"format" must be a function/],
    ["health", { name: "" }, /"name" must be /],
    ["health", { check: undefined }, /"check" must be a function/],
    ["health", { required: "yes" }, /"required" must be true or false/],
  ] as const) {
    assert.throws(
      () => add(name, { ...fine[name], ...part }),
      (error: Error & { code?: string; plugin?: string }) => {
        assert.equal(error.code, "plugin.invalid");
        assert.equal(error.plugin, "odd");
        assert.match(error.message, new RegExp(`^Plugin "odd" adds to ${name}: `));
        assert.match(error.message, reason);
        return true;
      },
    );
  }
});

test("what is no item at all is refused in words", () => {
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error("a trap");
      },
    },
  );
  for (const odd of [undefined, null, 7, "x", nothing, Symbol("x"), trap, [], {}]) {
    for (const name of ["sources", "commands", "formatters", "health"] as const)
      assert.throws(() => add(name, odd), { code: "plugin.invalid" });
  }
});

test("names are claimed across plugins and points: a command takes no source's command", () => {
  const points = createPoints();
  points
    .forPlugin("sources", { plugin: "one", onUndo: nothing })
    .add(fine.sources as unknown as ExtensionPoints["sources"]);
  for (const name of ["tv", "tvurl"]) {
    assert.throws(() => points.forPlugin("commands", { plugin: "two", onUndo: nothing }).add(command(name)), {
      code: "plugin.conflict",
      message: `it claims /${name}, which plugin "one" has already. Give the command another name, or leave the other plugin out in bot.config.ts.`,
    });
  }
  points.forPlugin("formatters", { plugin: "two", onUndo: nothing }).add({ name: "tv", format: nothing });
});

test("a plugin that claims one name twice is told so", () => {
  const mine = createPoints().forPlugin("commands", { plugin: "one", onUndo: nothing });
  mine.add(command("hello"));
  assert.throws(() => mine.add(command("hello")), {
    code: "plugin.conflict",
    message: "it claims /hello twice. Give the command another name the second time, or add it once.",
  });
});

test("what the core keeps for itself is told as such, by what kind of thing it is", () => {
  const points = createPoints();
  const options = { plugin: "one", onUndo: nothing };
  for (const name of ["start", "help"]) {
    assert.throws(() => points.forPlugin("commands", options).add(command(name)), {
      code: "plugin.conflict",
      message: `it claims /${name}, which the core has already. Give the command another name.`,
    });
  }
  const check = async () => undefined;
  for (const name of ["store", "cache", "telegram", "webhook"]) {
    assert.throws(() => points.forPlugin("health", options).add({ name, check }), {
      message: `it claims health check ${name}, which the core has already. Give the health check another name.`,
    });
  }
});

test("a list that was handed out does not change under its reader", () => {
  const points = createPoints();
  const mine = points.forPlugin("commands", { plugin: "one", onUndo: nothing });
  const before = mine.items();
  const undo = mine.add(command("hello"));
  const during = mine.items();
  undo();
  assert.deepEqual([before.length, during.length, mine.items().length], [0, 1, 0]);
});
