import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createUpdates, type Update, type Updates } from "../../../core/playground/updates.ts";
import { MINA, openClient } from "./client.ts";

const CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const never = new AbortController().signal;

/** Asks without waiting. */
const ask = (updates: Updates, more: object = {}) => updates.get({ offset: 0, limit: 100, timeout: 0, ...more }, never);
const contents = (updates: readonly Update[]) => updates.map(({ message }) => message);

function filled(count: number): Updates {
  const updates = createUpdates();
  for (let n = 1; n <= count; n++) updates.push("message", n);
  return updates;
}

test("unconfirmed updates are sent again, and a higher offset confirms them", async () => {
  const updates = filled(5);
  const first = await ask(updates, { limit: 2 });
  assert.deepEqual(contents(first), [1, 2]);
  assert.deepEqual(await ask(updates, { limit: 2 }), first);
  assert.equal(updates.pending, 5);
  const begin = first[0]?.update_id ?? 0;
  assert.deepEqual(contents(await ask(updates, { offset: begin + 2 })), [3, 4, 5]);
  assert.equal(updates.pending, 3);
  assert.deepEqual(contents(await ask(updates)), [3, 4, 5]);
  assert.deepEqual(contents(await ask(updates, { offset: begin })), [3, 4, 5]);
  assert.deepEqual(await ask(updates, { offset: begin + 5 }), []);
  assert.equal(updates.pending, 0);
});

test("numbers follow each other without gaps", async () => {
  const updates = filled(3);
  await ask(updates, { allowed: ["message"] });
  updates.push("callback_query", "x");
  updates.push("message", 4);
  const ids = (await ask(updates)).map(({ update_id }) => update_id);
  assert.deepEqual(
    ids,
    ids.map((_, index) => (ids[0] ?? 0) + index),
  );
});

test("a negative offset keeps so many of the newest", async () => {
  const updates = filled(5);
  assert.deepEqual(contents(await ask(updates, { offset: -2 })), [4, 5]);
  assert.equal(updates.pending, 2);
  assert.deepEqual(contents(await ask(updates, { offset: -9 })), [4, 5]);
});

test("an offset of another queue changes nothing, so that nothing is lost", async () => {
  const updates = filled(3);
  const end = ((await ask(updates)).at(-1)?.update_id ?? 0) + 1;
  assert.deepEqual(contents(await ask(updates, { offset: end + 11 })), [1, 2, 3]);
  assert.deepEqual(contents(await ask(updates, { offset: 1 })), [1, 2, 3]);
  assert.deepEqual(contents(await ask(updates, { offset: end + 10 })), []);
  assert.deepEqual(await ask(createUpdates(), { offset: 5 }), []);
});

test("a limit out of range is brought into it", async () => {
  const updates = filled(150);
  for (const [limit, count] of [
    [0, 1],
    [-5, 1],
    [1, 1],
    [100, 100],
    [101, 100],
  ] as const)
    assert.equal((await ask(updates, { limit })).length, count);
});

test("the kinds that are wanted are remembered until others are named", async () => {
  const updates = createUpdates();
  const push = () => {
    updates.push("message", "m");
    updates.push("callback_query", "c");
  };
  const kinds = async (more: object = {}) =>
    (await ask(updates, more)).map((update) => Object.keys(update).find((key) => key !== "update_id"));
  await ask(updates, { allowed: ["callback_query"] });
  push();
  assert.deepEqual(await kinds(), ["callback_query"]);
  push();
  assert.deepEqual(await kinds({ allowed: ["message"] }), ["callback_query", "callback_query"]);
  push();
  assert.deepEqual(await kinds({ allowed: [] }), ["callback_query", "callback_query", "message"]);
  push();
  assert.equal((await kinds()).length, 5);
});

test("a poll waits for the first update and takes what comes with it", async () => {
  const updates = createUpdates();
  const poll = ask(updates, { timeout: 50 });
  updates.push("message", 1);
  updates.push("message", 2);
  assert.deepEqual(contents(await poll), [1, 2]);
});

test("a poll ends empty after its time, which is at most 50 s", async (t: TestContext) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const updates = createUpdates();
  for (const [timeout, seconds] of [
    [3, 3],
    [500, 50],
  ] as const) {
    let ended = false;
    const poll = ask(updates, { timeout }).finally(() => {
      ended = true;
    });
    t.mock.timers.tick(seconds * 1000 - 1);
    await new Promise(setImmediate);
    assert.equal(ended, false);
    t.mock.timers.tick(1);
    assert.deepEqual(await poll, []);
  }
});

