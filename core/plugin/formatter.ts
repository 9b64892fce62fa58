import type { Source } from "./source.ts";

/** What a formatter makes a caption from. */
export interface FormatRequest {
  readonly source: Source;
  readonly record: unknown;
  /** Telegram id of the person the card is for; `undefined` on the command line. */
  readonly userId?: number;
  /** Aborts when the formatter took too long; the default card is used then. */
  readonly signal: AbortSignal;
}

/**
 * Makes the caption of a card. Formatters are asked in the order they were added; the first that
 * returns a caption wins, and the source's default template is used when none does.
 */
export interface Formatter {
  /** `[a-z][a-z0-9-]*`, unique among formatters. */
  readonly name: string;
  /**
   * @returns Telegram HTML of any length (the core cuts it), or `undefined` to leave the card to others.
   */
  format(request: FormatRequest): Promise<string | undefined> | string | undefined;
}
