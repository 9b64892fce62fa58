import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BotError } from "../../../core/domain/errors.ts";
import type { FormatRequest } from "../../../core/plugin/formatter.ts";
import type { Command, CommandCall, Logger, PluginContext, Source } from "../../../core/plugin/index.ts";
import { originOf } from "../../../core/plugin/origin.ts";
import { currentOwner, withOwner } from "../../../core/telemetry/owner.ts";
import { plugin, stage } from "./stage.ts";

/** What a plugin in plain JavaScript may do, against its types. */
const untyped = <T>(value: unknown): T => value as T;

const { signal } = new AbortController();
const asked = { signal, servedBy: () => undefined };
const here = new URL("https://tv.example/1");

interface Record {
  readonly title: string;
}

function source(own: Partial<Source<Record>> = {}): Source<Record> {
  return {
    command: "tv",
    name: "TV",
    description: "TV",
    example: "tv",
    search: async () => [],
    details: async () => ({ title: "A" }),
    matchUrl: () => undefined,
    matchId: () => undefined,
    matchLegacyCallback: () => undefined,
    fields: [],
    defaultTemplate: () => "",
    isRecord: (value): value is Record => typeof value === "object" && value !== null && "title" in value,
    title: ({ title }) => title,
    url: () => "https://tv.example/1",
    poster: () => undefined,
    ttl: { search: 1, details: 1 },
    ...own,
  };
}

/** A running plugin of this file, and what was logged of it. */
async function running(t: TestContext, setup: (ctx: PluginContext) => unknown) {
  const logged: { readonly level: string; readonly message: string; readonly error?: unknown }[] = [];
  const write =
    (level: string): Logger["info"] =>
    (message, { error } = {}) =>
      void logged.push({ level, message, ...(error === undefined ? {} : { error }) });
  const log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const failures: string[] = [];
  const onFailure = (id: string, { handler, reason }: { handler: string; reason: string }) =>
    void failures.push(`${id}, ${handler}: ${reason}`);
  const { registry } = stage({ log, onFailure });
  t.after(() => registry.dispose());
  const files = [fileURLToPath(import.meta.url)];
  await registry.start([{ ...plugin("tvs", setup), files, from: "watched.test.ts" }]);
  const state = () => registry.plugins()[0]?.state;
  return { registry, logged, failures, state };
}

/** The same with a source alone. */
async function withSource(t: TestContext, own: Partial<Source<Record>>) {
  const stood = await running(t, (ctx) => void ctx.sources.add(source(own)));
  const [watched] = stood.registry.items("sources");
  assert.ok(watched);
  return { ...stood, watched };
}

const bug = (): never => {
  throw new TypeError("my bug");
};
const field = (value: () => unknown) => ({ name: "year", description: "Year", value: untyped<() => string>(value) });

/** Everything of a source's that answers at once: as what it is known, how it is made, and how it is called. */
const parts: readonly (readonly [
  handler: string,
  make: (code: () => unknown) => Partial<Source<Record>>,
  call: (watched: Source) => unknown,
])[] = [
  ["field year of /tv", (code) => ({ fields: [field(code)] }), ({ fields }) => fields[0]?.value({})],
  ["defaultTemplate of /tv", (code) => ({ defaultTemplate: untyped(code) }), (tv) => tv.defaultTemplate({})],
  ["poster of /tv", (code) => ({ poster: untyped(code) }), (tv) => tv.poster({})],
  ["title of /tv", (code) => ({ title: untyped(code) }), (tv) => tv.title({})],
  ["url of /tv", (code) => ({ url: untyped(code) }), (tv) => tv.url({})],
  ["matchUrl of /tv", (code) => ({ matchUrl: untyped(code) }), (tv) => tv.matchUrl(here)],
  ["matchId of /tv", (code) => ({ matchId: untyped(code) }), (tv) => tv.matchId?.("x")],
  [
    "matchLegacyCallback of /tv",
    (code) => ({ matchLegacyCallback: untyped(code) }),
    (tv) => tv.matchLegacyCallback?.("x"),
  ],
  ["isRecord of /tv", (code) => ({ isRecord: untyped(code) }), (tv) => tv.isRecord({})],
];

