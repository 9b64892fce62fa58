import assert from "node:assert/strict";
import { test } from "node:test";
import { GROUP, MINA, openClient } from "./client.ts";

const entry = (command: string, description = "x") => ({ command, description });

test("menus are kept by scope, and told to the page", async (t) => {
  const { desk, done } = await openClient(t);
  const events: unknown[] = [];
  desk.world.on((event) => events.push(event));
  const chat = { type: "chat", chat_id: MINA.id };
  assert.equal(await done("setMyCommands", { commands: [entry("start"), entry("/help", " Help ")] }), true);
  await done("setMyCommands", { commands: JSON.stringify([entry("own")]), scope: JSON.stringify(chat) });
  assert.deepEqual(await done("getMyCommands"), [entry("start"), entry("help", "Help")]);
  assert.deepEqual(await done("getMyCommands", { scope: { type: "default" } }), [
    entry("start"),
    entry("help", "Help"),
  ]);
  assert.deepEqual(await done("getMyCommands", { scope: chat }), [entry("own")]);
  assert.deepEqual(await done("getMyCommands", { scope: { type: "chat", chat_id: GROUP } }), []);
  await done("deleteMyCommands", { scope: chat });
  assert.deepEqual(await done("getMyCommands", { scope: chat }), []);
  await done("setMyCommands");
  assert.deepEqual(await done("getMyCommands"), []);
  assert.deepEqual(
    events,
    Array.from({ length: 4 }, () => ({ type: "commands" })),
  );
});

test("commands that are none are refused in Telegram's words", async (t) => {
  const { refused, done } = await openClient(t);
  const refusals: readonly (readonly [commands: unknown, reason: string])[] = [
    ["{", "can't parse commands JSON object"],
    [{}, "expected an Array of BotCommand"],
    [["x"], "can't parse BotCommand: expected an Object"],
    [[{ description: "x" }], "can't parse BotCommand: Can't find field \"command\""],
    [[{ command: "x" }], "can't parse BotCommand: Can't find field \"description\""],
    [[{ command: ["x"], description: "x" }], 'can\'t parse BotCommand: Field "command" must be of type String'],
    [[entry("")], "command must be non-empty"],
    [[entry("/")], "command must be non-empty"],
    [[entry("x".repeat(33))], "command length must not exceed 32"],
    [[entry("x", " ")], "command description must be non-empty"],
    [[entry("x", "x".repeat(257))], "command description length must not exceed 256"],
    [[entry("\ud83d")], "command must be encoded in UTF-8"],
    [[entry("x", "\ud83d")], "command description must be encoded in UTF-8"],
    [[entry("Upper")], "BOT_COMMAND_INVALID"],
    [[entry("two words")], "BOT_COMMAND_INVALID"],
    [[entry("übung")], "BOT_COMMAND_INVALID"],
    [Array.from({ length: 101 }, (_, n) => entry(`c${n}`)), "BOT_COMMANDS_TOO_MUCH"],
  ];
  for (const [commands, reason] of refusals)
    assert.equal(await refused("setMyCommands", { commands }), `Bad Request: ${reason}`, JSON.stringify(commands));
  await done("setMyCommands", { commands: Array.from({ length: 100 }, (_, n) => entry(`c${n}`, "😀".repeat(256))) });
});

test("scopes that are none are refused in Telegram's words", async (t) => {
  const { refused } = await openClient(t);
  const within = "can't parse BotCommandScope: ";
  const refusals: readonly (readonly [scope: unknown, reason: string])[] = [
    ["{", "can't parse BotCommandScope JSON object"],
    ["[]", `${within}BotCommandScope must be an Object`],
    [{}, `${within}Can't find field "type"`],
    [{ type: "world" }, `${within}Unsupported type specified`],
    [{ type: "chat" }, `${within}Can't find field "chat_id"`],
    [{ type: "chat", chat_id: "" }, `${within}Empty chat_id specified`],
    [{ type: "chat_member", chat_id: GROUP }, `${within}Can't find field "user_id"`],
    [{ type: "chat_member", chat_id: GROUP, user_id: 0 }, `${within}Invalid user_id specified`],
    [{ type: "chat", chat_id: 5 }, "chat not found"],
  ];
  for (const [scope, reason] of refusals)
    for (const method of ["setMyCommands", "getMyCommands", "deleteMyCommands"])
      assert.equal(await refused(method, { scope }), `Bad Request: ${reason}`);
  assert.equal(
    await refused("setMyCommands", { language_code: "xyz" }),
    "Bad Request: invalid language code specified",
  );
});

test("the menu of somebody who never wrote cannot be set", async (t) => {
  const { desk, refused, done, write } = await openClient(t);
  desk.world.bars.set(MINA.id, "stranger");
  const menu = { commands: [entry("x")], scope: { type: "chat", chat_id: MINA.id } };
  assert.equal(await refused("setMyCommands", menu), "Bad Request: chat not found");
  write("/start");
  await done("setMyCommands", menu);
});
