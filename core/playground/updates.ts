import { Refusal } from "./refusal.ts";

/** An update as the bot gets it (Bot API, Update). */
export type Update = { readonly update_id: number } & Readonly<Record<string, unknown>>;

/** Updates kept for a bot that does not come; Telegram keeps them 24 hours. */
const KEPT = 100_000;
/** An offset further ahead than this is taken for one of another queue, and changes nothing. */
const AHEAD = 10;
/** Longest poll, in seconds. */
const LONGEST = 50;
/** Most updates of an answer. */
const MOST = 100;

const CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

/** What getUpdates is asked. Numbers out of range are brought into it, as Telegram does. */
export interface UpdatesRequest {
  /** 0 for the oldest unconfirmed update; a negative one forgets all but so many of the newest. */
  readonly offset: number;
  readonly limit: number;
  /** Seconds. */
  readonly timeout: number;
  /** Kinds from now on; empty for all; remembered when left out. */
  readonly allowed?: readonly string[] | undefined;
}

/** Updates that wait for the bot, until it confirms them by a higher offset, or each by itself as a webhook does. */
export interface Updates {
  push(kind: string, content: unknown): void;
  /** Names the kinds that are wanted from now on; empty for all. */
  allow(kinds: readonly string[]): void;
  readonly allowed: readonly string[];
  /** The unconfirmed ones that come after a number, oldest first. */
  after(updateId: number, most: number): readonly Update[];
  /** Confirms one, whichever came before it. */
  confirm(updateId: number): void;
  /** Calls whenever one is pushed. Only one listener at a time. */
  listen(listener: (() => void) | undefined): void;
  /** Ends a waiting poll with a refusal. */
  refuse(refusal: Refusal): void;
  get(request: UpdatesRequest, signal: AbortSignal): Promise<readonly Update[]>;
  /** Updates not confirmed yet. */
  readonly pending: number;
  drop(): void;
  /** Ends a waiting poll. */
  dispose(): void;
}

interface Poll {
  wake(): void;
  end(error: Refusal): void;
}

const within = (number: number, least: number, most: number) => Math.min(most, Math.max(least, number));

/** Makes an empty queue; a second poll that waits ends the first with 409. */
export function createUpdates(): Updates {
  let queue: Update[] = [];
  /** Where the unconfirmed ones begin in the queue. */
  let head = 0;
  let next = 1_000_000 + Math.floor(Math.random() * 1_000_000);
  let poll: Poll | undefined;
  let allowed: readonly string[] = [];
  /** Confirmed each by itself, behind others that are not. */
  const confirmed = new Set<number>();
  let listener: (() => void) | undefined;

  const forget = (count: number) => {
    const end = head + within(count, 0, queue.length - head);
    if (confirmed.size === 0) head = end;
    else for (; head < end; head++) confirmed.delete(queue[head]?.update_id ?? 0);
    // The array is cut in steps, so that confirming costs no copy of the whole queue.
    if (head > 1_000 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
  };
  const confirmUpTo = (offset: number) => {
    const pending = queue.length - head;
    if (offset < 0) forget(pending + offset);
    else if (offset > 0 && offset <= next + AHEAD) forget(offset - (next - pending));
  };
  const after = (updateId: number, most: number): readonly Update[] => {
    const found: Update[] = [];
    for (
      let at = Math.max(head, updateId + 1 - (next - queue.length));
      at < queue.length && found.length < most;
      at++
    ) {
      const update = queue[at];
      if (update && !confirmed.has(update.update_id)) found.push(update);
    }
    return found;
  };
  const wait = async (seconds: number, signal: AbortSignal) => {
    poll?.end(new Refusal(409, CONFLICT));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const mine: Poll = { wake: resolve, end: reject };
    poll = mine;
    const timer = setTimeout(resolve, seconds * 1000);
    const leave = () => resolve();
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", leave, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", leave);
      if (poll === mine) poll = undefined;
    }
    // One turn more, so that updates pushed together are taken together.
    await new Promise(setImmediate);
  };

  return {
    get pending() {
      return queue.length - head - confirmed.size;
    },
    drop: () => forget(queue.length),
    dispose: () => poll?.wake(),
    push(kind, content) {
      if (allowed.length > 0 && !allowed.includes(kind)) return;
      // Numbers follow each other without gaps: the place of an update is told from its number.
      queue.push({ update_id: next++, [kind]: content });
      if (queue.length - head > KEPT) forget(1);
      poll?.wake();
      listener?.();
    },
    get allowed() {
      return allowed;
    },
    allow(kinds) {
      allowed = kinds;
    },
    after,
    confirm(updateId) {
      if (updateId < next - (queue.length - head) || updateId >= next) return;
      confirmed.add(updateId);
      while (confirmed.has(queue[head]?.update_id ?? -1)) forget(1);
    },
    listen(wanted) {
      listener = wanted;
    },
    refuse: (refusal) => poll?.end(refusal),
    async get({ offset, limit, timeout, allowed: kinds }, signal) {
      if (kinds) allowed = kinds;
      confirmUpTo(offset);
      const seconds = within(timeout, 0, LONGEST);
      if (queue.length === head && seconds > 0) await wait(seconds, signal);
      return after(0, within(limit, 1, MOST));
    },
  };
}
