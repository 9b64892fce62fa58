import assert from "node:assert/strict";
import { test } from "node:test";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import { left, message, settle, stage } from "./intake-stage.ts";

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

test("many slow suspects keep everybody else waiting for ten seconds, and not for one second each", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const suspects = Array.from({ length: 60 }, (_, n) => ({ id: n + 1, attempts: 2 }));
  const journal = await left(t, [...suspects, { id: 61, attempts: 3, blamed: 1 }, { id: 62 }]);
  const begun: number[] = [];
  const slow = Promise.withResolvers<void>();
  const { intake } = await stage(t, {
    journal,
    async handle({ update_id }) {
      begun.push(update_id);
      await slow.promise;
    },
  });
  await intake.start();
  const pass = async (seconds: number) => {
    for (let step = 0; step < seconds * 20; step++) {
      t.mock.timers.tick(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await pass(5);
  assert.ok(begun.length > 15 && begun.length < 45, `${begun.length} begun, one by one`);
  await pass(7.5);
  assert.deepEqual(begun.slice(0, 61), [...suspects.map(({ id }) => id), 61], "what was blamed comes last, alone");
  await pass(1.5);
  assert.deepEqual(begun.slice(61), [62]);
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
