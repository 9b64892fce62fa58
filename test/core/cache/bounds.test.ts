import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheFile, HOUR, open, raw, rows } from "./stage.ts";

for (const diskItems of [1, 7, 100, 700]) {
  test(`at most ${diskItems} rows are ever on disk, and the last written stay`, async (t) => {
    const file = cacheFile(t);
    const { namespace, problems } = open(t, file, { diskItems });
    const database = raw(t, file);
    const count = database.prepare("SELECT count(*) AS n FROM cache");
    let most = 0;
    for (let n = 0; n < diskItems * 10; n++) {
      // Several namespaces share one bound.
      await namespace(`s${n % 3}`).set(String(n), n, { ttl: HOUR });
      most = Math.max(most, Number(count.get()?.n));
    }
    assert.equal(most, diskItems);
    const kept = rows(database).map((key) => Number(key.split(":")[1]));
    assert.deepEqual(
      kept,
      Array.from(kept, (_, n) => diskItems * 10 - kept.length + n),
      "something newer went before something older",
    );
    assert.ok(kept.length >= diskItems * 0.9, `only ${kept.length} of ${diskItems} rows are used`);
    assert.deepEqual(problems, []);
  });
}

test("writing a value again makes it the youngest", async (t) => {
  const file = cacheFile(t);
  const { namespace } = open(t, file, { diskItems: 10 });
  const titles = namespace("titles");
  for (let n = 0; n < 10; n++) await titles.set(String(n), n, { ttl: HOUR });
  await titles.set("0", "again", { ttl: HOUR });
  await titles.set("10", 10, { ttl: HOUR });
  const keys = rows(raw(t, file));
  assert.ok(keys.includes("titles:0") && !keys.includes("titles:1"), keys.join(" "));
});

test("a file with more rows than the bound is brought back to it by the first write", async (t) => {
  const file = cacheFile(t);
  const first = open(t, file);
  for (let n = 0; n < 50; n++) await first.namespace("titles").set(String(n), n, { ttl: HOUR });
  await first.dispose();
  const { namespace } = open(t, file, { diskItems: 20 });
  await namespace("titles").set("50", 50, { ttl: HOUR });
  const keys = rows(raw(t, file));
  assert.ok(keys.length <= 20 && keys.at(-1) === "titles:50", keys.join(" "));
});

test("expired rows go, however many values are still fresh", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const file = cacheFile(t);
  const first = open(t, file);
  for (let n = 0; n < 100; n++) await first.namespace("titles").set(`old ${n}`, n, { ttl: 1_000 });
  t.mock.timers.tick(1_000);
  await first.namespace("titles").set("fresh", 1, { ttl: HOUR });
  await first.dispose();
  const second = open(t, file);
  await second.namespace("titles").set("fresher", 1, { ttl: HOUR });
  assert.deepEqual(rows(raw(t, file)), ["titles:fresh", "titles:fresher"]);
});

test("at most as many values as allowed are in memory", async (t) => {
  const file = cacheFile(t);
  const { namespace } = open(t, file, { memoryItems: 10 });
  const titles = namespace("titles");
  for (let n = 0; n < 100; n++) await titles.set(String(n), n, { ttl: HOUR });
  raw(t, file).exec("DELETE FROM cache");
  const found: number[] = [];
  for (let n = 0; n < 100; n++) if (await titles.find(String(n))) found.push(n);
  assert.deepEqual(found, [90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
});

test("large values push each other out of memory before it is full", async (t) => {
  const { namespace } = open(t, ":memory:");
  const titles = namespace("titles");
  const large = "한".repeat(260_000); // 780,000 bytes as UTF-8
  for (let n = 0; n < 100; n++) await titles.set(String(n), large, { ttl: HOUR });
  const found = await Promise.all(Array.from({ length: 100 }, (_, n) => titles.find(String(n))));
  const kept = found.filter((one) => one !== undefined).length;
  assert.ok(kept >= 50 && kept <= 65, `${kept} values of 780 kB are in memory`);
});

test("a value too large is not kept, and neither is the one it should have replaced", async (t) => {
  const file = cacheFile(t);
  const { namespace, problems } = open(t, file, { maxValue: 1_000 });
  const titles = namespace("titles");
  await titles.set("a", "small", { ttl: HOUR });
  await titles.set("b", "x".repeat(900), { ttl: HOUR });
  await titles.set("c", "한".repeat(900), { ttl: HOUR });
  await titles.set("a", "x".repeat(4_000), { ttl: HOUR });
  assert.equal(await titles.get("a"), undefined);
  assert.deepEqual(rows(raw(t, file)), ["titles:b", "titles:c"]);
  assert.equal((await titles.find("c"))?.tier, "memory", "the bound counts characters, not bytes");
  assert.deepEqual(problems, []);
});
