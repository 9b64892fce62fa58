import timers from "node:timers/promises";
import { errorCode } from "../domain/errors.ts";
import type { Logger } from "../plugin/context.ts";
import type { JournalEntry } from "../store/store.ts";
import { botApiError } from "./bot.ts";
import type { Handling } from "./handling.ts";
import { type Intake, isUpdate } from "./intake.ts";
import { settlesWithin } from "./settles-within.ts";

export interface WebhookOptions {
  readonly handling: Handling;
  /** Makes Telegram send updates here. @throws what the Bot API refused, or that it was not reached. */
  register(signal: AbortSignal): Promise<void>;
  readonly log: Logger;
  /** How long an update waits for room, in ms, before Telegram has to send it again. Default 20,000. */
  readonly patience?: number;
}

/** Takes the updates that Telegram sends by itself. */
export interface WebhookIntake extends Intake {
  /**
   * Takes one update. Those that come together are written in one transaction.
   *
   * @returns `ok` when it stands in the journal, so that Telegram may forget it; `unavailable` while the bot starts,
   *   stops, or has too much under way.
   * @throws BotError `store.*` when it could not be written.
   */
  receive(value: unknown): Promise<"ok" | "no_update" | "unavailable">;
}

interface Arrival {
  readonly update: { readonly update_id: number };
  readonly written: PromiseWithResolvers<"ok">;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** Takes updates by webhook: journal, answer, handling. */
export function createWebhookIntake(options: WebhookOptions): WebhookIntake {
  const { handling, log, patience = 20_000 } = options;
  const { stopping } = handling;
  const finished = Promise.withResolvers<void>();
  finished.promise.catch(() => undefined);
  stopping.addEventListener("abort", () => finished.resolve(), { once: true });
  let taking = false;
  let arrived: Arrival[] = [];

  const write = (batch: readonly Arrival[]) => {
    let entries: readonly JournalEntry[];
    try {
      entries = handling.append(batch.map(({ update }) => update));
    } catch (error) {
      // What cannot be written by itself must not cost the others their place.
      if (batch.length > 1) for (const arrival of batch) write([arrival]);
      else {
        log.error("An update could not be written down; Telegram sends it again.", { error });
        batch[0]?.written.reject(error);
      }
      return;
    }
    for (const { written } of batch) written.resolve("ok");
    // Telegram is answered first: its next update of a chat waits for that.
    setImmediate(() => handling.queue(entries));
  };

  const writeArrived = () => {
    const batch = arrived;
    arrived = [];
    write(batch);
  };

  const hasRoom = async () => !handling.full || (await settlesWithin(handling.room(), patience));

  const register = async () => {
    for (let failures = 0; !stopping.aborted; failures++) {
      try {
        await options.register(stopping);
        if (failures > 0) log.info("Telegram answers again.");
        return;
      } catch (cause) {
        if (stopping.aborted) return;
        const error = botApiError(cause);
        const code = errorCode(error);
        if (code === "telegram.unauthorized" || code === "telegram.webhook_refused") throw error;
        if (failures === 0) log.warn("The webhook could not be set; trying again.", { error });
        const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 10));
        try {
          await timers.setTimeout(longest * (0.5 + Math.random() / 2), undefined, { signal: stopping });
        } catch {
          // Asked to stop meanwhile: the loop ends.
        }
      }
    }
  };

  return {
    async start() {
      try {
        // Before anything is taken: what is written afterwards is not read twice.
        handling.recover();
        taking = true;
        await register();
      } catch (error) {
        taking = false;
        finished.reject(error);
        throw error;
      }
    },
    async receive(update) {
      if (!isUpdate(update)) return "no_update";
      if (!taking || !(await hasRoom()) || stopping.aborted) return "unavailable";
      const written = Promise.withResolvers<"ok">();
      if (arrived.push({ update, written }) === 1) setImmediate(writeArrived);
      return written.promise;
    },
    async stop(request) {
      taking = false;
      await handling.stop(request);
    },
    done: finished.promise,
  };
}
