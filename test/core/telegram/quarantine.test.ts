import assert from "node:assert/strict";
import { test } from "node:test";
import { BotError } from "../../../core/domain/errors.ts";
import type { Enabled } from "../../../core/plugin/registry.ts";
import { asker, buttons, group, harness, owner } from "./harness.ts";

const boss = { id: owner, is_bot: false, first_name: "Owner" };
const record = {
  id: "odd<plugin>",
  version: "1.0.0",
  since: 0,
  handler: "command /odd",
  code: "plugin.failed",
  reason: "a token stands here",
  correlationId: "12345678-abcd",
  commands: ["odd"],
  told: false,
} as const;

/** A bot whose one plugin is switched off; `outcome` is what comes of enabling it. */
function stage(outcome: () => Promise<Enabled> = async () => ({ outcome: "started" }), fault?: () => string) {
  const enabled: string[] = [];
  const enable = (id: string) => {
    enabled.push(id);
    return outcome();
  };
  const quarantine = { enable, switchedOff: (name: string) => (name === "odd" ? "odd" : undefined) };
  return { enabled, ...harness({ options: { quarantine }, ...(fault ? { fault } : {}) }) };
}

const press = ({ press: send }: ReturnType<typeof stage>, data = "q:odd", from: typeof asker = boss) =>
  send(data, { reply_markup: { inline_keyboard: [[{ text: "x", callback_data: data }]] } }, from);

test("the owner is told which plugin, what failed last and where the log says more, with a button", async () => {
  const bot = stage();
  assert.equal(await bot.router.tellQuarantined({ ...record, id: `a${"-b".repeat(15)}c` }), true);
  assert.equal(await bot.router.tellQuarantined(record), true);
  const [long, call] = bot.take();
  assert.deepEqual([call?.method, call?.payload.chat_id], ["sendMessage", owner]);
  const text = String(call?.payload.text);
  assert.match(text, /<b>odd&lt;plugin&gt;<\/b> 1\.0\.0/);
  assert.match(text, /<code>plugin\.failed<\/code> in command \/odd, <code>12345678<\/code>/);
  assert.doesNotMatch(text, /token/);
  const [button] = buttons(long);
  assert.ok(Buffer.byteLength(button?.callback_data ?? "") <= 64);
});

test("that the owner cannot be reached is no failure, and is known", async () => {
  const bot = stage(undefined, () => "chat not found");
  assert.equal(await bot.router.tellQuarantined(record), false);
});

test("the owner's press starts the plugin, turns the message into what came of it, and sets the menu anew", async () => {
  const bot = stage();
  await press(bot);
  await new Promise(setImmediate);
  const calls = bot.take();
  assert.deepEqual(bot.enabled, ["odd"]);
  assert.deepEqual(
    calls.slice(0, 2).map(({ method }) => method),
    ["answerCallbackQuery", "editMessageText"],
  );
  const edit = calls.find(({ method }) => method === "editMessageText");
  assert.match(String(edit?.payload.text), /<b>odd<\/b> runs again/);
  assert.deepEqual(buttons(edit), []);
  assert.ok(calls.some(({ method }) => method === "setMyCommands"));
});

test("nobody but the owner may press it", async () => {
  const bot = stage();
  await press(bot, "q:odd", asker);
  const calls = bot.take();
  assert.deepEqual(bot.enabled, []);
  assert.deepEqual(
    calls.map(({ method, payload }) => [method, payload.text, payload.show_alert]),
    [["answerCallbackQuery", "Only this bot's owner may do that.", true]],
  );
});

for (const [what, outcome, told, again] of [
  ["is not there any more", { outcome: "missing" }, /is not there any more/, false],
  ["runs already", { outcome: "running" }, /runs again/, false],
  ["cannot start", { outcome: "failed", detail: "<no> luck" }, /could not be started: &lt;no&gt; luck\./, true],
] as const) {
  test(`a press for a plugin that ${what} says so${again ? ", and may be tried again" : ""}`, async () => {
    const bot = stage(async () => outcome);
    await press(bot);
    const edit = bot.take().find(({ method }) => method === "editMessageText");
    assert.match(String(edit?.payload.text), told);
    assert.deepEqual(
      buttons(edit).map(({ callback_data }) => callback_data),
      again ? ["q:odd"] : [],
    );
  });
}

test("when the store fails the plugin stays off, and the owner may try again", async () => {
  const bot = stage(() => Promise.reject(new BotError("store.failed", "the disk is full")));
  await press(bot);
  const edit = bot.take().find(({ method }) => method === "editMessageText");
  assert.match(String(edit?.payload.text), /stays switched off/);
  assert.equal(buttons(edit)[0]?.callback_data, "q:odd");
});

test("pressed twice, the second edit changes nothing and is no failure", async () => {
  const bot = stage(undefined, () => "message is not modified");
  await press(bot);
  await press(bot);
  assert.equal(bot.calls.filter(({ method }) => method === "sendMessage").length, 0);
});

test("where the notice cannot be edited any more, the owner gets a new message", async () => {
  const bot = harness({
    options: { quarantine: { enable: async () => ({ outcome: "started" }), switchedOff: () => undefined } },
    fault: ({ method }) => (method === "editMessageText" ? "message can't be edited" : undefined),
  });
  await bot.press("q:odd", {}, boss);
  const sent = bot.calls.filter(({ method }) => method === "sendMessage");
  assert.match(String(sent[0]?.payload.text), /runs again/);
});

for (const data of ["q:", "q:O", "q:odd plugin", `q:${"a".repeat(40)}`, "q:odd\n", "Q:odd"]) {
  test(`${JSON.stringify(data.slice(0, 12))} is no press of that button`, async () => {
    const bot = stage();
    await press(bot, data);
    assert.deepEqual(bot.enabled, []);
    assert.equal(bot.take()[0]?.method, "answerCallbackQuery");
  });
}

test("a command of a plugin that is switched off says so, in groups too", async () => {
  const bot = stage();
  await bot.message("/odd one");
  await bot.message("/odd one", { chat: group });
  for (const call of bot.take())
    assert.match(String(call.payload.text), /^\/odd is switched off, because it failed again and again\./);
  await bot.message("/other");
  assert.match(String(bot.take()[0]?.payload.text), /I do not know \/other/);
});
