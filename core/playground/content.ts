import { detectEntities, type Parsed, parseHtml, trim } from "./entities.ts";
import type { Button, Keyboard, Message } from "./protocol.ts";
import { badRequest } from "./refusal.ts";
import type { World } from "./world.ts";

/** Parameters of a call: JSON, a form, or a query string. */
export type Params = Readonly<Record<string, unknown>>;

/** A parameter that may come as JSON text, as forms carry it. */
export function structured(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw badRequest("can't parse JSON object");
  }
}

/** A parameter that is an object; `undefined` for everything else. */
export function record(value: unknown): Params | undefined {
  const object = structured(value);
  return typeof object === "object" && object !== null && !Array.isArray(object) ? (object as Params) : undefined;
}

export function integer(value: unknown): number | undefined {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}

/** Most entities of a message (Bot API, "Formatting options"). */
const MOST_ENTITIES = 100;

/** A text or caption with its entities, parsed as the call asks. */
export function textOf(params: Params, name: "text" | "caption", limit: number): Parsed {
  const source = params[name] === undefined ? "" : String(params[name]);
  const mode = params.parse_mode === undefined ? "" : String(params.parse_mode).toLowerCase();
  if (mode !== "" && mode !== "html")
    throw badRequest(mode.startsWith("markdown") ? "the playground parses HTML only" : "unsupported parse_mode");
  const parsed = mode === "html" ? parseHtml(source) : trim({ text: source, entities: [] });
  if (name === "text" && parsed.text.replace(/[\s\u200b\u200e\u200f\u2060\ufeff]/g, "") === "")
    throw badRequest("message text is empty");
  if (parsed.text.length > limit)
    throw badRequest(name === "text" ? "message is too long" : "message caption is too long");
  const own = parsed.entities;
  const more = detectEntities(parsed.text).filter(({ offset, length }) => {
    return !own.some(
      (entity) =>
        ["text_link", "code", "pre"].includes(entity.type) &&
        offset < entity.offset + entity.length &&
        entity.offset < offset + length,
    );
  });
  const entities = [...own, ...more].sort((a, b) => a.offset - b.offset).slice(0, MOST_ENTITIES);
  return { text: parsed.text, entities };
}

function buttonOf(value: unknown): Button {
  const button = record(value);
  if (!button) throw badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  const text = button.text;
  if (typeof text !== "string" || text.trim() === "")
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  if (button.url !== undefined) {
    const url = String(button.url);
    if (!/^(https?|tg):\/\/[^\s]+$/i.test(url) || !URL.canParse(url)) {
      throw badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
    }
    return { text, url };
  }
  if (button.callback_data === undefined)
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  const data = String(button.callback_data);
  const bytes = Buffer.byteLength(data);
  if (bytes < 1 || bytes > 64) throw badRequest("BUTTON_DATA_INVALID");
  return { text, callback_data: data };
}

/** The inline keyboard of a call; `undefined` when it has none or an empty one. */
export function keyboardOf(params: Params): Keyboard | undefined {
  if (params.reply_markup === undefined || params.reply_markup === "") return undefined;
  const markup = record(params.reply_markup);
  if (!markup) throw badRequest("object expected as reply markup");
  const rows = structured(markup.inline_keyboard);
  if (rows === undefined) return undefined;
  if (!Array.isArray(rows) || rows.some((row) => !Array.isArray(row)))
    throw badRequest("can't parse inline keyboard: Array of Arrays expected");
  const keyboard = (rows as unknown[][]).map((row) => row.map(buttonOf)).filter((row) => row.length > 0);
  if (keyboard.flat().length > 100) throw badRequest("reply markup is too long");
  return keyboard.length > 0 ? { inline_keyboard: keyboard } : undefined;
}

/** Where a message goes: chat, topic, and the message it replies to. */
export function placeOf(
  world: World,
  params: Params,
): Pick<Message, "from" | "chat" | "message_thread_id" | "reply_to_message"> {
  const chat = world.chats.get(integer(params.chat_id) ?? Number.NaN);
  if (!chat)
    throw badRequest(params.chat_id === undefined || params.chat_id === "" ? "chat_id is empty" : "chat not found");
  const thread = integer(params.message_thread_id);
  if (thread !== undefined && chat.type === "private") throw badRequest("message thread not found");
  const reply = record(params.reply_parameters);
  const target = integer(reply?.message_id ?? params.reply_to_message_id);
  const replied = target === undefined ? undefined : world.find(chat.id, target);
  const lenient = String(reply?.allow_sending_without_reply ?? params.allow_sending_without_reply ?? false) === "true";
  if (target !== undefined && !replied && !lenient) throw badRequest("message to be replied not found");
  return {
    from: world.bot,
    chat,
    ...(thread === undefined ? {} : { message_thread_id: thread }),
    ...(replied ? { reply_to_message: withoutReply(replied) } : {}),
  };
}

/** A replied message comes without the one it replied to (Bot API, Message). */
function withoutReply(message: Message): Message {
  const { reply_to_message: _, ...rest } = message;
  return rest;
}
