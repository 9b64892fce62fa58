import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./refusal.ts";

/** What goes wrong on request. */
export interface Fault {
  /** How many calls it strikes. Default 1. */
  readonly times?: number;
  /** Strikes only calls about this chat. */
  readonly chatId?: number;
  /** Default 500. */
  readonly code?: number;
  readonly description?: string;
  /** Seconds; makes it a 429. */
  readonly retryAfter?: number;
  /** ms the answer takes longer; without anything else, that is all. */
  readonly delay?: number;
}

/** Faults by method; `*` stands for every method but `getUpdates`. */
export interface Faults {
  /** Takes the place of an earlier one for the method. */
  set(method: string, fault: Fault): void;
  clear(): void;
  /** @throws Refusal when a fault is set for the method. */
  strike(method: string, chatId: string, signal: AbortSignal): Promise<void>;
}

/** What Telegram says with a code by itself. */
const usual: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Makes an empty set of faults. */
export function createFaults(): Faults {
  const faults = new Map<string, { readonly fault: Fault; left: number }>();
  return {
    set: (method, fault) => void faults.set(method.toLowerCase(), { fault, left: fault.times ?? 1 }),
    clear: () => faults.clear(),
    async strike(method, chatId, signal) {
      const name = method.toLowerCase();
      const key = [name, ...(name === "getupdates" ? [] : ["*"])].find((each) => {
        const wanted = faults.get(each)?.fault.chatId;
        return faults.has(each) && (wanted === undefined || String(wanted) === chatId);
      });
      const set = key === undefined ? undefined : faults.get(key);
      if (key === undefined || set === undefined) return;
      if (--set.left <= 0) faults.delete(key);
      const { delay, code, retryAfter, description } = set.fault;
      if (delay !== undefined) {
        try {
          await sleep(delay, undefined, { signal });
        } catch {
          // The caller left; nobody hears the answer.
        }
      }
      if (retryAfter !== undefined)
        throw new Refusal(429, `Too Many Requests: retry after ${retryAfter}`, { retryAfter });
      if (code !== undefined || description !== undefined || delay === undefined)
        throw new Refusal(code ?? 500, description ?? usual[code ?? 500] ?? "Internal Server Error");
    },
  };
}
