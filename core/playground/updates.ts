import { badRequest, Refusal } from "./refusal.ts";

/** An update as the bot gets it (Bot API, Update). */
export type Update = { readonly update_id: number } & Readonly<Record<string, unknown>>;

/** Updates kept for a bot that does not come; Telegram keeps them 24 hours. */
const KEPT = 100_000;

const CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

/** What getUpdates is asked. */
export interface UpdatesRequest {
  readonly offset?: number;
  readonly limit?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly allowed_updates?: readonly string[];
}

/** Updates that wait for the bot, until it confirms them by a higher offset. */
export interface Updates {
  push(kind: string, content: unknown): Update;
  get(request: UpdatesRequest, signal: AbortSignal): Promise<readonly Update[]>;
  /** Updates not confirmed yet. */
  readonly pending: number;
  drop(): void;
}

interface Poll {
  wake(): void;
  end(error: Refusal): void;
}

/** Makes an empty queue; a second poll ends the first with 409. */
export function createUpdates(): Updates {
  let queue: Update[] = [];
  let next = 1_000_000 + Math.floor(Math.random() * 1_000_000);
  let poll: Poll | undefined;
  let allowed: readonly string[] = [];

  return {
    get pending() {
      return queue.length;
    },
    drop() {
      queue = [];
    },
    push(kind, content) {
      const update: Update = { update_id: next++, [kind]: content };
      if (allowed.length > 0 && !allowed.includes(kind)) return update;
      queue.push(update);
      if (queue.length > KEPT) queue.shift();
      poll?.wake();
      return update;
    },
    async get({ offset, limit = 100, timeout = 0, allowed_updates: kinds }, signal) {
      if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw badRequest("limit must be between 1 and 100");
      if (kinds) allowed = kinds;
      poll?.end(new Refusal(409, CONFLICT));
      if (offset !== undefined && offset < 0) queue = queue.slice(offset);
      else if (offset !== undefined && offset > 0) {
        const kept = queue.findIndex((update) => update.update_id >= offset);
        queue = kept === -1 ? [] : queue.slice(kept);
      }
      if (queue.length === 0 && timeout > 0) {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const mine: Poll = { wake: resolve, end: reject };
        poll = mine;
        const timer = setTimeout(resolve, Math.min(timeout, 50) * 1000);
        signal.addEventListener("abort", () => resolve(), { once: true });
        try {
          await promise;
        } finally {
          clearTimeout(timer);
          if (poll === mine) poll = undefined;
        }
        // One turn more, so that updates pushed together are taken together.
        await new Promise(setImmediate);
      }
      return queue.slice(0, limit);
    },
  };
}
