import timers from "node:timers/promises";
import type { Update } from "grammy/types";
import type { Logger } from "../plugin/context.ts";
import type { Journal, JournalEntry } from "../store/store.ts";
import { createAway, type Verdict } from "./away.ts";
import { createLanes } from "./lanes.ts";
import { createPutOff } from "./put-off.ts";
import { pauseWanted } from "./refusals.ts";
import { malformedField } from "./update-form.ts";
import { updateKind } from "./update-kind.ts";

export interface HandlingOptions {
  readonly journal: Journal;
  /**
   * Answers one update; it should answer failures itself, for what it throws is only logged. Where Telegram wants a
   * pause first (`telegram.rate_limited`), the update waits in the journal and is handled anew.
   */
  handle(update: Update): Promise<void>;
  /** Whether a message waits for an answer: only then its chat is told. */
  isForUs(update: Update): boolean;
  /** Tells a chat that its messages came while the bot was away. */
  tellAway(update: Update): Promise<void>;
  /** Seconds. */
  readonly maxUpdateAge: number;
  readonly log: Logger;
  /** Updates handled at once. Default 100. */
  readonly concurrency?: number;
  /** Updates taken ahead of handling. Default 1,000. */
  readonly backlog?: number;
  onUpdate?(kind: string, outcome: string): void;
  /** Names what is logged of an update that is refused. */
  newCorrelationId?(): string;
}

/** Updates from the journal to their end, however they came. */
export interface Handling {
  /** Aborts when stopping begins. */
  readonly stopping: AbortSignal;
  /** Reads what an earlier life left in the journal and handles it; to be called once, before anything else. */
  recover(): void;
  /** Writes a batch in one transaction. @returns what was new. @throws BotError `store.*`; nothing was written then. */
  append(updates: readonly { readonly update_id: number }[]): readonly JournalEntry[];
  /** Handles entries, behind what was recovered; when stopping, they stay in the journal. */
  queue(entries: readonly JournalEntry[]): void;
  /** Whether no more should be taken for now. */
  readonly full: boolean;
  /** Resolves when more may be taken, or stopping begins. */
  room(): Promise<void>;
  /** Waits for what is under way, at most `deadline` ms; the rest stays in the journal. */
  stop(options: { readonly deadline: number }): Promise<void>;
}

/** An update is set aside when the process ended this often while it was the only one under way. */
const MOST_BLAMED = 3;
/** Or when it was begun this often, whatever else was under way. */
const MOST_ATTEMPTS = 10;
/** An update that was begun this often is begun alone: if it ends the process, no other is blamed for it. */
const SUSPECT = 2;
/** How long an update that is begun alone stays alone, in ms: what ends a process does so at once. */
const LONE = 1_000;
/** How long those that were never blamed may take together, in ms: they share it, and everybody else waits for them. */
const LONE_PHASE = 10_000;

/** Updates of one person in one chat share a lane. */
function laneOf(update: Partial<Update>): string {
  const message = update.message ?? update.callback_query?.message;
  const from = update.message?.from ?? update.callback_query?.from;
  return `${message?.chat?.id ?? ""}:${from?.id ?? ""}`;
}

