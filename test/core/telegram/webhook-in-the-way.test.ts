import assert from "node:assert/strict";
import { test } from "node:test";
import { message, refusal, settle, stage } from "./intake-stage.ts";

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
