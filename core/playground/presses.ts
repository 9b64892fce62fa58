import type { PressAnswer } from "./protocol.ts";

/** How long a button waits for its answer, in ms (about what Telegram's apps wait). */
const PATIENCE = 15_000;
/** How long a callback query can be answered, in ms. */
const LIFE = 60_000;
/** Queries kept; the oldest goes first. */
const KEPT = 2_000;

interface Query {
  readonly at: number;
  readonly settle: (answer: PressAnswer) => void;
}

/** Callback queries that wait for the bot. */
export interface Presses {
  /** Tells one run of the playground from another. */
  readonly instance: string;
  /** Opens a query and tells its id; resolves with the answer, or empty after a while. */
  wait(tell: (queryId: string) => void): Promise<PressAnswer>;
  /** @returns whether the query still waited. */
  answer(queryId: string, answer: PressAnswer): boolean;
  /** Ends all waiting. */
  dispose(): void;
}

/** Makes an empty set. A query takes one answer. */
export function createPresses(now: () => number): Presses {
  const queries = new Map<string, Query>();
  const waiting = new Set<(answer: PressAnswer) => void>();
  const instance = String(1e14 + Math.floor(Math.random() * 8e14));
  let next = 1;
  return {
    instance,
    async wait(tell) {
      const { promise, resolve } = Promise.withResolvers<PressAnswer>();
      const id = `${instance}${next++}`;
      queries.set(id, { at: now(), settle: resolve });
      if (queries.size > KEPT) queries.delete(queries.keys().next().value ?? "");
      waiting.add(resolve);
      const timer = setTimeout(resolve, PATIENCE, {});
      try {
        tell(id);
        return await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(resolve);
      }
    },
    answer(queryId, answer) {
      const query = queries.get(queryId);
      queries.delete(queryId);
      if (!query || now() - query.at > LIFE) return false;
      query.settle(answer);
      return true;
    },
    dispose() {
      for (const settle of waiting) settle({});
      queries.clear();
    },
  };
}
