import type { Command } from "./command.ts";
import type { Formatter } from "./formatter.ts";
import type { HealthCheck, HealthReport } from "./health.ts";
import type { HttpClient } from "./http.ts";
import type { Source } from "./source.ts";

/**
 * What plugins can add, by extension point. A plugin widens it:
 *
 * @example
 * declare module "dramabot/plugin" {
 *   interface ExtensionPoints { jobs: { name: string; run(): Promise<void> } }
 * }
 */
export interface ExtensionPoints {
  // biome-ignore lint/suspicious/noExplicitAny: a source's record type is known to its own plugin only
  sources: Source<any>;
  formatters: Formatter;
  health: HealthCheck;
  commands: Command;
}

/** One extension point, as a plugin sees it. */
export interface ExtensionPoint<T> {
  /**
   * Adds an item; it is taken away when the plugin stops.
   *
   * @returns a function that takes the item away earlier.
   * @throws BotError `plugin.conflict` when another plugin has an item of that name, `plugin.invalid`
   * when the item is not well formed.
   */
  add(item: T): () => void;
  /** Everything all plugins have added, in the order of adding. */
  items(): readonly T[];
}

/** A log with levels. Attributes are put beside the message; secrets are redacted. */
export interface Logger {
  debug(message: string, attributes?: Record<string, unknown>): void;
  info(message: string, attributes?: Record<string, unknown>): void;
  warn(message: string, attributes?: Record<string, unknown>): void;
  error(message: string, attributes?: Record<string, unknown>): void;
}

/** JSON values a plugin keeps for some time, in a namespace of its own. Losing them does no harm. */
export interface PluginCache {
  get(key: string): Promise<unknown>;
  /** @param options.ttl milliseconds. Default: what the operator set (`CACHE_TTL`). */
  set(key: string, value: unknown, options?: { readonly ttl?: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** JSON values a plugin keeps for good, in a namespace of its own. */
export interface PluginStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** Keys with this prefix, sorted, at most 1,000. */
  keys(prefix?: string): Promise<readonly string[]>;
}

/** Counters and histograms, named `dramabot_plugin_<id>_<name>`. */
export interface PluginMetrics {
  count(name: string, labels?: Record<string, string>, by?: number): void;
  /** @param seconds a duration. */
  observe(name: string, seconds: number, labels?: Record<string, string>): void;
}

/** Options of one task. */
export interface TaskOptions {
  /** Gives the task up. Without it only the deadline of 10 s does. */
  readonly signal?: AbortSignal;
  /**
   * Buffers in the input that are handed over rather than cloned: what they held is gone here. Cloning a large
   * text or buffer stands in the event loop; handing `response.bytes.buffer` over does not.
   */
  readonly transfer?: readonly ArrayBuffer[];
}

/** Runs functions of the plugin's task module outside the event loop. */
export interface PluginWorkers {
  /**
   * Calls the exported function `task` of the module that `definePlugin({tasks})` names, in a worker.
   * Input and result are structured clones, but for what `transfer` hands over.
   *
   * @throws BotError `worker.timeout`, `worker.crashed`, `worker.overloaded`, `worker.failed`.
   * @example
   * const { bytes } = await http.get(url, { signal });
   * await workers.run<Page>("parsePage", bytes, { signal, transfer: [bytes.buffer] });
   */
  run<T>(task: string, input: unknown, options?: TaskOptions): Promise<T>;
}

/** Timers that end with the plugin. */
export interface PluginSchedule {
  /**
   * Calls `run` every `interval` ms, never twice at once; an error is logged. A run that takes longer than its
   * interval, and than a minute, has its signal aborted and is logged.
   *
   * @returns a function that ends it.
   * @throws BotError `plugin.invalid` when the interval is no time of 1 ms or more.
   */
  every(interval: number, run: (signal: AbortSignal) => Promise<void>): () => void;
  /** Calls `run` once after `delay` ms. */
  after(delay: number, run: (signal: AbortSignal) => Promise<void>): () => void;
}

/**
 * What a plugin's `setup` is given. Everything registered through it is undone on stop; when that is done, `http`,
 * `cache`, `store` and `workers` reject with BotError `plugin.disposed`.
 */
export interface PluginContext {
  readonly id: string;
  readonly http: HttpClient;
  readonly cache: PluginCache;
  readonly store: PluginStore;
  readonly log: Logger;
  readonly metrics: PluginMetrics;
  readonly workers: PluginWorkers;
  readonly schedule: PluginSchedule;
  /** Aborts when the plugin stops. */
  readonly signal: AbortSignal;
  readonly sources: ExtensionPoint<ExtensionPoints["sources"]>;
  readonly formatters: ExtensionPoint<ExtensionPoints["formatters"]>;
  readonly health: ExtensionPoint<ExtensionPoints["health"]> & {
    /** Runs every check, each under its own deadline. Never rejects. */
    report(): Promise<HealthReport>;
  };
  readonly commands: ExtensionPoint<ExtensionPoints["commands"]>;
  /** Any extension point by name, such as one that another plugin brought. */
  point<K extends keyof ExtensionPoints>(name: K): ExtensionPoint<ExtensionPoints[K]>;
  /** Calls `undo` when the plugin stops, latest first. */
  onStop(undo: () => void | Promise<void>): void;
}
