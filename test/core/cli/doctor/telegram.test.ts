import assert from "node:assert/strict";
import { test } from "node:test";
import { checkTelegram } from "../../../../core/cli/doctor/telegram.ts";
import { loadConfiguration } from "../../../../core/config/load.ts";
import { createRequestPool } from "../../../../core/http/pool.ts";
import { botApiThat } from "../operator-stage.ts";

const me = { ok: true, result: { id: 7, is_bot: true, first_name: "x", username: "x_bot" } };
const noWebhook = { ok: true, result: { url: "", has_custom_certificate: false, pending_update_count: 0 } };
const BOT_TOKEN = "123456789:AAExampleExampleExampleExampleExample";

/** What is found, by check, as `state detail advice`. */
async function ask(root: string, webhook?: string): Promise<Partial<Record<string, string>>> {
  const environment = { BOT_TOKEN, TELEGRAM_API_ROOT: root, ...(webhook ? { WEBHOOK_URL: webhook } : {}) };
  const { settings } = loadConfiguration({ config: { plugins: [] }, environment });
  const findings = await checkTelegram(settings, createRequestPool);
  return Object.fromEntries(
    findings.map(({ check, state, detail, advice = "" }) => [check, `${state} ${detail} ${advice}`.trim()]),
  );
}

for (const [what, says, wanted] of [
  [
    "a server error",
    { status: 502, body: { ok: false, error_code: 502, description: "Bad Gateway" } },
    /^fail Telegram did not say/,
  ],
  [
    "too many calls",
    { status: 429, body: { ok: false, error_code: 429, description: "Too Many" } },
    /^fail Telegram did not say/,
  ],
  ["a page of HTML", { body: "<!doctype html><title>&</title>" }, /none of a Bot API server's/],
  ["nothing", { body: "" }, /none of a Bot API server's/],
  ["JSON of another kind", { body: [null] }, /none of a Bot API server's/],
  ["a bot without a name", { body: { ok: true, result: {} } }, /none of a Bot API server's/],
  ["an ok without a result", { body: { ok: true } }, /none of a Bot API server's/],
] as const) {
  test(`a Bot API server that answers ${what} is told`, async (t) => {
    const root = await botApiThat(t, { getMe: says });
    const said = await ask(root);
    assert.match(said.token ?? said.telegram ?? "", wanted);
    assert.match(said.token ?? said.telegram ?? "", /^fail /);
  });
}

test("a Telegram that cannot be reached is a fault with what to check", async () => {
  const said = await ask("http://127.0.0.1:1");
  assert.match(said.telegram ?? "", /^fail getMe did not reach Telegram: .* Check the network/);
});

for (const [what, clock, wanted] of [
  ["exact", 0, /^ok agrees/],
  ["a few seconds off", -8_000, /^ok agrees/],
  ["a minute behind", 60_000, /^warn this machine is (?:59|60|61) s behind Telegram/],
  ["an hour ahead", -3_600_000, /^fail this machine is (?:3599|360[01]) s ahead of Telegram .*MAX_UPDATE_AGE/],
  ["not to be compared", null, /^warn Telegram's answer had no time/],
] as const) {
  test(`a clock that is ${what} is told so`, async (t) => {
    const root = await botApiThat(t, { getMe: { body: me, clock }, getWebhookInfo: { body: noWebhook } });
    assert.match((await ask(root)).clock ?? "", wanted);
  });
}

const hook = (result: object) => ({
  getMe: { body: me },
  getWebhookInfo: { body: { ok: true, result: { pending_update_count: 3, ...result } } },
});
const now = Math.floor(Date.now() / 1000);
for (const [what, info, wanted, url] of [
  ["set while the bot polls", { url: "https://h/x" }, /^warn set to https:\/\/h; 3 updates wait, while this bot polls/],
  ["not set yet", { url: "" }, /^warn none is set; 3 updates wait The bot sets it/, "https://h/x"],
  [
    "another one",
    { url: "https://other/x" },
    /^warn set to https:\/\/other; .*WEBHOOK_URL is https:\/\/h/,
    "https://h/x",
  ],
  ["right", { url: "https://h/x" }, /^ok set to https:\/\/h; 3 updates wait$/, "https://h/x"],
  [
    "failing",
    { url: "https://h/x", last_error_date: now, last_error_message: "Connection refused" },
    /^warn .*last error: Connection refused/,
    "https://h/x",
  ],
  [
    "well again for long",
    { url: "https://h/x", last_error_date: now - 200_000, last_error_message: "Connection refused" },
    /^ok /,
    "https://h/x",
  ],
  [
    "long waited for",
    { url: "", pending_update_count: 5_000 },
    /^warn none is set; 5000 updates wait See that the bot runs/,
  ],
  ["no URL", { url: "\u001b[31m<&>" }, /^warn set to a URL that is none; /],
] as const) {
  test(`a webhook that is ${what} is told so`, async (t) => {
    const root = await botApiThat(t, hook(info));
    const said = await ask(root, url);
    assert.match(said.webhook ?? "", wanted);
  });
}
