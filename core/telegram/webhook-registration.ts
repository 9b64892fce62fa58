import { createHash } from "node:crypto";
import type { WebhookInfo } from "grammy/types";
import { GrammyError } from "grammy/web";
import { BotError } from "../domain/errors.ts";
import type { Logger } from "../plugin/context.ts";
import { updateKinds } from "./intake.ts";

/** As much of the Bot API as setting a webhook needs. */
export interface RegistrationApi {
  getWebhookInfo(signal?: AbortSignal): Promise<WebhookInfo>;
  setWebhook(
    url: string,
    request: { secret_token: string; max_connections: number; allowed_updates: typeof updateKinds },
    signal?: AbortSignal,
  ): Promise<true>;
}

export interface RegistrationOptions {
  readonly api: RegistrationApi;
  readonly url: string;
  /** Telegram shows it with every update; 1–256 characters of A–Z, a–z, 0–9, _ and -. */
  readonly secret: string;
  readonly botId: number;
  /** Remembers what was set last, for Telegram never tells the secret. */
  readonly last: { get(): Promise<unknown>; set(mark: string): Promise<void> };
  readonly log: Logger;
}

/** As many as Telegram offers: each is answered as soon as its update is written. */
const CONNECTIONS = 100;

/**
 * Makes Telegram send updates to a URL, unless it does so already. What waits there stays.
 *
 * @returns a function for `createWebhookIntake`, which rejects with BotError `telegram.webhook_refused` when Telegram
 *   does not take the URL.
 */
export function createRegistration(options: RegistrationOptions): (signal: AbortSignal) => Promise<void> {
  const { api, url, secret, last, log } = options;
  const mark = createHash("sha256").update(`${options.botId}\n${url}\n${secret}`).digest("hex");

  const isSet = async (info: WebhookInfo) => {
    const kinds = new Set<string>(info.allowed_updates);
    return (
      info.url === url &&
      info.max_connections === CONNECTIONS &&
      kinds.size === updateKinds.length &&
      updateKinds.every((kind) => kinds.has(kind)) &&
      // After a restored backup the secret may be an old one.
      !/\b401\b/.test(info.last_error_message ?? "") &&
      (await last.get()) === mark
    );
  };

  return async (signal) => {
    const info = await api.getWebhookInfo(signal);
    if (info.pending_update_count > 0) log.info(`${info.pending_update_count} updates wait at Telegram.`);
    if (info.last_error_message) log.info(`Telegram's last failure to deliver was: ${info.last_error_message}`);
    if (await isSet(info)) return;
    try {
      const request = { secret_token: secret, max_connections: CONNECTIONS, allowed_updates: updateKinds };
      await api.setWebhook(url, request, signal);
    } catch (error) {
      if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
      throw new BotError("telegram.webhook_refused", `Telegram does not take WEBHOOK_URL: ${error.description}`, {
        status: 400,
      });
    }
    await last.set(mark);
    log.info(info.url === "" ? "The webhook was set." : "The webhook was set anew.");
  };
}
