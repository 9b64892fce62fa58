import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheFile } from "../cache/stage.ts";
import { DAY, films, HOUR, hit, MINUTE, patient, stage, turn } from "./stage.ts";

test("a title comes from the source once and from the cache until its time is over", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const { details } = stage(t);
  const { source, calls } = films();
  const record = { id: "a", title: "Film a" };
  assert.deepEqual(await details(source, "a", patient), {
    record,
    fetchedAt: 1_000_000,
    provider: "film",
    tier: "upstream",
    stale: false,
  });
  t.mock.timers.tick(DAY - 1);
  assert.deepEqual(await details(source, "a", patient), {
    record,
    fetchedAt: 1_000_000,
    provider: "film",
    tier: "memory",
    stale: false,
  });
  assert.equal(calls.length, 1);
  t.mock.timers.tick(1);
  assert.equal((await details(source, "a", patient))?.fetchedAt, 1_000_000 + DAY);
  assert.equal(calls.length, 2);
});

test("hits come from the source once and from the cache until their time is over", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const { search } = stage(t);
  const { source, calls } = films();
  assert.equal((await search(source, "x", patient)).tier, "upstream");
  t.mock.timers.tick(HOUR - 1);
  const again = await search(source, "x", patient);
  assert.deepEqual([again.tier, again.record], ["memory", [hit(1), hit(2)]]);
  assert.equal(calls.length, 1);
  t.mock.timers.tick(1);
  assert.equal((await search(source, "x", patient)).tier, "upstream");
  assert.equal(calls.length, 2);
});

test("what is stored is a record, when it was fetched and who gave it, and nothing else", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const { search, details, cache } = stage(t);
  const { source } = films({
    details: async (id, { servedBy }) => {
      servedBy("page");
      return id === "none" ? undefined : { id, title: "A" };
    },
  });
  await details(source, "a", patient);
  await details(source, "none", patient);
  await search(source, "Sweet  HOME", patient);
  const stored = (namespace: string, key: string) => cache.namespace(namespace).get(key);
  assert.deepEqual(await stored("film_details", "d:a"), {
    record: { id: "a", title: "A" },
    fetchedAt: 1_000_000,
    provider: "page",
  });
  assert.deepEqual(await stored("film_details", "d:none"), { record: null, fetchedAt: 1_000_000, provider: "page" });
  assert.deepEqual(await stored("film_search", "s:sweet home"), {
    record: [hit(1), hit(2)],
    fetchedAt: 1_000_000,
    provider: "film",
  });
});

test("a restart with a filled cache and a dead source still gives its answers", async (t) => {
  const file = cacheFile(t);
  const before = stage(t, { file });
  const { source, change } = films();
  await before.details(source, "a", patient);
  await before.search(source, "a", patient);
  await before.cache.dispose();
  const dead = async () => assert.fail("the source was asked");
  change({ details: dead, search: dead });
  const { details, search } = stage(t, { file });
  assert.equal((await details(source, "a", patient))?.tier, "disk");
  assert.equal((await details(source, "a", patient))?.tier, "memory");
  assert.equal((await search(source, "a", patient)).tier, "disk");
});

test("100 lookups of one title at the same moment are one call, and so are 100 searches", async (t) => {
  const { details, search } = stage(t);
  const { source, calls } = films({ search: async () => turn().then(() => [hit(1)]) });
  const cards = await Promise.all(Array.from({ length: 100 }, () => details(source, "a", patient)));
  assert.equal(calls.length, 1);
  assert.deepEqual(new Set(cards.map((card) => card?.tier)), new Set(["upstream"]));
  const spellings = ["Sweet Home", " sweet home", "SWEET\u200b HOME", "ｓｗｅｅｔ home"];
  const lists = await Promise.all(
    Array.from({ length: 100 }, (_, n) => search(source, spellings[n % 4] ?? "", patient)),
  );
  assert.equal(calls.length, 2);
  for (const { record } of lists) assert.deepEqual(record, [hit(1)]);
});

