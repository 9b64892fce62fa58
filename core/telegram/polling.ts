import timers from "node:timers/promises";
import type { Update } from "grammy/types";
import { errorCode } from "../domain/errors.ts";
import type { Logger } from "../plugin/context.ts";
import type { JournalEntry } from "../store/store.ts";
import { botApiError } from "./bot.ts";
import type { Handling } from "./handling.ts";
import { hasUpdateId, type Intake, updateKinds } from "./intake.ts";

/** As much of the Bot API as polling needs. */
export interface PollingApi {
  getUpdates(
    request: { offset?: number; limit: number; timeout: number; allowed_updates: typeof updateKinds },
    signal?: AbortSignal,
  ): Promise<Update[]>;
  deleteWebhook(request: { drop_pending_updates: boolean }, signal?: AbortSignal): Promise<true>;
}

export interface PollingOptions {
  readonly api: PollingApi;
  readonly handling: Handling;
  readonly log: Logger;
  /** Seconds a poll waits. Default 30. */
  readonly pollTimeout?: number;
}

/**
 * How long another poller, or a webhook that comes back, is waited for, in ms; and how long none may show itself until
 * it is over: two bots that take turns both get an answer now and then.
 */
const CONFLICT_PATIENCE = 60_000;
const CONFLICT_PAUSE = 2_000;
const LONGEST_PAUSE = 30_000;
/** After a week without updates their ids begin anew, anywhere (Bot API, Update); before that, the offset is let go of, in ms. */
const OFFSET_LIFE = 6 * 86_400_000;

/** Telegram tells by words alone whether a webhook or another poller is in the way. */
function isWebhookInTheWay(error: unknown): boolean {
  return error instanceof Error && /webhook is active/i.test(error.message);
}

/** Takes updates by long polling: journal, offset, handling. */
export function createPolling({ api, handling, log, pollTimeout = 30 }: PollingOptions): Intake {
  const { stopping } = handling;
  const first = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  // Whoever starts the bot looks at `done`; until then a failure waits there.
  finished.promise.catch(() => undefined);

  const pause = async (duration: number) => {
    try {
      await timers.setTimeout(duration, undefined, { signal: stopping });
    } catch (error) {
      if (!stopping.aborted) throw error;
    }
  };

  const failures = { count: 0, conflictSince: 0, lastConflict: 0 };
  /** The first poll, and that after a failure, does not wait: it soon tells whether Telegram answers. */
  let answered = false;

  const outlastFailure = async (error: unknown) => {
    answered = false;
    if (failures.count++ === 0) log.warn("Telegram does not answer; trying again.", { error });
    const longest = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(failures.count, 10));
    await pause(longest * (0.5 + Math.random() / 2));
  };

  /** A webhook of an earlier configuration goes, without what waits; another poller is waited for. */
  const outlastConflict = async (error: unknown) => {
    const begins = Date.now() - failures.lastConflict > CONFLICT_PATIENCE;
    if (begins) failures.conflictSince = Date.now();
    failures.lastConflict = Date.now();
    answered = false;
    if (Date.now() - failures.conflictSince > CONFLICT_PATIENCE) throw error;
    if (isWebhookInTheWay(error)) {
      if (begins) log.warn("A webhook is set for this bot, and WEBHOOK_URL is not: it is deleted. No update is lost.");
      else await pause(CONFLICT_PAUSE);
      await api.deleteWebhook({ drop_pending_updates: false }, stopping);
      return;
    }
    if (begins) log.warn("Another program polls with this token; waiting up to a minute for it to end.");
    await pause(CONFLICT_PAUSE);
  };

  const outlast = async (cause: unknown) => {
    const error = botApiError(cause);
    const code = errorCode(error);
    if (code === "telegram.unauthorized") throw error;
    if (code !== "telegram.conflict") return outlastFailure(error);
    try {
      await outlastConflict(error);
    } catch (failure) {
      if (stopping.aborted) return;
      if (failure === error) throw failure;
      await outlastFailure(failure);
    }
  };

  /** One poll that outlasts a network failure and, for a minute, another poller. */
  const poll = async (offset: number | undefined): Promise<Update[] | undefined> => {
    try {
      const place = offset === undefined ? {} : { offset };
      const request = { ...place, limit: 100, timeout: answered ? pollTimeout : 0, allowed_updates: updateKinds };
      const updates = await api.getUpdates(request, stopping);
      answered = true;
      const isOver = failures.conflictSince > 0 && Date.now() - failures.lastConflict > CONFLICT_PATIENCE;
      if (failures.count > 0 || isOver) log.info("Telegram answers again.");
      failures.count = 0;
      if (isOver) failures.conflictSince = 0;
      return updates;
    } catch (cause) {
      if (!stopping.aborted) await outlast(cause);
      return undefined;
    }
  };

  /** Writes a batch down. While the journal cannot take it, it is still with Telegram: there is time to wait. */
  const write = async (updates: readonly Update[]): Promise<readonly JournalEntry[]> => {
    for (let failures = 0; !stopping.aborted; failures++) {
      try {
        return handling.append(updates);
      } catch (error) {
        const code = errorCode(error);
        if (code !== "store.locked" && code !== "store.failed") throw error;
        log.error("Updates could not be written down. They are still with Telegram; trying again.", { error });
        await pause(Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(failures, 10)));
      }
    }
    return [];
  };

  const loop = async () => {
    // A start asks without an offset: what was journalled and never confirmed comes again, and is dropped there.
    let offset: number | undefined;
    let lastArrival = Date.now();
    handling.recover();
    while (!stopping.aborted) {
      const updates = await poll(Date.now() - lastArrival < OFFSET_LIFE ? offset : undefined);
      if (updates === undefined) continue;
      first.resolve();
      const usable = updates.filter(hasUpdateId);
      if (usable.length < updates.length)
        log.warn(`${updates.length - usable.length} updates had no update_id and were left out.`);
      const newest = usable.at(-1);
      if (newest) {
        handling.queue(await write(usable));
        if (stopping.aborted) return;
        offset = newest.update_id + 1;
        lastArrival = Date.now();
      }
      await handling.room();
    }
  };

  return {
    async start() {
      const running = loop();
      running.then(finished.resolve, finished.reject);
      await Promise.race([first.promise, running]);
    },
    stop: (options) => handling.stop(options),
    done: finished.promise,
  };
}
