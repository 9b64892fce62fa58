import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import type { Journal } from "../../../core/store/store.ts";
import { message, refusal, settle, stage } from "./intake-stage.ts";

test("a batch is in the journal before its offset moves, and only then is it handled", async (t) => {
  const order: string[] = [];
  const inner = await openSqliteStore({ file: ":memory:" });
  t.after(() => inner.dispose());
  const journal: Journal = {
    ...inner.journal,
    append(updates) {
      order.push("journal");
      return inner.journal.append(updates);
    },
  };
  const { intake, asked, idle } = await stage(t, {
    polls: [[message(41, 1)], [message(42, 1)]],
    journal,
    handle: async ({ update_id }) => void order.push(`handle ${update_id}`),
  });
  await intake.start();
  await idle;
  assert.deepEqual(order, ["journal", "handle 41", "journal", "handle 42"]);
  assert.deepEqual(
    asked.map(({ offset }) => offset),
    [undefined, 42, 43],
  );
});

test("what Telegram sends again is dropped", async (t) => {
  const { intake, handled, idle } = await stage(t, {
    polls: [
      [message(1, 7), message(2, 7)],
      [message(1, 7), message(2, 7), message(3, 7)],
    ],
  });
  await intake.start();
  await idle;
  await settle();
  assert.deepEqual(handled, [1, 2, 3]);
});

test("polling waits while too many updates are under way", async (t) => {
  const go = Promise.withResolvers<void>();
  const { intake, asked, idle } = await stage(t, {
    polls: Array.from({ length: 10 }, (_, batch) => Array.from({ length: 10 }, (_, n) => message(batch * 10 + n, n))),
    concurrency: 5,
    backlog: 20,
    handle: () => go.promise,
  });
  await intake.start();
  await settle();
  assert.equal(asked.length, 3, "two batches of ten fill the backlog, the third waits for room");
  go.resolve();
  await idle;
  assert.equal(asked.length, 11);
});

test("a journal that cannot be written to for a while delays updates, and loses none", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const inner = await openSqliteStore({ file: ":memory:" });
  t.after(() => inner.dispose());
  let refusals = 3;
  const append: Journal["append"] = (updates) => {
    if (refusals-- > 0) throw new BotError(refusals === 0 ? "store.failed" : "store.locked", "held");
    return inner.journal.append(updates);
  };
  const { intake, handled, asked, log } = await stage(t, {
    journal: { ...inner.journal, append },
    polls: [[message(1, 7)], [message(2, 7)]],
  });
  await intake.start();
  for (let step = 0; step < 50; step++) {
    assert.ok(refusals < 1 || asked.length === 1, "no poll confirms what is not written down");
    t.mock.timers.tick(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(handled, [1, 2]);
  assert.equal(log.filter((line) => line.startsWith("error: Updates could not be written down.")).length, 3);
});

test("a journal that is damaged ends polling with its code", async (t) => {
  const inner = await openSqliteStore({ file: ":memory:" });
  t.after(() => inner.dispose());
  const append: Journal["append"] = () => {
    throw new BotError("store.corrupt", "damaged");
  };
  const { intake } = await stage(t, { journal: { ...inner.journal, append }, polls: [[message(1, 7)]] });
  const ended = assert.rejects(intake.done, { code: "store.corrupt" });
  await intake.start();
  await ended;
});

test("rubbish among the updates harms nothing", async (t) => {
  const rubbish = [null, undefined, 7, "x", [], {}, { update_id: "1" }, { update_id: 1.5 }, { update_id: 2 ** 60 }];
  const odd = [
    { update_id: 5 },
    { update_id: 6, message: null },
    { update_id: 7, message: {} },
    { update_id: 8, x: 1 },
  ];
  const { intake, handled, log, idle } = await stage(t, {
    polls: [rubbish, [...rubbish, ...odd, message(9, 7)], [message(10, 7)]],
  });
  await intake.start();
  await idle;
  await settle();
  assert.deepEqual(
    handled.sort((a, b) => a - b),
    [5, 8, 9, 10],
  );
  assert.match(log.join(), /warn: 9 updates had no update_id and were left out/);
  assert.match(log.join(), /warn: Update 6 is malformed: message is missing/);
});

test("a network failure is told once and outlasted, a gone Telegram is polled again at growing distances", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const failures = Array.from({ length: 4 }, () => new Error("getUpdates did not reach Telegram"));
  const { intake, handled, log, asked } = await stage(t, { polls: [[], ...failures, [message(1, 7)]] });
  await intake.start();
  for (let second = 0; second < 20 && handled.length === 0; second++) {
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(handled, [1]);
  assert.deepEqual(log, ["warn: Telegram does not answer; trying again.", "info: Telegram answers again."]);
  assert.deepEqual(
    asked.slice(0, 7).map(({ timeout }) => timeout),
    [0, 30, 0, 0, 0, 0, 30],
    "after a failure a poll does not wait, so that Telegram's return is seen at once",
  );
});

test("another poller is waited for a minute, with one clear line", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const conflict = refusal(409, "Conflict: terminated by other getUpdates request");
  const { intake, log } = await stage(t, { polls: [[], ...Array.from({ length: 100 }, () => conflict)] });
  await intake.start();
  const ended = assert.rejects(intake.done, { code: "telegram.conflict" });
  for (let second = 0; second < 64; second++) {
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  assert.deepEqual(log, ["warn: Another program polls with this token; waiting up to a minute for it to end."]);
});

test("another poller that ends in time is forgotten", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const conflict = refusal(409, "Conflict: terminated by other getUpdates request");
  const { intake, handled } = await stage(t, { polls: [[], conflict, conflict, [message(1, 7)]] });
  await intake.start();
  for (let second = 0; second < 10; second++) {
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(handled, [1]);
});

test("two programs that take turns with one token do not fight for ever", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const conflict = refusal(409, "Conflict: terminated by other getUpdates request");
  const polls = Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? [] : conflict));
  const { intake, log } = await stage(t, { polls });
  await intake.start();
  const ended = assert.rejects(intake.done, { code: "telegram.conflict" });
  for (let second = 0; second < 64; second++) {
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  assert.deepEqual(log, ["warn: Another program polls with this token; waiting up to a minute for it to end."]);
});

test("a second conflict long after the first has its own minute", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const conflict = refusal(409, "Conflict: terminated by other getUpdates request");
  const later = Promise.withResolvers<void>();
  const { intake, log, handled } = await stage(t, {
    polls: [[], conflict, [message(1, 7)], [message(2, 8)], conflict, [message(3, 7)]],
    handle: async ({ update_id }) => {
      handled.push(update_id);
      // Two under way are the most, so that no poll comes before these are over.
      if (update_id < 3) await later.promise;
    },
    backlog: 0,
    concurrency: 1,
  });
  await intake.start();
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      t.mock.timers.tick(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await pass(70);
  later.resolve();
  await pass(10);
  assert.deepEqual(handled, [1, 2, 3]);
  assert.equal(log.filter((line) => line.includes("Another program polls")).length, 2);
});

test("a token that Telegram refuses ends intake, at the start and later", async (t) => {
  for (const polls of [[refusal(401, "Unauthorized")], [[], refusal(401, "Unauthorized")]]) {
    const { intake } = await stage(t, { polls });
    const ended = assert.rejects(intake.done, { code: "telegram.unauthorized" });
    await intake.start().catch(() => undefined);
    await ended;
  }
});