for (const [handler, make, call] of parts) {
  test(`what ${handler} throws counts, and is logged with plugin and place`, async (t) => {
    const { watched, state, logged, failures } = await withSource(t, make(bug));
    for (let time = 0; time < 2; time++) assert.throws(() => call(watched), { message: "my bug" });
    assert.equal(state(), "active");
    assert.throws(() => call(watched), TypeError);
    assert.equal(state(), "degraded");
    assert.deepEqual(failures, Array(3).fill(`tvs, ${handler}: my bug`));
    const [first] = logged;
    assert.deepEqual([first?.level, first?.message], ["error", `Plugin "tvs" failed in ${handler}.`]);
    const { plugin: id, place } = originOf(first?.error as Error) ?? {};
    assert.deepEqual([id, place?.replace(/\d+$/, "7")], ["tvs", "watched.test.ts:7"]);
  });
}

test("a source whose card fails again and again ails, but stays, and one that works again is active again", async (t) => {
  let code: () => unknown = bug;
  const { watched, registry, state } = await withSource(t, { fields: [field(() => code())] });
  const value = () => watched.fields[0]?.value({});
  for (let time = 0; time < 3; time++) assert.throws(value);
  assert.equal(state(), "degraded");
  code = () => "2020";
  assert.equal(value(), "2020");
  assert.equal(state(), "active");
  code = bug;
  for (let time = 0; time < 20; time++) assert.throws(value);
  assert.equal(state(), "degraded");
  assert.equal(registry.items("sources").length, 1);
});

for (const [asItIs, id, handler] of [
  [true, "tvs", "field year of /tv"],
  [false, "fancy", "formatter fancy"],
] as const) {
  const what = asItIs ? "a record as it was given is the source's" : "a record of its own making is the formatter's";
  test(`what a formatter makes a source's field fail with on ${what} failure`, async (t) => {
    const failures: string[] = [];
    const { registry } = stage({
      ownership: { run: withOwner, current: currentOwner },
      onFailure: (plugin, failure) => void failures.push(`${plugin}, ${failure.handler}`),
    });
    t.after(() => registry.dispose());
    await registry.start([
      plugin(
        "tvs",
        (ctx) => void ctx.sources.add(source({ fields: [{ name: "year", description: "Year", value: bug }] })),
      ),
      plugin("fancy", (ctx) => {
        ctx.formatters.add({
          name: "fancy",
          async format({ source: given, record }) {
            given.fields[0]?.value(asItIs ? record : { ...untyped<Record>(record) });
            return undefined;
          },
        });
      }),
    ]);
    const [tv] = registry.items("sources");
    const [fancy] = registry.items("formatters");
    assert.ok(tv && fancy);
    const request = untyped<FormatRequest>({ source: tv, record: { title: "A" }, signal });
    for (let time = 0; time < 3; time++) await assert.rejects(async () => fancy.format(request), TypeError);
    assert.deepEqual(failures, Array(3).fill(`${id}, ${handler}`));
    assert.deepEqual(
      registry.plugins().map((one) => `${one.id} ${one.state}`),
      asItIs ? ["tvs degraded", "fancy active"] : ["tvs active", "fancy degraded"],
    );
  });
}

