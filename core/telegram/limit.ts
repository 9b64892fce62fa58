import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** `pass`: go on. `notice`: over the limit for the first time in this window, say so. `silent`: said already. */
interface LimitVerdict {
  readonly verdict: "pass" | "notice" | "silent";
  /** Seconds until the window ends. */
  readonly seconds: number;
}

/** Counts what each person asks for. */
export interface Limit {
  /** Requests in a window. */
  readonly points: number;
  take(userId: number): Promise<LimitVerdict>;
}

export interface LimitOptions {
  /** Requests in a window. Default 10. */
  readonly points?: number;
  /** Length of a window, in seconds. Default 60. */
  readonly duration?: number;
}

/** Makes a limit that this process keeps in memory; a person's entry ends with the window. */
export function createLimit({ points = 10, duration = 60 }: LimitOptions = {}): Limit {
  const limiter = new RateLimiterMemory({ points, duration });
  return {
    points,
    async take(userId) {
      try {
        await limiter.consume(userId);
        return { verdict: "pass", seconds: 0 };
      } catch (refusal) {
        // The limiter rejects with its result when a person is over the limit, else with an error.
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return {
          verdict: refusal.consumedPoints === points + 1 ? "notice" : "silent",
          seconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
        };
      }
    },
  };
}
