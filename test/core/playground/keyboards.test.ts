import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, MINA, openClient } from "./client.ts";

const button = (n: number) => ({ text: `Button ${n}`, callback_data: `b:${n}` });
const row = (buttons: number) => Array.from({ length: buttons }, (_, index) => button(index));

async function sent({ done }: Client, inline_keyboard: unknown) {
  const message = await done("sendMessage", { chat_id: MINA.id, text: "x", reply_markup: { inline_keyboard } });
  return message.reply_markup?.inline_keyboard;
}

test("a keyboard comes back as it was sent, with links as Telegram keeps them", async (t) => {
  const client = await openClient(t);
  assert.deepEqual(
    await sent(client, [
      [{ text: "One", callback_data: "1" }],
      [
        { text: "Two", url: "https://E.com" },
        { text: "Three", copy_text: { text: "3" } },
      ],
    ]),
    [
      [{ text: "One", callback_data: "1" }],
      [
        { text: "Two", url: "https://e.com/" },
        { text: "Three", copy_text: { text: "3" } },
      ],
    ],
  );
  const form = new FormData();
  form.set("chat_id", String(MINA.id));
  form.set("text", "x");
  form.set("reply_markup", JSON.stringify({ inline_keyboard: [[button(1)]] }));
  const answer: unknown = await (await client.raw("sendMessage", { method: "POST", body: form })).json();
  assert.match(JSON.stringify(answer), /"callback_data":"b:1"/);
});

test("callback data has 1 to 64 bytes", async (t) => {
  const client = await openClient(t);
  for (const data of ["x".repeat(64), "é".repeat(32), "😀".repeat(16)])
    assert.deepEqual(await sent(client, [[{ text: "x", callback_data: data }]]), [
      [{ text: "x", callback_data: data }],
    ]);
  for (const data of ["x".repeat(65), "é".repeat(33), "😀".repeat(17)])
    assert.equal(
      await client.refused("sendMessage", {
        chat_id: MINA.id,
        text: "x",
        reply_markup: { inline_keyboard: [[{ text: "x", callback_data: data }]] },
      }),
      "Bad Request: BUTTON_DATA_INVALID",
    );
});

test("a keyboard that is none is refused in Telegram's words", async (t) => {
  const { refused } = await openClient(t);
  const parse = "can't parse inline keyboard button: ";
  const refusals: readonly (readonly [markup: unknown, reason: string])[] = [
    ["{", "can't parse reply keyboard markup JSON object"],
    ["[]", "object expected as reply markup"],
    [5, "object expected as reply markup"],
    [{ inline_keyboard: "x" }, 'field "inline_keyboard" must be of type Array'],
    [{ inline_keyboard: [{}] }, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'],
    [{ inline_keyboard: [["x"]] }, `${parse}InlineKeyboardButton must be an Object`],
    [{ inline_keyboard: [[{}]] }, `${parse}Can't find field "text"`],
    [{ inline_keyboard: [[{ text: ["x"], url: "e.com" }]] }, `${parse}Field "text" must be of type String`],
    [{ inline_keyboard: [[{ text: "x" }]] }, `${parse}Text buttons are unallowed in the inline keyboard`],
    [
      { inline_keyboard: [[{ text: "x", callback_data: "" }]] },
      `${parse}Text buttons are unallowed in the inline keyboard`,
    ],
    [{ inline_keyboard: [[{ text: " ", callback_data: "x" }]] }, "BUTTON_TEXT_INVALID"],
    [
      { inline_keyboard: [[{ text: "x", url: "http://localhost/x" }]] },
      "inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
    ],
    [
      { inline_keyboard: [[{ text: "x", url: "ftp://e.com" }]] },
      "inline keyboard button URL 'ftp://e.com' is invalid: Unsupported URL protocol",
    ],
    [
      { inline_keyboard: [[{ text: "x", url: "https://e.com:0" }]] },
      "inline keyboard button URL 'https://e.com:0' is invalid: Wrong port number specified in the URL",
    ],
    [
      { inline_keyboard: [[{ text: "x", url: "https://e com" }]] },
      "inline keyboard button URL 'https://e com' is invalid: Disallowed character in URL host",
    ],
    [{ inline_keyboard: Array.from({ length: 51 }, () => row(2)) }, "reply markup is too long"],
  ];
  for (const [reply_markup, reason] of refusals)
    assert.equal(
      await refused("sendMessage", { chat_id: MINA.id, text: "x", reply_markup }),
      `Bad Request: ${reason}`,
      JSON.stringify(reply_markup).slice(0, 100),
    );
});

test("what makes no button is left out without a word", async (t) => {
  const client = await openClient(t);
  assert.deepEqual(await sent(client, [[{ text: "", callback_data: "x" }, button(1)], []]), [[button(1)]]);
  assert.deepEqual(await sent(client, [row(14)]), [row(12)]);
  assert.equal(
    (
      await sent(
        client,
        Array.from({ length: 50 }, () => row(2)),
      )
    )?.flat().length,
    100,
  );
  for (const empty of [[], [[]], null]) assert.equal(await sent(client, empty), undefined);
});

test("other kinds of markup go with a message, but not with an edit", async (t) => {
  const { done, refused } = await openClient(t);
  const markup = { reply_markup: { force_reply: true } };
  const message = await done("sendMessage", { chat_id: MINA.id, text: "x", ...markup });
  assert.equal(message.reply_markup, undefined);
  const edit = { chat_id: MINA.id, message_id: message.message_id, text: "y", ...markup };
  assert.equal(await refused("editMessageText", edit), "Bad Request: inline keyboard expected");
});
