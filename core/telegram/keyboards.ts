import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import type { ResultItem } from "./results.ts";
import { labels } from "./texts.ts";

/** What a press of one of our buttons means. */
export type Press =
  | { readonly kind: "result"; readonly key: string; readonly index: number }
  | { readonly kind: "back"; readonly key: string }
  /** Without a key: a Close button of an older bot. */
  | { readonly kind: "close"; readonly key?: string };

/** Callback data of the predecessor's Close buttons. */
const LEGACY_CLOSE = "close_search";

/** Reads callback data of ours; `undefined` for everything else. */
export function readPress(data: string): Press | undefined {
  if (data === LEGACY_CLOSE) return { kind: "close" };
  const match = /^(?:r:([\w-]{1,32}):(\d)|([bx]):([\w-]{1,32}))$/.exec(data);
  if (!match) return undefined;
  if (match[1] !== undefined) return { kind: "result", key: match[1], index: Number(match[2]) };
  return { kind: match[3] === "b" ? "back" : "close", key: match[4] ?? "" };
}

const close = (data: string): InlineKeyboardButton => ({ text: labels.close, callback_data: data });

/** Every result in a row of its own, then Close. */
export function resultsKeyboard(key: string, items: readonly ResultItem[]): InlineKeyboardMarkup {
  const rows = items.map((item, index) => [{ text: item.label, callback_data: `r:${key}:${index}` }]);
  return { inline_keyboard: [...rows, [close(`x:${key}`)]] };
}

/** Under a card that came from a list: the way back, and Close. */
export function pressedCardKeyboard(key: string): InlineKeyboardMarkup {
  return { inline_keyboard: [[{ text: labels.back, callback_data: `b:${key}` }], [close(`x:${key}`)]] };
}

/** Under a card that came from a link. */
export function cardKeyboard(key: string): InlineKeyboardMarkup {
  return { inline_keyboard: [[close(`x:${key}`)]] };
}

/** Under a card that came from an older bot's list. */
export function legacyCardKeyboard(): InlineKeyboardMarkup {
  return { inline_keyboard: [[close(LEGACY_CLOSE)]] };
}
