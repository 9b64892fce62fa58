import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Update } from "grammy/types";
import { GrammyError } from "grammy/web";
import { BotError } from "../../../core/domain/errors.ts";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import type { Journal } from "../../../core/store/store.ts";
import { createHandling, type HandlingOptions } from "../../../core/telegram/handling.ts";
import { createWebhookIntake, type WebhookOptions } from "../../../core/telegram/webhook.ts";

/** A message of a person in their private chat. */
function message(update_id: number, person: number): Update {
  const chat = { id: person, type: "private", first_name: "P" } as const;
  const from = { id: person, is_bot: false, first_name: "P" };
  const date = Math.floor(Date.now() / 1000);
  return { update_id, message: { message_id: update_id, date, chat, from, text: `${update_id}` } };
}

interface Stage extends Partial<Pick<HandlingOptions, "handle" | "backlog" | "concurrency">> {
  readonly register?: WebhookOptions["register"];
  readonly patience?: number;
  /** Takes the place of some of the journal's functions. */
  journal?(journal: Journal): Partial<Journal>;
  /** What an earlier life left in the journal. */
  readonly left?: readonly Update[];
}

/** An intake over a real journal in memory. */
async function stage(t: TestContext, { register, patience, journal, left = [], ...options }: Stage = {}) {
  const store = await openSqliteStore({ file: ":memory:" });
  store.journal.append(left);
  const handled: number[] = [];
  const log: string[] = [];
  const batches: number[][] = [];
  const write = (level: string) => (text: string) => void log.push(`${level}: ${text}`);
  const logger = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  const handling = createHandling({
    journal: {
      ...store.journal,
      append(updates) {
        batches.push(updates.map(({ update_id }) => update_id));
        return store.journal.append(updates);
      },
      ...journal?.(store.journal),
    },
    handle: async ({ update_id }) => void handled.push(update_id),
    isForUs: () => true,
    tellAway: async () => undefined,
    maxUpdateAge: 3600,
    log: logger,
    ...options,
  });
  const intake = createWebhookIntake({
    handling,
    register: register ?? (async () => undefined),
    log: logger,
    ...(patience === undefined ? {} : { patience }),
  });
  t.after(async () => {
    await intake.stop({ deadline: 0 });
    await store.dispose();
  });
  return { intake, store, handled, log, batches };
}

