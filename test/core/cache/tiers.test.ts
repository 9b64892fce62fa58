import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheFile, HOUR, open, raw, rows } from "./stage.ts";

test("a value that was written is found in memory, and a missing one nowhere", async (t) => {
  const { namespace, hits, problems } = open(t, cacheFile(t));
  const titles = namespace("titles");
  await titles.set("a", { title: "Sweet Home" }, { ttl: HOUR });
  assert.deepEqual(await titles.find("a"), { value: { title: "Sweet Home" }, tier: "memory" });
  assert.deepEqual(await titles.get("a"), { title: "Sweet Home" });
  assert.equal(await titles.find("b"), undefined);
  assert.equal(await titles.get("b"), undefined);
  assert.deepEqual(hits, ["titles memory", "titles memory", "titles miss", "titles miss"]);
  assert.deepEqual(problems, []);
});

test("a value outlives a restart: it comes from disk once, then from memory", async (t) => {
  const file = cacheFile(t);
  const first = open(t, file);
  await first.namespace("titles").set("a", ["한국", { n: 1 }], { ttl: HOUR });
  await first.dispose();
  const { namespace, hits, problems } = open(t, file);
  assert.deepEqual(await namespace("titles").find("a"), { value: ["한국", { n: 1 }], tier: "disk" });
  assert.deepEqual(await namespace("titles").find("a"), { value: ["한국", { n: 1 }], tier: "memory" });
  assert.deepEqual(hits, ["titles disk", "titles memory"]);
  assert.deepEqual(problems, []);
});

test("a cache without a file keeps values in memory", async (t) => {
  const { namespace, check } = open(t, ":memory:");
  await namespace("titles").set("a", 1, { ttl: HOUR });
  assert.deepEqual(await namespace("titles").find("a"), { value: 1, tier: "memory" });
  await check();
});

test("namespaces are separate, whatever their names and keys hold", async (t) => {
  const file = cacheFile(t);
  const names = ["a", "a:", "a:b", "a%3Ab", "a%", "plugin:imdb", "plugin", "mdl", "mdl_search"];
  const keys = ["b:c", "c", ":c", "b%3Ac", "imdb:c"];
  const first = open(t, file);
  const all = names.flatMap((name) => keys.map((key) => ({ name, key, value: `${name} and ${key}` })));
  for (const { name, key, value } of all) await first.namespace(name).set(key, value, { ttl: HOUR });
  for (const { name, key, value } of all) assert.equal(await first.namespace(name).get(key), value, "in memory");
  await first.dispose();
  const second = open(t, file);
  for (const { name, key, value } of all) {
    assert.deepEqual(await second.namespace(name).find(key), { value, tier: "disk" });
  }
});

test("the time of a value is kept to the millisecond, in memory and on disk", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const file = cacheFile(t);
  const memory = open(t, file);
  await memory.namespace("titles").set("a", 1, { ttl: 1_500 });
  t.mock.timers.tick(1_499);
  const disk = open(t, file);
  assert.equal((await memory.namespace("titles").find("a"))?.tier, "memory");
  assert.equal((await disk.namespace("titles").find("a"))?.tier, "disk");
  assert.equal((await disk.namespace("titles").find("a"))?.tier, "memory", "it is kept in memory from now on");
  t.mock.timers.tick(1);
  assert.equal(await memory.namespace("titles").find("a"), undefined);
  assert.equal(await disk.namespace("titles").find("a"), undefined, "memory keeps no value beyond its time on disk");
  assert.equal(await open(t, file).namespace("titles").find("a"), undefined);
});

test("a value without a time of its own is kept for the default time", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const { namespace } = open(t, cacheFile(t), { ttlDefault: 5_000 });
  await namespace("titles").set("a", 1);
  await namespace("titles").set("b", 1, {});
  t.mock.timers.tick(4_999);
  assert.equal(await namespace("titles").get("a"), 1);
  assert.equal(await namespace("titles").get("b"), 1);
  t.mock.timers.tick(1);
  assert.equal(await namespace("titles").get("a"), undefined);
  assert.equal(await namespace("titles").get("b"), undefined);
});

test("a value whose time is already over is not kept, nor is the one before it", async (t) => {
  const file = cacheFile(t);
  const { namespace, problems } = open(t, file);
  for (const ttl of [0, -1, Number.NaN]) {
    await namespace("titles").set("a", "before", { ttl: HOUR });
    await namespace("titles").set("a", "after", { ttl });
    assert.equal(await namespace("titles").get("a"), undefined, `ttl ${ttl}`);
    assert.deepEqual(rows(raw(t, file)), []);
  }
  assert.deepEqual(problems, []);
});

