import { defaultCaption, hasText } from "../domain/card.ts";
import { BotError } from "../domain/errors.ts";
import type { Logger } from "../plugin/context.ts";
import type { Formatter } from "../plugin/formatter.ts";
import type { Source } from "../plugin/source.ts";
import { within } from "../plugin/within.ts";

/** How long one formatter may take, in ms. */
const FORMATTER_DEADLINE = 2_000;

export interface CaptionsOptions {
  formatters(): readonly Formatter[];
  readonly log: Logger;
  /** For one formatter, in ms. Default 2,000. */
  readonly deadline?: number;
}

/** Makes captions: by the first formatter that has one, else by the source's default template. */
export interface Captions {
  /** @returns Telegram HTML of any length. Never rejects. */
  caption(source: Source, record: unknown, userId: number): Promise<string>;
}

/** Makes the chain of formatters. One that fails or takes too long is passed over and logged. */
export function createCaptions({ formatters, log, deadline = FORMATTER_DEADLINE }: CaptionsOptions): Captions {
  const ask = async (formatter: Formatter, source: Source, record: unknown, userId: number) => {
    try {
      const late = () => new BotError("plugin.timeout", `Formatter "${formatter.name}" took over ${deadline} ms.`);
      const made = await within(async (signal) => formatter.format({ source, record, userId, signal }), deadline, late);
      return typeof made === "string" && hasText(made) ? made : undefined;
    } catch (error) {
      log.warn(`Formatter "${formatter.name}" was passed over.`, { error, source: source.command });
      return undefined;
    }
  };
  return {
    async caption(source, record, userId) {
      for (const formatter of formatters()) {
        const made = await ask(formatter, source, record, userId);
        if (made !== undefined) return made;
      }
      return defaultCaption(source, record);
    },
  };
}
