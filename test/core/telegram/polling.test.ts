import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Update } from "grammy/types";
import { GrammyError } from "grammy/web";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import type { Journal } from "../../../core/store/store.ts";
import { createHandling, type HandlingOptions } from "../../../core/telegram/handling.ts";
import { createPolling, type PollingApi } from "../../../core/telegram/polling.ts";

const now = () => Math.floor(Date.now() / 1000);

/** A message of a person in their private chat. */
function message(update_id: number, person: number, more: object = {}): Update {
  const chat = { id: person, type: "private", first_name: "P" } as const;
  const from = { id: person, is_bot: false, first_name: "P" };
  return { update_id, message: { message_id: update_id, date: now(), chat, from, text: `${update_id}`, ...more } };
}

function refusal(code: number, description: string): GrammyError {
  return new GrammyError("refused", { ok: false, error_code: code, description }, "getUpdates", {});
}

/** What a poll is answered with: a batch, or a failure. */
type Poll = readonly unknown[] | Error;

interface Stage extends Omit<Partial<HandlingOptions>, "journal"> {
  readonly polls?: readonly Poll[];
  /** How deleting a webhook fails, before it succeeds. */
  readonly undeletable?: Error[];
  readonly journal?: Journal;
}

/** An intake over a real journal in memory, whose Telegram answers as `polls` says and then waits. */
async function stage(t: TestContext, { polls = [], undeletable = [], ...options }: Stage = {}) {
  const store = await openSqliteStore({ file: ":memory:" });
  const log: string[] = [];
  const handled: number[] = [];
  const told: number[] = [];
  const outcomes: string[] = [];
  const asked: { offset?: number | undefined; timeout: number }[] = [];
  const left = [...polls];
  const idle = Promise.withResolvers<void>();
  const deletions: unknown[] = [];
  const api: PollingApi = {
    async deleteWebhook(request) {
      deletions.push(request);
      const failure = undeletable.shift();
      if (failure) throw failure;
      return true;
    },
    async getUpdates({ offset, timeout }, signal) {
      asked.push({ offset, timeout });
      const poll = left.shift();
      if (poll instanceof Error) throw poll;
      if (poll) return poll as Update[]; // rubbish among them is part of the tests
      idle.resolve();
      if (asked.length === 1) return [];
      await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
      return [];
    },
  };
  const write = (level: string) => (text: string) => void log.push(`${level}: ${text}`);
  const logger = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const handling = createHandling({
    journal: store.journal,
    handle: async ({ update_id }) => void handled.push(update_id),
    tellAway: async ({ update_id }) => void told.push(update_id),
    maxUpdateAge: 3600,
    log: logger,
    onUpdate: (kind, outcome) => outcomes.push(`${kind} ${outcome}`),
    ...options,
  });
  const intake = createPolling({ api, handling, log: logger });
  t.after(async () => {
    await intake.stop({ deadline: 0 });
    await store.dispose();
  });
  return { intake, store, log, handled, told, outcomes, asked, deletions, idle: idle.promise };
}

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

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

test("one person's updates in one chat are handled in order, other people's side by side", async (t) => {
  const first = Promise.withResolvers<void>();
  const log: string[] = [];
  const { intake } = await stage(t, {
    polls: [[message(1, 7), message(2, 7), message(3, 8)]],
    async handle({ update_id }) {
      log.push(`${update_id} begins`);
      if (update_id === 1) await first.promise;
      log.push(`${update_id} ends`);
    },
  });
  await intake.start();
  await settle();
  assert.deepEqual(log, ["1 begins", "3 begins", "3 ends"]);
  first.resolve();
  await settle();
  assert.deepEqual(log.slice(3), ["1 ends", "2 begins", "2 ends"]);
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
  const { intake, asked } = await stage(t, {
    polls: Array.from({ length: 10 }, (_, batch) => Array.from({ length: 10 }, (_, n) => message(batch * 10 + n, n))),
    concurrency: 5,
    backlog: 20,
    handle: () => go.promise,
  });
  await intake.start();
  await settle();
  assert.equal(asked.length, 3, "two batches of ten fill the backlog, the third waits for room");
  go.resolve();
  await settle();
  assert.ok(asked.length > 10);
});