test("a value may be kept for as long as can be", async (t) => {
  const file = cacheFile(t);
  const first = open(t, file);
  for (const ttl of [Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 0.5 + HOUR]) {
    await first.namespace("titles").set(String(ttl), 1, { ttl });
    assert.equal(await first.namespace("titles").get(String(ttl)), 1);
    assert.equal((await open(t, file).namespace("titles").find(String(ttl)))?.tier, "disk");
  }
  assert.deepEqual(first.problems, []);
});

test("a deleted value is gone from both tiers", async (t) => {
  const file = cacheFile(t);
  const { namespace } = open(t, file);
  await namespace("titles").set("a", 1, { ttl: HOUR });
  await namespace("titles").set("b", 2, { ttl: HOUR });
  await namespace("titles").delete("a");
  assert.equal(await namespace("titles").get("a"), undefined);
  assert.deepEqual(rows(raw(t, file)), ["titles:b"]);
});

test("odd keys stay apart and come back from both tiers", async (t) => {
  const file = cacheFile(t);
  const keys = [
    "",
    ":",
    "a:b:c",
    "a",
    "a\u0000",
    "a\u0000b",
    "\u0000",
    "👩‍👩‍👧",
    "👩👩👧",
    "‮שלום",
    "\u200b",
    "' OR 1=1 --",
    "%",
    "_",
    "x".repeat(4_096),
    `${"x".repeat(4_095)}y`,
    "한".repeat(4_096),
  ];
  const first = open(t, file);
  for (const [index, key] of keys.entries()) await first.namespace("odd").set(key, index, { ttl: HOUR });
  for (const [index, key] of keys.entries()) assert.equal(await first.namespace("odd").get(key), index);
  await first.dispose();
  const second = open(t, file);
  for (const [value, key] of keys.entries()) {
    assert.deepEqual(await second.namespace("odd").find(key), { value, tier: "disk" }, JSON.stringify(key));
  }
  await second.namespace("odd").delete("a\u0000");
  assert.equal(await second.namespace("odd").get("a\u0000"), undefined);
  assert.equal(await second.namespace("odd").get("a"), 3);
  assert.deepEqual(second.problems, []);
});

test("every value given out is a copy: changing it changes nothing in the cache", async (t) => {
  const file = cacheFile(t);
  const titles = open(t, file).namespace("titles");
  const value = { list: ["a"] };
  await titles.set("a", value, { ttl: HOUR });
  value.list.push("changed by who wrote it");
  const change = async (from: typeof titles) => {
    const found = (await from.find("a"))?.value as typeof value; // as written above
    found.list.push("changed by who read it");
  };
  await change(titles);
  assert.deepEqual(await titles.get("a"), { list: ["a"] });
  const second = open(t, file).namespace("titles");
  await change(second); // from disk
  await change(second); // from memory
  assert.deepEqual(await second.get("a"), { list: ["a"] });
});

test("1,000 finds of one key at once: each is told the tier that served it", async (t) => {
  const file = cacheFile(t);
  const first = open(t, file);
  await first.namespace("titles").set("a", { n: 1 }, { ttl: HOUR });
  await first.dispose();
  const { namespace, hits } = open(t, file);
  const titles = namespace("titles");
  const atOnce = await Promise.all(Array.from({ length: 1_000 }, () => titles.find("a")));
  // All of them found memory empty, for all of them began before the first one had an answer.
  assert.deepEqual(new Set(atOnce.map((found) => found?.tier)), new Set(["disk"]));
  assert.equal(new Set(atOnce.map((found) => found?.value)).size, 1_000, "one value was given out twice");
  const after = await Promise.all(Array.from({ length: 1_000 }, () => titles.find("a")));
  assert.deepEqual(new Set(after.map((found) => found?.tier)), new Set(["memory"]));
  assert.equal(hits.length, 2_000);
});

test("a find on disk and one in memory at the same time are not mistaken for each other", async (t) => {
  const file = cacheFile(t);
  const first = open(t, file);
  for (const key of ["a", "b"]) await first.namespace("titles").set(key, key, { ttl: HOUR });
  await first.dispose();
  const titles = open(t, file).namespace("titles");
  await titles.find("a");
  const [a, b, again] = await Promise.all([titles.find("a"), titles.find("b"), titles.find("a")]);
  assert.deepEqual([a?.tier, b?.tier, again?.tier], ["memory", "disk", "memory"]);
});
