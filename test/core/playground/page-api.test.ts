import assert from "node:assert/strict";
import { test } from "node:test";
import type { PressAnswer, State } from "../../../core/playground/protocol.ts";
import { type Client, FORUM, GROUP, JONAS, MINA, openClient } from "./client.ts";

/** Asks as the page does; resolves to the status and what was answered. */
async function page({ desk }: Client, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const init: RequestInit =
    body === undefined
      ? { headers }
      : { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) };
  const response = await fetch(`${desk.url}/api/${path}`, init);
  const answer: unknown = await response.json();
  return { status: response.status, answer };
}

const list = (client: Client, chatId: number = MINA.id) =>
  client.done("sendMessage", {
    chat_id: chatId,
    text: "list",
    reply_markup: {
      inline_keyboard: [
        [
          { text: "One", callback_data: "1" },
          { text: "Site", url: "e.com" },
        ],
      ],
    },
  });

interface Query {
  readonly id: string;
  readonly data: string;
  readonly from: unknown;
  readonly message: unknown;
}

/** The callback query that waits for the bot. */
async function query({ done }: Client): Promise<Query> {
  const [update] = await done<{ callback_query: Query }[]>("getUpdates", { offset: -1, timeout: 5 });
  assert.ok(update, "no query came");
  return update.callback_query;
}

test("the state is everything there is, with the newest 200 messages of each chat", async (t) => {
  const client = await openClient(t, { note: "Sample." });
  client.desk.suggest(["/mdl x", "/imdb y"]);
  for (let n = 0; n < 205; n++) client.write(String(n));
  client.write("there", { chatId: GROUP, userId: JONAS.id });
  const { status, answer } = await page(client, "state");
  assert.equal(status, 200);
  // The playground's own page reads it like this.
  const state = answer as State;
  assert.deepEqual(state.users, [MINA, JONAS]);
  assert.deepEqual(state.bot, client.desk.world.bot);
  assert.deepEqual(
    state.chats.map(({ type }) => type),
    ["private", "private", "group", "supergroup", "supergroup"],
  );
  assert.deepEqual(
    state.messages.map(({ text }) => text),
    [...Array.from({ length: 200 }, (_, n) => String(n + 5)), "there"],
  );
  assert.equal(state.note, "Sample.");
  assert.deepEqual(state.problems, []);
  client.desk.tellProblems(["plugins/a.ts:1: it is broken."]);
  const later = (await page(client, "state")).answer as State; // as above
  assert.deepEqual(later.problems, ["plugins/a.ts:1: it is broken."]);
  assert.deepEqual(state.suggestions, ["/mdl x", "/imdb y"]);
  assert.deepEqual(
    state.topics.map(({ chatId, name }) => [chatId, name]),
    [
      [FORUM, "Korean"],
      [FORUM, "Films"],
    ],
  );
});

