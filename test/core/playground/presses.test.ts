import assert from "node:assert/strict";
import { test } from "node:test";
import { createPresses } from "../../../core/playground/presses.ts";
import { MINA, openClient } from "./client.ts";

/** Opens a query; gives its id and the answer to come. */
function press(presses: ReturnType<typeof createPresses>) {
  let id = "";
  const answer = presses.wait((queryId) => {
    id = queryId;
  });
  return { id, answer };
}

test("a query takes one answer", async () => {
  const presses = createPresses(Date.now);
  const one = press(presses);
  const other = press(presses);
  assert.notEqual(one.id, other.id);
  assert.match(one.id, /^\d{1,19}$/);
  assert.equal(presses.answer(one.id, { text: "1" }), true);
  assert.equal(presses.answer(one.id, { text: "again" }), false);
  assert.deepEqual(await one.answer, { text: "1" });
  assert.equal(presses.answer("unknown", {}), false);
  presses.dispose();
  assert.deepEqual(await other.answer, {});
  assert.equal(presses.answer(other.id, {}), false);
});

test("a query is too old after a minute", async () => {
  let now = 0;
  const presses = createPresses(() => now);
  const young = press(presses);
  const old = press(presses);
  now = 60_000;
  assert.equal(presses.answer(young.id, { text: "in time" }), true);
  now = 60_001;
  assert.equal(presses.answer(old.id, { text: "late" }), false);
  presses.dispose();
  assert.deepEqual([await young.answer, await old.answer], [{ text: "in time" }, {}]);
});

test("at most 2,000 queries are kept, the newest", async () => {
  const presses = createPresses(Date.now);
  const all = Array.from({ length: 2_002 }, () => press(presses));
  assert.deepEqual(
    all.map(({ id }) => presses.answer(id, {})),
    all.map((_, index) => index >= 2),
  );
  presses.dispose();
  await Promise.all(all.map(({ answer }) => answer));
});

test("an answer to no query, a second one and a long one are refused", async (t) => {
  const { desk, done, refused } = await openClient(t);
  const { message_id } = await done("sendMessage", {
    chat_id: MINA.id,
    text: "x",
    reply_markup: { inline_keyboard: [[{ text: "One", callback_data: "1" }]] },
  });
  const pressed = desk.world.press({ chatId: MINA.id, userId: MINA.id, messageId: message_id, data: "1" });
  const [update] = await done<{ callback_query: { id: string } }[]>("getUpdates");
  const callback_query_id = update?.callback_query.id;
  const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid";
  for (const id of [undefined, "", "1", "x", {}])
    assert.equal(await refused("answerCallbackQuery", { callback_query_id: id }), tooOld);
  assert.equal(
    await refused("answerCallbackQuery", { callback_query_id, text: "x".repeat(201) }),
    "Bad Request: MESSAGE_TOO_LONG",
  );
  assert.equal(await done("answerCallbackQuery", { callback_query_id, text: "x".repeat(200) }), true);
  assert.deepEqual(await pressed, { text: "x".repeat(200), showAlert: false });
  assert.equal(await refused("answerCallbackQuery", { callback_query_id }), tooOld);
});