const strange: readonly (readonly [handler: string, given: () => unknown, message: string])[] = [
  ["field year of /tv", () => ({}), 'Field "year" of source "tv" gave an object; wanted: text.'],
  ["field year of /tv", () => [], 'Field "year" of source "tv" gave a list; wanted: text.'],
  ["field year of /tv", () => Number.NaN, 'Field "year" of source "tv" gave NaN; wanted: text.'],
  ["field year of /tv", () => true, 'Field "year" of source "tv" gave a boolean; wanted: text.'],
  ["field year of /tv", () => Promise.reject(1), 'Field "year" of source "tv" gave a promise; wanted: text.'],
  ["defaultTemplate of /tv", () => undefined, 'defaultTemplate() of source "tv" gave undefined; wanted: text.'],
  ["defaultTemplate of /tv", () => null, 'defaultTemplate() of source "tv" gave null; wanted: text.'],
  ["defaultTemplate of /tv", async () => "x", 'defaultTemplate() of source "tv" gave a promise; wanted: text.'],
  ["title of /tv", () => undefined, 'title() of source "tv" gave undefined; wanted: text.'],
  ["url of /tv", () => here, 'url() of source "tv" gave an object; wanted: text.'],
  ["poster of /tv", () => 5, 'poster() of source "tv" gave a number; wanted: text.'],
  ["matchId of /tv", () => 5, 'matchId() of source "tv" gave a number; wanted: text.'],
  ["isRecord of /tv", async () => true, 'isRecord() of source "tv" gave a promise; wanted: true or false.'],
  ...[() => ({ id: "1" }), () => ({ kind: "title", id: 1 }), async () => undefined, () => "1"].map(
    (given) => ["matchUrl of /tv", given, ""] as const,
  ),
];

for (const [index, [handler, given, message]] of strange.entries()) {
  test(`what ${handler} gives in a wrong form counts, and the log says what it was (${index})`, async (t) => {
    const [, make, call] = parts.find(([name]) => name === handler) ?? [];
    assert.ok(make && call);
    const { watched, logged, state } = await withSource(t, make(given));
    for (let time = 0; time < 3; time++) assert.throws(() => call(watched), { code: "plugin.failed" });
    await new Promise(setImmediate); // a rejection that nobody looks at would fail this test
    assert.equal(state(), "degraded");
    const { error } = logged[0] ?? {};
    assert.ok(error instanceof BotError);
    assert.ok(error.message.startsWith(message || 'matchUrl() of source "tv" gave a'), error.message);
    assert.match(error.message, /; wanted: .+\.$/);
    assert.equal(originOf(error)?.plugin, "tvs");
  });
}

test("what may be missing may be null, and a field or a title may be a number", async (t) => {
  const none = untyped<() => undefined>(() => null);
  const number = untyped<() => string>(() => 1917);
  const { watched, failures } = await withSource(t, {
    fields: [field(none), { ...field(number), name: "other" }],
    title: number,
    poster: none,
    matchUrl: none,
    matchId: none,
    matchLegacyCallback: none,
    details: untyped<Source<Record>["details"]>(async () => null),
  });
  for (const [, , call] of parts) call(watched);
  assert.deepEqual([watched.fields[1]?.value({}), await watched.details("x", asked)], [1917, null]);
  assert.deepEqual(failures, []);
});

test("a source's failure is not counted as that of a formatter of another plugin which came upon it", async (t) => {
  const { registry, failures } = await running(t, (ctx) => void ctx.sources.add(source({ fields: [field(bug)] })));
  const format = ({ source: { fields } }: { source: Source }) => fields[0]?.value({});
  const other = stage({ onFailure: (id) => failures.push(id) });
  t.after(() => other.registry.dispose());
  await other.registry.start([plugin("other", (ctx) => void ctx.formatters.add({ name: "other", format }))]);
  const [tv] = registry.items("sources");
  const [formatter] = other.registry.items("formatters");
  assert.ok(tv && formatter);
  const error = await Promise.resolve(formatter.format({ source: tv, record: {}, signal })).catch((one) => one);
  assert.equal(originOf(error)?.plugin, "tvs");
  assert.deepEqual(failures, ["tvs, field year of /tv: my bug"]);
});

const hit = { id: "1", title: "A", url: "https://tv.example/1" };

test("hits of a wrong form beside others are told of once a search, and are no failure", async (t) => {
  const answer = [{ ...hit, id: 7 }, hit, null, { ...hit, id: "2", title: " " }];
  const { watched, logged, failures } = await withSource(t, { search: async () => untyped(answer) });
  await watched.search("x", asked);
  assert.deepEqual(logged, [
    {
      level: "warn",
      message:
        'Search of /tv of plugin "tvs" gave 3 hits of a wrong form, left out here: "id" of the first must be a text that is not empty, but is 7.',
    },
  ]);
  assert.deepEqual(failures, []);
});