test("a handler that throws costs its own update and is told", async (t) => {
  const { intake, handled, log, outcomes, store, idle } = await stage(t, {
    polls: [[message(1, 7), message(2, 7)]],
    async handle({ update_id }) {
      if (update_id === 1) throw new Error("broken");
      handled.push(update_id);
    },
  });
  await intake.start();
  await idle;
  await settle();
  assert.deepEqual(handled, [2]);
  assert.deepEqual(outcomes, ["message failed", "message ok"]);
  assert.match(log.join(), /error: Handling update 1 failed/);
  assert.deepEqual(store.journal.recover(), []);
});

test("an attempt that cannot be counted does not cost the answer", async (t) => {
  const inner = await openSqliteStore({ file: ":memory:" });
  t.after(() => inner.dispose());
  const begin = () => {
    throw new Error("disk full");
  };
  const { intake, handled, log, idle } = await stage(t, {
    polls: [[message(1, 7)]],
    journal: { ...inner.journal, begin },
  });
  await intake.start();
  await idle;
  assert.deepEqual(handled, [1]);
  assert.match(log.join(), /error: An attempt at update 1 could not be counted/);
});

/** A journal that holds entries of an earlier life. */
async function left(
  t: TestContext,
  entries: readonly { id: number; attempts?: number; blamed?: number; by?: number }[],
) {
  const inner = await openSqliteStore({ file: ":memory:" });
  t.after(() => inner.dispose());
  inner.journal.append(entries.map(({ id, by = id }) => message(id, by)));
  const recover: Journal["recover"] = () =>
    inner.journal.recover().map((entry) => {
      const { attempts = 0, blamed = 0 } = entries.find(({ id }) => id === entry.updateId) ?? {};
      return { ...entry, attempts, blamed };
    });
  return { ...inner.journal, recover };
}

test("after a restart the journal's updates come first, in order, then Telegram's", async (t) => {
  const journal = await left(t, [
    { id: 1, attempts: 1, by: 7 },
    { id: 2, by: 7 },
    { id: 3, by: 7 },
  ]);
  const { intake, handled, idle } = await stage(t, { journal, polls: [[message(3, 7), message(4, 7)]] });
  await intake.start();
  await idle;
  await settle();
  assert.deepEqual(handled, [1, 2, 3, 4]);
});

test("updates that were begun twice are begun alone, the likeliest culprit last, and the rest after them", async (t) => {
  const journal = await left(t, [
    { id: 1, attempts: 3, blamed: 1 },
    { id: 2, attempts: 2 },
    { id: 3, attempts: 1 },
    { id: 4, attempts: 2 },
  ]);
  const log: string[] = [];
  const { intake } = await stage(t, {
    journal,
    async handle({ update_id }) {
      log.push(`${update_id} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${update_id} ends`);
    },
  });
  await intake.start();
  await settle();
  const ids = [2, 4, 1, 3];
  assert.deepEqual(
    log,
    ids.flatMap((id) => [`${id} begins`, `${id} ends`]),
  );
});

test("an update that takes long alone does not hold the others up", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const journal = await left(t, [
    { id: 1, attempts: 2 },
    { id: 2, attempts: 2 },
  ]);
  const begun: number[] = [];
  const slow = Promise.withResolvers<void>();
  const { intake } = await stage(t, {
    journal,
    async handle({ update_id }) {
      begun.push(update_id);
      if (update_id === 1) await slow.promise;
    },
  });
  await intake.start();
  assert.deepEqual(begun, [1]);
  t.mock.timers.tick(1_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(begun, [1, 2]);
  slow.resolve();
});

