import type { InlineKeyboardMarkup, Message } from "grammy/types";
import { type Api, InputFile } from "grammy/web";
import { CAPTION_LIMIT, MESSAGE_LIMIT } from "../domain/caption.ts";
import { finishCaption } from "../domain/card.ts";
import type { Logger } from "../plugin/context.ts";
import type { Card } from "./lookups.ts";
import { editText, sendText } from "./messages.ts";
import { type Place, placeOptions, samePlace } from "./place.ts";
import { isNotEditable, isNotModified, isPhotoForbidden, isPlaceRefused, isSuperseded } from "./refusals.ts";

/** How long fetching a poster for an upload may take, in ms. */
const DOWNLOAD_DEADLINE = 15_000;

/** Keeps Telegram's `file_id` of each poster, for this bot. */
export interface FileIds {
  get(key: string): Promise<unknown>;
  set(key: string, fileId: string): Promise<unknown>;
}

export interface CardSenderOptions {
  readonly api: Api;
  /** Fetches a poster that Telegram would not take by URL. */
  download(url: string, signal: AbortSignal): Promise<Uint8Array>;
  readonly fileIds: FileIds;
  readonly log: Logger;
}

/** Puts cards into chats. A card is never lost because of its picture. */
export interface CardSender {
  /** Sends a new message. */
  send(place: Place, card: Card, keyboard: InlineKeyboardMarkup | undefined): Promise<void>;
  /** Makes one of the bot's own messages the card. */
  edit(message: Message, card: Card, keyboard: InlineKeyboardMarkup | undefined): Promise<void>;
}

/** Makes the sender: by `file_id`, by URL, by upload, and as text at last. */
export function createCardSender({ api, download, fileIds, log }: CardSenderOptions): CardSender {
  const knownId = async (poster: string) => {
    try {
      const id = await fileIds.get(poster);
      return typeof id === "string" && id !== "" ? id : undefined;
    } catch (error) {
      log.warn("A poster's file_id could not be read.", { error });
      return undefined;
    }
  };

  const keep = async (poster: string, sent: Message | true, known: string | undefined) => {
    const id = sent === true ? undefined : sent.photo?.at(-1)?.file_id;
    if (id === undefined || id === known) return;
    try {
      await fileIds.set(poster, id);
    } catch (error) {
      log.warn("A poster's file_id could not be kept.", { error });
    }
  };

  /** @returns whether the picture went out; rejects when a text would not fare better. */
  const withPicture = async (
    poster: string,
    attempt: (media: string | InputFile) => Promise<Message | true>,
  ): Promise<boolean> => {
    const known = await knownId(poster);
    const upload = async () =>
      new InputFile(await download(poster, AbortSignal.timeout(DOWNLOAD_DEADLINE)), "poster.jpg");
    const ways = [...(known === undefined ? [] : [() => known]), () => poster, upload];
    for (const way of ways) {
      try {
        await keep(poster, await attempt(await way()), known);
        return true;
      } catch (error) {
        if (isNotModified(error) || isSuperseded(error)) return true;
        if (isPlaceRefused(error) || isNotEditable(error)) throw error;
        log.info("A poster was not taken.", { error, by: way === upload ? "upload" : "reference" });
        if (isPhotoForbidden(error)) return false;
      }
    }
    return false;
  };

  const photoText = ({ caption, note }: Card) =>
    ({ caption: finishCaption(caption, { limit: CAPTION_LIMIT, ...(note && { note }) }), parse_mode: "HTML" }) as const;
  const text = ({ caption, note }: Card, keyboard: InlineKeyboardMarkup | undefined) => ({
    html: finishCaption(caption, { limit: MESSAGE_LIMIT, ...(note && { note }) }),
    keyboard,
  });
  const markup = (keyboard: InlineKeyboardMarkup | undefined) => (keyboard ? { reply_markup: keyboard } : {});

  const send: CardSender["send"] = async (place, card, keyboard) => {
    const options = { ...photoText(card), ...placeOptions(place), ...markup(keyboard) };
    const done =
      card.poster !== undefined &&
      (await withPicture(card.poster, (media) => api.sendPhoto(place.chatId, media, options)));
    if (!done) await sendText(api, place, text(card, keyboard));
  };

  /** A photo can never become text: the text takes its place as a new message. */
  const replace = async (message: Message, card: Card, keyboard: InlineKeyboardMarkup | undefined) => {
    await send(samePlace(message), card, keyboard);
    const { chat, message_id } = message;
    await api
      .deleteMessage(chat.id, message_id)
      .catch(() => api.editMessageReplyMarkup(chat.id, message_id))
      .catch((error: unknown) => log.debug("The message a card took the place of stays.", { error }));
  };

  return {
    send,
    async edit(message, card, keyboard) {
      const { chat, message_id } = message;
      try {
        const done =
          card.poster !== undefined &&
          (await withPicture(card.poster, (media) =>
            api.editMessageMedia(chat.id, message_id, { type: "photo", media, ...photoText(card) }, markup(keyboard)),
          ));
        if (done) return;
        if (message.text === undefined) return await replace(message, { ...card, poster: undefined }, keyboard);
        await editText(api, { chatId: chat.id, messageId: message_id }, text(card, keyboard));
      } catch (error) {
        if (isNotModified(error)) return;
        if (!isNotEditable(error)) throw error;
        await send(samePlace(message), card, keyboard);
      }
    },
  };
}
