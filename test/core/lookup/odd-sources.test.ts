import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import { createCondition } from "../../../core/plugin/condition.ts";
import { noteOrigin } from "../../../core/plugin/origin.ts";
import type { SearchHit, Source } from "../../../core/plugin/source.ts";
import { watchItem } from "../../../core/plugin/watched.ts";
import { type Film, films, hit, patient, stage, turn } from "./stage.ts";

/** What a plugin in plain JavaScript may do, against its types. */
const untyped = <T>(value: unknown): T => value as T;

const failures: Readonly<
  Record<string, { readonly thrown: unknown; readonly code: string; readonly message: RegExp }>
> = {
  "an error with a code": {
    thrown: new BotError("http.blocked", "403"),
    code: "http.blocked",
    message: /^403$/,
  },
  "an error caused by one with a code": {
    thrown: new Error("search failed", { cause: new BotError("http.rate_limited", "429") }),
    code: "http.rate_limited",
    message: /^Films failed: search failed$/,
  },
  "an error of its own": {
    thrown: new TypeError("x is undefined"),
    code: "plugin.failed",
    message: /^Films failed: x is undefined$/,
  },
  text: { thrown: "oh no", code: "plugin.failed", message: /^Films failed: oh no$/ },
  nothing: { thrown: undefined, code: "plugin.failed", message: /^Films failed: .*undefined$/ },
  null: { thrown: null, code: "plugin.failed", message: /^Films failed: / },
  "a bare object": { thrown: Object.create(null), code: "plugin.failed", message: /^Films failed: .*object$/ },
  "a symbol": { thrown: Symbol("s"), code: "plugin.failed", message: /^Films failed: .*symbol$/ },
};

for (const [what, { thrown, code, message }] of Object.entries(failures)) {
  test(`a source that throws ${what} fails with ${code}, at once or later`, async (t) => {
    const { details, search } = stage(t);
    const { source, calls } = films();
    const throws = () => {
      throw thrown;
    };
    const rejects = () => Promise.reject(thrown);
    for (const fail of [throws, rejects]) {
      const failing = { ...source, details: fail, search: fail };
      await assert.rejects(details(failing, "a", patient), { name: "BotError", code, message });
      await assert.rejects(search(failing, "a", patient), { name: "BotError", code, message });
    }
    assert.equal((await details(source, "a", patient))?.tier, "upstream", "the failure was remembered");
    assert.equal(calls.length, 1);
  });
}

test("what a plugin's source throws carries the plugin's id, and else the source's command", async (t) => {
  const { search } = stage(t);
  const plugins: unknown[] = [];
  for (const id of ["movies", undefined]) {
    const error = new TypeError("x is undefined");
    if (id !== undefined) noteOrigin(error, { id, entry: {} });
    const { source } = films({ search: () => Promise.reject(error) });
    await search(source, "a", patient).catch(({ plugin }: BotError) => plugins.push(plugin));
  }
  assert.deepEqual(plugins, ["movies", "film"]);
});

test("a source that never answers is given up at the deadline, and its signal says so", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { details, search } = stage(t, { deadline: 20_000 });
  const never = () => new Promise<never>(() => undefined);
  const { source, calls } = films({ details: never, search: never });
  const asked = Promise.allSettled([details(source, "a", patient), search(source, "a", patient)]);
  await turn();
  t.mock.timers.tick(19_999);
  assert.ok(calls.every(({ signal }) => !signal.aborted));
  t.mock.timers.tick(1);
  for (const answer of await asked) {
    assert.ok(answer.status === "rejected");
    assert.equal(answer.reason.code, "lookup.timeout");
    assert.equal(answer.reason.message, "Films did not answer within 20 s.");
  }
  assert.ok(calls.length === 2 && calls.every(({ signal }) => signal.aborted));
});

test("a source that fails after it was given up harms nobody, and its late answer is not kept", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { details, cache } = stage(t);
  const gate = Promise.withResolvers<Film>();
  const { source } = films({
    details: (id) => (id === "a" ? gate.promise : gate.promise.then(() => Promise.reject(1))),
  });
  const asked = Promise.allSettled([details(source, "a", patient), details(source, "b", patient)]);
  await turn();
  t.mock.timers.tick(20_000);
  await asked;
  gate.resolve({ id: "a", title: "Late" });
  await turn(); // an unhandled rejection would fail this test
  assert.equal(await cache.namespace("film_details").get("d:a"), undefined);
});

test("details that are no record fail and are not kept; null is no such title", async (t) => {
  const { details, cache } = stage(t);
  const condition = createCondition({
    describe: String,
    onFailure: () => undefined,
    onChange: () => undefined,
    onTrip: () => undefined,
  });
  for (const record of ["text", 7, true, [], {}, new Date(0), () => undefined]) {
    const { source } = films({ details: async () => untyped<Film>(record) });
    const { item } = watchItem("sources", source, condition);
    await assert.rejects(details(item as Source, "a", patient), { code: "plugin.failed", message: /isRecord/ });
  }
  assert.equal(await cache.namespace("film_details").get("d:a"), undefined);
  const { source } = films({ details: async () => untyped<Film>(null) });
  assert.equal(await details(source, "a", patient), undefined);
  assert.equal(await details(source, "a", patient), undefined);
});

test("a source that gives its answer without a promise is understood", async (t) => {
  const { details, search } = stage(t);
  const { source } = films();
  const plain = {
    ...source,
    details: () => untyped<Promise<Film>>({ id: "a", title: "A" }),
    search: () => untyped<Promise<SearchHit[]>>([hit(1)]),
  };
  assert.deepEqual((await details(plain, "a", patient))?.record, { id: "a", title: "A" });
  assert.deepEqual((await search(plain, "a", patient)).record, [hit(1)]);
});