test("what ended the process three times alone, or was begun ten times, is set aside and told", async (t) => {
  const journal = await left(t, [
    { id: 1, attempts: 3, blamed: 3 },
    { id: 2, attempts: 10 },
    { id: 3, attempts: 9, blamed: 2 },
  ]);
  const { intake, handled, log, outcomes } = await stage(t, { journal });
  await intake.start();
  await settle();
  assert.deepEqual(handled, [3]);
  assert.match(log.join("\n"), /error: Update 1 was begun 3 times, alone, and never finished; it was set aside/);
  assert.match(log.join("\n"), /error: Update 2 was begun 10 times and never finished; it was set aside/);
  assert.deepEqual(outcomes.sort(), ["message ok", "message set_aside", "message set_aside"]);
});

test("what got old is not answered as if it were new", async (t) => {
  const { intake, handled, told, outcomes, idle } = await stage(t, {
    polls: [[message(1, 7, { date: now() - 4000 }), message(2, 7, { date: now() - 3900 }), message(3, 7)]],
  });
  await intake.start();
  await idle;
  await settle();
  assert.deepEqual(told, [1]);
  assert.deepEqual(handled, [3]);
  assert.deepEqual(outcomes, ["message old", "message old", "message ok"]);
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
    [5, 6, 7, 8, 9, 10],
  );
  assert.match(log.join(), /warn: 9 updates had no update_id and were left out/);
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

const webhookActive = refusal(
  409,
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
);

test("a webhook of an earlier configuration is deleted without what waits, and polled at once", async (t) => {
  const { intake, handled, log, deletions, idle } = await stage(t, { polls: [webhookActive, [message(1, 7)]] });
  await intake.start();
  await idle;
  await settle();
  assert.deepEqual(deletions, [{ drop_pending_updates: false }]);
  assert.deepEqual(handled, [1]);
  assert.match(log.join(), /warn: A webhook is set for this bot, and WEBHOOK_URL is not: it is deleted/);
  assert.doesNotMatch(log.join(), /Another program/);
});

test("a webhook that cannot be deleted at once is deleted later", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const undeletable = [new Error("deleteWebhook did not reach Telegram")];
  const { intake, handled, deletions } = await stage(t, {
    polls: [[], webhookActive, webhookActive, [message(1, 7)]],
    undeletable,
  });
  await intake.start();
  for (let second = 0; second < 10; second++) {
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(deletions.length, 2);
  assert.deepEqual(handled, [1]);
});

test("a webhook that another program sets again and again ends polling after a minute", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const { intake, deletions } = await stage(t, { polls: [[], ...Array.from({ length: 100 }, () => webhookActive)] });
  await intake.start();
  const ended = assert.rejects(intake.done, { code: "telegram.conflict", message: /webhook is active/ });
  for (let second = 0; second < 64; second++) {
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  assert.ok(deletions.length > 10, `${deletions.length} times`);
});

test("a token that Telegram refuses ends intake, at the start and later", async (t) => {
  for (const polls of [[refusal(401, "Unauthorized")], [[], refusal(401, "Unauthorized")]]) {
    const { intake } = await stage(t, { polls });
    const ended = assert.rejects(intake.done, { code: "telegram.unauthorized" });
    await intake.start().catch(() => undefined);
    await ended;
  }
});

test("stop ends polling, waits for what is under way, and leaves the rest in the journal", async (t) => {
  const first = Promise.withResolvers<void>();
  const { intake, store, handled } = await stage(t, {
    polls: [[message(1, 7), message(2, 7), message(3, 7)]],
    async handle({ update_id }) {
      await first.promise;
      handled.push(update_id);
    },
  });
  await intake.start();
  await settle();
  const stopped = intake.stop({ deadline: 5_000 });
  first.resolve();
  await stopped;
  await intake.done;
  assert.deepEqual(handled, [1]);
  assert.deepEqual(
    store.journal.recover().map(({ updateId }) => updateId),
    [2, 3],
  );
});

test("stop waits no longer than its deadline, and says what is left", async (t) => {
  const { intake, log, store } = await stage(t, {
    polls: [[message(1, 7)]],
    handle: () => new Promise(() => undefined),
  });
  await intake.start();
  await settle();
  await intake.stop({ deadline: 10 });
  assert.match(log.join(), /warn: 1 updates were still under way; they stay in the journal/);
  assert.equal(store.journal.recover().length, 1);
});
