import assert from "node:assert/strict";
import { test } from "node:test";
import type { Update } from "grammy/types";
import { BotError } from "../../../core/domain/errors.ts";
import { buttons, group, harness, source } from "./harness.ts";

test("a query gives up to ten results as buttons, then Close", async () => {
  const { message, take } = harness();
  await message("/mdl sweet  home");
  const [sent, ...rest] = take();
  assert.equal(rest.length, 0);
  assert.equal(sent?.method, "sendMessage");
  assert.match(String(sent?.payload.text), /Results for <b>sweet home<\/b>/);
  const list = buttons(sent);
  assert.equal(list.length, 11);
  assert.equal(list[0]?.text, "sweet home 0 (2000)");
  assert.match(list[0]?.callback_data ?? "", /^r:[\w-]+:0$/);
  assert.match(list[10]?.callback_data ?? "", /^x:[\w-]+$/);
  for (const { callback_data } of list) assert.ok(Buffer.byteLength(callback_data) <= 64);
});

test("a link, an id, a reply with a link and /<command>url give the card at once", async () => {
  const link = "https://mdl.example/t/7";
  const textLink = { type: "text_link", offset: 0, length: 4, url: link } as const;
  const replied = (more: object) => ({ reply_to_message: { message_id: 5, date: 1, chat: group, ...more } });
  for (const [text, more] of [
    [`/mdl ${link}`, {}],
    [`/mdlurl ${link}`, {}],
    [`/MDL@Drama_Bot mdl.example/t/7`, {}],
    ["/mdl mdl#7", {}],
    ["/mdl", replied({ text: `see ${link}.` })],
    ["/mdlurl", replied({ text: "this", entities: [textLink] })],
    ["/mdl", replied({ caption: `(${link})` })],
    [`look: ${link}`, {}],
    ["mdl#7", {}],
    [undefined, { photo: [], caption: "this", caption_entities: [textLink] }],
  ] as const) {
    const { message, take } = harness();
    await message(text, more);
    const calls = take();
    assert.deepEqual(
      calls.map(({ method }) => method),
      ["sendPhoto"],
      String(text),
    );
    assert.equal(calls[0]?.payload.photo, "https://p.example/7.jpg");
    assert.equal(calls[0]?.payload.caption, "<b>Title 7</b>\nPlot: A &lt;plot&gt; &amp; more");
  }
});

test("plain text in private searches all sources side by side and names them", async () => {
  const { message, take, lookups } = harness();
  await message("matrix");
  const list = buttons(take()[0]);
  assert.deepEqual(
    list.slice(0, 3).map(({ text }) => text),
    ["matrix 0 (2000) · MDL", "matrix 0 (2000) · IMDB", "matrix 1 (2001) · MDL"],
  );
  assert.equal(list.length, 11);
  assert.deepEqual(lookups, [
    ["mdl", "ok"],
    ["imdb", "ok"],
  ]);
});

test("one source failing leaves the other's results, and says so", async () => {
  const broken = source("mdl", { search: () => Promise.reject(new BotError("http.timeout", "slow")) });
  const { message, take } = harness({ sources: [broken, source("imdb")] });
  await message("matrix");
  const [sent] = take();
  assert.match(String(sent?.payload.text), /MDL did not answer/);
  assert.equal(buttons(sent)[0]?.text, "matrix 0 (2000)");
});

test("a source that throws at links and ids keeps no other from them", async () => {
  const fail = (): never => {
    throw new TypeError("my bug");
  };
  const asked: string[] = [];
  const throwing = source("mdl", {
    matchId: fail,
    matchUrl(url) {
      asked.push(url.href);
      return fail();
    },
  });
  const { message, take } = harness({ sources: [throwing, source("imdb")] });
  for (const [text, wanted] of [
    ["https://imdb.example/t/1", /Title 1/],
    ["imdb#1", /Title 1/],
    ["/imdb https://imdb.example/t/1", /Title 1/],
    ["/mdl https://imdb.example/t/1", /link to IMDB, not to MDL/],
    ["/mdl matrix", /Results for/],
  ] as const) {
    await message(text);
    const [sent] = take();
    assert.match(String(sent?.payload.caption ?? sent?.payload.text), wanted, text);
  }
  assert.equal(asked.length, 2, "each link is asked about once");
});

