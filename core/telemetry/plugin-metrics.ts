import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { PluginMetrics } from "../plugin/context.ts";
import type { PluginHealth } from "../plugin/health.ts";

/** Most metrics of one plugin, and most label sets of one metric; what goes beyond is not counted. */
const MOST_METRICS = 50;
const MOST_SERIES = 100;
/** Longest label value, in UTF-16 code units. */
const LONGEST_LABEL = 64;

interface Kept {
  readonly labelNames: readonly string[];
  readonly series: Set<string>;
  add(labels: Record<string, string>, value: number): void;
}

/**
 * Makes the `ctx.metrics` of a plugin: `dramabot_plugin_<id>_<name>` (counters end in `_total`, durations in
 * `_seconds`). A metric keeps the label names of its first use and at most 100 label sets; a plugin
 * has at most 50 metrics. Whatever does not fit is left uncounted, because counting must never fail a lookup.
 *
 * @param onDropped told of each call that was left uncounted.
 */
export function createPluginMetrics(
  id: string,
  { registry, buckets, onDropped }: { registry: Registry; buckets: number[]; onDropped(): void },
): PluginMetrics {
  const kept = new Map<string, Kept | undefined>();

  /** @returns whether it fits, and was counted. */
  function add(name: string, labels: Record<string, string>, value: number, make: (at: string) => Kept): boolean {
    if (!Number.isFinite(value) || value < 0) return false;
    const at = `dramabot_plugin_${clean(id)}_${clean(name)}`;
    if (!kept.has(at)) {
      if (kept.size >= MOST_METRICS) return false;
      kept.set(
        at,
        attempt(() => make(at)),
      );
    }
    const metric = kept.get(at);
    if (metric === undefined) return false;
    const fitting: Record<string, string> = {};
    for (const label of metric.labelNames) fitting[label] = String(labels[label] ?? "").slice(0, LONGEST_LABEL);
    const series = JSON.stringify(fitting);
    if (!metric.series.has(series)) {
      if (metric.series.size >= MOST_SERIES) return false;
      metric.series.add(series);
    }
    metric.add(fitting, value);
    return true;
  }

  const use: (...given: Parameters<typeof add>) => void = (...given) => {
    if (!add(...given)) onDropped();
  };

  return {
    count(name, labels = {}, by = 1) {
      const labelNames = names(labels);
      use(withEnd(name, "_total"), labels, by, (at) => {
        const counter =
          taken(registry, at, Counter) ?? new Counter({ name: at, help: at, labelNames, registers: [registry] });
        return { labelNames, series: new Set(), add: (set, value) => counter.inc(set, value) };
      });
    },
    observe(name, seconds, labels = {}) {
      const labelNames = names(labels);
      use(withEnd(name, "_seconds"), labels, seconds, (at) => {
        const histogram =
          taken(registry, at, Histogram) ??
          new Histogram({ name: at, help: at, labelNames, buckets, registers: [registry] });
        return { labelNames, series: new Set(), add: (set, value) => histogram.observe(set, value) };
      });
    },
  };
}

/** Shows each plugin's state as the label of a gauge that is 1, so that an alert can be set on it. */
export function showPluginStates(registry: Registry, plugins: () => readonly PluginHealth[]): void {
  new Gauge({
    name: "dramabot_plugin_state",
    help: "1 for the state each plugin is in",
    labelNames: ["plugin", "state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { id, state } of plugins()) this.set({ plugin: id, state }, 1);
    },
  });
}

/** A plugin that was stopped and started again goes on with the metrics it had. */
function taken<T>(registry: Registry, name: string, kind: abstract new (...given: never[]) => T): T | undefined {
  const metric: unknown = registry.getSingleMetric(name);
  return metric instanceof kind ? metric : undefined;
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined; // e.g. the name is taken by a metric of another kind
  }
}

function names(labels: Record<string, string>): string[] {
  return Object.keys(labels)
    .filter((name) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !name.startsWith("__") && name !== "le")
    .slice(0, 8);
}

function clean(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, "_").slice(0, 100);
}

function withEnd(name: string, end: string): string {
  return name.endsWith(end) ? name : `${name}${end}`;
}