/** Lets everything that can go on go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test("an update is in the journal when it is confirmed, and handled after that", async (t) => {
  const order: string[] = [];
  const { intake } = await stage(t, {
    handle: async () => void order.push("handle"),
    journal: ({ append }) => ({
      append(updates) {
        order.push("journal");
        return append(updates);
      },
    }),
  });
  await intake.start();
  assert.equal(await intake.receive(message(1, 7)), "ok");
  order.push("confirmed");
  await settle();
  assert.deepEqual(order, ["journal", "confirmed", "handle"]);
});

test("updates that come together are written in one transaction, and each is confirmed", async (t) => {
  const { intake, handled, batches } = await stage(t);
  await intake.start();
  const ids = Array.from({ length: 1_000 }, (_, index) => index + 1);
  const outcomes = await Promise.all(ids.map((id) => intake.receive(message(id, id))));
  assert.ok(outcomes.every((outcome) => outcome === "ok"));
  assert.deepEqual(batches, [ids]);
  while (handled.length < ids.length) await settle();
  assert.deepEqual(
    handled.sort((a, b) => a - b),
    ids,
  );
});

test("one person's updates are handled in order", async (t) => {
  const first = Promise.withResolvers<void>();
  const order: number[] = [];
  const { intake } = await stage(t, {
    async handle({ update_id }) {
      if (update_id === 1) await first.promise;
      order.push(update_id);
    },
  });
  await intake.start();
  for (const id of [1, 2, 3]) await intake.receive(message(id, id === 3 ? 8 : 7));
  await settle();
  assert.deepEqual(order, [3]);
  first.resolve();
  await settle();
  assert.deepEqual(order, [3, 1, 2]);
});

test("what Telegram sends again is confirmed again, and handled once", async (t) => {
  const { intake, handled } = await stage(t);
  await intake.start();
  const together = await Promise.all([intake.receive(message(1, 7)), intake.receive(message(1, 7))]);
  assert.deepEqual([...together, await intake.receive(message(1, 7))], ["ok", "ok", "ok"]);
  await settle();
  assert.deepEqual(handled, [1]);
});

test("what is no update is neither written nor confirmed", async (t) => {
  const { intake, batches } = await stage(t);
  await intake.start();
  const ids = [
    undefined,
    null,
    true,
    "1",
    "",
    [1],
    {},
    -1,
    0,
    -0,
    1.5,
    2 ** 53,
    -(2 ** 53),
    2 ** 60,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ];
  const contents = [null, true, "x", 7, [], [{}]].flatMap((content) => [
    { update_id: 1, message: content },
    { update_id: 1, callback_query: content },
  ]);
  const rubbish = [null, undefined, 7, "x", [], [message(1, 7)], {}, ...ids.map((update_id) => ({ update_id }))];
  for (const value of [...rubbish, ...contents])
    assert.equal(await intake.receive(value), "no_update", JSON.stringify(value));
  assert.deepEqual(batches, []);
});

test("an update of a kind that is not known yet is taken, and so is the largest id", async (t) => {
  const { intake, handled } = await stage(t);
  await intake.start();
  for (const value of [{ update_id: 1 }, { update_id: 2, novelty: "x" }, { update_id: Number.MAX_SAFE_INTEGER }])
    assert.equal(await intake.receive(value), "ok");
  while (handled.length < 3) await settle();
});

test("nothing is taken before the start and after the stop", async (t) => {
  const { intake, batches } = await stage(t);
  assert.equal(await intake.receive(message(1, 7)), "unavailable");
  await intake.start();
  await intake.stop({ deadline: 0 });
  await intake.done;
  assert.equal(await intake.receive(message(2, 7)), "unavailable");
  assert.deepEqual(batches, []);
});

test("what is confirmed while the bot stops waits in the journal", async (t) => {
  const { intake, store, handled } = await stage(t);
  await intake.start();
  const confirmed = intake.receive(message(1, 7));
  await Promise.resolve();
  await Promise.all([intake.stop({ deadline: 0 }), confirmed]);
  await settle();
  assert.deepEqual(handled, []);
  const waiting = (await confirmed) === "ok" ? [1] : [];
  assert.deepEqual(
    store.journal.recover().map(({ updateId }) => updateId),
    waiting,
  );
});

test("what an earlier life left comes first, and what comes meanwhile waits behind it", async (t) => {
  const go = Promise.withResolvers<void>();
  const order: number[] = [];
  const { intake } = await stage(t, {
    left: [message(1, 7), message(2, 7)],
    journal: ({ recover }) => ({ recover: () => recover().map((entry) => ({ ...entry, attempts: 2 })) }),
    async handle({ update_id }) {
      order.push(update_id);
      if (update_id === 1) await go.promise;
    },
  });
  await intake.start();
  assert.equal(await intake.receive(message(3, 8)), "ok", "it is confirmed without waiting");
  assert.equal(await intake.receive(message(2, 7)), "ok");
  await settle();
  assert.deepEqual(order, [1], "updates that may end the process are begun alone");
  go.resolve();
  await settle();
  assert.deepEqual(order, [1, 2, 3]);
});

test("an update that cannot be written is refused, and costs no other its place", async (t) => {
  const { intake, handled, log } = await stage(t, {
    journal: ({ append }) => ({
      append(updates) {
        if (updates.some(({ update_id }) => update_id === 2))
          throw new BotError("store.failed", "It cannot be written.");
        return append(updates);
      },
    }),
  });
  await intake.start();
  const outcomes = await Promise.allSettled([1, 2, 3].map((id) => intake.receive(message(id, id))));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  await settle();
  assert.deepEqual(handled, [1, 3]);
  assert.deepEqual(log, ["error: An update could not be written down; Telegram sends it again."]);
});

test("with too much under way an update waits for room, and after a while Telegram is asked to send it again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const go = Promise.withResolvers<void>();
  const { intake, batches } = await stage(t, { backlog: 2, concurrency: 1, patience: 1_000, handle: () => go.promise });
  await intake.start();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await Promise.all([1, 2, 3].map((id) => intake.receive(message(id, id))));
  await turn();
  await turn();
  const late = intake.receive(message(4, 4));
  await turn();
  t.mock.timers.tick(1_000);
  assert.equal(await late, "unavailable");
  const patient = intake.receive(message(4, 4));
  await turn();
  assert.deepEqual(batches, [[1, 2, 3]]);
  go.resolve();
  assert.equal(await patient, "ok");
});

test("a Telegram that is not reached is asked again, and updates are taken meanwhile", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const { intake, log } = await stage(t, {
    async register() {
      if (asked++ < 2) throw new BotError("telegram.unreachable", "setWebhook did not reach Telegram");
    },
  });
  const started = intake.start();
  assert.equal(await intake.receive(message(1, 7)), "ok");
  for (let second = 0; second < 5; second++) {
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await started;
  assert.equal(asked, 3);
  assert.deepEqual(log, ["warn: The webhook could not be set; trying again.", "info: Telegram answers again."]);
});

test("a refused token or address ends intake, and nothing more is taken", async (t) => {
  const unauthorized = new GrammyError("x", { ok: false, error_code: 401, description: "Unauthorized" }, "x", {});
  for (const [error, code] of [
    [unauthorized, "telegram.unauthorized"],
    [new BotError("telegram.webhook_refused", "Telegram does not take it."), "telegram.webhook_refused"],
  ] as const) {
    const { intake } = await stage(t, { register: () => Promise.reject(error) });
    await assert.rejects(intake.start(), { code });
    await assert.rejects(intake.done, { code });
    assert.equal(await intake.receive(message(1, 7)), "unavailable");
  }
});

test("asked to stop while Telegram is not reached, the start comes to its end", async (t) => {
  const { intake } = await stage(t, { register: () => Promise.reject(new Error("gone")) });
  const started = intake.start();
  await settle();
  await intake.stop({ deadline: 0 });
  await started;
  await intake.done;
});