test("a search that gives no list, or hits of a wrong form alone, is a failure of its plugin", async (t) => {
  for (const [answer, message] of [
    [
      [null],
      'search() of source "tv" gave one hit of a wrong form and no other: the first must be an object, but is null.',
    ],
    [
      [{ title: "A" }, {}],
      /^search\(\) of source "tv" gave 2 hits of a wrong form and no other: "id" of the first must .* undefined\.$/,
    ],
    [[{ ...hit, title: "" }], /: "title" of the first must be a text that is not empty, but is ""\.$/],
    [[{ id: "1", title: "A" }], /: "url" of the first must be a text, but is undefined\.$/],
    [{ results: [] }, 'search() of source "tv" gave an object; wanted: a list of hits.'],
  ] as const) {
    const { watched, state } = await withSource(t, { search: async () => untyped(answer) });
    for (let time = 0; time < 3; time++)
      await assert.rejects(watched.search("x", asked), { code: "plugin.failed", message });
    assert.equal(state(), "degraded");
  }
});

test("details that are no record are a failure of their plugin", async (t) => {
  const { watched, state } = await withSource(t, { details: async () => untyped({ name: "A" }) });
  for (let time = 0; time < 3; time++)
    await assert.rejects(watched.details("x", asked), { code: "plugin.failed", message: /isRecord/ });
  assert.equal(state(), "degraded");
});

test("a formatter that gives something else than text fails", async (t) => {
  const format = untyped<() => string>(() => 5);
  const { registry, failures } = await running(t, (ctx) => void ctx.formatters.add({ name: "odd", format }));
  const [formatter] = registry.items("formatters");
  await assert.rejects(async () => formatter?.format({ source: source() as Source, record: {}, signal }), {
    message: 'Formatter "odd" gave a number; wanted: text.',
  });
  assert.equal(failures.length, 1);
});

/** Runs a command once. */
async function runs(t: TestContext, run: Command["run"], given: Partial<CommandCall> = {}) {
  const stood = await running(t, (ctx) => void ctx.commands.add({ name: "x", description: "X", run }));
  const user = { id: 1, name: "Ann", isOwner: false };
  const call = { user, chat: { id: 1, isPrivate: true }, argument: "", signal, reply: async () => undefined, ...given };
  const error = await Promise.resolve(stood.registry.items("commands")[0]?.run(call)).catch((one: unknown) => one);
  return { ...stood, error };
}

test("a command that ends without a reply is told of, once, and that is no failure", async (t) => {
  const { logged, failures } = await runs(t, async () => undefined);
  assert.deepEqual(logged, [{ level: "warn", message: 'Command /x of plugin "tvs" gave no reply.' }]);
  assert.deepEqual(failures, []);
});

test("a command that replied, failed, or was given up is not told of as one without a reply", async (t) => {
  for (const { run, given } of [
    { run: ({ reply }: CommandCall) => reply("Hello") },
    { run: async ({ reply }: CommandCall) => void reply("Not waited for") },
    { run: async () => bug() },
    { run: async () => undefined, given: { signal: AbortSignal.abort() } },
  ])
    assert.deepEqual((await runs(t, run, given)).logged, []);
});

test("a reply that is no text is the command's failure, not Telegram's", async (t) => {
  const { error, failures } = await runs(t, ({ reply }) => reply(untyped<string>(5)));
  assert.equal((error as Error).message, "Command /x gave a number; wanted: text for its reply.");
  assert.deepEqual(failures, ["tvs, command /x: Command /x gave a number; wanted: text for its reply."]);
  assert.match(originOf(error as Error)?.place ?? "", /^watched\.test\.ts:\d+$/);
});

test("an item may have methods of any name", async (t) => {
  class Named implements Command {
    readonly name = "x";
    readonly description = "X";
    async run({ reply }: CommandCall) {
      await reply(this.toString());
    }
    toString() {
      return "It is x";
    }
  }
  const { registry } = await running(t, (ctx) => void ctx.commands.add(new Named()));
  assert.equal(String(registry.items("commands")[0]), "It is x");
});
