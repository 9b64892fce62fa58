import type { CallbackQuery, InlineKeyboardMarkup, Message } from "grammy/types";
import type { Api } from "grammy/web";
import { cutText } from "../domain/caption.ts";
import { orNothing } from "../domain/or-nothing.ts";
import type { Logger } from "../plugin/context.ts";
import type { Source } from "../plugin/source.ts";
import type { Store } from "../store/store.ts";
import type { Admission, Doorman } from "./admission.ts";
import { PATIENCE, showBusy } from "./busy.ts";
import type { Apologies } from "./failure.ts";
import { closeOf, legacyCardKeyboard, pressedCardKeyboard, readPress, resultsKeyboard } from "./keyboards.ts";
import type { Card, Lookups } from "./lookups.ts";
import { editText, sendText } from "./messages.ts";
import { repliedTo, samePlace } from "./place.ts";
import { isGone, isNotEditable, isNotModified, isQueryTooOld, pauseWanted } from "./refusals.ts";
import { readResults, resultsText } from "./results.ts";
import type { CardSender } from "./send-card.ts";
import { settlesWithin } from "./settles-within.ts";
import { texts, toasts } from "./texts.ts";

/** Longest toast, in characters (Bot API, answerCallbackQuery). */
const TOAST_LIMIT = 200;

export interface PressOptions {
  readonly api: Api;
  sources(): readonly Source[];
  readonly ownerId: number;
  readonly doorman: Doorman;
  readonly lookups: Lookups;
  readonly sender: CardSender;
  readonly store: Pick<Store, "keyboards">;
  readonly apologies: Apologies;
  readonly log: Logger;
}

interface Title {
  readonly source: Source;
  readonly id: string;
  readonly keyboard: InlineKeyboardMarkup;
}

