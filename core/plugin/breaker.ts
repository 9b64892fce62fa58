/** When a handler counts as ailing, and when its plugin is switched off. */
export interface BreakerRules {
  /** Failures one after the other after which it ails. Default 3. */
  readonly inARow?: number;
  /** Failures within the window that switch its plugin off … Default 10. */
  readonly failures?: number;
  /** … when at least this share of the window's calls failed, 0–1. Default 0.5. */
  readonly share?: number;
  /** Length of the sliding window, in ms. Default 600,000. */
  readonly window?: number;
  /** A clock that never goes back, in ms. Default: the process's own. */
  readonly now?: () => number;
}

/** How a handler is after a call: well, ailing, or so bad that its plugin has to be switched off. */
export type Verdict = "well" | "ailing" | "tripped";

/** Counts how calls of one handler ended. */
export interface Breaker {
  succeeded(): void;
  failed(): Verdict;
}

/** Parts of the window, each counted as one: memory stays small, however many calls there are. */
const PARTS = 10;

interface Part {
  readonly number: number;
  calls: number;
  failures: number;
}

/**
 * Makes a breaker over a sliding window (after resilience4j's failure-rate breaker, with a count that a bot with
 * few people reaches too).
 */
export function createBreaker(rules: BreakerRules = {}): Breaker {
  const { inARow = 3, failures: most = 10, share = 0.5, window = 600_000, now = () => performance.now() } = rules;
  let row = 0;
  let parts: Part[] = [];

  const current = (): Part => {
    const number = Math.floor((now() * PARTS) / window);
    let part = parts.at(-1);
    if (part?.number !== number) {
      parts = parts.filter((one) => one.number > number - PARTS);
      part = { number, calls: 0, failures: 0 };
      parts.push(part);
    }
    part.calls++;
    return part;
  };

  return {
    succeeded() {
      row = 0;
      current();
    },
    failed() {
      row++;
      current().failures++;
      const failures = parts.reduce((sum, part) => sum + part.failures, 0);
      const calls = parts.reduce((sum, part) => sum + part.calls, 0);
      if (failures >= most && failures / calls >= share) return "tripped";
      return row >= inARow ? "ailing" : "well";
    },
  };
}
