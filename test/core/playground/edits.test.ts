import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, GROUP, JONAS, MINA, openClient, png, SUPERGROUP } from "./client.ts";

const NOT_MODIFIED =
  "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message";
const keyboard = (data: string) => ({ inline_keyboard: [[{ text: "x", callback_data: data }]] });

/** Serves pictures of 40 by any number of pixels: `/pictures/60.png`. */
function pictures({ desk }: Client): (height: number) => string {
  desk.mount("/pictures", (request) => {
    const height = Number(/(\d+)\.png$/.exec(request.url)?.[1]);
    return new Response(png(40, height), { headers: { "content-type": "image/png" } });
  });
  return (height) => `${desk.url}/pictures/${height}.png`;
}

const text = (client: Client, more: object = {}) =>
  client.done("sendMessage", { chat_id: MINA.id, text: "list", ...more });
const photo = (client: Client, more: object = {}) =>
  client.done("sendPhoto", { chat_id: MINA.id, photo: pictures(client)(60), caption: "card", ...more });

test("a text is edited in its place, which takes its buttons away unless new ones are given", async (t) => {
  const client = await openClient(t, { now: () => 1_700_000_000_000 });
  const events: unknown[] = [];
  const before = await text(client, { reply_markup: keyboard("1") });
  client.desk.world.on((event) => events.push(event));
  const edit = { chat_id: MINA.id, message_id: before.message_id, parse_mode: "HTML" };
  const after = await client.done("editMessageText", { ...edit, text: "<b>new</b>" });
  const { reply_markup: _, ...rest } = before;
  assert.deepEqual(after, {
    ...rest,
    text: "new",
    entities: [{ type: "bold", offset: 0, length: 3 }],
    edit_date: 1_700_000_000,
  });
  assert.deepEqual(client.desk.world.messages(MINA.id), [after]);
  assert.deepEqual(events, [{ type: "edited", message: after }]);
  const again = await client.done("editMessageText", { ...edit, text: "new", reply_markup: keyboard("2") });
  assert.equal(again.entities, undefined);
  assert.deepEqual(again.reply_markup, keyboard("2"));
});

test("an edit that changes nothing is refused, however it is written", async (t) => {
  const client = await openClient(t);
  const message = await text(client, { text: "<b>a</b> b", parse_mode: "HTML", reply_markup: keyboard("1") });
  const edit = { chat_id: MINA.id, message_id: message.message_id, parse_mode: "HTML" };
  for (const same of ["<b>a</b> b", "  <strong>a</strong> b\n", "<b></b><b>a</b> b"])
    assert.equal(
      await client.refused("editMessageText", { ...edit, text: same, reply_markup: keyboard("1") }),
      NOT_MODIFIED,
    );
  assert.equal(await client.refused("editMessageReplyMarkup", { ...edit, reply_markup: keyboard("1") }), NOT_MODIFIED);
  for (const change of [
    { text: "a b", reply_markup: keyboard("1") },
    { text: "<i>a</i> b", reply_markup: keyboard("1") },
    { text: "<i>a</i> b", reply_markup: keyboard("2") },
    { text: "<i>a</i> b" },
  ])
    await client.done("editMessageText", { ...edit, ...change });
  assert.equal(await client.refused("editMessageReplyMarkup", edit), NOT_MODIFIED);
});

test("a caption is edited, also to none; the picture stays", async (t) => {
  const client = await openClient(t);
  const before = await photo(client, { reply_markup: keyboard("1") });
  const edit = { chat_id: MINA.id, message_id: before.message_id };
  const after = await client.done("editMessageCaption", { ...edit, caption: "<i>new</i>", parse_mode: "HTML" });
  assert.equal(after.caption, "new");
  assert.deepEqual(after.caption_entities, [{ type: "italic", offset: 0, length: 3 }]);
  assert.deepEqual(after.photo, before.photo);
  assert.equal(after.reply_markup, undefined);
  const none = await client.done("editMessageCaption", edit);
  assert.equal(none.caption, undefined);
  assert.equal(await client.refused("editMessageCaption", { ...edit, caption: " " }), NOT_MODIFIED);
});

test("buttons are edited alone, and the rest stays", async (t) => {
  const client = await openClient(t);
  for (const before of [await text(client), await photo(client)]) {
    const edit = { chat_id: MINA.id, message_id: before.message_id };
    const { edit_date: _, ...after } = await client.done("editMessageReplyMarkup", {
      ...edit,
      reply_markup: keyboard("1"),
    });
    assert.deepEqual(after, { ...before, reply_markup: keyboard("1") });
    const { edit_date: __, ...last } = await client.done("editMessageReplyMarkup", edit);
    assert.deepEqual(last, before);
  }
});

