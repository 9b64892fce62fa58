import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUP, JONAS, MINA, openClient, SUPERGROUP } from "./client.ts";

const NOWHERE = -1_009;

test("a message is kept as Telegram keeps it, and told to the page", async (t) => {
  const { desk, done } = await openClient(t, { now: () => 1_700_000_000_999 });
  const events: unknown[] = [];
  desk.world.on((event) => events.push(event));
  const message = await done("sendMessage", {
    chat_id: MINA.id,
    text: "  <b>Hi</b> &amp; see https://e.com\n",
    parse_mode: "html",
    link_preview_options: { is_disabled: true },
  });
  assert.deepEqual(message, {
    message_id: message.message_id,
    date: 1_700_000_000,
    from: desk.world.bot,
    chat: { id: MINA.id, type: "private", first_name: "Mina", username: "mina_park" },
    text: "Hi & see https://e.com",
    entities: [
      { type: "bold", offset: 0, length: 2 },
      { type: "url", offset: 9, length: 13 },
    ],
  });
  assert.deepEqual(events, [{ type: "message", message }]);
  assert.deepEqual(desk.world.messages(MINA.id), [message]);
});

test("without a parse mode markup is text", async (t) => {
  const { done } = await openClient(t);
  for (const mode of [{}, { parse_mode: "" }, { parse_mode: "None" }]) {
    const message = await done("sendMessage", { chat_id: MINA.id, text: "<b>x</b> &lt;", ...mode });
    assert.equal(message.text, "<b>x</b> &lt;");
    assert.equal(message.entities, undefined);
  }
});

test("a parse mode that the playground lacks is refused, one that nobody has in Telegram's words", async (t) => {
  const { refused } = await openClient(t);
  const message = { chat_id: MINA.id, text: "x" };
  assert.equal(await refused("sendMessage", { ...message, parse_mode: "Foo" }), "Bad Request: unsupported parse_mode");
  assert.match(await refused("sendMessage", { ...message, parse_mode: "MarkdownV2" }), /playground parses HTML only/);
  assert.match(await refused("sendMessage", { ...message, entities: [{}] }), /entities as HTML only/);
});

test("texts that are none are refused, those that are missing and those that show nothing in different words", async (t) => {
  const { refused, done } = await openClient(t);
  for (const text of [undefined, null, ""])
    assert.equal(await refused("sendMessage", { chat_id: MINA.id, text }), "Bad Request: message text is empty");
  for (const text of [" ", "\n\t\r", "\u200b", "\u2800\u3000", "\ufeff\u00a0", "\u{e0020}"])
    assert.equal(
      await refused("sendMessage", { chat_id: MINA.id, text }),
      "Bad Request: text must be non-empty",
      JSON.stringify(text),
    );
  for (const text of ["<b></b>", "<i> </i>", "&#32;"])
    assert.equal(
      await refused("sendMessage", { chat_id: MINA.id, text, parse_mode: "HTML" }),
      "Bad Request: text must be non-empty",
    );
  assert.equal((await done("sendMessage", { chat_id: MINA.id, text: 123 })).text, "123");
});

test("half of an emoji is refused wherever it stands", async (t) => {
  const { refused, done } = await openClient(t);
  const send = { chat_id: MINA.id, text: "x" };
  const half = "😀".slice(0, 1);
  const button = { text: half, callback_data: "x" };
  const refusals = [
    [{ text: `x${half}` }, "strings must be encoded in UTF-8"],
    [{ text: `<b>${half}</b>`, parse_mode: "HTML" }, "text must be encoded in UTF-8"],
    [{ reply_markup: { inline_keyboard: [[button]] } }, "inline keyboard button text must be encoded in UTF-8"],
  ] as const;
  for (const [params, reason] of refusals)
    assert.equal(await refused("sendMessage", { ...send, ...params }), `Bad Request: ${reason}`);
  await done("sendMessage", { ...send, text: "😀" });
});

test("options of a link's preview must be an object", async (t) => {
  const { refused, done } = await openClient(t);
  const send = { chat_id: MINA.id, text: "x" };
  for (const [link_preview_options, reason] of [
    ["{", "can't parse link preview options JSON object"],
    ["[]", "object expected as link preview options"],
    [true, "object expected as link preview options"],
  ])
    assert.equal(await refused("sendMessage", { ...send, link_preview_options }), `Bad Request: ${reason}`);
  await done("sendMessage", { ...send, link_preview_options: '{"is_disabled":true}' });
});

test("a text has at most 4,096 UTF-16 units, counted after parsing and trimming", async (t) => {
  const { refused, done } = await openClient(t);
  const send = { chat_id: MINA.id, parse_mode: "HTML" };
  const longest = "x".repeat(4096);
  assert.equal((await done("sendMessage", { ...send, text: `  <b>${longest}</b>\n` })).text, longest);
  assert.equal((await done("sendMessage", { ...send, text: "&lt;".repeat(4096) })).text?.length, 4096);
  assert.equal((await done("sendMessage", { ...send, text: "😀".repeat(2048) })).text?.length, 4096);
  for (const text of [`${longest}x`, "😀".repeat(2049)])
    assert.equal(await refused("sendMessage", { ...send, text }), "Bad Request: message is too long");
});

