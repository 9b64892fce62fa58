import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "grammy/types";
import { createAddressee } from "../../../core/telegram/addressed.ts";

const isForUs = createAddressee({ bot: { id: 1, username: "drama_bot" }, knows: (name) => name === "mdl" });
const said = (type: string, more: object) =>
  isForUs({ chat: { id: 5, type }, from: { id: 7 }, date: 0, message_id: 1, ...more } as unknown as Message);

test("in a private chat everything that is sent on purpose waits for an answer", () => {
  for (const more of [{ text: "sweet home" }, { text: "/mdl x" }, { text: "/unknown" }, { photo: [] }, { sticker: {} }])
    assert.ok(said("private", more), JSON.stringify(more));
  for (const more of [{ pinned_message: {} }, { text: "x", from: undefined }, { text: "x", via_bot: { id: 1 } }])
    assert.ok(!said("private", more), JSON.stringify(more));
});

test("in a group the bot's own commands do, and nothing else", () => {
  for (const text of ["/mdl sweet home", "/MDL@Drama_Bot x", "/unknown@drama_bot"])
    assert.ok(said("supergroup", { text }), text);
  for (const text of ["sweet home", "/unknown", "/mdl@other_bot x", "https://mydramalist.com/1-a"])
    assert.ok(!said("group", { text }), text);
  assert.ok(!said("group", { photo: [] }));
});

test("a message without most of its fields is for nobody", () => {
  for (const rubbish of [{}, { from: {} }, { from: {}, chat: null }, { from: {}, text: 7, chat: {} }])
    assert.equal(isForUs(rubbish as unknown as Message), false);
});