/** Makes handling; nothing is read or begun before `recover`. */
export function createHandling(options: HandlingOptions): Handling {
  const { journal, log, concurrency = 100, backlog = 1_000 } = options;
  const most = Math.max(backlog, concurrency);
  const lanes = createLanes({ concurrency });
  const away = createAway(options);
  const stopping = new AbortController();
  /** Settles when what was recovered is queued; what comes meanwhile waits behind it. */
  let recovered: Promise<void> | undefined;
  let behind = 0;

  /** An attempt that cannot be counted must not cost anybody the answer. */
  const count = (updateId: number) => {
    try {
      journal.begin(updateId);
    } catch (error) {
      log.error(`An attempt at update ${updateId} could not be counted; it is handled all the same.`, { error });
    }
  };

  /** What makes a later restart blame the wrong update is told, and no more than that. */
  const takeBack = (updateId: number) => {
    try {
      journal.putOff(updateId);
    } catch (error) {
      log.error(`An attempt at update ${updateId} could not be taken back.`, { error });
    }
  };

  const handle = async (lane: string, entry: JournalEntry) => {
    if (putOff.has(lane)) return putOff.add(lane, entry, 0);
    const { updateId } = entry;
    // Its form was looked at before it got a lane.
    const update = entry.update as Update;
    let outcome = "ok";
    let decision: Verdict = "handle";
    try {
      if (entry.blamed >= MOST_BLAMED || entry.attempts >= MOST_ATTEMPTS) {
        const times = entry.blamed >= MOST_BLAMED ? `${entry.blamed} times, alone,` : `${entry.attempts} times`;
        journal.setAside(updateId, `begun ${times} and never finished`);
        log.error(`Update ${updateId} was begun ${times} and never finished; it was set aside.`);
        outcome = "set_aside";
        return;
      }
      count(updateId);
      decision = away.verdict(entry);
      if (decision === "drop") outcome = "old";
      else if (decision === "tell") {
        outcome = "old";
        await options.tellAway(update);
      } else await options.handle(update);
      journal.done(updateId);
    } catch (error) {
      if (decision === "tell") away.untold(entry);
      const wait = pauseWanted(error);
      if (wait !== undefined) {
        outcome = "put_off";
        log.warn(`Telegram wants a pause of ${Math.ceil(wait / 1000)} s; update ${updateId} waits for it.`);
        takeBack(updateId);
        return putOff.add(lane, entry, wait);
      }
      outcome = "failed";
      log.error(`Handling update ${updateId} failed.`, { error });
      journal.done(updateId);
    } finally {
      options.onUpdate?.(updateKind(update), outcome);
    }
  };

  const setAsideWhatIsNone = (updateId: number) => {
    try {
      journal.setAside(updateId, "no update");
    } catch (error) {
      log.error(`Entry ${updateId} of the journal is no update, and could not be set aside.`, { error });
    }
  };

  const refuse = ({ updateId, update }: JournalEntry & { readonly update: object }, field: string) => {
    const correlation = options.newCorrelationId && { correlation_id: options.newCorrelationId() };
    const attributes = { code: "telegram.malformed_update", update_id: updateId, ...correlation };
    try {
      log.warn(
        `Update ${updateId} is malformed: ${field} is missing or of a wrong type. It was set aside.`,
        attributes,
      );
      journal.setAside(updateId, `malformed: ${field}`);
    } catch (error) {
      log.error(`Update ${updateId} could not be set aside.`, { ...attributes, error });
    } finally {
      options.onUpdate?.(updateKind(update), "malformed");
    }
  };

  /** Puts entries into their lanes; resolves when they were handled. */
  const begin = (entries: readonly JournalEntry[]): Promise<unknown> =>
    Promise.all(
      entries.map(({ update, ...rest }) => {
        if (typeof update !== "object" || update === null) return setAsideWhatIsNone(rest.updateId);
        const wrong = malformedField(update);
        if (wrong !== undefined) return refuse({ update, ...rest }, wrong);
        const lane = laneOf(update);
        return lanes.run(lane, () => handle(lane, { update, ...rest }));
      }),
    );

  const resume = async (lane: string) => {
    for (const entry of putOff.take(lane)) {
      if (stopping.signal.aborted) return;
      // What Telegram made it wait is not held against it.
      await handle(lane, { ...entry, receivedAt: Date.now() });
    }
  };
  const putOff = createPutOff((lane) => void lanes.run(lane, () => resume(lane)));

  const pause = async (duration: number) => {
    try {
      await timers.setTimeout(duration, undefined, { signal: stopping.signal });
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  };

  /**
   * Takes up what the journal still holds: suspects one by one, the likeliest last, then the rest as usual. (Of one
   * person in one chat only one can have been under way, so the order of each person's updates stays.) Many slow
   * lookups that were under way at two unlucky moments are no reason to keep everybody waiting: they share a bounded
   * time, and only what was blamed has a whole second for itself.
   */
  const takeUp = async (entries: readonly JournalEntry[]) => {
    const suspects = entries.filter(({ attempts }) => attempts >= SUSPECT).sort((a, b) => a.blamed - b.blamed);
    const share = LONE_PHASE / suspects.filter(({ blamed }) => blamed === 0).length;
    for (const entry of suspects) {
      if (stopping.signal.aborted) return;
      await Promise.race([begin([entry]), pause(entry.blamed === 0 ? Math.min(LONE, share) : LONE)]);
    }
    if (!stopping.signal.aborted) begin(entries.filter(({ attempts }) => attempts < SUSPECT));
  };

  return {
    stopping: stopping.signal,
    recover() {
      recovered = takeUp(journal.recover());
      // The first to be told, so that what waited behind is begun before anything later.
      recovered.then(() => {
        recovered = undefined;
      });
    },
    append: (updates) => journal.append(updates),
    queue(entries) {
      if (stopping.signal.aborted || entries.length === 0) return;
      if (recovered === undefined) {
        begin(entries);
        return;
      }
      behind += entries.length;
      const follow = () => {
        behind -= entries.length;
        if (!stopping.signal.aborted) begin(entries);
      };
      recovered.then(follow);
    },
    get full() {
      return lanes.size + behind + putOff.size > most;
    },
    async room() {
      await recovered;
      await lanes.settled(most);
      await putOff.settled(most);
    },
    async stop({ deadline }) {
      stopping.abort();
      lanes.clear();
      putOff.clear();
      const timer = new AbortController();
      const late = timers.setTimeout(deadline, true, { signal: timer.signal }).catch(() => false);
      const isLate = await Promise.race([lanes.settled().then(() => false), late]);
      timer.abort();
      if (isLate) log.warn(`${lanes.size} updates were still under way; they stay in the journal.`);
    },
  };
}
