import assert from "node:assert/strict";
import { test } from "node:test";
import { createUpstream } from "../../../bench/upstream.ts";
import { fieldsOf } from "../../../core/playground/parameters.ts";
import { openUpstreams } from "../../../core/playground/upstreams.ts";
import { dataFolder, startBot } from "../../e2e/bot.ts";
import { FORUM, JONAS, MINA, openClient } from "./client.ts";

test("the bot itself answers in the topic that it was asked in, as a reply, and there only the asker closes", async (t) => {
  const { desk, write } = await openClient(t);
  await openUpstreams(desk, []);
  const upstream = createUpstream({ latency: 1, poster: `${desk.url}/posters/poster.png?title=Test` });
  desk.mount("/upstream", (request) => upstream.fetch(request));
  const [, films] = desk.world.topics(FORUM);
  const bot = startBot(desk, dataFolder(t));
  t.after(() => bot.kill("SIGKILL"));
  for (const threadId of [films?.id, undefined]) {
    const topic = threadId === undefined ? {} : { threadId };
    const asked = write("/mdlurl https://mydramalist.com/77-title", { chatId: FORUM, ...topic });
    const isAnswer = ({ method, params }: { method: string; params: Readonly<Record<string, unknown>> }) =>
      method === "sendPhoto" && fieldsOf(params.reply_parameters)?.message_id === asked.message_id;
    const { ok, params } = await desk.waitFor(isAnswer, { timeout: 20_000 });
    assert.equal(ok, true);
    assert.equal(params.message_thread_id, threadId);
    const card = desk.world.messages(FORUM).at(-1) ?? assert.fail();
    assert.equal(card.message_thread_id, threadId);
    assert.equal(card.reply_to_message?.message_id, asked.message_id);
    const data = card.reply_markup?.inline_keyboard.flat().at(-1)?.callback_data ?? "";
    const press = { chatId: FORUM, messageId: card.message_id, data };
    assert.equal((await desk.world.press({ ...press, userId: JONAS.id })).showAlert, true);
    assert.equal(desk.world.find(FORUM, card.message_id), card);
    await desk.world.press({ ...press, userId: MINA.id });
    assert.equal(desk.world.find(FORUM, card.message_id), undefined);
  }
});