/** Makes what answers presses of buttons, whoever made them. */
export function createPress(options: PressOptions): (query: CallbackQuery) => Promise<void> {
  const { api, sources, ownerId, doorman, lookups, sender, store, apologies, log } = options;

  const answer = async (query: CallbackQuery, toast?: string, alert = false) => {
    try {
      const text = toast === undefined ? {} : { text: cutText(toast, TOAST_LIMIT), show_alert: alert };
      await api.answerCallbackQuery(query.id, text);
    } catch (error) {
      if (!isQueryTooOld(error)) log.warn("A press could not be answered.", { error });
    }
  };
  const refuse = (query: CallbackQuery, admission: Extract<Admission, { admitted: false }>) =>
    answer(query, admission.toast, true);

  /** The list of a message's keyboard. An app can send any data with any message, so the key must stand on both. */
  const stored = async (key: string | undefined, message: Message) => {
    if (key === undefined || closeOf(message.reply_markup)?.key !== key) return undefined;
    const list = readResults(await store.keyboards.get(key));
    return list?.chat === message.chat.id ? list : undefined;
  };

  const showTitle = async (query: CallbackQuery, message: Message, { source, id, keyboard }: Title) => {
    const place = samePlace(message);
    const work = lookups.card(source, id, query.from.id);
    const quick = await settlesWithin(work, PATIENCE);
    if (!quick) await answer(query, toasts.working);
    // A press takes one answer: a toast while it is not used up, a message after that.
    const say = (toast: string, html: string) => (quick ? answer(query, toast, true) : sendText(api, place, { html }));
    let card: Card | undefined;
    try {
      card = await showBusy(api, place, work);
    } catch (error) {
      return say(apologies.toast(error, source.name), apologies.html(error, source.name));
    }
    if (!card) return say(toasts.noTitle(source.name), texts.noTitle(source));
    await Promise.all([quick ? answer(query) : undefined, sender.edit(message, card, keyboard)]);
  };

  const result = async (query: CallbackQuery, message: Message, key: string, index: number) => {
    const admission = await doorman.charge(query.from.id);
    if (!admission.admitted) return refuse(query, admission);
    const item = (await stored(key, message))?.items[index];
    if (!item) return answer(query, toasts.expired, true);
    const source = sources().find(({ command }) => command === item.source);
    if (!source) return answer(query, toasts.gone(item.source), true);
    return showTitle(query, message, { source, id: item.id, keyboard: pressedCardKeyboard(key) });
  };

  const back = async (query: CallbackQuery, message: Message, key: string) => {
    const admission = await doorman.admit(query.from.id);
    if (!admission.admitted) return refuse(query, admission);
    const list = await stored(key, message);
    if (!list) return answer(query, toasts.expired, true);
    const html = resultsText(list);
    const keyboard = resultsKeyboard(key, list.items);
    const target = { chatId: message.chat.id, messageId: message.message_id };
    const edit = async () => {
      try {
        if (message.text !== undefined) await editText(api, target, { html, keyboard });
        else {
          const caption = { caption: html, parse_mode: "HTML", reply_markup: keyboard } as const;
          await api.editMessageCaption(target.chatId, target.messageId, caption);
        }
      } catch (error) {
        if (isNotModified(error)) return;
        if (!isNotEditable(error)) throw error;
        await sendText(api, samePlace(message), { html, keyboard });
      }
    };
    await Promise.all([answer(query), edit()]);
  };

  const close = async (query: CallbackQuery, message: Message) => {
    if (message.chat.type !== "private" && query.from.id !== ownerId) {
      // Whose it is stands on the keyboard; what was sent with the press proves nothing.
      const button = closeOf(message.reply_markup);
      const known = button?.asker ?? (await stored(button?.key, message))?.asker;
      // Older keyboards name nobody: there, whoever the bot's message replied to had asked.
      if ((known ?? repliedTo(message)?.from?.id) !== query.from.id) return answer(query, toasts.notYours, true);
    }
    const { chat, message_id } = message;
    const remove = async () => {
      try {
        await api.deleteMessage(chat.id, message_id);
        return undefined;
      } catch (error) {
        log.debug("A message cannot be deleted; its buttons go.", { error });
      }
      try {
        await api.editMessageReplyMarkup(chat.id, message_id);
        return undefined;
      } catch (error) {
        if (isNotModified(error) || isGone(error)) return undefined;
        log.debug("A message's buttons cannot be taken away.", { error });
        return toasts.cannotClose;
      }
    };
    await answer(query, await remove(), true);
  };

  const legacy = (data: string): Omit<Title, "keyboard"> | undefined => {
    for (const source of sources()) {
      const id = orNothing(() => source.matchLegacyCallback?.(data)) ?? undefined;
      if (id !== undefined) return { source, id };
    }
    return undefined;
  };

  const legacyTitle = async (query: CallbackQuery, message: Message, title: Omit<Title, "keyboard">) => {
    const admission = await doorman.charge(query.from.id);
    if (!admission.admitted) return refuse(query, admission);
    return showTitle(query, message, { ...title, keyboard: legacyCardKeyboard() });
  };

  return async (query) => {
    try {
      const { data, message } = query;
      if (typeof data !== "string" || message === undefined) return await answer(query, toasts.unknownButton, true);
      const press = readPress(data);
      if (press?.kind === "close") return await close(query, message as Message);
      // A message too old to be shown to bots carries a chat, an id and date 0 alone.
      if (message.date === 0) return await answer(query, toasts.expired, true);
      if (press?.kind === "result") return await result(query, message, press.key, press.index);
      if (press?.kind === "back") return await back(query, message, press.key);
      // A keyboard of ours has no older button.
      const { key, asker } = closeOf(message.reply_markup) ?? {};
      const title = key === undefined && asker === undefined ? legacy(data) : undefined;
      return title ? await legacyTitle(query, message, title) : await answer(query, toasts.unknownButton, true);
    } catch (error) {
      // A toast is spent by now, or would be shown long before the card it is about.
      if (pauseWanted(error) !== undefined) throw error;
      log.error("A press failed.", { error });
      await answer(query, apologies.toast(error), true);
    }
  };
}
