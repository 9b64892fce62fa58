import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorld } from "../../../core/playground/world.ts";
import { JONAS, MINA } from "./client.ts";

const bot = { id: 1, is_bot: true, first_name: "Bot" };
const GROUP = -5;

function world() {
  return createWorld({ bot, users: [MINA, JONAS], groups: [{ id: GROUP, title: "G" }], now: Date.now });
}

test("everybody has a private chat, and all are in the groups", () => {
  const { chats } = world();
  assert.deepEqual(
    [...chats.values()],
    [
      { id: MINA.id, type: "private", first_name: "Mina", username: "mina_park" },
      { id: JONAS.id, type: "private", first_name: "Jonas" },
      { id: GROUP, type: "group", title: "G" },
    ],
  );
});

test("at most 2,000 messages of a chat are kept, the newest, and other chats keep theirs", () => {
  const { send, messages, find } = world();
  const other = send({ chatId: JONAS.id, userId: JONAS.id, text: "stays" });
  const ids = Array.from(
    { length: 2_003 },
    (_, n) => send({ chatId: MINA.id, userId: MINA.id, text: String(n) }).message_id,
  );
  assert.deepEqual(
    messages(MINA.id).map(({ message_id }) => message_id),
    ids.slice(3),
  );
  assert.equal(find(MINA.id, ids[2] ?? 0), undefined);
  assert.deepEqual(messages(JONAS.id), [other]);
});

test("topics outlast the messages of a forum", () => {
  const forum = createWorld({
    bot,
    users: [MINA],
    groups: [{ id: GROUP, title: "G", topics: ["One"] }],
    now: Date.now,
  });
  const [topic] = forum.topics(GROUP);
  const send = (text: string) => forum.send({ chatId: GROUP, userId: MINA.id, text, threadId: topic?.id });
  for (let n = 0; n < 2_001; n++) send(String(n));
  assert.equal(send("last").message_thread_id, topic?.id);
  assert.equal(forum.messages(GROUP).length, 2_000);
});

test("a listener may leave while it is told something", () => {
  const { on, emit } = world();
  const heard: string[] = [];
  const off = on(() => {
    heard.push("first");
    off();
  });
  on(() => heard.push("second"));
  emit({ type: "commands" });
  emit({ type: "commands" });
  assert.deepEqual(heard, ["first", "second", "second"]);
});

test("closing lets go of everybody who waits", async () => {
  const { add, chats, press, updates, dispose } = world();
  const chat = chats.get(MINA.id) ?? assert.fail();
  const reply_markup = { inline_keyboard: [[{ text: "x", callback_data: "1" }]] };
  const { message_id } = add({ from: bot, chat, text: "x", reply_markup });
  const pressed = press({ chatId: MINA.id, userId: MINA.id, messageId: message_id, data: "1" });
  updates.drop();
  const poll = updates.get({ offset: 0, limit: 1, timeout: 50 }, new AbortController().signal);
  dispose();
  assert.deepEqual([await pressed, await poll], [{}, []]);
});