test("a text becomes a photo, a photo becomes another, but no photo becomes a text", async (t) => {
  const client = await openClient(t);
  const url = pictures(client);
  const { message_id } = await text(client, { reply_markup: keyboard("1") });
  const edit = { chat_id: MINA.id, message_id };
  const card = await client.done("editMessageMedia", {
    ...edit,
    media: { type: "photo", media: url(60), caption: "<b>card</b>", parse_mode: "HTML" },
    reply_markup: keyboard("2"),
  });
  assert.equal(card.text, undefined);
  assert.equal(card.caption, "card");
  assert.deepEqual(card.caption_entities, [{ type: "bold", offset: 0, length: 4 }]);
  assert.deepEqual([card.photo?.at(-1)?.width, card.photo?.at(-1)?.height], [40, 60]);
  assert.equal(
    await client.refused("editMessageText", { ...edit, text: "back" }),
    "Bad Request: there is no text in the message to edit",
  );
  const other = { type: "photo", media: url(70) };
  assert.equal((await client.done("editMessageMedia", { ...edit, media: other })).photo?.at(-1)?.height, 70);
  assert.equal(await client.refused("editMessageMedia", { ...edit, media: other }), NOT_MODIFIED);
});

test("a text has no caption to edit", async (t) => {
  const client = await openClient(t);
  const { message_id } = await text(client);
  assert.equal(
    await client.refused("editMessageCaption", { chat_id: MINA.id, message_id, caption: "x" }),
    "Bad Request: there is no caption in the message to edit",
  );
});

test("long edits are refused by Telegram's codes", async (t) => {
  const client = await openClient(t);
  const edit = { chat_id: MINA.id, message_id: (await text(client)).message_id };
  const long = "x".repeat(4097);
  assert.equal(await client.refused("editMessageText", { ...edit, text: long }), "Bad Request: MESSAGE_TOO_LONG");
  assert.equal(await client.refused("editMessageText", { ...edit, text: " " }), "Bad Request: text must be non-empty");
  const card = { chat_id: MINA.id, message_id: (await photo(client)).message_id };
  const caption = "x".repeat(1025);
  assert.equal(await client.refused("editMessageCaption", { ...card, caption }), "Bad Request: MEDIA_CAPTION_TOO_LONG");
  assert.equal(
    await client.refused("editMessageMedia", { ...card, media: { type: "photo", media: "x.y", caption } }),
    "Bad Request: MEDIA_CAPTION_TOO_LONG",
  );
  await client.done("editMessageCaption", { ...card, caption: "x".repeat(1024) });
});

test("what is not there, or not the bot's, is not edited", async (t) => {
  const client = await openClient(t);
  const own = await text(client);
  const theirs = client.write("mine");
  const edits = [
    ["editMessageText", { text: "x" }, "message can't be edited"],
    ["editMessageCaption", { caption: "x" }, "message can't be edited"],
    ["editMessageReplyMarkup", {}, "message can't be edited"],
    [
      "editMessageMedia",
      { media: { type: "photo", media: "http://127.0.0.1:1/x.png" } },
      "message media can't be edited",
    ],
  ] as const;
  for (const [method, content, others] of edits) {
    const refused = (place: object) => client.refused(method, { ...place, ...content });
    for (const message_id of [undefined, 0, -5, 99_999, "x"])
      assert.equal(await refused({ chat_id: MINA.id, message_id }), "Bad Request: message to edit not found", method);
    const elsewhere = { chat_id: JONAS.id, message_id: own.message_id };
    assert.equal(await refused(elsewhere), "Bad Request: message to edit not found", method);
    assert.equal(await refused({ chat_id: MINA.id, message_id: theirs.message_id }), `Bad Request: ${others}`, method);
    assert.equal(await refused({ chat_id: -9, message_id: own.message_id }), "Bad Request: chat not found", method);
    assert.equal(await refused({ message_id: own.message_id }), "Bad Request: chat_id is empty", method);
    assert.equal(await refused({}), "Bad Request: message identifier is not specified", method);
    assert.equal(await refused({ inline_message_id: "x" }), "Bad Request: MESSAGE_ID_INVALID", method);
  }
  await client.done("deleteMessage", { chat_id: MINA.id, message_id: own.message_id });
  const gone = { chat_id: MINA.id, message_id: own.message_id, text: "x" };
  assert.equal(await client.refused("editMessageText", gone), "Bad Request: message to edit not found");
});

