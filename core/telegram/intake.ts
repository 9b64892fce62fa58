import timers from "node:timers/promises";
import type { Update } from "grammy/types";
import { errorCode } from "../domain/errors.ts";
import type { Logger } from "../plugin/context.ts";
import type { Journal, JournalEntry } from "../store/store.ts";
import { createAway } from "./away.ts";
import { botApiError } from "./bot.ts";
import { createLanes } from "./lanes.ts";

/** As much of the Bot API as taking updates needs. */
export interface UpdatesApi {
  getUpdates(
    request: {
      offset?: number;
      limit: number;
      timeout: number;
      allowed_updates: readonly ("message" | "callback_query")[];
    },
    signal?: AbortSignal,
  ): Promise<Update[]>;
}

export interface IntakeOptions {
  readonly api: UpdatesApi;
  readonly journal: Journal;
  /** Answers one update; it should answer failures itself, for what it throws is only logged. */
  handle(update: Update): Promise<void>;
  /** Tells a chat that its messages came while the bot was away. */
  tellAway(update: Update): Promise<void>;
  /** Seconds. */
  readonly maxUpdateAge: number;
  readonly log: Logger;
  /** Updates handled at once. Default 100. */
  readonly concurrency?: number;
  /** Updates taken ahead of handling. Default 1,000. */
  readonly backlog?: number;
  /** Seconds a poll waits. Default 30. */
  readonly pollTimeout?: number;
  onUpdate?(kind: string, outcome: string): void;
}

export interface Intake {
  /** Begins; resolves when Telegram answered the first poll. @throws BotError `telegram.*`. */
  start(): Promise<void>;
  /** Ends polling at once and waits for what is under way, at most `deadline` ms; the rest stays in the journal. */
  stop(options: { readonly deadline: number }): Promise<void>;
  /** Settles when intake ends; rejects when it cannot go on. */
  readonly done: Promise<void>;
}

/** An update is set aside when the process ended this often while it was the only one under way. */
const MOST_BLAMED = 3;
/** Or when it was begun this often, whatever else was under way. */
const MOST_ATTEMPTS = 10;
/** An update that was begun this often is begun alone: if it ends the process, no other is blamed for it. */
const SUSPECT = 2;
/** How long an update that is begun alone stays alone, in ms: what ends a process does so at once. */
const LONE = 1_000;
/** How long another poller is waited for, in ms. */
const CONFLICT_PATIENCE = 60_000;
const LONGEST_PAUSE = 30_000;
/** After a week without updates their ids begin anew, anywhere (Bot API, Update); before that, the offset is let go of, in ms. */
const OFFSET_LIFE = 6 * 86_400_000;

/** Updates of one person in one chat share a lane. */
function laneOf(update: Partial<Update>): string {
  const message = update.message ?? update.callback_query?.message;
  const from = update.message?.from ?? update.callback_query?.from;
  return `${message?.chat?.id ?? ""}:${from?.id ?? ""}`;
}

function kindOf(update: object): string {
  return Object.keys(update).find((key) => key !== "update_id") ?? "unknown";
}

