import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";

/** What ties log records together: one update, and the person it came from. */
export interface Correlation {
  readonly correlationId: string;
  /** Telegram id. */
  readonly userId?: number | undefined;
}

const storage = new AsyncLocalStorage<Correlation>();

/**
 * Calls `fn` so that everything it starts logs under `context`.
 *
 * @returns what `fn` returns.
 * @example
 * await withCorrelation({ correlationId: newCorrelationId(), userId: 1 }, () => handle(update));
 */
export function withCorrelation<T>(context: Correlation, fn: () => T): T {
  return storage.run(context, fn);
}

/** @returns the context of the running call, or `undefined` outside of {@link withCorrelation}. */
export function currentCorrelation(): Correlation | undefined {
  return storage.getStore();
}

/** @returns a new id (UUID version 4). */
export function newCorrelationId(): string {
  return randomUUID();
}

/** @returns the part of an id that people are shown: its first 8 characters. */
export function shortCorrelationId(id: string): string {
  return id.slice(0, 8);
}
