import assert from "node:assert/strict";
import { test } from "node:test";
import type { WebhookInfo } from "grammy/types";
import { GrammyError } from "grammy/web";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import { createRegistration } from "../../../core/telegram/webhook-registration.ts";
import { keptWebhookSecret } from "../../../core/telegram/webhook-secret.ts";

const URL_HERE = "https://bot.example/telegram";
const SECRET = "a-secret-that-nobody-guesses";
const never = new AbortController().signal;

/** A Telegram that remembers its webhook, but for the secret, as the real one does. */
function stage() {
  let info: WebhookInfo = { url: "", has_custom_certificate: false, pending_update_count: 0 };
  const set: unknown[] = [];
  const log: string[] = [];
  const kept = new Map<string, unknown>();
  const note = (text: string) => void log.push(text);
  let refusal: Error | undefined;
  const register = (more: { url?: string; secret?: string; botId?: number } = {}) =>
    createRegistration({
      api: {
        getWebhookInfo: async () => info,
        async setWebhook(url, request) {
          if (refusal) throw refusal;
          set.push({ url, ...request });
          const { max_connections } = request;
          info = { ...info, url, max_connections, allowed_updates: [...request.allowed_updates].reverse() };
          delete info.last_error_message;
          return true;
        },
      },
      url: URL_HERE,
      secret: SECRET,
      botId: 1,
      last: { get: async () => kept.get("mark"), set: async (mark) => void kept.set("mark", mark) },
      log: { debug: note, info: note, warn: note, error: note },
      ...more,
    })(never);
  return {
    register,
    set,
    log,
    change(more: Partial<WebhookInfo>) {
      info = { ...info, ...more };
    },
    refuse(error: Error) {
      refusal = error;
    },
  };
}

test("the webhook is set with its secret and the kinds that are handled, and what waits is kept", async () => {
  const { register, set } = stage();
  await register();
  const allowed_updates = ["message", "callback_query"];
  assert.deepEqual(set, [{ url: URL_HERE, secret_token: SECRET, max_connections: 100, allowed_updates }]);
});

test("what is set already is left alone", async () => {
  const { register, set } = stage();
  await register();
  await register();
  await register();
  assert.equal(set.length, 1);
});

test("whatever differs sets it anew", async () => {
  const different: [string, (s: ReturnType<typeof stage>) => Promise<void>][] = [
    ["the address", ({ register }) => register({ url: "https://bot.example/other" })],
    ["the secret, which Telegram does not tell", ({ register }) => register({ secret: `${SECRET}2` })],
    ["the bot", ({ register }) => register({ botId: 2 })],
  ];
  const changes: [string, Partial<WebhookInfo>][] = [
    ["an address that somebody else set", { url: "https://elsewhere.example/" }],
    ["the connections", { max_connections: 40 }],
    ["the kinds", { allowed_updates: ["message"] }],
    ["more kinds", { allowed_updates: ["message", "callback_query", "poll"] }],
    ["a secret that was refused here", { last_error_message: "Wrong response from the webhook: 401 Unauthorized" }],
  ];
  for (const [what, change] of changes) {
    different.push([
      what,
      (s) => {
        s.change(change);
        return s.register();
      },
    ]);
  }
  for (const [what, differ] of different) {
    const there = stage();
    await there.register();
    await differ(there);
    assert.equal(there.set.length, 2, what);
  }
});

test("an address that Telegram refuses is told in Telegram's words, and tried anew the next time", async () => {
  const { register, refuse, set } = stage();
  const description = "Bad Request: bad webhook: An HTTPS URL must be provided for webhook";
  refuse(new GrammyError("x", { ok: false, error_code: 400, description }, "setWebhook", {}));
  const refused = { code: "telegram.webhook_refused", message: /An HTTPS URL must be provided/ };
  await assert.rejects(register(), refused);
  await assert.rejects(register(), refused);
  assert.equal(set.length, 0);
});

test("neither the secret nor anything made from it is told to the log", async () => {
  const { register, log } = stage();
  await register();
  await register({ secret: "another-secret-of-the-bot" });
  assert.ok(log.length > 0);
  assert.doesNotMatch(log.join("\n"), /secret/);
});

test("a secret is made once and kept, and one that cannot be used is made anew", async (t) => {
  const store = await openSqliteStore({ file: ":memory:" });
  t.after(() => store.dispose());
  const first = await keptWebhookSecret(store.settings);
  assert.match(first, /^[\w-]{43}$/);
  assert.equal(await keptWebhookSecret(store.settings), first);
  for (const rubbish of ["", "short", 7, null, { a: 1 }, "not allowed by Telegram!"]) {
    await store.settings.set("webhook.secret", rubbish);
    assert.match(await keptWebhookSecret(store.settings), /^[\w-]{43}$/);
  }
});
