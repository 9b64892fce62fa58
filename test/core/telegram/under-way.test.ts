import assert from "node:assert/strict";
import { test } from "node:test";
import { message, now, settle, stage } from "./intake-stage.ts";

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