test("what a person writes reaches the bot as a message", async (t) => {
  const client = await openClient(t);
  const { status, answer } = await page(client, "send", { chatId: MINA.id, userId: MINA.id, text: " /mdl x\r\n" });
  assert.equal(status, 200);
  const [update] = await client.done<{ message: unknown }[]>("getUpdates");
  assert.deepEqual(answer, { message: update?.message });
  const { message_id, date, ...message } = client.desk.world.messages(MINA.id)[0] ?? assert.fail();
  assert.deepEqual(message, {
    from: MINA,
    chat: { id: MINA.id, type: "private", first_name: "Mina", username: "mina_park" },
    text: "/mdl x",
    entities: [{ type: "bot_command", offset: 0, length: 4 }],
  });
  const reply = { chatId: MINA.id, userId: MINA.id, text: "more", replyTo: message_id };
  assert.match(JSON.stringify((await page(client, "send", reply)).answer), /"reply_to_message":\{"message_id":/);
});

test("what nobody could write is refused", async (t) => {
  const client = await openClient(t);
  const send = { chatId: MINA.id, userId: MINA.id, text: "x" };
  const refusals: readonly (readonly [body: unknown, error: string])[] = [
    [{ ...send, chatId: 1 }, "Bad Request: chat not found"],
    [{ ...send, userId: 1 }, "Bad Request: chat not found"],
    [{ ...send, userId: JONAS.id }, "Bad Request: chat not found"],
    [{ ...send, text: "" }, "Bad Request: message text is empty"],
    [{ ...send, text: " \u200b\n" }, "Bad Request: message text is empty"],
    [{ ...send, text: "x".repeat(4097) }, "Bad Request: message is too long"],
    [{ ...send, text: "😀".repeat(2049) }, "Bad Request: message is too long"],
    [{ ...send, replyTo: 99 }, "Bad Request: message to be replied not found"],
    [{ ...send, threadId: 99 }, "Bad Request: message thread not found"],
    [{ ...send, text: 5 }, "text must be a text."],
    [{ ...send, chatId: String(MINA.id) }, "chatId must be a whole number."],
    [{ ...send, chatId: 1.5 }, "chatId must be a whole number."],
    [{ ...send, replyTo: {} }, "replyTo must be a whole number."],
    [{}, "chatId must be a whole number."],
    ["{", "The body must be a JSON object."],
    ["[]", "The body must be a JSON object."],
    ["null", "The body must be a JSON object."],
    ["", "The body must be a JSON object."],
  ];
  for (const [body, error] of refusals)
    assert.deepEqual(await page(client, "send", body), { status: 400, answer: { error } }, JSON.stringify(body));
  const large = await page(client, "send", { ...send, text: "x".repeat(64 * 1024) });
  assert.deepEqual(large, { status: 413, answer: { error: "The body is too large." } });
  assert.deepEqual(await client.done("getUpdates"), []);
  const longest = await page(client, "send", { ...send, text: "\u0001".repeat(4095).concat("x") });
  assert.equal(longest.status, 200);
});

test("a press reaches the bot as a query, and its answer the page", async (t) => {
  const client = await openClient(t);
  const message = await list(client);
  const press = { chatId: MINA.id, userId: MINA.id, messageId: message.message_id, data: "1" };
  const pressed = page(client, "press", press);
  const { id, data, ...rest } = await query(client);
  assert.equal(data, "1");
  assert.deepEqual([rest.from, rest.message], [MINA, message]);
  await client.done("answerCallbackQuery", { callback_query_id: id, text: "Done", show_alert: "True" });
  assert.deepEqual(await pressed, { status: 200, answer: { text: "Done", showAlert: true } });
});

test("buttons that are not there cannot be pressed", async (t) => {
  const client = await openClient(t);
  const { message_id } = await list(client);
  const press = { chatId: MINA.id, userId: MINA.id, messageId: message_id, data: "1" };
  const refusals: readonly (readonly [body: unknown, error: string])[] = [
    [{ ...press, data: "2" }, "Bad Request: BUTTON_DATA_INVALID"],
    [{ ...press, data: "" }, "Bad Request: BUTTON_DATA_INVALID"],
    [{ ...press, messageId: 99 }, "Bad Request: BUTTON_DATA_INVALID"],
    [{ ...press, userId: JONAS.id }, "Bad Request: chat not found"],
    [{ ...press, chatId: 5 }, "Bad Request: chat not found"],
    [{ ...press, data: undefined }, "data must be a text."],
    [{ ...press, messageId: "1" }, "messageId must be a whole number."],
  ];
  for (const [body, error] of refusals)
    assert.deepEqual(await page(client, "press", body), { status: 400, answer: { error } }, JSON.stringify(body));
  await client.done("editMessageReplyMarkup", { chat_id: MINA.id, message_id });
  assert.equal((await page(client, "press", press)).status, 400);
  assert.deepEqual(await client.done("getUpdates"), []);
});

test("a page of another site cannot speak for the people of this one", async (t) => {
  const client = await openClient(t);
  const { message_id } = await list(client);
  const send = { chatId: MINA.id, userId: MINA.id, text: "x" };
  const press = { chatId: MINA.id, userId: MINA.id, messageId: message_id, data: "1" };
  for (const origin of ["https://evil.example", "null", `${client.desk.url}.evil.example`])
    for (const [path, body] of [
      ["send", send],
      ["press", press],
    ] as const)
      assert.equal((await page(client, path, body, { origin })).status, 403, origin);
  assert.deepEqual(await client.done("getUpdates"), []);
  assert.equal((await page(client, "send", send, { origin: client.desk.url })).status, 200);
});

test("the menu is the nearest to the person and the chat", async (t) => {
  const client = await openClient(t);
  const set = (name: string, scope?: object) =>
    client.done("setMyCommands", { commands: [{ command: name, description: "x" }], ...(scope ? { scope } : {}) });
  const menu = async (chatId: number, userId: number) => {
    const { answer } = await page(client, `commands?chatId=${chatId}&userId=${userId}`);
    return /"command":"(\w+)"/.exec(JSON.stringify(answer))?.[1];
  };
  assert.equal(await menu(MINA.id, MINA.id), undefined);
  await set("everybody");
  await set("private", { type: "all_private_chats" });
  await set("groups", { type: "all_group_chats" });
  await set("mina", { type: "chat", chat_id: MINA.id });
  await set("member", { type: "chat_member", chat_id: GROUP, user_id: MINA.id });
  assert.equal(await menu(MINA.id, MINA.id), "mina");
  assert.equal(await menu(JONAS.id, JONAS.id), "private");
  assert.equal(await menu(GROUP, MINA.id), "member");
  assert.equal(await menu(GROUP, JONAS.id), "groups");
  await client.done("deleteMyCommands", { scope: { type: "all_group_chats" } });
  assert.equal(await menu(GROUP, JONAS.id), "everybody");
  assert.deepEqual((await page(client, "commands")).answer, { commands: [{ command: "everybody", description: "x" }] });
});

test("the page's files are served, and nothing beside them", async (t) => {
  const { desk } = await openClient(t);
  const index = await fetch(`${desk.url}/`);
  assert.match(index.headers.get("content-type") ?? "", /^text\/html/);
  assert.match(index.headers.get("content-security-policy") ?? "", /default-src 'self'/);
  assert.match(await index.text(), /<html/);
  assert.match((await fetch(`${desk.url}/main.js`)).headers.get("content-type") ?? "", /^text\/javascript/);
  for (const path of [
    "/nothing.js",
    "/..%2fserver.ts",
    "/../server.ts",
    "/server.ts",
    "/page/main.js",
    "/%00.js",
    "/api/",
  ])
    assert.equal((await fetch(`${desk.url}${path}`)).status, 404, path);
  assert.equal((await fetch(`${desk.url}/main.js`, { method: "POST" })).status, 404);
});

test("a press that the bot does not answer ends empty after 15 s", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const client = await openClient(t);
  const { message_id } = await list(client);
  const pressed: Promise<PressAnswer> = client.desk.world.press({
    chatId: MINA.id,
    userId: MINA.id,
    messageId: message_id,
    data: "1",
  });
  t.mock.timers.tick(15_000);
  assert.deepEqual(await pressed, {});
});
