import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./refusal.ts";

/** What goes wrong on request. */
export interface Fault {
  /** How many calls it strikes. Default 1. */
  readonly times?: number;
  /** Default 500. */
  readonly code?: number;
  readonly description?: string;
  /** Seconds, with code 429. */
  readonly retryAfter?: number;
  /** ms the answer takes longer; without `code`, that is all. */
  readonly delay?: number;
}

/** Faults by method; `*` stands for every method. */
export interface Faults {
  set(method: string, fault: Fault): void;
  clear(): void;
  /** @throws Refusal when a fault is set for the method. */
  strike(method: string, signal: AbortSignal): Promise<void>;
}

/** Makes an empty set of faults. */
export function createFaults(): Faults {
  const faults = new Map<string, { fault: Fault; left: number }>();
  return {
    set: (method, fault) => void faults.set(method.toLowerCase(), { fault, left: fault.times ?? 1 }),
    clear: () => faults.clear(),
    async strike(method, signal) {
      const key = faults.has(method.toLowerCase()) ? method.toLowerCase() : "*";
      const set = faults.get(key);
      if (!set) return;
      if (--set.left <= 0) faults.delete(key);
      const { delay, code, retryAfter, description } = set.fault;
      if (delay !== undefined) await sleep(delay, undefined, { signal });
      if (retryAfter !== undefined) throw new Refusal(429, `Too Many Requests: retry after ${retryAfter}`, retryAfter);
      if (code !== undefined || delay === undefined)
        throw new Refusal(code ?? 500, description ?? "Internal Server Error");
    },
  };
}