test("a check that stumbles over a stored record counts as not knowing it", async (t) => {
  const { details, cache } = stage(t);
  await cache.namespace("film_details").set("d:a", { record: {}, fetchedAt: Date.now(), provider: "x" }, { ttl: 1e6 });
  const { source } = films({
    isRecord: (value): value is Film => untyped<Film>(value).title.length > 0,
  });
  assert.equal((await details(source, "a", patient))?.tier, "upstream");
});

test("a record that JSON cannot hold is given, and asked for again", async (t) => {
  const { details, cacheProblems } = stage(t);
  const { source, calls } = films({ details: async (id) => untyped<Film>({ id, title: "A", votes: 7n }) });
  assert.equal((await details(source, "a", patient))?.tier, "upstream");
  assert.equal((await details(source, "a", patient))?.tier, "upstream");
  assert.equal(calls.length, 2);
  assert.equal(cacheProblems.length, 2);
});

test("a provider's name that is none is not taken", async (t) => {
  const { details } = stage(t);
  const { source } = films({
    details: async (id, { servedBy }) => {
      servedBy("page");
      for (const name of [undefined, null, 7, {}]) servedBy(untyped<string>(name));
      return { id, title: "A" };
    },
  });
  assert.equal((await details(source, "a", patient))?.provider, "page");
  assert.equal((await details(source, "a", patient))?.tier, "memory");
});

test("a search that gives no list fails", async (t) => {
  const { search } = stage(t);
  for (const answer of [undefined, null, "text", 7, {}, { length: 1, 0: hit(1) }, new Set([hit(1)])]) {
    const { source } = films({ search: async () => untyped<SearchHit[]>(answer) });
    await assert.rejects(search(source, "a", patient), { code: "plugin.failed", message: /list of hits/ });
  }
});

test("hits that cannot be shown or pressed are left out, and so is what is odd about the others", async (t) => {
  const { search } = stage(t);
  const good = { ...hit(1), year: 2020, kind: "Film", thumbnail: "https://film.example/1.jpg" };
  const answer = [
    undefined,
    null,
    "text",
    [],
    {},
    { title: "No id", url: "" },
    { id: "", title: "Empty id", url: "" },
    { id: 7, title: "Id of another type", url: "" },
    { id: "no-title", url: "" },
    { id: "blank", title: " \n", url: "" },
    { id: "no-url", title: "No url" },
    good,
    { ...hit(2), year: "2020", kind: { name: "Film" }, thumbnail: null, raw: { votes: 7n } },
    { ...hit(3), year: null },
    { ...hit(4), year: Number.NaN },
    { ...hit(5), year: 2020.5 },
  ];
  const { source } = films({ search: async () => untyped<SearchHit[]>(answer) });
  const hits = [good, hit(2), hit(3), hit(4), hit(5)];
  assert.deepEqual((await search(source, "a", patient)).record, hits);
  const again = await search(source, "a", patient);
  assert.deepEqual([again.record, again.tier], [hits, "memory"]);
});

test("a search none of whose hits can be shown fails, and is not kept", async (t) => {
  const { search } = stage(t);
  let answer: readonly unknown[] = [null, { id: 7, title: "Id of another type", url: "" }];
  const { source } = films({ search: async () => untyped<SearchHit[]>(answer) });
  await assert.rejects(search(source, "a", patient), { code: "plugin.failed", message: /2 hits of a wrong form/ });
  answer = [hit(1)];
  assert.deepEqual((await search(source, "a", patient)).record, [hit(1)]);
});

test("of hits with one id the first stays", async (t) => {
  const { search } = stage(t);
  const { source } = films({ search: async () => [hit(1), { ...hit(1), title: "Again" }, hit(2), hit(1), hit(2)] });
  assert.deepEqual((await search(source, "a", patient)).record, [hit(1), hit(2)]);
});

test("of 1,000 hits the first ten that can be shown stay", async (t) => {
  const { search } = stage(t);
  const answer = Array.from({ length: 1_000 }, (_, n) => (n % 2 === 0 ? hit(n) : untyped<SearchHit>({})));
  const { source } = films({ search: async () => answer });
  const numbers = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18];
  assert.deepEqual((await search(source, "a", patient)).record, numbers.map(hit));
});

test("odd queries and ids reach the source as they were typed, and are answered from the cache next time", async (t) => {
  const { search, details } = stage(t);
  const queries = [
    "x".repeat(4_096),
    "👩‍👩‍👧‍👦".repeat(372),
    "ﷺ".repeat(4_096),
    "שלום‏ עולם",
    "\u202egnp.mulp\u202c",
    "<b>&amp;</b>",
    "a\u0000b",
    "\ud800",
    "",
  ];
  const typed: string[] = [];
  const { source, calls } = films({
    search: async (query) => {
      typed.push(query);
      return [hit(1)];
    },
  });
  for (const query of queries) assert.equal((await search(source, query, patient)).tier, "upstream");
  assert.deepEqual(typed, queries);
  for (const query of queries) assert.equal((await search(source, query, patient)).tier, "memory");
  for (const query of queries) assert.equal((await details(source, query, patient))?.tier, "upstream");
  for (const query of queries) assert.equal((await details(source, query, patient))?.tier, "memory");
  assert.equal(calls.length, queries.length * 2);
});
