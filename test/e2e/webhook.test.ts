import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { createUpstream } from "../../bench/upstream.ts";
import { createPlayground, openUpstreams, type Playground } from "../../core/playground/index.ts";
import { dataFolder, startBot, webhookEnvironment } from "./bot.ts";

async function openDesk(t: TestContext): Promise<Playground> {
  const desk = await createPlayground({ webhookSecond: 30 });
  t.after(() => desk.dispose());
  await openUpstreams(desk, []);
  const upstream = createUpstream({ latency: 1, poster: `${desk.url}/posters/poster.png?title=Test` });
  desk.mount("/upstream", (request) => upstream.fetch(request));
  return desk;
}

/** A running bot, and what it wrote to its log. */
function run(t: TestContext, desk: Playground, data: string, environment: Record<string, string> = {}) {
  const bot = startBot(desk, data, { LOG_LEVEL: "DEBUG", ...environment });
  t.after(() => bot.kill("SIGKILL"));
  const output: string[] = [];
  bot.stdout?.on("data", (piece) => output.push(String(piece)));
  bot.stderr?.on("data", (piece) => output.push(String(piece)));
  return { bot, log: () => output.join("") };
}

async function ending(bot: ChildProcess): Promise<void> {
  const ended = once(bot, "exit");
  bot.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
}

function ask(desk: Playground, title: number): void {
  const userId = desk.users[0]?.id ?? 0;
  desk.world.send({ chatId: userId, userId, text: `/mdlurl https://mydramalist.com/${title}-title` });
}

function cards(desk: Playground): string[] {
  return desk.world.messages(desk.users[0]?.id ?? 0).flatMap(({ caption }) => caption?.match(/^Title \d+/)?.[0] ?? []);
}

async function answered(desk: Playground, title: number): Promise<void> {
  await desk.waitFor(
    ({ method, ok, params }) => method === "sendPhoto" && ok && `${params.caption}`.includes(`Title ${title}`),
    {
      timeout: 20_000,
    },
  );
}

test("from polling to a webhook and back, everything that was asked is answered once", async (t) => {
  const desk = await openDesk(t);
  const data = dataFolder(t);
  const environment = await webhookEnvironment();

  ask(desk, 1);
  const polling = run(t, desk, data);
  await answered(desk, 1);
  await ending(polling.bot);
  ask(desk, 2);
  const webhook = run(t, desk, data, environment);
  await answered(desk, 2);
  assert.equal(desk.world.webhook.settings?.url, environment.WEBHOOK_URL);
  ask(desk, 3);
  await answered(desk, 3);
  const health = await fetch(new URL("/health", environment.WEBHOOK_URL));
  assert.match(await health.text(), /"name":"webhook","state":"up"/);
  const metrics = await fetch(new URL("/metrics", environment.WEBHOOK_URL));
  assert.match(await metrics.text(), /^dramabot_webhook_requests_total\{outcome="ok"\} 2$/m);
  await ending(webhook.bot);
  ask(desk, 4);
  const again = run(t, desk, data);
  await answered(desk, 4);
  assert.equal(desk.world.webhook.settings, undefined);
  await ending(again.bot);

  assert.deepEqual(cards(desk), ["Title 1", "Title 2", "Title 3", "Title 4"]);
  const { params } = desk.calls.find(({ method }) => method === "deleteWebhook") ?? assert.fail("it was not deleted");
  assert.equal(params.drop_pending_updates, false);
  assert.match(again.log(), /A webhook is set for this bot, and WEBHOOK_URL is not/);
  assert.doesNotMatch(again.log(), /Another program/);
});

test("the secret is made at the first start, kept for the next, and never logged", async (t) => {
  const desk = await openDesk(t);
  const data = dataFolder(t);
  const environment = await webhookEnvironment();
  const secrets: (string | undefined)[] = [];
  const logs: string[] = [];
  for (const title of [1, 2]) {
    const { bot, log } = run(t, desk, data, environment);
    ask(desk, title);
    await answered(desk, title);
    const strange = await fetch(String(environment.WEBHOOK_URL), { method: "POST", body: '{"update_id":1}' });
    assert.equal(strange.status, 401);
    secrets.push(desk.world.webhook.settings?.secret);
    await ending(bot);
    logs.push(log());
  }
  const [secret] = secrets;
  assert.match(secret ?? "", /^[\w-]{43}$/);
  assert.deepEqual(secrets, [secret, secret]);
  assert.equal(desk.calls.filter(({ method }) => method === "setWebhook").length, 1);
  for (const log of logs) {
    assert.ok(!log.includes(secret ?? "?"));
    assert.match(log, /Somebody posted to the webhook without its secret/);
  }
});

test("a given secret takes the place of the kept one", async (t) => {
  const desk = await openDesk(t);
  const data = dataFolder(t);
  const environment = await webhookEnvironment();
  for (const [title, secret] of [
    [1, "the-first-given-secret"],
    [2, "the-other-given-secret"],
  ] as const) {
    const { bot, log } = run(t, desk, data, { ...environment, WEBHOOK_SECRET: secret });
    ask(desk, title);
    await answered(desk, title);
    assert.equal(desk.world.webhook.settings?.secret, secret);
    await ending(bot);
    assert.ok(!log().includes(secret));
  }
  assert.deepEqual(cards(desk), ["Title 1", "Title 2"]);
});

test("an address that Telegram does not take ends the bot with Telegram's words", async (t) => {
  const desk = await openDesk(t);
  const { bot, log } = run(t, desk, dataFolder(t), { WEBHOOK_URL: "http://bot.example/telegram" });
  const [status] = await once(bot, "close");
  assert.equal(status, 1);
  assert.match(log(), /telegram\.webhook_refused.*An HTTPS URL must be provided for webhook/);
});
