import { cleanText, isBlank } from "./cleaning.ts";
import { checkLink } from "./links.ts";
import { fieldsOf, json, type Params, requiredTextField, textField } from "./parameters.ts";
import type { Button, Keyboard } from "./protocol.ts";
import { badRequest, refusedWithin } from "./refusal.ts";

/** Buttons of a row and of a keyboard; Telegram's library drops what is over that without a word. */
const ROW = 12;
const TOTAL = 300;
/** Buttons that Telegram's server takes. */
const ACCEPTED = 100;
/** Callback data, in bytes (Bot API, InlineKeyboardButton). */
const DATA = 64;

/** Kinds of buttons that Telegram knows and the playground does not. */
const elsewhere = [
  "callback_game",
  "pay",
  "switch_inline_query",
  "switch_inline_query_chosen_chat",
  "switch_inline_query_current_chat",
  "login_url",
  "web_app",
];

function buttonOf(value: unknown): Button {
  const button = fieldsOf(value);
  if (!button) throw badRequest("InlineKeyboardButton must be an Object");
  const text = requiredTextField(button, "text");
  const url = textField(button, "url");
  if (url !== "") return { text, url };
  const data = textField(button, "callback_data");
  if (data !== "") return { text, callback_data: data };
  const copied = fieldsOf(button.copy_text);
  if (copied) return { text, copy_text: { text: requiredTextField(copied, "text") } };
  if (elsewhere.some((kind) => Object.hasOwn(button, kind)))
    throw badRequest("the playground has links, callbacks and texts to copy only");
  throw badRequest("Text buttons are unallowed in the inline keyboard");
}

/** Buttons as they were asked for, or that another kind of markup was. */
export type AskedMarkup = { readonly rows: readonly (readonly Button[])[] } | "other" | undefined;

/** Reads `reply_markup`. */
export function readMarkup(params: Params): AskedMarkup {
  const value = json(params, "reply_markup", "Can't parse reply keyboard markup JSON object");
  if (value === undefined) return undefined;
  const markup = fieldsOf(value);
  if (!markup) throw badRequest("Object expected as reply markup");
  const rows = markup.inline_keyboard ?? undefined;
  if (rows === undefined)
    return ["keyboard", "remove_keyboard", "force_reply"].some((kind) => markup[kind]) ? "other" : undefined;
  if (!Array.isArray(rows)) throw badRequest('Field "inline_keyboard" must be of type Array');
  if (rows.length === 0) return undefined;
  return {
    rows: rows.map((row: unknown) => {
      if (!Array.isArray(row))
        throw badRequest('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
      return row.map((button: unknown) => refusedWithin("Can't parse inline keyboard button", () => buttonOf(button)));
    }),
  };
}

/** A button as Telegram keeps it. */
function keptButton({ text: asked, ...rest }: Button): Button {
  if (!asked.isWellFormed()) throw badRequest("Inline keyboard button text must be encoded in UTF-8");
  const { text } = cleanText({ text: asked, entities: [] });
  if (isBlank(text)) throw badRequest("BUTTON_TEXT_INVALID");
  if (rest.url !== undefined) {
    const link = checkLink(rest.url);
    if ("problem" in link) throw badRequest(`Inline keyboard button URL '${rest.url}' is invalid: ${link.problem}`);
    return { text, url: link.url };
  }
  if (rest.callback_data !== undefined && Buffer.byteLength(rest.callback_data) > DATA)
    throw badRequest("BUTTON_DATA_INVALID");
  return { text, ...rest };
}

/** The keyboard as a message carries it; none when no buttons were asked for. Buttons without a text are left out. */
export function keptKeyboard(asked: AskedMarkup): { readonly reply_markup?: Keyboard } {
  if (asked === undefined || asked === "other") return {};
  let left = TOTAL;
  const rows = asked.rows.flatMap((row) => {
    const kept = row.filter(({ text }) => text !== "").slice(0, Math.min(ROW, left));
    left -= kept.length;
    return kept.length > 0 ? [kept.map(keptButton)] : [];
  });
  if (TOTAL - left > ACCEPTED) throw badRequest("reply markup is too long");
  return rows.length > 0 ? { reply_markup: { inline_keyboard: rows } } : {};
}

/** The keyboard of an edited message, which can only be an inline one. */
export function editedKeyboard(asked: AskedMarkup): { readonly reply_markup?: Keyboard } {
  if (asked === "other") throw badRequest("Inline keyboard expected");
  return keptKeyboard(asked);
}
