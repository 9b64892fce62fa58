import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import { cacheFile } from "../cache/stage.ts";
import { DAY, type Film, films, HOUR, hit, patient, type StageOptions, stage, turn } from "./stage.ts";

/** A lookup that knows "a" since long ago, and whose source now answers when the test lets it. */
async function aged(t: TestContext, options: StageOptions = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const { details, search, cache, problems, cacheProblems } = stage(t, options);
  const { source, calls, change } = films();
  await details(source, "a", patient);
  await search(source, "a", patient);
  t.mock.timers.tick(2 * DAY);
  calls.length = 0;
  const gate = Promise.withResolvers<Film>();
  change({ details: () => gate.promise, search: () => gate.promise.then(() => [hit(3)]) });
  return { details, search, cache, problems, cacheProblems, source, calls, change, gate };
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  await turn();
  return settled;
}

test("a source that answers in time is waited for, though an older answer is known", async (t) => {
  const { details, source, gate } = await aged(t);
  const asked = details(source, "a", patient);
  await turn();
  t.mock.timers.tick(999);
  gate.resolve({ id: "a", title: "New" });
  const answer = await asked;
  assert.deepEqual([answer?.record, answer?.stale, answer?.tier], [{ id: "a", title: "New" }, false, "upstream"]);
});

test("a slow source is not waited for: the older answer is given with its age, and the next one is fresh", async (t) => {
  const { details, source, calls, gate, problems } = await aged(t);
  const asked = details(source, "a", patient);
  await turn();
  t.mock.timers.tick(999);
  assert.equal(await isSettled(asked), false);
  t.mock.timers.tick(1);
  assert.deepEqual(await asked, {
    record: { id: "a", title: "Film a" },
    fetchedAt: 1_000_000,
    provider: "film",
    tier: "memory",
    stale: true,
  });
  assert.equal(calls[0]?.signal.aborted, false, "the refresh was given up");
  gate.resolve({ id: "a", title: "New" });
  await turn();
  const next = await details(source, "a", patient);
  assert.deepEqual([next?.record, next?.stale, next?.tier], [{ id: "a", title: "New" }, false, "memory"]);
  assert.equal(calls.length, 1);
  assert.deepEqual(problems, []);
});

test("hits are given and refreshed in the same way", async (t) => {
  const { search, source, calls, gate } = await aged(t);
  const asked = search(source, "a", patient);
  await turn();
  t.mock.timers.tick(1_000);
  const answer = await asked;
  assert.deepEqual([answer.record, answer.stale], [[hit(1), hit(2)], true]);
  gate.resolve({ id: "a", title: "New" });
  await turn();
  const next = await search(source, "A", patient);
  assert.deepEqual([next.record, next.stale, next.tier], [[hit(3)], false, "memory"]);
  assert.equal(calls.length, 1);
});

test("the limit can be set", async (t) => {
  const { details, source } = await aged(t, { softLimit: 50 });
  const asked = details(source, "a", patient);
  await turn();
  t.mock.timers.tick(50);
  assert.equal((await asked)?.stale, true);
});

test("while a refresh goes on behind, everybody shares it", async (t) => {
  const { details, source, calls, gate } = await aged(t);
  const first = Promise.all(Array.from({ length: 50 }, () => details(source, "a", patient)));
  await turn();
  t.mock.timers.tick(1_000);
  for (const answer of await first) assert.equal(answer?.stale, true);
  const second = Promise.all(Array.from({ length: 50 }, () => details(source, "a", patient)));
  await turn();
  gate.resolve({ id: "a", title: "New" });
  for (const answer of await second) assert.equal(answer?.stale, false);
  assert.equal(calls.length, 1);
});

test("a caller who leaves does not end the refresh", async (t) => {
  const { details, source, calls, gate } = await aged(t);
  const leaver = new AbortController();
  const leaves = details(source, "a", leaver.signal);
  await turn();
  leaver.abort(new Error("gone"));
  await assert.rejects(leaves, { message: "gone" });
  assert.equal(calls[0]?.signal.aborted, false);
  gate.resolve({ id: "a", title: "New" });
  await turn();
  assert.equal((await details(source, "a", patient))?.tier, "memory");
});

test("without an older answer the source has its whole time, and there is nothing to go on for", async (t) => {
  const { details, source, calls } = await aged(t);
  const leaver = new AbortController();
  const asked = details(source, "unknown", leaver.signal);
  await turn();
  t.mock.timers.tick(19_999);
  assert.equal(await isSettled(asked), false);
  leaver.abort(new Error("gone"));
  await assert.rejects(asked, { message: "gone" });
  assert.equal(calls[0]?.signal.aborted, true);
});

test("a source that fails is told of, and the older answer is given at once", async (t) => {
  const { details, source, gate, problems } = await aged(t);
  const asked = details(source, "a", patient);
  gate.reject(new BotError("http.blocked", "403"));
  const answer = await asked;
  assert.deepEqual([answer?.record, answer?.stale, answer?.fetchedAt], [{ id: "a", title: "Film a" }, true, 1_000_000]);
  assert.deepEqual(
    problems.map(({ message, error }) => [message, error.code]),
    [["Films failed; its last good answer is given.", "http.blocked"]],
  );
});

