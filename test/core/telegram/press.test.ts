import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import { asker, buttons, type Call, group, harness, other, owner, type Setup, source } from "./harness.ts";

const methods = (calls: readonly Call[]) => calls.map(({ method }) => method).sort();
const ownerUser = { id: owner, is_bot: false, first_name: "Owner" };
const inGroup = { chat: group };

/** Asks for a list and gives its buttons. */
async function listed(setup: Setup = {}, more: object = {}) {
  const tools = harness(setup);
  await tools.message("/mdl sweet home", more);
  const list = buttons(tools.take()[0]).map(({ callback_data }) => callback_data);
  return { ...tools, first: list[0] ?? "", close: list.at(-1) ?? "" };
}

test("a press turns the text list into the card, with a way back", async () => {
  const { press, take, first } = await listed();
  await press(first);
  const calls = take();
  assert.deepEqual(methods(calls), ["answerCallbackQuery", "editMessageMedia"]);
  const edit = calls.find(({ method }) => method === "editMessageMedia");
  assert.deepEqual(edit?.payload.media, {
    type: "photo",
    media: "https://p.example/mdl-0.jpg",
    caption: "<b>Title mdl-0</b>\nPlot: A &lt;plot&gt; &amp; more",
    parse_mode: "HTML",
  });
  assert.deepEqual(
    buttons(edit).map(({ text }) => text),
    ["‹ Back to results", "✕ Close"],
  );
});

test("going back puts the list under the photo, or into the text", async () => {
  const { press, take, first } = await listed();
  await press(first);
  const back = buttons(take().find(({ method }) => method === "editMessageMedia"))[0]?.callback_data ?? "";
  await press(back, { text: undefined, photo: [], caption: "card" });
  const photo = take();
  assert.deepEqual(methods(photo), ["answerCallbackQuery", "editMessageCaption"]);
  assert.match(JSON.stringify(photo), /Results for <b>sweet home<\/b>/);
  await press(back);
  const text = take();
  assert.deepEqual(methods(text), ["answerCallbackQuery", "editMessageText"]);
  assert.equal(buttons(text.find(({ method }) => method === "editMessageText")).length, 11);
});

test("a card without a poster edits the text; a photo makes room for a new message", async () => {
  const bare = source("mdl", { poster: () => undefined });
  const { press, take, first } = await listed({ sources: [bare] });
  await press(first);
  assert.deepEqual(methods(take()), ["answerCallbackQuery", "editMessageText"]);
  await press(first, { text: undefined, photo: [], caption: "list" });
  assert.deepEqual(methods(take()), ["answerCallbackQuery", "deleteMessage", "sendMessage"]);
});

test("Close is for the asker and the owner in groups, results are for everybody let in", async () => {
  const { press, take, first, close } = await listed({}, inGroup);
  await press(first, inGroup, other);
  assert.deepEqual(methods(take()), ["answerCallbackQuery", "editMessageMedia"]);
  await press(close, inGroup, other);
  const refused = take();
  assert.deepEqual(methods(refused), ["answerCallbackQuery"]);
  assert.match(String(refused[0]?.payload.text), /Only the person who asked/);
  for (const from of [asker, ownerUser]) {
    await press(close, inGroup, from);
    assert.deepEqual(methods(take()), ["answerCallbackQuery", "deleteMessage"]);
  }
});

test("Close under a card from a link is the asker's and the owner's too, and nothing is stored for it", async () => {
  const { message, press, take, memory } = harness();
  await message("/mdlurl https://mdl.example/t/7", inGroup);
  const [close] = buttons(take().at(-1));
  assert.equal(memory.keyboards.size, 0);
  assert.ok(Buffer.byteLength(close?.callback_data ?? "") <= 64);
  await press(close?.callback_data, inGroup, other);
  assert.match(String(take()[0]?.payload.text), /Only the person who asked/);
  for (const from of [asker, ownerUser]) {
    await press(close?.callback_data, inGroup, from);
    assert.deepEqual(methods(take()), ["answerCallbackQuery", "deleteMessage"]);
  }
});

test("where deleting is refused, the buttons go", async () => {
  const { press, take, close } = await listed({
    fault: ({ method }) => (method === "deleteMessage" ? "message can't be deleted for everyone" : undefined),
  });
  await press(close);
  const calls = take();
  assert.deepEqual(methods(calls), ["answerCallbackQuery", "deleteMessage", "editMessageReplyMarkup"]);
  assert.equal(calls.find(({ method }) => method === "editMessageReplyMarkup")?.payload.reply_markup, undefined);
});

test("keyboards of the older bot still work", async () => {
  const { press, take } = harness();
  await press("imdbdetails_0133093");
  assert.match(JSON.stringify(take()), /editMessageMedia.*Title 0133093/);
  await press("close_search");
  assert.deepEqual(methods(take()), ["answerCallbackQuery", "deleteMessage"]);
  await press("close_search", { ...inGroup, reply_to_message: { from: asker } });
  assert.deepEqual(methods(take()), ["answerCallbackQuery", "deleteMessage"]);
  await press("close_search", inGroup, other);
  assert.deepEqual(methods(take()), ["answerCallbackQuery"]);
});

