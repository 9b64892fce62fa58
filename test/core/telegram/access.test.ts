import assert from "node:assert/strict";
import { test } from "node:test";
import { type ErrorCode, errorCodes } from "../../../core/domain/errors.ts";
import type { Command } from "../../../core/plugin/index.ts";
import { createLimit } from "../../../core/telegram/limit.ts";
import { failures, toasts } from "../../../core/telegram/texts.ts";
import { asker, buttons, type Call, harness, other, owner, source } from "./harness.ts";

const ownerUser = { id: owner, is_bot: false, first_name: "Owner" };
const text = (calls: readonly Call[]) => calls.map(({ payload }) => String(payload.text)).join("\n");
const fail = () => Promise.reject(new Error("store"));

test("in private mode strangers get one refusal, members and the owner are served", async () => {
  const { message, press, take, memory } = harness({ isPublic: false });
  for (const said of ["/mdl x", "x", "/mdl", "https://mdl.example/t/7"]) {
    await message(said);
    const calls = take();
    assert.equal(calls.length, 1);
    assert.match(text(calls), /This bot is private/);
  }
  await press("r:key00000:0");
  assert.match(text(take()), /This bot is private/);
  memory.authorized.add(asker.id);
  await message("/mdl x");
  await message("/mdl x", {}, ownerUser);
  assert.match(text(take()), /Results.*\n.*\nResults/);
});

test("the stored public mode wins over the configured one", async () => {
  const { message, take, memory } = harness({ isPublic: true });
  memory.settings.set("public_mode", false);
  await message("/mdl x");
  assert.match(text(take()), /private/);
  memory.settings.set("public_mode", true);
  await message("/mdl x");
  assert.match(text(take()), /Results/);
});

test("a store that cannot be read lets only the owner in", async () => {
  const { message, take, memory } = harness({ isPublic: true });
  memory.store.settings.get = fail;
  memory.store.authorized.has = fail;
  await message("/mdl x");
  assert.match(text(take()), /cannot check right now/);
  await message("/mdl x", {}, ownerUser);
  assert.match(text(take()), /Results/);
});

test("ten lookups a minute, one notice, and others are not held up", async () => {
  const { message, press, take } = harness();
  await message("/mdl x");
  const list = buttons(take()[0]);
  const back = (list[0]?.callback_data ?? "").replace(/^r:(.*):0$/, "b:$1");
  for (let n = 0; n < 9; n++) await press(list[n]?.callback_data);
  assert.ok(take().every(({ payload }) => !/a lot at once/.test(String(payload.text))));
  await message("/mdl x");
  assert.match(text(take()), /a lot at once.*Try again in \d+ s/);
  await message("/mdl https://mdl.example/t/7");
  assert.deepEqual(take(), []);
  await press(list[0]?.callback_data);
  assert.deepEqual(
    take().map(({ payload }) => payload.text),
    [undefined],
  );
  await press(back);
  assert.ok(take().some(({ method }) => method === "editMessageText"));
  await message("/help");
  await message("/mdl x", {}, other);
  assert.match(text(take()), /What you can do[\s\S]*Results/);
});

test("a window ends", async () => {
  const limit = createLimit({ points: 1, duration: 1 });
  assert.equal((await limit.take(1)).verdict, "pass");
  assert.deepEqual(await limit.take(1), { verdict: "notice", seconds: 1 });
  assert.equal((await limit.take(1)).verdict, "silent");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  assert.equal((await limit.take(1)).verdict, "pass");
});

test("/start notes the user and shows the owner how the bot stands", async () => {
  const { message, take, memory } = harness({ isPublic: false });
  await message("/start");
  assert.match(text(take()), /Hello, <b>Asker<\/b>.*MDL and IMDB[\s\S]*private[\s\S]*3000000001/);
  assert.equal((memory.users.get(asker.id) as { fullName: string }).fullName, "Asker");
  await message("/start", {}, ownerUser);
  assert.match(text(take()), /Public mode: off[\s\S]*Users: 2/);
  memory.store.users.upsert = fail;
  memory.store.users.count = fail;
  await message("/start", { from: { ...ownerUser, first_name: "<b>&" } });
  assert.match(text(take()), /&lt;b&gt;&amp;[\s\S]*Users: not known/);
});

const commands: Command[] = [
  {
    name: "all",
    description: "For all",
    audience: "everyone",
    run: async (call) => call.reply(`<b>${call.argument}</b>`),
  },
  { name: "mine", description: "For the owner", audience: "owner", run: async (call) => call.reply("secret") },
  { name: "members", description: "For members", run: fail },
];

test("plugins' commands are for their audience, and their errors are apologised for", async () => {
  const { message, take } = harness({ isPublic: false, commands });
  await message("/all two words");
  assert.equal(text(take()), "<b>two words</b>");
  await message("/mine");
  assert.match(text(take()), /\/mine is for this bot's owner/);
  await message("/members");
  assert.match(text(take()), /This bot is private/);
  await message("/mine", {}, ownerUser);
  assert.equal(text(take()), "secret");
  await message("/members", {}, ownerUser);
  assert.match(text(take()), /Something went wrong on my side[\s\S]*Reference: 12345678/);
});

test("help and menu hold what somebody may do, and follow the registry", async () => {
  const sources = [source("mdl")];
  const { message, take, router } = harness({ isPublic: true, commands, sources });
  await message("/help");
  const help = text(take());
  for (const name of ["mdl", "mdlurl", "all", "members", "start", "help"]) assert.match(help, new RegExp(`/${name} ·`));
  assert.doesNotMatch(help, /\/mine|imdb/);
  sources.push(source("imdb"));
  await router.syncMenu();
  const [everyone, mine] = take();
  const names = (call?: Call) =>
    ((call?.payload.commands ?? []) as { command: string }[]).map(({ command }) => command);
  assert.deepEqual(everyone?.payload.scope, { type: "default" });
  assert.deepEqual(names(everyone), ["mdl", "mdlurl", "imdb", "imdburl", "all", "members", "start", "help"]);
  assert.deepEqual(mine?.payload.scope, { type: "chat", chat_id: owner });
  assert.ok(names(mine).includes("mine"));
});

test("the menu is short in private mode, and waits for the owner's chat", async () => {
  let ready = false;
  const { message, take, router } = harness({
    isPublic: false,
    fault: ({ payload }) =>
      JSON.stringify(payload.scope)?.includes("chat_id") && !ready ? "chat not found" : undefined,
  });
  await router.syncMenu();
  const [menu] = take();
  assert.equal((menu?.payload.commands as unknown[] | undefined)?.length, 2);
  ready = true;
  await message("/start", {}, ownerUser);
  assert.ok(take().some(({ method }) => method === "setMyCommands"));
  await message("/start", {}, ownerUser);
  assert.ok(!take().some(({ method }) => method === "setMyCommands"));
});

test("every error code has a text that says what to try next, and toasts fit", () => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    const said = failures[code]("MyDramaList");
    assert.match(said, /[Tt]ry|Send|Check|Wait/, code);
    assert.ok(said.length + 11 <= 200, code);
  }
  for (const toast of Object.values(toasts)) {
    assert.ok((typeof toast === "string" ? toast : toast("60" as never)).length <= 200);
  }
});