test("a poll whose caller left, or that is closed, ends at once", async () => {
  const updates = createUpdates();
  const leaving = new AbortController();
  const poll = updates.get({ offset: 0, limit: 1, timeout: 50 }, leaving.signal);
  leaving.abort();
  assert.deepEqual(await poll, []);
  assert.deepEqual(await updates.get({ offset: 0, limit: 1, timeout: 50 }, leaving.signal), []);
  const last = ask(updates, { timeout: 50 });
  updates.dispose();
  assert.deepEqual(await last, []);
});

test("a second poll that waits ends the first; one that does not wait leaves it", async () => {
  const updates = createUpdates();
  const first = ask(updates, { timeout: 50 });
  assert.deepEqual(await ask(updates), []);
  const second = ask(updates, { timeout: 50 });
  await assert.rejects(first, { code: 409, message: CONFLICT });
  updates.push("message", 1);
  assert.deepEqual(contents(await second), [1]);
});

test("at most 100,000 updates wait for a bot that does not come, the newest", async () => {
  const updates = filled(100_003);
  assert.equal(updates.pending, 100_000);
  assert.deepEqual(contents(await ask(updates, { limit: 2 })), [4, 5]);
  const begin = (await ask(updates))[0]?.update_id ?? 0;
  assert.deepEqual(contents(await ask(updates, { offset: begin + 99_999 })), [100_003]);
  updates.push("message", "after");
  assert.deepEqual(contents(await ask(updates)), [100_003, "after"]);
});

test("over HTTP, too, a second poller ends the first and gets what comes", async (t) => {
  const { call, write } = await openClient(t);
  const first = call("getUpdates", { timeout: 50 });
  const second = call("getUpdates", { timeout: 50 });
  const loser = await Promise.race([first, second]);
  assert.deepEqual(loser, { ok: false, error_code: 409, description: CONFLICT });
  write("hello");
  const answers = await Promise.all([first, second]);
  const winner = answers.find(({ ok }) => ok);
  assert.match(JSON.stringify(winner?.result), /"text":"hello"/);
});

test("over HTTP, numbers may be texts and what is no number counts as nothing said", async (t) => {
  const { done, write, desk } = await openClient(t);
  write("one");
  write("two");
  const all = await done<Update[]>("getUpdates", { offset: "x", limit: "", timeout: "0", allowed_updates: "{" });
  assert.equal(all.length, 2);
  assert.equal((await done<Update[]>("getUpdates", { limit: "x" })).length, 1);
  const offset = String((all[0]?.update_id ?? 0) + 1);
  assert.equal((await done<Update[]>("getUpdates", { offset, allowed_updates: '["callback_query"]' })).length, 1);
  write("not wanted");
  assert.equal(desk.world.updates.pending, 1);
});

test("a caller who leaves takes no update along", async (t) => {
  const { call, write } = await openClient(t);
  const leaving = new AbortController();
  const gone = call("getUpdates", { timeout: 50 }, leaving.signal);
  await call("getWebhookInfo");
  leaving.abort();
  await assert.rejects(gone);
  const next = call("getUpdates", { timeout: 50 });
  write("hello");
  assert.match(JSON.stringify((await next).result), /hello/);
});

test("what is confirmed by itself is not given again, whatever came before it", async () => {
  const updates = filled(5);
  const ids = (await ask(updates)).map(({ update_id }) => update_id);
  const [first = 0, second = 0, third = 0, fourth = 0] = ids;
  updates.confirm(third);
  updates.confirm(third);
  assert.equal(updates.pending, 4);
  assert.deepEqual(contents(await ask(updates)), [1, 2, 4, 5]);
  assert.deepEqual(contents(await ask(updates, { limit: 3 })), [1, 2, 4]);
  assert.deepEqual(contents(updates.after(second, 1)), [4]);
  updates.confirm(first);
  updates.confirm(second);
  assert.deepEqual(contents(await ask(updates)), [4, 5]);
  updates.confirm(first - 1);
  updates.confirm(first + 100);
  assert.equal(updates.pending, 2);
  assert.deepEqual(contents(await ask(updates, { offset: fourth + 1 })), [5]);
  updates.drop();
  updates.confirm(fourth + 1);
  assert.equal(updates.pending, 0);
  updates.push("message", 6);
  assert.deepEqual(contents(await ask(updates)), [6]);
});

test("without a webhook, deleting it may drop what waits", async (t) => {
  const { done, write } = await openClient(t);
  write("one");
  const info = { url: "", has_custom_certificate: false, pending_update_count: 1 };
  assert.deepEqual(await done("getWebhookInfo"), info);
  assert.equal(await done("deleteWebhook"), true);
  assert.deepEqual(await done("getWebhookInfo"), info);
  await done("deleteWebhook", { drop_pending_updates: true });
  assert.deepEqual(await done("getWebhookInfo"), { ...info, pending_update_count: 0 });
  assert.deepEqual(await done("getUpdates"), []);
  write("two", { chatId: MINA.id });
  assert.match(JSON.stringify(await done("getUpdates")), /two/);
});
