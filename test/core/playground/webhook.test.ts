import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { GROUP, JONAS, MINA, openClient } from "./client.ts";

const ACTIVE =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

interface Post {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly update: { readonly update_id: number; readonly message?: { readonly text: string } };
  readonly at: number;
  readonly response: ServerResponse;
}

/** A bot that takes what is posted; `answer` says how, and 200 is what it says by itself. */
async function openBot(t: TestContext, answer: (post: Post, index: number) => void = ({ response }) => response.end()) {
  const posts: Post[] = [];
  const seen = new EventTarget();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += String(piece);
    const { method, url: path, headers } = request;
    const post = { method, path, headers, update: JSON.parse(body), at: performance.now(), response };
    posts.push(post);
    answer(post, posts.length - 1);
    seen.dispatchEvent(new Event("post"));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // A listening TCP server's address is one of these.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?a=1`;
  const until = async (count: number) => {
    while (posts.length < count) await once(seen, "post");
  };
  return { url, posts, until, texts: () => posts.map(({ update }) => update.message?.text) };
}

function status(code: number, headers: Record<string, string> = {}): (post: Post) => void {
  return ({ response }) => response.writeHead(code, headers).end();
}

/** Resolves when the playground has heard the bot's last answer. */
async function settled(pending: () => number, count = 0): Promise<void> {
  while (pending() !== count) await new Promise((resolve) => setTimeout(resolve, 2));
}

test("an update is posted as JSON with the secret, and gone when it was answered", async (t) => {
  const { desk, done, write } = await openClient(t);
  const bot = await openBot(t);
  assert.equal(await done("setWebhook", { url: bot.url, secret_token: "s-e_cret" }), true);
  write("hello");
  await bot.until(1);
  const [post] = bot.posts;
  assert.equal(post?.method, "POST");
  assert.equal(post?.path, "/hook?a=1");
  assert.equal(post?.headers["content-type"], "application/json");
  assert.equal(post?.headers["x-telegram-bot-api-secret-token"], "s-e_cret");
  assert.equal(post?.update.message?.text, "hello");
  await settled(() => desk.world.updates.pending);
  assert.deepEqual(await done("getWebhookInfo"), {
    url: bot.url,
    has_custom_certificate: false,
    pending_update_count: 0,
    max_connections: 40,
  });
});

test("what waited before the webhook was set is delivered, and kinds that are not wanted are not", async (t) => {
  const { done, write } = await openClient(t);
  const bot = await openBot(t);
  write("before");
  await done("setWebhook", { url: bot.url, allowed_updates: ["callback_query"] });
  write("not wanted");
  await done("setWebhook", { url: bot.url, allowed_updates: ["message", "callback_query"] });
  write("after");
  await bot.until(2);
  assert.deepEqual(bot.texts(), ["before", "after"]);
  assert.equal(bot.posts[0]?.headers["x-telegram-bot-api-secret-token"], undefined);
  const { allowed_updates } = await done<{ allowed_updates: unknown }>("getWebhookInfo");
  assert.deepEqual(allowed_updates, ["message", "callback_query"]);
});

test("a chat's messages come one after the other, other chats' side by side", async (t) => {
  const { write, done } = await openClient(t);
  const held: ServerResponse[] = [];
  // The first success opens the other connections.
  const bot = await openBot(t, ({ response }, index) => (index === 0 ? response.end() : held.push(response)));
  await done("setWebhook", { url: bot.url });
  write("first");
  await bot.until(1);
  write("Mina 1");
  write("Mina 2");
  write("Jonas 1", { chatId: JONAS.id, userId: JONAS.id });
  write("group 1", { chatId: GROUP });
  write("group 2", { chatId: GROUP, userId: JONAS.id });
  await bot.until(4);
  assert.deepEqual(bot.texts().slice(1).sort(), ["Jonas 1", "Mina 1", "group 1"]);
  for (const response of held.splice(0)) response.end();
  await bot.until(6);
  assert.deepEqual(bot.texts().slice(4).sort(), ["Mina 2", "group 2"]);
  for (const response of held) response.end();
});

test("at most max_connections are under way", async (t) => {
  const users = Array.from({ length: 20 }, (_, index) => ({ ...MINA, id: MINA.id + index }));
  const { write, done, desk } = await openClient(t, { users });
  let open = 0;
  let most = 0;
  const bot = await openBot(t, async ({ response }) => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, 5));
    open--;
    response.end();
  });
  await done("setWebhook", { url: bot.url, max_connections: 3 });
  for (const { id } of users) write(`${id}`, { chatId: id, userId: id });
  await settled(() => desk.world.updates.pending);
  assert.equal(bot.posts.length, 20);
  assert.equal(most, 3);
  for (const [wanted, meant] of [
    [0, 1],
    [1_000, 100],
    ["7", 7],
    ["x", 1],
  ]) {
    await done("setWebhook", { url: bot.url, max_connections: wanted });
    assert.equal((await done<{ max_connections: number }>("getWebhookInfo")).max_connections, meant);
  }
});

