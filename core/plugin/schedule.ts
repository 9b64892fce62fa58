import { BotError } from "../domain/errors.ts";
import type { Condition } from "./condition.ts";
import type { Logger, PluginSchedule } from "./context.ts";

/** Longest time that one timer can wait, in ms; a longer one would ring at once (`setTimeout`). */
const LONGEST_TIMER = 2 ** 31 - 1;

/** How long a run may take at least before it is told to give up, in ms. */
const PATIENCE = 60_000;

/** Time a run has after it was told to give up, before it counts as one that never ends, in ms. */
const GRACE = 10_000;

export interface ScheduleOptions {
  /** Ends every timer. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Counts how runs end. */
  readonly condition: Pick<Condition, "handler">;
}

/**
 * Timers that end with a signal. They never keep the process alive. A run that takes longer than its interval (and
 * a minute) is told to give up and logged; the next one waits until it is over.
 */
export function createSchedule({ signal, log, condition }: ScheduleOptions): PluginSchedule {
  /** What is done once is counted together, for it never comes again. */
  const once = condition.handler("scheduled task");
  const begin = (delay: number, repeat: boolean, run: (signal: AbortSignal) => Promise<void>) => {
    if (!(delay >= 0 && delay <= Number.MAX_SAFE_INTEGER) || (repeat && delay < 1))
      throw new BotError("plugin.invalid", `A schedule's time must be in ms, 1 or more, not ${String(delay)}.`);
    if (signal.aborted) return () => undefined;
    const abort = new AbortController();
    const task = repeat ? condition.handler("scheduled task") : once;
    let timer: NodeJS.Timeout;
    const arm = (left: number) => {
      const part = Math.min(left, LONGEST_TIMER);
      timer = setTimeout(() => (left > part ? arm(left - part) : void ring()), part).unref();
    };
    const ring = async () => {
      const late = new AbortController();
      const patience = Math.min(Math.max(delay, PATIENCE), LONGEST_TIMER);
      const watch = setTimeout(() => {
        const error = new BotError("plugin.timeout", `A scheduled task did not finish within ${patience / 1000} s.`);
        log.error(`${error.message} It is not started again before it has.`);
        late.abort(error);
      }, patience).unref();
      try {
        const given = AbortSignal.any([signal, abort.signal, late.signal]);
        const limit = Math.min(patience + GRACE, LONGEST_TIMER);
        await task.call(() => run(given), { limit, signal: given });
      } catch (error) {
        if (!signal.aborted && !abort.signal.aborted) log.error("A scheduled task failed.", { error });
      } finally {
        clearTimeout(watch);
      }
      if (repeat && !signal.aborted && !abort.signal.aborted) arm(delay);
      else end();
    };
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      abort.abort();
      if (repeat) task.forget();
    };
    signal.addEventListener("abort", end, { once: true });
    arm(delay);
    return end;
  };
  return {
    every: (interval, run) => begin(interval, true, run),
    after: (delay, run) => begin(delay, false, run),
  };
}
