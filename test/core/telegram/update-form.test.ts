import assert from "node:assert/strict";
import { test } from "node:test";
import { openSqliteStore } from "../../../core/store/sqlite/open.ts";
import { malformedField } from "../../../core/telegram/update-form.ts";
import { message, settle, stage } from "./intake-stage.ts";

const from = { id: 7, is_bot: false, first_name: "P" };
const full = (more: object = {}) => ({ ...message(1, 7).message, ...more });
const query = (more: object = {}) => ({ id: "1", from, chat_instance: "1", data: "x", message: full(), ...more });

test("what Telegram sends is well formed, with fields and kinds that nobody knows yet, too", () => {
  const inaccessible = { chat: { id: 7, type: "private" }, message_id: 3, date: 0 };
  const entities = [{ type: "text_link", offset: 0, length: 1, url: "https://x.y/" }];
  for (const update of [
    message(1, 7),
    {},
    { edited_message: 7, poll: "x", news: null },
    { message: full({ from: undefined, sender_chat: { id: -1 }, news: [null], entities, caption_entities: entities }) },
    { message: full({ reply_to_message: { message_id: 2, date: 1, chat: { id: 7, type: "private" }, text: "a" } }) },
    {
      message: full({
        reply_markup: {
          inline_keyboard: [
            [
              { text: "a", callback_data: "b" },
              { text: "c", pay: true },
            ],
          ],
        },
      }),
    },
    { callback_query: query() },
    { callback_query: query({ message: inaccessible, data: undefined }) },
    { callback_query: query({ message: undefined, inline_message_id: "1" }) },
  ]) {
    assert.equal(malformedField(update), undefined, JSON.stringify(update));
  }
});

test("the first field that is missing or of a wrong type is named", () => {
  const wrong: [unknown, string][] = [
    [{ message: null }, "message"],
    [{ message: [] }, "message"],
    [{ message: {} }, "message.message_id"],
    [{ message: full({ from: "me" }) }, "message.from"],
    [{ message: full({ from: {} }) }, "message.from.id"],
    [{ message: full({ from: { ...from, first_name: 7 } }) }, "message.from.first_name"],
    [{ message: full({ chat: 7 }) }, "message.chat"],
    [{ message: full({ chat: undefined }) }, "message.chat"],
    [{ message: full({ chat: { id: "7", type: "private" } }) }, "message.chat.id"],
    [{ message: full({ date: "now" }) }, "message.date"],
    [{ message: full({ text: 7 }) }, "message.text"],
    [{ message: full({ entities: "bold" }) }, "message.entities"],
    [{ message: full({ entities: [{ type: "bold" }, null] }) }, "message.entities[1]"],
    [{ message: full({ entities: [{ type: "text_link", url: 7 }] }) }, "message.entities[0].url"],
    [{ message: full({ reply_to_message: "x" }) }, "message.reply_to_message"],
    [{ message: full({ reply_to_message: { message_id: 1, from: 7 } }) }, "message.reply_to_message.from"],
    [{ callback_query: "x" }, "callback_query"],
    [{ callback_query: query({ from: undefined }) }, "callback_query.from"],
    [{ callback_query: query({ data: {} }) }, "callback_query.data"],
    [{ callback_query: query({ message: { chat: { id: 7 } } }) }, "callback_query.message.message_id"],
    [
      { callback_query: query({ message: full({ reply_markup: { inline_keyboard: [[null]] } }) }) },
      "callback_query.message.reply_markup.inline_keyboard[0][0]",
    ],
  ];
  for (const [update, field] of wrong) assert.equal(malformedField(update as object), field, JSON.stringify(update));
});

test("a malformed update is set aside with one line and a count, also one of an earlier life, and others are handled", async (t) => {
  const store = await openSqliteStore({ file: ":memory:" });
  t.after(() => store.dispose());
  store.journal.append([{ ...message(4, 7), message: full({ chat: 7 }) } as never]);
  const logged: [string, Record<string, unknown> | undefined][] = [];
  const aside: [number, string][] = [];
  const note = (text: string, attributes?: Record<string, unknown>) => void logged.push([text, attributes]);
  const { intake, handled, outcomes, idle } = await stage(t, {
    polls: [[{ update_id: 5, callback_query: query({ from: undefined }) }, message(6, 7)]],
    log: { debug: note, info: note, warn: note, error: note },
    journal: {
      ...store.journal,
      setAside(id, reason) {
        aside.push([id, reason]);
        store.journal.setAside(id, reason);
      },
    },
    newCorrelationId: () => "c1",
  });
  await intake.start();
  await idle;
  await settle();
  assert.deepEqual(handled, [6]);
  assert.deepEqual(outcomes.sort(), ["callback_query malformed", "message malformed", "message ok"]);
  assert.deepEqual(aside, [
    [4, "malformed: message.chat"],
    [5, "malformed: callback_query.from"],
  ]);
  assert.deepEqual(logged[1], [
    "Update 5 is malformed: callback_query.from is missing or of a wrong type. It was set aside.",
    { code: "telegram.malformed_update", update_id: 5, correlation_id: "c1" },
  ]);
  assert.equal(logged.length, 2);
  assert.deepEqual(store.journal.recover(), []);
});