test("what is not answered with 2xx comes again at once, then at growing distances, and the rest of the chat waits", async (t) => {
  const { write, done, desk } = await openClient(t, { webhookSecond: 10 });
  const codes = [500, 404, 301, 401];
  const bot = await openBot(t, ({ response }, index) => response.writeHead(codes[index] ?? 204).end());
  await done("setWebhook", { url: bot.url });
  write("one");
  write("two");
  await bot.until(3);
  const { last_error_message, last_error_date } = await done<Record<string, unknown>>("getWebhookInfo");
  assert.match(String(last_error_message), /^Wrong response from the webhook: \d{3} \w+/);
  assert.ok(Math.abs(Date.now() / 1000 - Number(last_error_date)) < 60);
  await settled(() => desk.world.updates.pending);
  assert.deepEqual(bot.texts(), ["one", "one", "one", "one", "one", "two"]);
  const pauses = bot.posts.slice(1, 5).map(({ at }, index) => at - (bot.posts[index]?.at ?? 0));
  for (const [index, seconds] of [0, 2, 4, 8].entries())
    assert.ok((pauses[index] ?? 0) >= seconds * 10 - 2, `${index}: ${pauses[index]} ms`);
});

test("a bot that asks for a pause gets it", async (t) => {
  const { write, done } = await openClient(t, { webhookSecond: 10 });
  const bot = await openBot(t, (post, index) =>
    index === 0 ? status(503, { "retry-after": "7" })(post) : status(200)(post),
  );
  await done("setWebhook", { url: bot.url });
  write("one");
  await bot.until(2);
  const [first, second] = bot.posts;
  assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 68);
});

test("a bot that is gone, hangs up or never answers is told by getWebhookInfo, and gets everything afterwards", async (t) => {
  const { write, done, desk } = await openClient(t, { webhookSecond: 3 });
  const bot = await openBot(t, ({ response }, index) => {
    if (index === 0) response.socket?.destroy();
    else if (index > 1) response.end();
  });
  const failure = async () => (await done<{ last_error_message?: string }>("getWebhookInfo")).last_error_message;
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  // A listening TCP server's address is one of these.
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, "close");
  await done("setWebhook", { url: `http://127.0.0.1:${port}/` });
  write("one");
  while ((await failure()) === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.equal(await failure(), "Connection refused");
  await done("setWebhook", { url: bot.url });
  assert.equal(await failure(), undefined, "a new webhook begins without a past");
  await bot.until(2);
  assert.equal(await failure(), "Connection reset by peer");
  await settled(() => desk.world.updates.pending);
  assert.equal(await failure(), "Read timeout expired");
  assert.deepEqual(bot.texts(), ["one", "one", "one"]);
});

test("a bot that was away is tried by one connection, and gets the others when it answers", async (t) => {
  const users = Array.from({ length: 5 }, (_, index) => ({ ...MINA, id: MINA.id + index }));
  const { write, done } = await openClient(t, { users });
  const held: ServerResponse[] = [];
  const bot = await openBot(t, ({ response }) => held.push(response));
  for (const { id } of users) write(`${id}`, { chatId: id, userId: id });
  await done("setWebhook", { url: bot.url });
  await bot.until(1);
  await done("getMe");
  assert.equal(bot.posts.length, 1);
  held[0]?.end();
  await bot.until(5);
  for (const response of held) response.end();
});

test("polling and a webhook exclude each other, in Telegram's words", async (t) => {
  const { done, refused, write, desk } = await openClient(t);
  const bot = await openBot(t, status(500));
  const poll = desk.world.updates.get({ offset: 0, limit: 1, timeout: 50 }, new AbortController().signal);
  const ended = assert.rejects(poll, { code: 409, message: "Conflict: terminated by setWebhook request" });
  await done("setWebhook", { url: bot.url });
  await ended;
  assert.equal(await refused("getUpdates"), ACTIVE);
  write("one");
  await bot.until(1);
  assert.equal(await done("deleteWebhook", { drop_pending_updates: false }), true);
  assert.match(JSON.stringify(await done("getUpdates")), /one/, "what was not confirmed is still there");
  await done("setWebhook", { url: bot.url });
  await done("setWebhook", { url: "" });
  assert.equal((await done<unknown[]>("getUpdates")).length, 1);
});

test("updates that wait are dropped on request alone", async (t) => {
  const { done, write, desk } = await openClient(t);
  const bot = await openBot(t, status(500));
  write("one");
  await done("setWebhook", { url: bot.url });
  assert.equal(desk.world.updates.pending, 1);
  await done("setWebhook", { url: bot.url, drop_pending_updates: true });
  assert.equal(desk.world.updates.pending, 0);
  write("two");
  await done("deleteWebhook", { drop_pending_updates: true });
  assert.deepEqual(await done("getUpdates"), []);
});

test("an address that Telegram would not take is refused in its words, but for one on loopback", async (t) => {
  const { done, refused } = await openClient(t);
  const https = "Bad Request: bad webhook: An HTTPS URL must be provided for webhook";
  const ports = "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443";
  for (const [url, words] of [
    ["http://bot.example/", https],
    ["https://bot.example:8080/", ports],
    ["http://", "Bad Request: invalid webhook URL specified"],
    ["ftp://bot.example/", "Bad Request: invalid webhook URL specified"],
    ["https://a b/", "Bad Request: invalid webhook URL specified"],
  ] as const)
    assert.equal(await refused("setWebhook", { url }), words, url);
  const url = "https://bot.example:8443/x";
  assert.match(await refused("setWebhook", { url, secret_token: "no spaces" }), /unallowed characters/);
  assert.match(await refused("setWebhook", { url, secret_token: "x".repeat(257) }), /too long/);
  assert.equal((await done<{ url: string }>("getWebhookInfo")).url, "");
  for (const taken of ["http://localhost:9/", "http://127.0.0.1:9/", "http://[::1]:9/", "https://127.0.0.1:9/"])
    assert.equal(await done("setWebhook", { url: taken }), true);
});
