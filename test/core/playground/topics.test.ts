import assert from "node:assert/strict";
import { test } from "node:test";
import { FORUM, GROUP, JONAS, MINA, openClient, png } from "./client.ts";

/** A playground with a forum, and its two topics. */
async function openForum(t: Parameters<typeof openClient>[0]) {
  const client = await openClient(t);
  const [korean, films] = client.desk.world.topics(FORUM).map(({ id }) => id);
  assert.ok(korean !== undefined && films !== undefined);
  return { ...client, korean, films };
}

test("a forum is a supergroup with named topics", async (t) => {
  const { desk, done } = await openForum(t);
  assert.deepEqual(
    desk.world.topics(FORUM).map(({ name }) => name),
    ["Korean", "Films"],
  );
  assert.deepEqual(await done("getChat", { chat_id: FORUM }), {
    id: FORUM,
    type: "supergroup",
    title: "Forum",
    is_forum: true,
  });
  assert.deepEqual(desk.world.topics(GROUP), []);
});

test("what is written in a topic says so, and replies to its beginning", async (t) => {
  const { done, write, korean } = await openForum(t);
  const message = write("/mdl x", { chatId: FORUM, userId: JONAS.id, threadId: korean });
  assert.equal(message.message_thread_id, korean);
  assert.equal(message.is_topic_message, true);
  assert.equal(message.reply_to_message?.message_id, korean);
  assert.equal(message.reply_to_message?.forum_topic_created?.name, "Korean");
  const [update] = await done<{ message: unknown }[]>("getUpdates");
  assert.deepEqual(update?.message, message);
});

test("an answer goes to the topic that it names", async (t) => {
  const { desk, done, write, korean, films } = await openForum(t);
  desk.mount("/p", () => new Response(png(5, 5), { headers: { "content-type": "image/png" } }));
  const asked = write("/mdl x", { chatId: FORUM, threadId: films });
  const place = { chat_id: FORUM, message_thread_id: films, reply_parameters: { message_id: asked.message_id } };
  const answers = [
    await done("sendMessage", { ...place, text: "x" }),
    await done("sendPhoto", { ...place, photo: `${desk.url}/p/x.png` }),
  ];
  for (const { message_thread_id, is_topic_message, reply_to_message } of answers)
    assert.deepEqual(
      [message_thread_id, is_topic_message, reply_to_message?.message_id],
      [films, true, asked.message_id],
    );
  const plain = await done("sendMessage", { chat_id: FORUM, message_thread_id: korean, text: "x" });
  assert.equal(plain.reply_to_message?.message_id, korean);
  assert.equal(await done("sendChatAction", { chat_id: FORUM, message_thread_id: films, action: "typing" }), true);
});

test("an answer without a topic lands in General", async (t) => {
  const { done, write } = await openForum(t);
  const asked = write("in General", { chatId: FORUM });
  for (const message of [
    asked,
    await done("sendMessage", { chat_id: FORUM, text: "x" }),
    await done("sendMessage", { chat_id: FORUM, text: "x", message_thread_id: 0 }),
    await done("sendMessage", { chat_id: FORUM, text: "x", reply_parameters: { message_id: asked.message_id } }),
  ]) {
    assert.equal(message.message_thread_id, undefined);
    assert.equal(message.is_topic_message, undefined);
  }
});

test("a reply without a topic goes where the message is that it replies to", async (t) => {
  const { done, write, korean, films } = await openForum(t);
  for (const [topic, threadId] of [
    [korean, korean],
    [films, films],
    [undefined, undefined],
  ]) {
    const asked = write("x", { chatId: FORUM, ...(threadId === undefined ? {} : { threadId }) });
    const reply = { chat_id: FORUM, text: "x", reply_parameters: { message_id: asked.message_id } };
    assert.equal((await done("sendMessage", reply)).message_thread_id, topic);
    assert.equal(write("x", { chatId: FORUM, replyTo: asked.message_id }).message_thread_id, topic);
  }
  const toBeginning = { chat_id: FORUM, text: "x", reply_parameters: { message_id: korean } };
  assert.equal((await done("sendMessage", toBeginning)).message_thread_id, korean);
});

test("a topic that is none is refused, in chats without topics every one", async (t) => {
  const { refused, write, done, korean } = await openForum(t);
  const message = write("no topic", { chatId: FORUM, threadId: korean });
  const gone = "Bad Request: message thread not found";
  for (const message_thread_id of [1, message.message_id, 99_999])
    assert.equal(await refused("sendMessage", { chat_id: FORUM, text: "x", message_thread_id }), gone);
  for (const chat_id of [FORUM, GROUP, MINA.id]) {
    const place = { chat_id, message_thread_id: chat_id === FORUM ? 99_999 : korean };
    assert.equal(await refused("sendMessage", { ...place, text: "x" }), gone);
    assert.equal(await refused("sendPhoto", { ...place, photo: "http://127.0.0.1:1/never-asked.png" }), gone);
    assert.equal(await refused("sendChatAction", { ...place, action: "typing" }), gone);
  }
  await done("sendChatAction", { chat_id: FORUM, message_thread_id: 1, action: "typing" });
  assert.throws(() => write("x", { chatId: FORUM, threadId: 1 }), { message: gone });
});

test("an edit keeps a message in its topic", async (t) => {
  const { done, films } = await openForum(t);
  const message = await done("sendMessage", { chat_id: FORUM, message_thread_id: films, text: "x" });
  const {
    text,
    edit_date: _,
    ...after
  } = await done("editMessageText", {
    chat_id: FORUM,
    message_id: message.message_id,
    text: "y",
  });
  assert.equal(text, "y");
  assert.deepEqual({ ...after, text: "x" }, message);
});

test("the beginning of a topic is the bot's neither to edit nor to delete", async (t) => {
  const { refused, korean } = await openForum(t);
  const place = { chat_id: FORUM, message_id: korean };
  assert.equal(await refused("editMessageText", { ...place, text: "x" }), "Bad Request: message can't be edited");
  assert.equal(await refused("deleteMessage", place), "Bad Request: message can't be deleted");
});

test("a press in a topic tells the topic", async (t) => {
  const { desk, done, films } = await openForum(t);
  const message = await done("sendMessage", {
    chat_id: FORUM,
    message_thread_id: films,
    text: "list",
    reply_markup: { inline_keyboard: [[{ text: "One", callback_data: "1" }]] },
  });
  const pressed = desk.world.press({ chatId: FORUM, userId: MINA.id, messageId: message.message_id, data: "1" });
  const [update] = await done<{ callback_query: { id: string; message: unknown } }[]>("getUpdates");
  assert.deepEqual(update?.callback_query.message, message);
  await done("answerCallbackQuery", { callback_query_id: update.callback_query.id });
  assert.deepEqual(await pressed, { showAlert: false });
});
