import type { CallbackQuery, InlineKeyboardMarkup } from "grammy/types";
import type { Api } from "grammy/web";
import type { Logger } from "../plugin/context.ts";
import type { QuarantineRecord } from "../plugin/quarantine.ts";
import type { Enabled } from "../plugin/registry.ts";
import { editText, sendText } from "./messages.ts";
import { isNotEditable, isNotModified, isQueryTooOld } from "./refusals.ts";
import { labels, texts, toasts } from "./texts.ts";

export interface QuarantineDeskOptions {
  readonly api: Api;
  readonly ownerId: number;
  /** Starts a plugin again. @throws BotError `store.*`. */
  enable(id: string): Promise<Enabled>;
  /** Called when a plugin came back. */
  onEnabled(): void;
  readonly log: Logger;
}

/** Tells the owner of plugins that were switched off, and takes the press that enables one again. */
export interface QuarantineDesk {
  /** @returns whether the owner was told. Never rejects. */
  tell(record: QuarantineRecord): Promise<boolean>;
  /** @returns the answer to a press of the button; `undefined` for every other press. Never rejects. */
  press(query: CallbackQuery): Promise<void> | undefined;
}

/** Callback data: `q:` and a plugin's id, 34 bytes at most. */
const BUTTON = /^q:([a-z][a-z0-9-]{1,31})$/;

function keyboard(id: string): InlineKeyboardMarkup {
  return { inline_keyboard: [[{ text: labels.enable, callback_data: `q:${id}` }]] };
}

/** Makes the desk. */
export function createQuarantineDesk({ api, ownerId, enable, onEnabled, log }: QuarantineDeskOptions): QuarantineDesk {
  const answer = async (query: CallbackQuery, toast: string, alert: boolean) => {
    try {
      await api.answerCallbackQuery(query.id, { text: toast, show_alert: alert });
    } catch (error) {
      if (!isQueryTooOld(error)) log.warn("A press could not be answered.", { error });
    }
  };

  /** What the message says from now on; the button stays while it is of use. */
  const outcome = async (id: string) => {
    try {
      const { outcome: came, detail = "" } = await enable(id);
      if (came === "missing") return { html: texts.pluginMissing(id) };
      if (came === "failed") return { html: texts.pluginFailed(id, detail), keyboard: keyboard(id) };
      onEnabled();
      return { html: texts.pluginEnabled(id) };
    } catch (error) {
      log.error(`Plugin "${id}" could not be enabled.`, { error });
      return { html: texts.pluginNotEnabled(id), keyboard: keyboard(id) };
    }
  };

  const pressed = async (query: CallbackQuery, id: string) => {
    if (query.from.id !== ownerId) return answer(query, toasts.ownerOnly, true);
    // At once: a plugin may take longer to start than a press may wait for its answer.
    await answer(query, toasts.enabling, false);
    const now = await outcome(id);
    const { message } = query;
    if (message === undefined) return;
    try {
      await editText(api, { chatId: message.chat.id, messageId: message.message_id }, now);
    } catch (error) {
      if (isNotModified(error)) return;
      if (!isNotEditable(error)) log.warn("The owner's notice of a plugin could not be edited.", { error });
      else await say(now.html);
    }
  };

  const say = async (html: string, buttons?: InlineKeyboardMarkup): Promise<boolean> => {
    try {
      await sendText(api, { chatId: ownerId, threadId: undefined, replyTo: undefined }, { html, keyboard: buttons });
      return true;
    } catch (error) {
      log.error("The owner could not be told of a plugin.", { error });
      return false;
    }
  };

  return {
    tell: (record) => say(texts.quarantined(record), keyboard(record.id)),
    press(query) {
      const id = BUTTON.exec(query.data ?? "")?.[1];
      return id === undefined ? undefined : pressed(query, id);
    },
  };
}