test("every hint says what to try next", async () => {
  for (const [text, wanted] of [
    ["/mdl nothing here", /Nothing found for <b>nothing here<\/b>.*\/mdl sweet home/],
    ["nothing", /Nothing found/],
    ["/mdl", /Type a title or a link.*\/mdl sweet home/],
    ["/mdl \u200b", /Type a title/],
    ["/mdlurl sweet home", /Put a MDL link after \/mdlurl/],
    ["/mdl https://mdl.example/people/1", /no title on MDL/],
    ["/mdl https://imdb.example/t/1", /link to IMDB, not to MDL.*\/imdb/],
    ["/mdl https://example.org/", /no title on MDL/],
    ["https://mdl.example/people/1", /no title on MDL/],
    ["https://example.org/", /do not know that site.*MDL and IMDB/],
    ["/mdl https://mdl.example/t/none", /MDL has no title there/],
    ["/nosuch", /do not know \/nosuch.*\/help/],
    ["x".repeat(4096), /too long/],
    ["\u200b\u2060", /Send me a title or a link/],
  ] as const) {
    const { message, take } = harness();
    await message(text);
    const calls = take();
    assert.equal(calls.length, 1, text);
    assert.match(String(calls[0]?.payload.text), wanted);
  }
});

test("a failing source gets an apology of its kind, with a reference", async () => {
  for (const [code, wanted] of [
    ["http.timeout", /MDL takes too long.*again in a minute/],
    ["http.blocked", /MDL does not let me in/],
    ["http.rate_limited", /MDL asks me to slow down/],
    ["http.unexpected_answer", /MDL answered something I cannot read/],
    ["plugin.failed", /Something went wrong on my side/],
  ] as const) {
    const fail = () => Promise.reject(new BotError(code, "told to the log only"));
    const { message, take, lookups } = harness({ sources: [source("mdl", { search: fail, details: fail })] });
    await message("/mdl x");
    await message("/mdl https://mdl.example/t/1");
    const calls = take();
    assert.equal(calls.length, 2);
    for (const { payload } of calls) {
      assert.match(String(payload.text), wanted);
      assert.match(String(payload.text), /Reference: 12345678</);
      assert.doesNotMatch(String(payload.text), /told to the log/);
    }
    assert.deepEqual(lookups, [
      ["mdl", code],
      ["mdl", code],
    ]);
  }
});

test("a source that never answers is given up", async () => {
  const never = source("mdl", { search: () => new Promise(() => undefined) });
  const { message, take } = harness({ sources: [never], options: { lookupDeadline: 20 } });
  await message("/mdl x");
  assert.match(String(take()[0]?.payload.text), /takes too long/);
});

test("groups: only commands that are ours are answered, in their topic and as a reply", async () => {
  const { message, take } = harness();
  for (const text of ["hello", "https://mdl.example/t/7", "/mdl@other_bot x", "/nosuch"])
    await message(text, { chat: group });
  assert.deepEqual(take(), []);
  await message("/mdl x", { chat: group, message_id: 9, message_thread_id: 5, is_topic_message: true });
  await message("/mdl https://mdl.example/t/7", { chat: group, message_id: 10, message_thread_id: 8 });
  const [list, card] = take();
  assert.equal(list?.payload.message_thread_id, 5);
  assert.deepEqual(list?.payload.reply_parameters, { message_id: 9, allow_sending_without_reply: true });
  assert.equal(card?.payload.message_thread_id, undefined);
  assert.deepEqual(card?.payload.reply_parameters, { message_id: 10, allow_sending_without_reply: true });
});

test("an answer that takes long is announced, a quick one is not", async () => {
  const slow = source("mdl", { search: () => new Promise((resolve) => setTimeout(resolve, 400, [])) });
  const { message, take } = harness({ sources: [slow] });
  await message("/mdl x");
  assert.deepEqual(
    take().map(({ method }) => method),
    ["sendChatAction", "sendMessage"],
  );
});

test("rubbish in messages is answered or left alone, never thrown", async () => {
  const { bot, message, calls } = harness({
    options: { limit: { points: 10, take: async () => ({ verdict: "pass", seconds: 0 }) } },
  });
  const rubbish = [
    "<&>",
    "‮abc",
    "👩‍👩‍👧‍👦".repeat(300),
    "{}",
    "/",
    "/mdl <b>&{}</b>",
    "/mdl \ud83d",
    "https://",
    "https://[",
    "\u0000",
    "%",
  ];
  for (const text of rubbish) {
    const before = calls.length;
    await message(text);
    assert.ok(calls.length > before, `${JSON.stringify(text)} went unanswered`);
    for (const { payload } of calls) assert.ok(JSON.stringify(payload).isWellFormed());
  }
  for (const odd of [{ text: 5 }, { text: "/mdl x", entities: "no" }, { photo: [], caption: 7 }, { sticker: {} }]) {
    await message(undefined, odd);
  }
  await bot.handleUpdate({
    update_id: 1,
    message: { message_id: 1, date: 1, chat: { id: 1, type: "private" } },
  } as unknown as Update);
});