test("one who asks at the very moment when an answer arrives causes no second call", async (t) => {
  for (let moment = 0; moment < 40; moment++) {
    const { details, cache } = stage(t);
    const gate = Promise.withResolvers<void>();
    const { source, calls } = films({ details: async (id) => gate.promise.then(() => ({ id, title: "A" })) });
    const first = details(source, "a", patient);
    await turn();
    gate.resolve();
    for (let n = 0; n < moment; n++) await undefined;
    const second = details(source, "a", patient);
    await Promise.all([first, second]);
    assert.equal(calls.length, 1, `${moment} steps after it`);
    await cache.dispose();
  }
});

test("sources, titles and queries are kept apart", async (t) => {
  const { details, search } = stage(t);
  const one = films();
  const two = films({ command: "film2" });
  await details(one.source, "a", patient);
  await details(one.source, "A", patient);
  await details(two.source, "a", patient);
  await search(one.source, "a", patient);
  await search(two.source, "a", patient);
  assert.deepEqual([one.calls.length, two.calls.length], [3, 2]);
});

test("one who leaves is told so and does not end the call for the others; the last one does", async (t) => {
  const { details } = stage(t);
  const gate = Promise.withResolvers<void>();
  const { source, calls } = films({ details: async (id) => gate.promise.then(() => ({ id, title: "A" })) });
  const [leaver, last] = [new AbortController(), new AbortController()];
  const leaves = details(source, "a", leaver.signal);
  const stays = details(source, "a", patient);
  const alone = details(source, "b", last.signal);
  await turn();
  leaver.abort(new Error("gone"));
  last.abort(new Error("gone too"));
  await assert.rejects(leaves, { message: "gone" });
  await assert.rejects(alone, { message: "gone too" });
  assert.deepEqual(
    calls.map(({ signal }) => signal.aborted),
    [false, true],
  );
  gate.resolve();
  assert.equal((await stays)?.tier, "upstream");
});

test("one who has left already causes no call, before or after the cache was asked", async (t) => {
  const { details } = stage(t);
  const { source, calls } = films();
  await assert.rejects(details(source, "a", AbortSignal.abort(new Error("gone"))), { message: "gone" });
  const leaver = new AbortController();
  const leaves = details(source, "a", leaver.signal);
  leaver.abort(new Error("gone"));
  await assert.rejects(leaves, { message: "gone" });
  await turn();
  assert.equal(calls.length, 0);
});

test("nothing found and no such title are remembered for a while, then asked again", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const { details, search } = stage(t, { negativeTtl: 2 * MINUTE });
  const { source, calls, change } = films({ details: async () => undefined, search: async () => [] });
  const ask = async () => {
    const card = await details(source, "a", patient);
    return [card?.record, (await search(source, "a", patient)).record];
  };
  assert.deepEqual(await ask(), [undefined, []]);
  t.mock.timers.tick(2 * MINUTE - 1);
  assert.deepEqual(await ask(), [undefined, []]);
  assert.equal(calls.length, 2);
  change({});
  t.mock.timers.tick(1);
  assert.deepEqual(await ask(), [{ id: "a", title: "Film a" }, [hit(1), hit(2)]]);
  assert.equal(calls.length, 4);
});

test("a record that this version does not know is asked for again", async (t) => {
  const { details, search, cache } = stage(t);
  const { source, calls } = films();
  const details_ = cache.namespace("film_details");
  const search_ = cache.namespace("film_search");
  const odd = [
    "nothing",
    7,
    [],
    {},
    { record: { id: "a", title: "A" } },
    { record: { id: "a", title: "A" }, fetchedAt: Date.now() },
    { record: { id: "a", title: "A" }, fetchedAt: "today", provider: "film" },
    { record: { id: "a", name: "of an older version" }, fetchedAt: Date.now(), provider: "film" },
    { record: "text", fetchedAt: Date.now(), provider: "film" },
  ];
  for (const value of odd) {
    await details_.set("d:a", value, { ttl: DAY });
    assert.equal((await details(source, "a", patient))?.tier, "upstream", JSON.stringify(value));
  }
  for (const record of ["text", {}, [{ id: "f1" }], [hit(1), null]]) {
    await search_.set("s:a", { record, fetchedAt: Date.now(), provider: "film" }, { ttl: DAY });
    assert.equal((await search(source, "a", patient)).tier, "upstream", JSON.stringify(record));
  }
  assert.equal(calls.length, odd.length + 4);
});
