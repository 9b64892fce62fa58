import { GrammyError, BotError as HandlerError } from "grammy/web";
import { BotError } from "../domain/errors.ts";

const refused = (error: unknown, pattern: RegExp): boolean =>
  error instanceof GrammyError && pattern.test(error.description);

/** What was asked for is the case already. */
export const isNotModified = (error: unknown): boolean => refused(error, /message is not modified/i);

/** A press that waited too long for its answer. */
export const isQueryTooOld = (error: unknown): boolean =>
  refused(error, /query is too old|query id is invalid|QUERY_ID_INVALID/i);

/** Somebody deleted the message meanwhile. */
export const isGone = (error: unknown): boolean => refused(error, /message to edit not found/i);

/** The message cannot be edited, so a new one has to take its place. */
export const isNotEditable = (error: unknown): boolean =>
  refused(
    error,
    /message to edit not found|message (?:media )?can't be edited|MESSAGE_ID_INVALID|no text in the message to edit|there is no caption in the message/i,
  );

/** Somebody else's press turned the message into another card meanwhile: theirs stands. */
export const isSuperseded = (error: unknown): boolean => refused(error, /canceled by new editMessageMedia request/i);

/** Photos may not be sent in this chat, whatever the picture. */
export const isPhotoForbidden = (error: unknown): boolean =>
  refused(error, /not enough rights to send (photos|media)|SEND_(PHOTOS|MEDIA)_FORBIDDEN/i);

/** Telegram could not read our HTML. */
export const isHtmlRefused = (error: unknown): boolean => refused(error, /can't parse (entities|caption)/i);

/** The message would fail without a picture too: the chat or topic is out of reach, or calls are too many. */
export const isPlaceRefused = (error: unknown): boolean =>
  pauseWanted(error) !== undefined ||
  (error instanceof GrammyError && (error.error_code === 401 || error.error_code === 403)) ||
  refused(
    error,
    /chat not found|PEER_ID_INVALID|thread not found|TOPIC_(CLOSED|DELETED)|to be replied not found|not enough rights to send text|CHAT_WRITE_FORBIDDEN|deactivated|upgraded to a supergroup/i,
  );

/** How long Telegram wants the bot to be silent, in ms, where that is why an update could not be answered. */
export function pauseWanted(error: unknown): number | undefined {
  const cause = error instanceof HandlerError ? error.error : error;
  return cause instanceof BotError && cause.code === "telegram.rate_limited" ? (cause.retryAfter ?? 0) : undefined;
}
