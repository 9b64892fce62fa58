import assert from "node:assert/strict";
import { test } from "node:test";
import { createAway } from "../../../core/telegram/away.ts";

const NOW = 1_800_000_000_000;
const isForUs = () => true;
const { verdict } = createAway({ maxUpdateAge: 3600, isForUs, now: () => NOW });
const entry = (update: unknown, waited = 0) => ({
  updateId: 1,
  update,
  receivedAt: NOW - waited,
  attempts: 0,
  blamed: 0,
});
const message = (chat: number, ago: number) => entry({ message: { chat: { id: chat }, date: NOW / 1000 - ago } });

test("a fresh message is handled, an old one gets one word a chat, and no more", () => {
  assert.equal(verdict(message(1, 0)), "handle");
  assert.equal(verdict(message(1, 3600)), "handle");
  assert.equal(verdict(message(1, 3601)), "tell");
  assert.equal(verdict(message(1, 7200)), "drop");
  assert.equal(verdict(message(2, 7200)), "tell");
  assert.equal(verdict(message(1, 10)), "handle");
});

test("a press that waited over a minute in the journal is dropped, whatever the age of its message", () => {
  const press = { callback_query: { id: "1", message: { chat: { id: 1 }, date: 1 } } };
  assert.equal(verdict(entry(press, 60_000)), "handle");
  assert.equal(verdict(entry(press, 60_001)), "drop");
  assert.equal(verdict(entry({ inline_query: { id: "1" } }, 60_001)), "drop");
});

test("an update without a date is left to the handlers", () => {
  for (const update of [{}, { message: {} }, { message: { date: "yesterday" } }, { poll: {} }])
    assert.equal(verdict(entry(update, 86_400_000)), "handle");
});

test("the chats that were told are forgotten beyond a bound, the oldest first", () => {
  const away = createAway({ maxUpdateAge: 0, isForUs, now: () => NOW });
  for (let chat = 0; chat <= 10_000; chat++) assert.equal(away.verdict(message(chat, 10)), "tell");
  assert.equal(away.verdict(message(10_000, 10)), "drop");
  assert.equal(away.verdict(message(0, 10)), "tell");
});

test("each absence has its own word", () => {
  let now = NOW;
  const away = createAway({ maxUpdateAge: 3600, isForUs, now: () => now });
  const saidAt = (time: number) => entry({ message: { chat: { id: 1 }, date: time / 1000 } });
  assert.equal(away.verdict(saidAt(NOW - 7_200_000)), "tell");
  assert.equal(away.verdict(saidAt(NOW - 3_700_000)), "drop");
  now += 86_400_000;
  assert.equal(away.verdict(saidAt(NOW - 10_000)), "drop", "it is of the first absence, and was told");
  assert.equal(away.verdict(saidAt(NOW + 10_000)), "tell");
  assert.equal(away.verdict(saidAt(NOW + 20_000)), "drop");
});

test("a word that could not be said is asked for again", () => {
  const away = createAway({ maxUpdateAge: 3600, isForUs, now: () => NOW });
  assert.equal(away.verdict(message(1, 7_200)), "tell");
  away.untold(message(1, 7_200));
  assert.equal(away.verdict(message(1, 7_000)), "tell");
  assert.equal(away.verdict(message(1, 6_000)), "drop");
});

test("what a group says to itself is dropped without a word", () => {
  const away = createAway({ maxUpdateAge: 3600, isForUs: () => false, now: () => NOW });
  assert.equal(away.verdict(message(1, 7_200)), "drop");
  assert.equal(away.verdict(message(1, 10)), "handle");
});
