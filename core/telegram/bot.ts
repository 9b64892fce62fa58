import { Bot, GrammyError } from "grammy/web";
import { BotError } from "../domain/errors.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

export interface BotClientOptions extends TransportOptions {
  /** Ends the first call, when the bot is asked to stop before it has an answer. */
  readonly signal: AbortSignal;
}

/**
 * Makes the bot's client and asks Telegram who it is.
 *
 * @throws BotError `telegram.unauthorized` when Telegram refuses the token, `telegram.unreachable`.
 */
export async function createBot({ signal, ...options }: BotClientOptions): Promise<Bot> {
  const bot = new Bot(options.token, { client: { apiRoot: options.apiRoot, canUseWebhookReply: () => false } });
  bot.api.config.use(createTransport(options));
  try {
    // grammY types abort signals by a shim of its own; here they are the platform's.
    bot.botInfo = await bot.api.getMe(signal as Parameters<typeof bot.api.getMe>[0]);
  } catch (error) {
    throw botApiError(error);
  }
  return bot;
}

/** What the Bot API refused, as a BotError where the bot cannot go on. */
export function botApiError(error: unknown): unknown {
  if (!(error instanceof GrammyError)) return error;
  if (error.error_code === 401 || error.error_code === 404) {
    return new BotError(
      "telegram.unauthorized",
      "Telegram refuses the token. Check BOT_TOKEN (@BotFather gives it out).",
      { status: error.error_code },
    );
  }
  if (error.error_code === 409) {
    return new BotError("telegram.conflict", `Another program takes this bot's updates: ${error.description}`, {
      status: 409,
    });
  }
  return error;
}
