import { errorCode } from "../domain/errors.ts";
import { escapeHtml } from "../domain/html.ts";
import { failures, texts, unknownFailure } from "./texts.ts";

/** Tells people what went wrong and what to try next. */
export interface Apologies {
  /** Telegram HTML, with the correlation id's short form. */
  html(error: unknown, sourceName?: string): string;
  /** The same as plain text for a toast. */
  toast(error: unknown, sourceName?: string): string;
}

/** @param currentId gives the running correlation id, of which people see the first 8 characters. */
export function createApologies(currentId: () => string | undefined): Apologies {
  const said = (error: unknown, name = "The site") => {
    const code = errorCode(error);
    return code === undefined ? unknownFailure : failures[code](name);
  };
  const reference = () => currentId()?.slice(0, 8);
  return {
    html(error, name) {
      const id = reference();
      const text = escapeHtml(said(error, name));
      return id === undefined ? text : `${text}\n\n${texts.reference(id)}`;
    },
    toast(error, name) {
      const id = reference();
      return id === undefined ? said(error, name) : `${said(error, name)} (${id})`;
    },
  };
}
