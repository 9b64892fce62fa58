import type { Method } from "./method.ts";
import { argument, fieldsOf, integer, json, type Params, requiredTextField } from "./parameters.ts";
import { chatById } from "./place.ts";
import type { MenuEntry } from "./protocol.ts";
import { badRequest, refusedWithin } from "./refusal.ts";
import type { World } from "./world.ts";

/** Commands of a menu (Bot API, setMyCommands). */
const MOST = 100;
/** Longest command and description, in characters (Bot API, BotCommand). */
const COMMAND = 32;
const DESCRIPTION = 256;

const wide = ["default", "all_private_chats", "all_group_chats", "all_chat_administrators"];
const narrow = ["chat", "chat_administrators", "chat_member"];

interface Scope {
  readonly type: string;
  readonly chatId?: number;
  readonly userId?: number;
}

function readScope(value: unknown): Scope {
  const scope = fieldsOf(value);
  if (!scope) throw badRequest("BotCommandScope must be an Object");
  const type = requiredTextField(scope, "type");
  if (wide.includes(type)) return { type };
  if (!narrow.includes(type)) throw badRequest("Unsupported type specified");
  if (requiredTextField(scope, "chat_id") === "") throw badRequest("Empty chat_id specified");
  const chatId = integer(scope, "chat_id");
  if (type !== "chat_member") return { type, chatId };
  if (!Object.hasOwn(scope, "user_id")) throw badRequest('Can\'t find field "user_id"');
  const userId = integer(scope, "user_id");
  if (userId <= 0) throw badRequest("Invalid user_id specified");
  return { type, chatId, userId };
}

/** Reads whom a menu is for; the function that it makes looks for the chat and gives the menu's key. */
function scopeOf(world: World, params: Params): () => string {
  const value = json(params, "scope", "Can't parse BotCommandScope JSON object");
  const { type, chatId, userId } =
    value === undefined
      ? { type: "default" }
      : refusedWithin<Scope>("Can't parse BotCommandScope", () => readScope(value));
  return () => {
    if (!/^([a-z]{2})?$/.test(argument(params, "language_code"))) throw badRequest("Invalid language code specified");
    const chat = chatId === undefined ? undefined : chatById(world, chatId);
    return [type, chat?.id, userId].filter((part) => part !== undefined).join(":");
  };
}

function readCommands(params: Params): readonly MenuEntry[] {
  const value = json(params, "commands", "Can't parse commands JSON object") ?? [];
  if (!Array.isArray(value)) throw badRequest("Expected an Array of BotCommand");
  return value.map((each: unknown) => {
    const entry = fieldsOf(each);
    if (!entry) throw badRequest("Can't parse BotCommand: expected an Object");
    return refusedWithin("Can't parse BotCommand", () => ({
      command: requiredTextField(entry, "command").trim().replace(/^\//, ""),
      description: requiredTextField(entry, "description").trim(),
    }));
  });
}

function checkCommands(commands: readonly MenuEntry[]): void {
  for (const { command, description } of commands) {
    if (!command.isWellFormed()) throw badRequest("Command must be encoded in UTF-8");
    if (!description.isWellFormed()) throw badRequest("Command description must be encoded in UTF-8");
    if (command === "") throw badRequest("Command must be non-empty");
    if ([...command].length > COMMAND) throw badRequest(`Command length must not exceed ${COMMAND}`);
    if (description === "") throw badRequest("Command description must be non-empty");
    if ([...description].length > DESCRIPTION)
      throw badRequest(`Command description length must not exceed ${DESCRIPTION}`);
  }
  // So much for Telegram's library; the rest is its server's.
  if (commands.length > MOST) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  if (commands.some(({ command }) => !/^[a-z0-9_]+$/.test(command))) throw badRequest("BOT_COMMAND_INVALID");
}

/** Methods around the command menus. */
export const commandMenu: Readonly<Record<string, Method>> = {
  setmycommands(world, { params }) {
    const commands = readCommands(params);
    const key = scopeOf(world, params)();
    checkCommands(commands);
    if (commands.length > 0) world.menus.set(key, commands);
    else world.menus.delete(key);
    world.emit({ type: "commands" });
    return true;
  },
  deletemycommands(world, { params }) {
    world.menus.delete(scopeOf(world, params)());
    world.emit({ type: "commands" });
    return true;
  },
  getmycommands: (world, { params }) => world.menus.get(scopeOf(world, params)()) ?? [],
};
