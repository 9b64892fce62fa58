import { createHistogram, monitorEventLoopDelay, performance, type RecordableHistogram } from "node:perf_hooks";

/** How often the event loop's delay is looked at, in ms. */
const RESOLUTION = 10;

/** Watches how busy the event loop is. */
export interface EventLoopWatch {
  /**
   * How late timers came since the last call, in seconds; 0 when none was due.
   *
   * @param quantiles between 0 and 1, which is the longest delay.
   */
  delays(quantiles: readonly number[]): readonly number[];
  /** Share of time it was busy since the last call; `undefined` where the runtime does not count it (Deno). */
  utilization(): number | undefined;
  /** Ends the watch. */
  dispose(): void;
}

/** Begins to watch the event loop of this thread. */
export function watchEventLoop(): EventLoopWatch {
  const onDeno = process.versions.deno !== undefined;
  const { histogram, dispose } = onDeno ? timeOwnTimer() : timeByRuntime();
  // What is measured is the time from one timer to the next, the timer's own time included.
  const late = (nanoseconds: number) => Math.max(nanoseconds / 1e6 - RESOLUTION, 0) / 1e3;
  let before = performance.eventLoopUtilization();
  return {
    delays(quantiles) {
      const { count, max } = histogram;
      const at = (quantile: number) => (quantile === 1 ? max : histogram.percentile(quantile * 100));
      const found = quantiles.map((quantile) => (count === 0 ? 0 : late(at(quantile))));
      histogram.reset();
      return found;
    },
    utilization() {
      if (onDeno) return undefined;
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return utilization;
    },
    dispose,
  };
}

/** As much of a histogram as both ways have; its values are in nanoseconds. */
type Delays = Pick<RecordableHistogram, "count" | "max" | "percentile" | "reset">;

function timeByRuntime(): { histogram: Delays; dispose(): void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  histogram.enable();
  return { histogram, dispose: () => histogram.disable() };
}

/** Deno has `monitorEventLoopDelay`, but what it counts stays near zero however long the event loop stands still. */
function timeOwnTimer(): { histogram: Delays; dispose(): void } {
  const histogram = createHistogram();
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    histogram.record(Math.max(1, Math.round((now - last) * 1e6)));
    last = now;
  }, RESOLUTION).unref();
  return { histogram, dispose: () => clearInterval(timer) };
}
