import { BotError } from "../domain/errors.ts";

/** A 429 answer that is given without asking Telegram, because the pause it asked for still lasts. */
export interface PausedAnswer {
  readonly ok: false;
  readonly error_code: 429;
  readonly description: string;
  readonly parameters: { readonly retry_after: number };
}

/** Who must not be sent to for now, because Telegram asked for a pause. */
export interface Pauses {
  /** Pauses a key for this many ms. The key `bot` pauses every chat too. */
  add(key: string, ms: number): void;
  /**
   * Waits until the key may be used.
   *
   * @returns `undefined`, or at once the refusal when the pause is longer than `budget` (ms).
   * @throws BotError `http.aborted` when the signal aborts.
   */
  wait(
    key: string,
    options: { readonly budget: number; readonly signal?: AbortSignal | undefined; readonly method: string },
  ): Promise<PausedAnswer | undefined>;
}

/** Most pauses kept at once; the oldest is forgotten beyond that. */
const MOST_PAUSES = 10_000;

/** Makes the record of pauses that 429 answers asked for. */
export function createPauses({ now = Date.now }: { readonly now?: () => number } = {}): Pauses {
  /** Key → ms since 1970. */
  const until = new Map<string, number>();

  function left(key: string): number {
    const end = until.get(key);
    if (end === undefined) return 0;
    const rest = end - now();
    if (rest > 0) return rest;
    until.delete(key);
    return 0;
  }

  return {
    add(key, ms) {
      const end = Math.max(until.get(key) ?? 0, now() + ms);
      until.delete(key);
      until.set(key, end);
      if (until.size <= MOST_PAUSES) return;
      for (const other of [...until.keys()]) left(other);
      for (const oldest of until.keys()) {
        if (until.size <= MOST_PAUSES) break;
        until.delete(oldest);
      }
    },
    async wait(key, { budget, signal, method }) {
      const deadline = now() + budget;
      for (;;) {
        const rest = until.size === 0 ? 0 : Math.max(left(key), key.startsWith("chat:") ? left("bot") : 0);
        if (rest === 0) return undefined;
        if (now() + rest > deadline) {
          const seconds = Math.ceil(rest / 1000);
          const description = `Too Many Requests: retry after ${seconds}`;
          return { ok: false, error_code: 429, description, parameters: { retry_after: seconds } };
        }
        await sleep(rest, signal);
        if (signal?.aborted) throw new BotError("http.aborted", `${method} was given up.`, { cause: signal.reason });
      }
    },
  };
}

/** Waits this many ms, or until the signal aborts. Never rejects. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) return Promise.resolve();
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
    resolve();
  };
  const timer = setTimeout(end, ms);
  signal?.addEventListener("abort", end, { once: true });
  return promise;
}