test("callback data that is not ours gets a polite toast", async () => {
  const { press, take, first, handle } = await listed();
  const key = first.split(":")[1];
  const forged = [
    "",
    "r::",
    "r:nokey:0",
    "r:key:10",
    `r:${key}:9x`,
    "b:nokey",
    "x",
    "<&>",
    "‮",
    "\u0000",
    "x".repeat(64),
  ];
  forged.push("__proto__", "r:__proto__:1", "b:constructor", "details_", "close_search ", "{}");
  for (const data of forged) {
    await press(data);
    const [call, ...rest] = take();
    assert.equal(call?.method, "answerCallbackQuery", data);
    assert.ok(String(call?.payload.text).length > 10);
    assert.equal(rest.length, 0);
  }
  await press(undefined);
  assert.match(String(take()[0]?.payload.text), /not one of mine/);
  await press(first, inGroup);
  assert.match(String(take()[0]?.payload.text), /too old/, "another chat's key");
  await press(first, { date: 0, text: undefined });
  assert.match(String(take()[0]?.payload.text), /too old/);
  await handle({ callback_query: { id: "q", from: asker, chat_instance: "c", inline_message_id: "i", data: first } });
  assert.match(String(take()[0]?.payload.text), /not one of mine/);
});

test("a keyboard that somebody tampered with in the store is expired", async () => {
  const { press, take, first, memory } = await listed();
  const key = first.split(":")[1] ?? "";
  for (const value of [
    null,
    5,
    "x",
    {},
    { kind: "results" },
    { kind: "results", chat: asker.id, asker: 1, query: 1, items: [] },
  ]) {
    memory.keyboards.set(key, value);
    await press(first);
    assert.match(String(take()[0]?.payload.text), /too old/);
  }
});

test("a result that cannot be shown is told in a toast, or in a message when it took long", async () => {
  const fail = (delay: number) =>
    source("mdl", {
      details: () => new Promise((_, reject) => setTimeout(reject, delay, new BotError("http.blocked", "no"))),
    });
  const quick = await listed({ sources: [fail(0)] });
  await quick.press(quick.first);
  const [toast, ...rest] = quick.take();
  assert.match(String(toast?.payload.text), /does not let me in.*\(12345678\)/);
  assert.equal(toast?.payload.show_alert, true);
  assert.equal(rest.length, 0);
  const slow = await listed({ sources: [fail(350)] });
  await slow.press(slow.first);
  const calls = slow.take().filter(({ method }) => method !== "sendChatAction");
  assert.deepEqual(
    calls.map(({ method }) => method),
    ["answerCallbackQuery", "sendMessage"],
  );
});

test("what Telegram says about old queries and unchanged messages is no failure", async () => {
  const { press, take, first } = await listed({
    fault: ({ method }) =>
      method === "answerCallbackQuery"
        ? "query is too old and response timeout expired or query ID is invalid"
        : method.startsWith("edit")
          ? "message is not modified: specified new message content is the same"
          : undefined,
  });
  await press(first);
  await press(first.replace(/^r:(.*):0$/, "b:$1"));
  assert.deepEqual(methods(take()), [
    "answerCallbackQuery",
    "answerCallbackQuery",
    "editMessageMedia",
    "editMessageText",
  ]);
});

test("when two people press at once, the later card stands and nothing is sent twice", async () => {
  const { press, take, first } = await listed({
    fault: ({ method }) => (method === "editMessageMedia" ? "canceled by new editMessageMedia request" : undefined),
  });
  await press(first);
  assert.deepEqual(methods(take()), ["answerCallbackQuery", "editMessageMedia"]);
});

test("in a topic, its first message is nobody's question", async () => {
  const { press, take } = harness();
  const root = { message_id: 5, date: 1, chat: group, from: asker, forum_topic_created: { name: "T", icon_color: 0 } };
  const topic = { ...inGroup, is_topic_message: true, message_thread_id: 5, reply_to_message: root };
  await press("close_search", topic, asker);
  assert.match(String(take()[0]?.payload.text), /Only the person who asked/);
  await press("imdbdetails_7", { ...topic, text: undefined, photo: [] }, asker);
  assert.ok(take().every(({ payload }) => payload.reply_parameters === undefined));
});

test("a message that is gone is replaced by a new one", async () => {
  const { press, take, first } = await listed({
    fault: ({ method }) => (method.startsWith("edit") ? "message to edit not found" : undefined),
  });
  await press(first);
  assert.deepEqual(methods(take()), ["answerCallbackQuery", "editMessageMedia", "sendPhoto"]);
});
