import type { InlineKeyboardMarkup } from "grammy/types";
import type { Api } from "grammy/web";
import { cutHtml, MESSAGE_LIMIT, visibleText } from "../domain/caption.ts";
import { type Place, placeOptions } from "./place.ts";
import { isHtmlRefused } from "./refusals.ts";

/** A text with its buttons. */
export interface TextMessage {
  /** Telegram HTML of any length. */
  readonly html: string;
  readonly keyboard?: InlineKeyboardMarkup | undefined;
}

const common = { parse_mode: "HTML", link_preview_options: { is_disabled: true } } as const;
const markup = (keyboard: InlineKeyboardMarkup | undefined) => (keyboard ? { reply_markup: keyboard } : {});

/** Sends a text; should Telegram refuse its HTML after all, the bare text goes out. */
export async function sendText(api: Api, place: Place, { html, keyboard }: TextMessage): Promise<void> {
  const text = cutHtml(html, MESSAGE_LIMIT);
  const options = { ...common, ...placeOptions(place), ...markup(keyboard) };
  try {
    await api.sendMessage(place.chatId, text, options);
  } catch (error) {
    if (!isHtmlRefused(error)) throw error;
    const { parse_mode: _, ...bare } = options;
    await api.sendMessage(place.chatId, visibleText(text), bare);
  }
}

/** A message of the bot's that can be edited. */
export interface EditTarget {
  readonly chatId: number;
  readonly messageId: number;
}

/** Edits a text message; should Telegram refuse its HTML after all, the bare text is put there. */
export async function editText(api: Api, target: EditTarget, { html, keyboard }: TextMessage): Promise<void> {
  const text = cutHtml(html, MESSAGE_LIMIT);
  const options = { ...common, ...markup(keyboard) };
  try {
    await api.editMessageText(target.chatId, target.messageId, text, options);
  } catch (error) {
    if (!isHtmlRefused(error)) throw error;
    const { parse_mode: _, ...bare } = options;
    await api.editMessageText(target.chatId, target.messageId, visibleText(text), bare);
  }
}