test("a refresh that fails behind is told of once and harms nobody", async (t) => {
  const { details, source, gate, problems, calls, change } = await aged(t);
  const asked = Promise.all([details(source, "a", patient), details(source, "a", patient)]);
  await turn();
  t.mock.timers.tick(1_000);
  for (const answer of await asked) assert.equal(answer?.stale, true);
  gate.reject("no Error");
  await turn(); // an unhandled rejection would fail this test
  assert.deepEqual(
    problems.map(({ error }) => [error.code, error.plugin]),
    [["plugin.failed", "film"]],
  );
  change({});
  const next = await details(source, "a", patient);
  assert.deepEqual([next?.stale, next?.tier, calls.length], [false, "upstream", 2]);
});

test("a refresh that never ends is ended at the deadline", async (t) => {
  const { details, source, calls, problems } = await aged(t, { deadline: 5_000 });
  const asked = details(source, "a", patient);
  await turn();
  t.mock.timers.tick(1_000);
  await asked;
  t.mock.timers.tick(3_999);
  assert.equal(calls[0]?.signal.aborted, false);
  t.mock.timers.tick(1);
  await turn();
  assert.equal(calls[0]?.signal.aborted, true);
  assert.deepEqual(
    problems.map(({ error }) => error.code),
    ["lookup.timeout"],
  );
});

test("a title that is gone is gone, though an older answer was known", async (t) => {
  const { details, source, change } = await aged(t);
  change({ details: async () => undefined });
  assert.equal(await details(source, "a", patient), undefined);
});

test("the last good answer stands in for a week after its time, and no longer", async (t) => {
  const { details, search, source, change } = await aged(t);
  const fail = async () => Promise.reject(new BotError("http.unreachable", "down"));
  change({ details: fail, search: fail });
  t.mock.timers.setTime(1_000_000 + HOUR + 7 * DAY - 1);
  assert.equal((await search(source, "a", patient)).stale, true);
  t.mock.timers.tick(1);
  await assert.rejects(search(source, "a", patient), { code: "http.unreachable" });
  t.mock.timers.setTime(1_000_000 + 8 * DAY - 1);
  assert.equal((await details(source, "a", patient))?.fetchedAt, 1_000_000);
  t.mock.timers.tick(1);
  await assert.rejects(details(source, "a", patient), { code: "http.unreachable" });
});

test("nothing found is no good answer: when the source fails after it, the failure is told", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  const { details, search, problems } = stage(t);
  const { source, change } = films({ details: async () => undefined, search: async () => [] });
  await details(source, "a", patient);
  await search(source, "a", patient);
  t.mock.timers.tick(60_000);
  const fail = async () => Promise.reject(new BotError("http.blocked", "403"));
  change({ details: fail, search: fail });
  await assert.rejects(details(source, "a", patient), { code: "http.blocked" });
  await assert.rejects(search(source, "a", patient), { code: "http.blocked" });
  assert.deepEqual(problems, []);
});

test("a refresh that ends after the cache was closed harms nobody", async (t) => {
  const { details, source, cache, gate, problems, cacheProblems } = await aged(t, { file: cacheFile(t) });
  const asked = details(source, "a", patient);
  await turn();
  t.mock.timers.tick(1_000);
  await asked;
  await cache.dispose();
  gate.resolve({ id: "a", title: "New" });
  await turn(); // an unhandled rejection would fail this test
  assert.deepEqual([problems, cacheProblems], [[], []]);
});

test("a process can end though a refresh never does, and though one was quicker than the limit", async (t) => {
  const code = `
    import { createCache } from ${JSON.stringify(new URL("../../../core/cache/cache.ts", import.meta.url).href)};
    import { createLookup } from ${JSON.stringify(new URL("../../../core/lookup/create.ts", import.meta.url).href)};
    const cache = createCache({ file: ":memory:" });
    const hour = 3_600_000;
    const quick = createLookup({ cache, softLimit: hour, deadline: hour });
    const slow = createLookup({ cache, softLimit: 10, deadline: hour });
    const untilStale = () => new Promise((resolve) => setTimeout(resolve, 5));
    let answer = { title: "A" };
    const source = { command: "film", name: "Films", ttl: { details: 1 }, isRecord: () => true, details: async () => answer };
    const { signal } = new AbortController();
    await quick.details(source, "a", signal);
    await untilStale();
    console.log((await quick.details(source, "a", signal)).stale);
    await untilStale();
    answer = new Promise(() => {});
    console.log((await slow.details(source, "a", signal)).stale);
    await cache.dispose();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  // A timer of an hour would hold it until the time of this test is over.
  assert.deepEqual(await once(child, "close"), [0, null]);
  assert.equal(output, "false\ntrue\n");
});