test("a text of more than 32,768 bytes is refused before it is parsed", async (t) => {
  const { refused, done } = await openClient(t);
  const tags = "<b></b>".repeat(4681);
  assert.equal((await done("sendMessage", { chat_id: MINA.id, text: `${tags}x`, parse_mode: "HTML" })).text, "x");
  for (const text of [`${tags}xy`, "é".repeat(16_385)])
    assert.equal(
      await refused("sendMessage", { chat_id: MINA.id, text, parse_mode: "HTML" }),
      "Bad Request: text is too long",
    );
});

test("what a call says is judged before the chat is looked for, and the chat before the length", async (t) => {
  const { refused } = await openClient(t);
  const nowhere = { chat_id: NOWHERE };
  assert.equal(await refused("sendMessage", { ...nowhere, text: "" }), "Bad Request: message text is empty");
  assert.match(await refused("sendMessage", { ...nowhere, text: "<x>", parse_mode: "HTML" }), /can't parse entities/);
  for (const text of ["x".repeat(5000), " "])
    assert.equal(await refused("sendMessage", { ...nowhere, text }), "Bad Request: chat not found");
  assert.equal(
    await refused("sendMessage", { chat_id: MINA.id, text: " ", reply_parameters: { message_id: 99 } }),
    "Bad Request: message to be replied not found",
  );
});

test("a chat that is missing or unknown is refused", async (t) => {
  const { refused, done } = await openClient(t);
  assert.equal(await refused("sendMessage", { text: "x" }), "Bad Request: chat_id is empty");
  for (const chat_id of [NOWHERE, 1, "@nobody", "abc", "9".repeat(30), { id: MINA.id }, true])
    assert.equal(await refused("sendMessage", { chat_id, text: "x" }), "Bad Request: chat not found", String(chat_id));
  assert.equal((await done("sendMessage", { chat_id: String(MINA.id), text: "x" })).chat.id, MINA.id);
});

test("a bot cannot write to a stranger until they write first", async (t) => {
  const { desk, refused, done, write } = await openClient(t);
  desk.world.bars.set(MINA.id, "stranger");
  for (const [method, params] of [
    ["sendMessage", { text: "x" }],
    ["sendChatAction", { action: "typing" }],
    ["getChat", {}],
  ] as const)
    assert.equal(await refused(method, { chat_id: MINA.id, ...params }), "Bad Request: chat not found");
  write("/start");
  await done("sendMessage", { chat_id: MINA.id, text: "x" });
});

test("who blocked the bot is not reached until they write again", async (t) => {
  const { desk, call, done, write } = await openClient(t);
  const before = await done("sendMessage", { chat_id: MINA.id, text: "x" });
  desk.world.bars.set(MINA.id, "blocked");
  for (const [method, params] of [
    ["sendMessage", { text: "x" }],
    ["sendPhoto", { photo: "AgAC" }],
    ["sendChatAction", { action: "typing" }],
  ] as const) {
    const { error_code, description } = await call(method, { chat_id: MINA.id, ...params });
    assert.deepEqual([error_code, description], [403, "Forbidden: bot was blocked by the user"], method);
  }
  await done("editMessageText", { chat_id: MINA.id, message_id: before.message_id, text: "y" });
  await done("sendMessage", { chat_id: JONAS.id, text: "x" });
  write("/start");
  await done("sendMessage", { chat_id: MINA.id, text: "x" });
});

test("a group that threw the bot out is neither written to nor heard", async (t) => {
  const { desk, call, done, write } = await openClient(t);
  for (const [chatId, kind] of [
    [GROUP, "group"],
    [SUPERGROUP, "supergroup"],
  ] as const) {
    desk.world.bars.set(chatId, "kicked");
    const { error_code, description } = await call("sendMessage", { chat_id: chatId, text: "x" });
    assert.deepEqual([error_code, description], [403, `Forbidden: bot was kicked from the ${kind} chat`]);
    write("does it hear?", { chatId });
  }
  assert.deepEqual(await done("getUpdates"), []);
});

test("a group may keep the bot from sending texts, or photos", async (t) => {
  const { desk, refused, done } = await openClient(t);
  desk.world.bars.set(GROUP, "texts");
  assert.equal(
    await refused("sendMessage", { chat_id: GROUP, text: "x" }),
    "Bad Request: not enough rights to send text messages to the chat",
  );
  desk.world.bars.set(GROUP, "photos");
  assert.equal(
    await refused("sendPhoto", { chat_id: GROUP, photo: "http://127.0.0.1:1/never-asked.png" }),
    "Bad Request: not enough rights to send photos to the chat",
  );
  const list = await done("sendMessage", { chat_id: GROUP, text: "x" });
  assert.equal(
    await refused("editMessageMedia", {
      chat_id: GROUP,
      message_id: list.message_id,
      media: { type: "photo", media: "http://127.0.0.1:1/never-asked.png" },
    }),
    "Bad Request: not enough rights to send photos to the chat",
  );
});

test("a reply carries the message it replies to, without that one's own", async (t) => {
  const { done, write } = await openClient(t);
  const first = write("first");
  const second = write("second", { replyTo: first.message_id });
  assert.equal(second.reply_to_message?.text, "first");
  const third = await done("sendMessage", {
    chat_id: MINA.id,
    text: "third",
    reply_parameters: { message_id: second.message_id },
  });
  assert.equal(third.reply_to_message?.text, "second");
  assert.equal(third.reply_to_message.reply_to_message, undefined);
  const old = await done("sendMessage", { chat_id: MINA.id, text: "x", reply_to_message_id: first.message_id });
  assert.equal(old.reply_to_message?.message_id, first.message_id);
  const fourth = write("fourth", { replyTo: third.message_id });
  assert.equal(fourth.reply_to_message?.reply_to_message, undefined);
});

test("a reply to a message that is gone is refused unless the call says otherwise", async (t) => {
  const { done, refused, write } = await openClient(t);
  const elsewhere = write("x", { chatId: JONAS.id, userId: JONAS.id });
  const send = { chat_id: MINA.id, text: "x" };
  const gone = "Bad Request: message to be replied not found";
  assert.equal(await refused("sendMessage", { ...send, reply_to_message_id: elsewhere.message_id }), gone);
  for (const reply of [{ message_id: elsewhere.message_id }, { message_id: 99_999 }, { message_id: "99999" }]) {
    assert.equal(await refused("sendMessage", { ...send, reply_parameters: reply }), gone);
    const lenient = { ...reply, allow_sending_without_reply: true };
    assert.equal((await done("sendMessage", { ...send, reply_parameters: lenient })).reply_to_message, undefined);
  }
  for (const reply of [{}, { message_id: 0 }, { message_id: -1 }])
    assert.equal((await done("sendMessage", { ...send, reply_parameters: reply })).reply_to_message, undefined);
});

test("a reply that is none is refused", async (t) => {
  const { refused, done, write } = await openClient(t);
  const send = { chat_id: MINA.id, text: "x" };
  const refusals = [
    ["{", "can't parse reply parameters JSON object"],
    ["[]", "object expected as reply parameters"],
    [{ quote: "x" }, 'can\'t find field "message_id"'],
    [{ message_id: 1, chat_id: NOWHERE }, "chat not found"],
  ] as const;
  for (const [reply_parameters, reason] of refusals)
    assert.equal(await refused("sendMessage", { ...send, reply_parameters }), `Bad Request: ${reason}`);
  const there = write("there", { chatId: GROUP });
  const across = { message_id: there.message_id, chat_id: GROUP };
  assert.equal((await done("sendMessage", { ...send, reply_parameters: across })).reply_to_message, undefined);
});

test("in a supergroup a chain of replies carries the number of its first message", async (t) => {
  const { done, refused, write } = await openClient(t);
  const first = write("first", { chatId: SUPERGROUP });
  const send = { chat_id: SUPERGROUP, text: "x" };
  const second = await done("sendMessage", { ...send, reply_parameters: { message_id: first.message_id } });
  const third = write("third", { chatId: SUPERGROUP, replyTo: second.message_id });
  for (const message of [second, third]) {
    assert.equal(message.message_thread_id, first.message_id);
    assert.equal(message.is_topic_message, undefined);
  }
  assert.equal(
    await refused("sendMessage", { ...send, message_thread_id: first.message_id }),
    "Bad Request: message thread not found",
  );
  const group = write("first", { chatId: GROUP });
  assert.equal(write("second", { chatId: GROUP, replyTo: group.message_id }).message_thread_id, undefined);
});

test("an action is told to the page; one that nobody knows is refused", async (t) => {
  const { desk, call, refused } = await openClient(t);
  const events: unknown[] = [];
  desk.world.on((event) => events.push(event));
  for (const action of ["typing", "UPLOAD_PHOTO"])
    assert.equal((await call("sendChatAction", { chat_id: MINA.id, action })).result, true);
  assert.deepEqual(events, [
    { type: "typing", chatId: MINA.id },
    { type: "typing", chatId: MINA.id },
  ]);
  for (const action of ["", "dancing", undefined])
    assert.equal(
      await refused("sendChatAction", { chat_id: NOWHERE, action }),
      "Bad Request: wrong parameter action in request",
    );
  assert.equal(await refused("sendChatAction", { chat_id: NOWHERE, action: "typing" }), "Bad Request: chat not found");
});
