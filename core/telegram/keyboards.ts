import type { InlineKeyboardButton, InlineKeyboardMarkup } from "grammy/types";
import type { ResultItem } from "./results.ts";
import { labels } from "./texts.ts";

/** What a press of one of our buttons means. */
export type Press =
  | { readonly kind: "result"; readonly key: string; readonly index: number }
  | { readonly kind: "back"; readonly key: string }
  /** By a list's key, or by who asked for a card; a Close button of an older bot tells neither. */
  | { readonly kind: "close"; readonly key?: string; readonly asker?: number };

/** Callback data of the predecessor's Close buttons. */
const LEGACY_CLOSE = "close_search";

/** Reads callback data of ours; `undefined` for everything else. */
export function readPress(data: string): Press | undefined {
  if (data === LEGACY_CLOSE) return { kind: "close" };
  const match = /^(?:r:([\w-]{1,32}):(\d)|([bx]):([\w-]{1,32})|c:(\d{1,16}))$/.exec(data);
  if (!match) return undefined;
  const [, list, index, kind, key, asker] = match;
  if (list !== undefined) return { kind: "result", key: list, index: Number(index) };
  if (asker !== undefined) return { kind: "close", asker: Number(asker) };
  return { kind: kind === "b" ? "back" : "close", key: key ?? "" };
}

/** What the Close button of a keyboard means, which tells whose it is; every keyboard of ours has one. */
export function closeOf(keyboard: InlineKeyboardMarkup | undefined): Extract<Press, { kind: "close" }> | undefined {
  for (const button of keyboard?.inline_keyboard.flat() ?? []) {
    const press = "callback_data" in button ? readPress(button.callback_data) : undefined;
    if (press?.kind === "close") return press;
  }
  return undefined;
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

/** Under a card that came from a link; nothing has to be stored for it. */
export function cardKeyboard(asker: number): InlineKeyboardMarkup {
  return { inline_keyboard: [[close(`c:${asker}`)]] };
}

/** Under a card that came from an older bot's list. */
export function legacyCardKeyboard(): InlineKeyboardMarkup {
  return { inline_keyboard: [[close(LEGACY_CLOSE)]] };
}
