import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import { pauseWanted } from "../../../core/telegram/refusals.ts";
import { asker, buttons, harness } from "./harness.ts";
import { message, stage } from "./intake-stage.ts";

const wants = (seconds: number) => new BotError("telegram.rate_limited", "slow down", { retryAfter: seconds * 1000 });
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("an update whose chat Telegram pauses waits in the journal, with its person's later ones behind it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  let paused = true;
  const { intake, store, handled, outcomes, log } = await stage(t, {
    polls: [[message(1, 7), message(2, 7), message(3, 8)], [message(4, 7)]],
    async handle({ update_id, message: said }) {
      if (paused && said?.from.id === 7) throw wants(300);
      handled.push(update_id);
    },
  });
  await intake.start();
  for (let n = 0; n < 5; n++) await turn();
  assert.deepEqual(handled, [3], "other people are answered meanwhile");
  assert.match(log.join(), /warn: Telegram wants a pause of 300 s; update 1 waits for it/);
  assert.deepEqual(
    store.journal.recover().map(({ updateId, attempts, blamed }) => ({ updateId, attempts, blamed })),
    [1, 2, 4].map((updateId) => ({ updateId, attempts: 0, blamed: 0 })),
    "they are in the journal, and nothing counts against them",
  );
  paused = false;
  t.mock.timers.tick(299_000);
  await turn();
  assert.deepEqual(handled, [3]);
  t.mock.timers.tick(1_000);
  for (let n = 0; n < 5; n++) await turn();
  assert.deepEqual(handled, [3, 1, 2, 4]);
  assert.deepEqual(outcomes, ["message put_off", "message ok", "message ok", "message ok", "message ok"]);
});

test("a pause that begins anew is waited for anew, in order", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  let refusals = 2;
  const { intake, handled } = await stage(t, {
    polls: [[message(1, 7), message(2, 7)]],
    async handle({ update_id }) {
      if (refusals-- > 0) throw wants(100);
      handled.push(update_id);
    },
  });
  await intake.start();
  await turn();
  for (let wait = 0; wait < 2; wait++) {
    assert.deepEqual(handled, []);
    t.mock.timers.tick(100_000);
    for (let n = 0; n < 5; n++) await turn();
  }
  assert.deepEqual(handled, [1, 2]);
});

test("the word of having been away is said after the pause, too", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_800_000_000_000 });
  const told: number[] = [];
  let refusals = 1;
  const { intake } = await stage(t, {
    polls: [[message(1, 7, { date: 1_800_000_000 - 7_200 })]],
    async tellAway({ update_id }) {
      if (refusals-- > 0) throw wants(61);
      told.push(update_id);
    },
  });
  await intake.start();
  await turn();
  assert.deepEqual(told, []);
  t.mock.timers.tick(61_000);
  for (let n = 0; n < 5; n++) await turn();
  assert.deepEqual(told, [1]);
});

test("polling waits while too many updates are put off, and stopping leaves them in the journal", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const { intake, store, asked, handled } = await stage(t, {
    polls: [[message(1, 7), message(2, 7), message(3, 8)], [message(4, 9)]],
    concurrency: 1,
    backlog: 1,
    handle: async () => {
      throw wants(3_600);
    },
  });
  await intake.start();
  for (let n = 0; n < 5; n++) await turn();
  assert.equal(asked.length, 1);
  await intake.stop({ deadline: 0 });
  assert.deepEqual(handled, []);
  assert.deepEqual(
    store.journal.recover().map(({ updateId }) => updateId),
    [1, 2, 3],
  );
});

test("an answer that Telegram wants a pause before is asked for anew, and no apology is spent on it", async () => {
  const refused: string[] = [];
  const { message, take } = harness({
    fault({ method }) {
      if (method === "sendChatAction") return undefined;
      refused.push(method);
      throw wants(300);
    },
  });
  for (const text of ["/mdl sweet home", "/mdl mdl#7", "/mdl", "/help", "/start", "/unknown"]) {
    const failure = await message(text).then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.equal(pauseWanted(failure), 300_000, text);
    assert.equal(refused.splice(0).length, 1, `${text}: one try, no apology`);
    take();
  }
});

test("a press that Telegram wants a pause before becomes the card after it, however old it is then", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  let refusals = 1;
  const {
    bot,
    message: ask,
    press,
    take,
  } = harness({
    fault({ method }) {
      if (method === "editMessageMedia" && refusals-- > 0) throw wants(300);
      return undefined;
    },
  });
  await ask("/mdl sweet home");
  const [list] = take();
  const under = { text: "Results", reply_markup: list?.payload.reply_markup };
  const data = buttons(list)[0]?.callback_data ?? "";
  assert.equal(pauseWanted(await press(data, under).catch((error: unknown) => error)), 300_000);
  refusals = 1;
  take();
  const chat = { id: asker.id, type: "private", first_name: "Asker" } as const;
  const pressed = { message_id: 77, date: 1_700_000_000, chat, ...under };
  const callback_query = { id: "q", from: asker, chat_instance: "c", message: pressed, data };
  const { intake } = await stage(t, {
    polls: [[{ update_id: 1, callback_query }]],
    handle: (update) => bot.handleUpdate(update),
  });
  await intake.start();
  for (let n = 0; n < 20; n++) await turn();
  t.mock.timers.tick(300_000);
  for (let n = 0; n < 20; n++) await turn();
  assert.equal(take().filter(({ method }) => method === "editMessageMedia").length, 2);
});