test("media that is none is refused in Telegram's words", async (t) => {
  const client = await openClient(t);
  const { message_id } = await text(client);
  const refusals = [
    [undefined, 'parameter "media" is required'],
    ["{", "can't parse input media JSON object"],
    ["[]", "can't parse InputMedia: expected an Object"],
    [{}, "can't parse InputMedia: media not found"],
    [{ type: "photo", media: "attach://nothing" }, "can't parse InputMedia: media not found"],
    [{ media: "x" }, "can't parse InputMedia: Can't find field \"type\""],
    [{ media: "x", type: "video" }, "can't parse InputMedia: the playground edits photos only"],
    [{ media: "x", type: "hologram" }, 'can\'t parse InputMedia: type "hologram" is unsupported'],
    [
      { media: "x", type: "photo", caption: "<b>", parse_mode: "HTML" },
      "can't parse InputMedia: Can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ],
    [
      { media: "A".repeat(40), type: "photo" },
      "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
    ],
  ] as const;
  for (const [media, reason] of refusals)
    assert.equal(
      await client.refused("editMessageMedia", { chat_id: MINA.id, message_id, media }),
      `Bad Request: ${reason}`,
    );
});

test("of two edits of one message's picture the later one ends the earlier", async (t) => {
  const client = await openClient(t);
  const url = pictures(client);
  const arrived = Promise.withResolvers<void>();
  const held = Promise.withResolvers<Response>();
  client.desk.mount("/slow", () => {
    arrived.resolve();
    return held.promise;
  });
  const { message_id } = await text(client);
  const edit = (media: string) => ({ chat_id: MINA.id, message_id, media: { type: "photo", media } });
  const first = client.refused("editMessageMedia", edit(`${client.desk.url}/slow/1.png`));
  await arrived.promise;
  await client.done("editMessageMedia", edit(url(60)));
  assert.equal(await first, "Bad Request: canceled by new editMessageMedia request");
  held.resolve(new Response(png(40, 90), { headers: { "content-type": "image/png" } }));
  assert.equal(client.desk.world.find(MINA.id, message_id)?.photo?.at(-1)?.height, 60);
});

test("a message that goes while its picture is fetched is not brought back", async (t) => {
  const client = await openClient(t);
  const { message_id } = await text(client);
  client.desk.mount("/slow", async () => {
    await client.done("deleteMessage", { chat_id: MINA.id, message_id });
    return new Response(png(40, 90), { headers: { "content-type": "image/png" } });
  });
  const media = { type: "photo", media: `${client.desk.url}/slow/1.png` };
  assert.equal(
    await client.refused("editMessageMedia", { chat_id: MINA.id, message_id, media }),
    "Bad Request: message to edit not found",
  );
  assert.deepEqual(client.desk.world.messages(MINA.id), []);
});

test("a private chat lets both sides' messages be deleted, for two days", async (t) => {
  let now = 1_700_000_000_000;
  const client = await openClient(t, { now: () => now });
  const events: unknown[] = [];
  const theirs = client.write("theirs");
  const own = await text(client);
  const old = await text(client);
  client.desk.world.on((event) => events.push(event));
  for (const { message_id } of [theirs, own])
    assert.equal(await client.done("deleteMessage", { chat_id: MINA.id, message_id }), true);
  assert.deepEqual(events, [
    { type: "deleted", chatId: MINA.id, messageId: theirs.message_id },
    { type: "deleted", chatId: MINA.id, messageId: own.message_id },
  ]);
  now += 48 * 3_600_000 + 1_000;
  assert.equal(
    await client.refused("deleteMessage", { chat_id: MINA.id, message_id: old.message_id }),
    "Bad Request: message can't be deleted for everyone",
  );
  assert.deepEqual(client.desk.world.messages(MINA.id), [old]);
});

test("in groups only the bot's own messages are deleted, and old ones are not", async (t) => {
  let now = 1_700_000_000_000;
  const client = await openClient(t, { now: () => now });
  for (const [chatId, reason] of [
    [GROUP, "message can't be deleted for everyone"],
    [SUPERGROUP, "message can't be deleted"],
  ] as const) {
    const theirs = client.write("theirs", { chatId });
    const own = await text(client, { chat_id: chatId });
    const old = await text(client, { chat_id: chatId });
    const remove = (message_id: number) => ({ chat_id: chatId, message_id });
    assert.equal(await client.refused("deleteMessage", remove(theirs.message_id)), `Bad Request: ${reason}`);
    await client.done("deleteMessage", remove(own.message_id));
    now += 49 * 3_600_000;
    assert.equal(await client.refused("deleteMessage", remove(old.message_id)), `Bad Request: ${reason}`);
  }
});

test("a deletion that says too little, or of what is gone, is refused", async (t) => {
  const client = await openClient(t);
  const { message_id } = await text(client);
  const refusals = [
    [{}, "chat identifier is not specified"],
    [{ chat_id: MINA.id }, "message identifier is not specified"],
    [{ chat_id: MINA.id, message_id: "x" }, "message identifier is not specified"],
    [{ chat_id: -9, message_id }, "chat not found"],
    [{ chat_id: JONAS.id, message_id }, "message to delete not found"],
  ] as const;
  for (const [params, reason] of refusals)
    assert.equal(await client.refused("deleteMessage", params), `Bad Request: ${reason}`);
  await client.done("deleteMessage", { chat_id: MINA.id, message_id });
  assert.equal(
    await client.refused("deleteMessage", { chat_id: MINA.id, message_id }),
    "Bad Request: message to delete not found",
  );
});