/** Takes updates by long polling: journal, offset, handling, done. */
export function createIntake(options: IntakeOptions): Intake {
  const { api, journal, log, concurrency = 100, backlog = 1_000, pollTimeout = 30 } = options;
  const lanes = createLanes({ concurrency });
  const verdict = createAway({ maxUpdateAge: options.maxUpdateAge });
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  // Whoever starts the bot looks at `done`; until then a failure waits there.
  finished.promise.catch(() => undefined);

  /** An attempt that cannot be counted must not cost anybody the answer. */
  const count = (updateId: number) => {
    try {
      journal.begin(updateId);
    } catch (error) {
      log.error(`An attempt at update ${updateId} could not be counted; it is handled all the same.`, { error });
    }
  };

  const handle = async (entry: JournalEntry) => {
    const { updateId } = entry;
    // The journal holds what Telegram sent; the handlers check the fields they use.
    const update = entry.update as Update;
    let outcome = "ok";
    try {
      if (entry.blamed >= MOST_BLAMED || entry.attempts >= MOST_ATTEMPTS) {
        const times = entry.blamed >= MOST_BLAMED ? `${entry.blamed} times, alone,` : `${entry.attempts} times`;
        journal.setAside(updateId, `begun ${times} and never finished`);
        log.error(`Update ${updateId} was begun ${times} and never finished; it was set aside.`);
        outcome = "set_aside";
        return;
      }
      count(updateId);
      const decision = verdict(entry);
      if (decision === "drop") outcome = "old";
      else if (decision === "tell") {
        outcome = "old";
        await options.tellAway(update);
      } else await options.handle(update);
      journal.done(updateId);
    } catch (error) {
      outcome = "failed";
      log.error(`Handling update ${updateId} failed.`, { error });
      journal.done(updateId);
    } finally {
      options.onUpdate?.(kindOf(update), outcome);
    }
  };

  /** Queues entries; resolves when they were handled. */
  const queue = (entries: readonly JournalEntry[]): Promise<unknown> =>
    Promise.all(
      entries.map(({ update, ...rest }) => {
        if (typeof update !== "object" || update === null) return journal.setAside(rest.updateId, "no update");
        return lanes.run(laneOf(update), () => handle({ update, ...rest }));
      }),
    );

  /**
   * Takes up what the journal still holds: suspects one by one, the likeliest last, then the rest as usual. (Of one
   * person in one chat only one can have been under way, so the order of each person's updates stays.)
   */
  const recover = async (entries: readonly JournalEntry[]) => {
    const suspects = entries.filter(({ attempts }) => attempts >= SUSPECT).sort((a, b) => a.blamed - b.blamed);
    for (const entry of suspects) {
      if (stopping.signal.aborted) return;
      await Promise.race([queue([entry]), pause(LONE)]);
    }
    if (!stopping.signal.aborted) queue(entries.filter(({ attempts }) => attempts < SUSPECT));
  };

  /** One poll that outlasts a network failure and, for a minute, another poller. */
  const failures = { count: 0, conflictSince: 0 };
  /** The first poll does not wait, so that whoever starts the bot soon knows that Telegram answers. */
  let answered = false;
  const poll = async (offset: number | undefined): Promise<Update[] | undefined> => {
    try {
      const wait = answered && failures.count === 0 && failures.conflictSince === 0 ? pollTimeout : 0;
      const updates = await api.getUpdates(
        {
          ...(offset === undefined ? {} : { offset }),
          limit: 100,
          timeout: wait,
          allowed_updates: ["message", "callback_query"],
        },
        stopping.signal,
      );
      if (failures.count > 0 || failures.conflictSince > 0) log.info("Telegram answers again.");
      failures.count = 0;
      failures.conflictSince = 0;
      answered = true;
      return updates;
    } catch (cause) {
      if (stopping.signal.aborted) return undefined;
      const error = botApiError(cause);
      const code = errorCode(error);
      if (code === "telegram.unauthorized") throw error;
      if (code === "telegram.conflict") {
        if (failures.conflictSince === 0)
          log.warn("Another program polls with this token; waiting up to a minute for it to end.");
        failures.conflictSince ||= Date.now();
        if (Date.now() - failures.conflictSince > CONFLICT_PATIENCE) throw error;
        await pause(2_000);
      } else {
        if (failures.count++ === 0) log.warn("Telegram does not answer; trying again.", { error });
        const longest = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(failures.count, 10));
        await pause(longest * (0.5 + Math.random() / 2));
      }
      return undefined;
    }
  };

  const pause = async (duration: number) => {
    try {
      await timers.setTimeout(duration, undefined, { signal: stopping.signal });
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  };

  const loop = async () => {
    // A start asks without an offset: what was journalled and never confirmed comes again, and is dropped there.
    let offset: number | undefined;
    let lastArrival = Date.now();
    const recovered = recover(journal.recover());
    while (!stopping.signal.aborted) {
      const updates = await poll(Date.now() - lastArrival < OFFSET_LIFE ? offset : undefined);
      if (updates === undefined) continue;
      first.resolve();
      const usable = updates.filter((update) => Number.isSafeInteger(update?.update_id));
      if (usable.length < updates.length)
        log.warn(`${updates.length - usable.length} updates had no update_id and were left out.`);
      const newest = usable.at(-1);
      if (newest) {
        const entries = journal.append(usable);
        offset = newest.update_id + 1;
        lastArrival = Date.now();
        await recovered;
        // What is not queued any more stays in the journal.
        if (!stopping.signal.aborted) queue(entries);
      }
      await lanes.settled(Math.max(backlog, concurrency));
    }
  };

  return {
    async start() {
      const running = loop();
      running.then(finished.resolve, finished.reject);
      await Promise.race([first.promise, running]);
    },
    async stop({ deadline }) {
      stopping.abort();
      lanes.clear();
      const timer = new AbortController();
      const late = timers.setTimeout(deadline, true, { signal: timer.signal }).catch(() => false);
      const isLate = await Promise.race([lanes.settled().then(() => false), late]);
      timer.abort();
      if (isLate) log.warn(`${lanes.size} updates were still under way; they stay in the journal.`);
    },
    done: finished.promise,
  };
}
