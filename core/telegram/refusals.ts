import { GrammyError } from "grammy/web";

const refused = (error: unknown, pattern: RegExp): boolean =>
  error instanceof GrammyError && pattern.test(error.description);

/** What was asked for is the case already. */
export const isNotModified = (error: unknown): boolean => refused(error, /message is not modified/i);

/** A press that waited too long for its answer. */
export const isQueryTooOld = (error: unknown): boolean =>
  refused(error, /query is too old|query id is invalid|QUERY_ID_INVALID/i);

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
  error instanceof GrammyError &&
  (error.error_code === 401 ||
    error.error_code === 403 ||
    error.error_code === 429 ||
    refused(
      error,
      /chat not found|PEER_ID_INVALID|thread not found|TOPIC_(CLOSED|DELETED)|to be replied not found|not enough rights to send text|CHAT_WRITE_FORBIDDEN|deactivated|upgraded to a supergroup/i,
    ));
