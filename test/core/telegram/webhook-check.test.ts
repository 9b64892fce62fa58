import assert from "node:assert/strict";
import { test } from "node:test";
import type { WebhookInfo } from "grammy/types";
import { checkWebhook } from "../../../core/telegram/webhook-check.ts";

const url = "https://bot.example/telegram";
const { signal } = new AbortController();
const now = () => Math.floor(Date.now() / 1000);

const check = (more: Partial<WebhookInfo>) => {
  const info = { url, has_custom_certificate: false, pending_update_count: 0, ...more };
  return checkWebhook({ getWebhookInfo: async () => info }, { url, signal });
};

test("a webhook that is delivered to is well", async () => {
  assert.equal(await check({}), undefined);
  assert.equal(await check({ pending_update_count: 5 }), undefined);
});

test("a webhook that another program changed or deleted is told, with what to do", async () => {
  for (const elsewhere of ["", "https://elsewhere.example/"])
    assert.match((await check({ url: elsewhere }))?.degraded ?? "", /elsewhere or nowhere.*Restart the bot/);
});

test("a failure to deliver is told while updates wait for it, and no longer", async () => {
  const failure = { last_error_message: "Connection refused", last_error_date: now() - 60, pending_update_count: 3 };
  assert.match((await check(failure))?.degraded ?? "", /3 updates wait: Connection refused/);
  assert.equal(await check({ ...failure, pending_update_count: 0 }), undefined);
  assert.equal(await check({ ...failure, last_error_date: now() - 3_600 }), undefined);
});
