import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheFile, HOUR, open, raw, rows } from "./stage.ts";

/** Longer than a tier that failed is left alone, in ms. */
const PAUSE = 6_000;

test("a disk tier that fails counts as a miss and is told, and memory goes on", async (t) => {
  const file = cacheFile(t);
  const { namespace, check, hits, problems } = open(t, file);
  const titles = namespace("titles");
  await titles.set("before", 1, { ttl: HOUR });
  raw(t, file).exec("DROP TABLE cache");
  assert.equal(await titles.find("unknown"), undefined);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /^Reading from the cache failed: .*no such table/);
  await titles.set("after", 2, { ttl: HOUR });
  assert.equal(await titles.get("before"), 1);
  assert.equal(await titles.get("after"), 2);
  await titles.delete("before");
  assert.equal(await titles.get("before"), undefined);
  assert.deepEqual(hits, ["titles miss", "titles memory", "titles memory", "titles miss"]);
  await assert.rejects(check(), { code: "store.failed" });
});

test("a disk that is full stops no write, and what is there can still be read", async (t) => {
  const file = cacheFile(t);
  const { namespace, check, problems } = open(t, file);
  await namespace("titles").set("before", 1, { ttl: HOUR });
  const database = raw(t, file);
  database.exec("CREATE TRIGGER full BEFORE INSERT ON cache BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END");
  await namespace("titles").set("after", 2, { ttl: HOUR });
  assert.deepEqual(problems, ["Writing to the cache failed: database or disk is full"]);
  assert.equal(await namespace("titles").get("after"), 2, "memory did not take it");
  assert.equal((await open(t, file).namespace("titles").find("before"))?.tier, "disk");
  await assert.rejects(check(), { code: "store.failed", message: /full/ });
});

test("a tier that failed is left alone for a while, so that neither time nor log is lost on it", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const file = cacheFile(t);
  const { namespace, problems } = open(t, file);
  const titles = namespace("titles");
  const database = raw(t, file);
  database.exec("ALTER TABLE cache RENAME TO gone");
  for (let n = 0; n < 100; n++) {
    await titles.set(String(n), n, { ttl: HOUR });
    await titles.find(`unknown ${n}`);
  }
  assert.equal(problems.length, 1, problems.join("\n"));
  database.exec("ALTER TABLE gone RENAME TO cache");
  t.mock.timers.tick(PAUSE);
  await titles.set("later", 1, { ttl: HOUR });
  assert.deepEqual(rows(database), ["titles:later"], "it was not taken up again");
  assert.equal(problems.length, 1);
});

test("a lock held by another program costs a write a moment, not seconds", async (t) => {
  const file = cacheFile(t);
  const { namespace, problems } = open(t, file);
  const titles = namespace("titles");
  await titles.set("before", 1, { ttl: HOUR });
  const holder = raw(t, file);
  holder.exec("BEGIN IMMEDIATE; DELETE FROM cache");
  const began = performance.now();
  await titles.set("after", 2, { ttl: HOUR });
  const took = performance.now() - began;
  assert.ok(took < 1_000, `the event loop stood still for ${took} ms`);
  assert.deepEqual(problems, ["Writing to the cache failed: database is locked"]);
  assert.equal(await titles.get("after"), 2);
  holder.exec("ROLLBACK");
});

const rubbish: Readonly<Record<string, string>> = {
  "no JSON": "{",
  nothing: "",
  "JSON of another kind": '"text"',
  null: "null",
  "a number": "7",
  "a list": "[1]",
  "a value without its time": '{"value":1}',
  "a time that is none": '{"value":1,"logicalExpiration":"later"}',
  "a time without a value": '{"logicalExpiration":9000000000000}',
  "tags that nobody set": '{"value":1,"logicalExpiration":9000000000000,"tags":["x"]}',
  "tags of another kind": '{"value":1,"logicalExpiration":9000000000000,"tags":7}',
};

for (const [kind, text] of Object.entries(rubbish)) {
  test(`a row that holds ${kind} counts as a miss, and the tier as sound`, async (t) => {
    const file = cacheFile(t);
    const { namespace, hits, problems } = open(t, file);
    const titles = namespace("titles");
    const database = raw(t, file);
    const insert = database.prepare("INSERT INTO cache (key, expires_at, value) VALUES (?, ?, ?)");
    insert.run("titles:a", 9_000_000_000_000, text);
    insert.run("titles:good", 9_000_000_000_000, '{"value":2,"logicalExpiration":9000000000000}');
    assert.equal(await titles.find("a"), undefined);
    assert.deepEqual(problems, ["A value in the cache cannot be read and counts as missing."]);
    assert.deepEqual(await titles.find("good"), { value: 2, tier: "disk" });
    await titles.set("a", 3, { ttl: HOUR });
    assert.deepEqual(await titles.find("a"), { value: 3, tier: "memory" });
    assert.deepEqual(hits, ["titles miss", "titles disk", "titles memory"]);
  });
}

test("a value that JSON cannot hold is told of and not kept", async (t) => {
  const { namespace, problems } = open(t, cacheFile(t));
  const titles = namespace("titles");
  const circle: { self?: unknown } = {};
  circle.self = circle;
  for (const [index, value] of [circle, 1n, undefined].entries()) {
    await titles.set("a", value, { ttl: HOUR });
    assert.equal(await titles.get("a"), undefined);
    assert.equal(problems.length, index + 1);
    assert.match(problems[index] ?? "", /^Writing to the cache failed: /);
  }
});

test("null counts as no value", async (t) => {
  const { namespace, hits } = open(t, cacheFile(t));
  await namespace("titles").set("a", null, { ttl: HOUR });
  assert.equal(await namespace("titles").find("a"), undefined);
  assert.deepEqual(hits, ["titles miss"]);
});

test("work that is still under way when the cache closes ends quietly", async (t) => {
  const file = cacheFile(t);
  const { namespace, dispose, problems } = open(t, file);
  const titles = namespace("titles");
  await titles.set("a", 1, { ttl: HOUR });
  const underWay = [titles.find("b"), titles.set("c", 1, { ttl: HOUR }), titles.delete("a")];
  await dispose();
  await Promise.all(underWay);
  assert.equal(await titles.find("d"), undefined);
  await titles.set("d", 1, { ttl: HOUR });
  await titles.delete("d");
  await dispose();
  assert.deepEqual(problems, []);
});
