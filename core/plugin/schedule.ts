import type { Logger, PluginSchedule } from "./context.ts";

/**
 * Timers that end with a signal. They never keep the process alive.
 */
export function createSchedule({ signal, log }: { signal: AbortSignal; log: Logger }): PluginSchedule {
  const begin = (delay: number, repeat: boolean, run: (signal: AbortSignal) => Promise<void>) => {
    if (signal.aborted) return () => undefined;
    const abort = new AbortController();
    let timer: NodeJS.Timeout;
    const arm = () => {
      timer = setTimeout(async () => {
        try {
          await run(AbortSignal.any([signal, abort.signal]));
        } catch (error) {
          if (!signal.aborted) log.error("A scheduled task failed.", { error });
        }
        if (repeat && !signal.aborted && !abort.signal.aborted) arm();
        else end();
      }, delay);
      timer.unref();
    };
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      abort.abort();
    };
    signal.addEventListener("abort", end, { once: true });
    arm();
    return end;
  };
  return {
    every: (interval, run) => begin(interval, true, run),
    after: (delay, run) => begin(delay, false, run),
  };
}
