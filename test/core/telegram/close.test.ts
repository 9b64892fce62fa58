import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import { toasts } from "../../../core/telegram/texts.ts";
import { folder } from "../cli/cli.ts";
import { openStage, type Stage, startRun } from "../cli/operator-stage.ts";

const stage: { current?: Stage } = {};
before(async () => {
  stage.current = await openStage();
});
after(() => stage.current?.desk.dispose());

/** The bot itself in a group with two people. */
async function inGroup(t: TestContext) {
  const { desk, env } = stage.current ?? assert.fail();
  await startRun(t, { cwd: folder(t), env: { ...env, IS_PUBLIC: "true" } });
  const [mina, jonas] = desk.users.map(({ id }) => id) as [number, number]; // the stage has three people
  const chatId = -1_001;
  /** What the bot answers to a message in the group. */
  const ask = async (userId: number, text: string) => {
    const asked = desk.world.send({ chatId, userId, text });
    const answer = () =>
      desk.world.messages(chatId).find((one) => one.reply_to_message?.message_id === asked.message_id);
    await desk.waitFor(() => answer() !== undefined, { timeout: 20_000 });
    const message = answer() ?? assert.fail();
    const data = message.reply_markup?.inline_keyboard.flat().map(({ callback_data = "" }) => callback_data) ?? [];
    return { messageId: message.message_id, data };
  };
  const press = (userId: number, messageId: number, data: string) =>
    desk.world.press({ chatId, userId, messageId, data, forged: true });
  const shown = (messageId: number) => desk.world.find(chatId, messageId);
  return { desk, mina, jonas, ask, press, shown };
}

/** What somebody is told whose press is not theirs to make. */
const refusals: ReadonlySet<string> = new Set([toasts.notYours, toasts.expired, toasts.unknownButton]);

test("nobody closes or changes another's messages with data of their own making", async (t) => {
  const { mina, jonas, ask, press, shown } = await inGroup(t);
  const list = await ask(mina, "/mdl sweet home");
  const card = await ask(mina, "/mdlurl https://mydramalist.com/34064-sweet-home");
  const own = await ask(jonas, "/imdb matrix");
  const key = /^x:(.+)$/.exec(own.data.at(-1) ?? "")?.[1] ?? assert.fail(own.data.join());
  const forged = [
    `c:${jonas}`,
    `c:${mina}`,
    `x:${key}`,
    `b:${key}`,
    `r:${key}:0`,
    "close_search",
    "imdbdetails_0133093",
  ];
  for (const { messageId, data } of [list, card]) {
    const before = shown(messageId);
    for (const sent of [...forged, data.at(-1) ?? ""]) {
      const { text = "", showAlert } = await press(jonas, messageId, sent);
      assert.ok(refusals.has(text), `${sent}: ${text}`);
      assert.equal(showAlert, true);
      assert.equal(shown(messageId), before, `${sent} changed the message`);
    }
  }
  for (const [person, { messageId, data }] of [
    [mina, list],
    [mina, card],
    [jonas, own],
  ] as const) {
    assert.equal((await press(person, messageId, data.at(-1) ?? "")).text, undefined);
    assert.equal(shown(messageId), undefined, "its asker closes it");
  }
});

test("Close says so where Telegram lets neither the message nor its buttons go, and only there", async (t) => {
  const { desk, mina, ask, press } = await inGroup(t);
  const { messageId, data } = await ask(mina, "/mdl sweet home");
  const close = async (refusal: string) => {
    desk.faults.set("deleteMessage", { code: 400, description: "Bad Request: message can't be deleted for everyone" });
    desk.faults.set("editMessageReplyMarkup", { code: 400, description: `Bad Request: ${refusal}` });
    return press(mina, messageId, data.at(-1) ?? "");
  };
  for (const refusal of ["message can't be edited", "MESSAGE_ID_INVALID"])
    assert.deepEqual(await close(refusal), { text: toasts.cannotClose, showAlert: true }, refusal);
  for (const refusal of ["message is not modified: it has no buttons", "message to edit not found"])
    assert.equal((await close(refusal)).text, undefined, refusal);
});
