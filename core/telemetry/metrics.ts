import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { watchEventLoop } from "../platform/event-loop.ts";
import { residentMemory } from "../platform/resident-memory.ts";
import type { PluginMetrics } from "../plugin/context.ts";
import type { PluginHealth } from "../plugin/health.ts";
import { createPluginMetrics, showPluginStates } from "./plugin-metrics.ts";

/** Answer times people notice, in seconds. */
const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Which of the event loop's delays are shown; 1 is the longest. */
const quantiles = [0.5, 0.95, 0.99, 1];

/** How an update, a lookup or a call ended: `ok`, or an error code of `core/domain/errors.ts`. */
export type Outcome = string;

/** What the program counts about itself. */
export interface Metrics {
  /** One update was handled. @param kind `message`, `callback_query`, … */
  update(kind: string, outcome: Outcome): void;
  /** One request to the webhook was answered. */
  webhook(outcome: Outcome): void;
  /** One lookup ended. @param seconds how long the person waited for it. */
  lookup(source: string, outcome: Outcome, seconds: number): void;
  /** One call of a plugin to an upstream ended. */
  upstream(plugin: string, outcome: Outcome, seconds: number): void;
  /** The cache was asked. @param tier `memory`, `second`, `stale` or `miss`. */
  cache(namespace: string, tier: string): void;
  /** One Bot API call ended. */
  botApi(method: string, outcome: Outcome, seconds?: number): void;
  /** Prometheus text format, version 0.0.4. */
  text(): Promise<string>;
  /** Content type of {@link Metrics.text}. */
  readonly contentType: string;
  /** The `ctx.metrics` of a plugin. */
  forPlugin(id: string): PluginMetrics;
  /** A plugin's own code failed. @param code of `core/domain/errors.ts`. */
  pluginFailure(plugin: string, code: Outcome): void;
  /** Shows each plugin's state, as it is whenever the metrics are read. */
  watchPlugins(plugins: () => readonly PluginHealth[]): void;
  /** Stops measuring. */
  dispose(): void;
}

/**
 * Makes the metrics, on a registry of their own. Names begin with `dramabot_`; durations are in seconds.
 *
 * @example
 * const metrics = createMetrics();
 * metrics.lookup("mdl", "ok", 0.4);
 * await metrics.text();
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `dramabot_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Histogram({ name: `dramabot_${name}`, help, labelNames, registers, buckets });

  const updates = counter("updates_total", "Updates handled", ["kind", "outcome"]);
  const webhook = counter("webhook_requests_total", "Requests to the webhook", ["outcome"]);
  const lookups = counter("lookups_total", "Lookups", ["source", "outcome"]);
  const lookupSeconds = histogram("lookup_duration_seconds", "Time a lookup took", ["source"]);
  const upstreams = counter("upstream_calls_total", "Calls of plugins to upstreams", ["plugin", "outcome"]);
  const upstreamSeconds = histogram("upstream_duration_seconds", "Time an upstream call took", ["plugin"]);
  const cached = counter("cache_lookups_total", "Cache lookups by the tier that answered", ["namespace", "tier"]);
  const botApi = counter("bot_api_calls_total", "Bot API calls", ["method", "outcome"]);
  const botApiSeconds = histogram("bot_api_duration_seconds", "Time a Bot API call took", ["method"]);
  const pluginFailures = counter("plugin_failures_total", "Failures of plugins' own code", ["plugin", "code"]);
  const pluginDropped = counter("plugin_metrics_dropped_total", "Plugins' own counts that did not fit", ["plugin"]);
  const process = watchProcess(registers);

  return {
    update: (kind, outcome) => updates.inc({ kind, outcome }),
    webhook: (outcome) => webhook.inc({ outcome }),
    lookup(source, outcome, seconds) {
      lookups.inc({ source, outcome });
      lookupSeconds.observe({ source }, seconds);
    },
    upstream(plugin, outcome, seconds) {
      upstreams.inc({ plugin, outcome });
      upstreamSeconds.observe({ plugin }, seconds);
    },
    cache: (namespace, tier) => cached.inc({ namespace, tier }),
    botApi(method, outcome, seconds) {
      botApi.inc({ method, outcome });
      if (seconds !== undefined) botApiSeconds.observe({ method }, seconds);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    pluginFailure: (plugin, code) => pluginFailures.inc({ plugin, code }),
    watchPlugins: (plugins) => showPluginStates(registry, plugins),
    forPlugin: (id) =>
      createPluginMetrics(id, { registry, buckets, onDropped: () => pluginDropped.inc({ plugin: id }) }),
    dispose() {
      process.dispose();
      registry.clear();
    },
  };
}

/** Memory, CPU time and event-loop delay, taken when the metrics are read. */
function watchProcess(registers: Registry[]): { dispose(): void } {
  const loop = watchEventLoop();
  new Gauge({
    name: "dramabot_event_loop_delay_seconds",
    help: "Event-loop delay since the last reading",
    labelNames: ["quantile"],
    registers,
    collect() {
      for (const [index, delay] of loop.delays(quantiles).entries()) {
        this.set({ quantile: String(quantiles[index]) }, delay);
      }
    },
  });
  new Gauge({
    name: "dramabot_event_loop_utilization",
    help: "Share of time the event loop was busy since the last reading",
    registers,
    collect() {
      // A runtime that does not count it shows none, rather than an idle loop.
      this.set(loop.utilization() ?? Number.NaN);
    },
  });
  new Gauge({
    name: "dramabot_resident_memory_bytes",
    help: "Resident memory",
    registers,
    collect() {
      this.set(residentMemory());
    },
  });
  new Gauge({
    name: "dramabot_cpu_seconds",
    help: "CPU time used since start, user and system",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
  return { dispose: loop.dispose };
}
