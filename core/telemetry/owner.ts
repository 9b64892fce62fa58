import { AsyncLocalStorage } from "node:async_hooks";

const storage = new AsyncLocalStorage<object>();

/**
 * Calls `work` so that everything it starts, its timers, promises and events among it, counts as the owner's.
 *
 * @returns what `work` returns.
 */
export function withOwner<T>(owner: object, work: () => T): T {
  return storage.run(owner, work);
}

/** @returns whose the running call is, or `undefined` outside of {@link withOwner}. */
export function currentOwner(): object | undefined {
  return storage.getStore();
}
