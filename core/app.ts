import { join } from "node:path";
import { createCache } from "./cache/cache.ts";
import type { Configuration, ConfiguredPlugin } from "./config/load.ts";
import { createHttp } from "./http/client.ts";
import { externalHttp } from "./http/external.ts";
import { createLookup } from "./lookup/create.ts";
import type { Lookup } from "./lookup/lookup.ts";
import { makeFolder } from "./platform/make-folder.ts";
import { isOwnModule } from "./platform/packaged.ts";
import { PRIVATE_FOLDER } from "./platform/private-file.ts";
import type { PluginEntry, PluginServices } from "./plugin/entry.ts";
import type { HealthCheck } from "./plugin/health.ts";
import type { HttpClient } from "./plugin/http.ts";
import { createQuarantine, memoryQuarantine, type Quarantine, type QuarantineRecord } from "./plugin/quarantine.ts";
import { reasonOf } from "./plugin/reason.ts";
import { createRegistry, type Registry } from "./plugin/registry.ts";
import { createHealthMonitor, type HealthMonitor } from "./server/health-monitor.ts";
import { openSqliteStore } from "./store/sqlite/open.ts";
import type { Store } from "./store/store.ts";
import { currentCorrelation } from "./telemetry/correlation.ts";
import type { Log } from "./telemetry/log.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";
import { currentOwner, withOwner } from "./telemetry/owner.ts";
import { redact } from "./telemetry/redact.ts";
import { createWorkers } from "./workers/pool.ts";
import { type SharedTexts, shareTexts } from "./workers/shared-texts.ts";

export interface AppOptions {
  readonly configuration: Configuration;
  /** Folder for `bot.db` and `cache.db`; without one, both live in memory. */
  readonly dataDir?: string;
  readonly log: Log;
  /** The program's version, for health and the User-Agent. */
  readonly version: string;
  /** Where a plugin's calls to the hosts it declared are sent instead, by plugin id: the playground's samples. */
  readonly samples?: Readonly<Record<string, string>>;
  /** Is told how to find whose an error is that nobody caught, before the first plugin starts. */
  readonly strays?: { attribute(blame: Registry["stray"]): void };
  /** Plugins that are switched off from now on, for what they did in earlier lives of the process. */
  readonly stalled?: readonly QuarantineRecord[];
  /** Plugins that are switched off in a bot whose data are only looked at. Default: those of the store. */
  readonly switchedOff?: readonly QuarantineRecord[];
}

/** Everything a lookup needs, wired; Telegram and the HTTP server come on top (`core/cli`). */
export interface App {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly http: ReturnType<typeof createHttp>;
  readonly cache: ReturnType<typeof createCache>;
  readonly store: Store;
  readonly registry: Registry;
  readonly lookup: Lookup;
  readonly health: HealthMonitor;
  /** Which plugins are switched off. */
  readonly quarantine: Quarantine;
  /** Told of each plugin that is switched off from now on; at most one listens. */
  onQuarantine(listener: (record: QuarantineRecord) => void): void;
  /** Adds a check of a service that is not a plugin's. */
  addCheck(check: HealthCheck): void;
  /** Stops plugins, then closes everything, latest opened first. */
  dispose(): Promise<void>;
}

/**
 * Wires configuration → services → registry, and starts the plugins.
 *
 * @throws BotError `store.locked`, `store.corrupt`, `store.newer` when the data folder cannot be used.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const { configuration, log, version } = options;
  const { settings } = configuration;
  const file = (name: string) => (options.dataDir === undefined ? ":memory:" : join(options.dataDir, name));
  if (options.dataDir !== undefined) makeFolder(options.dataDir, PRIVATE_FOLDER);

  const metrics = createMetrics();
  const store = await openSqliteStore({
    file: file("bot.db"),
    onProblem: (message) => log.logger("store").warn(message),
  });
  const cache = createCache({
    file: file("cache.db"),
    ttlDefault: settings.CACHE_TTL * 1000,
    onHit: (namespace, tier) => metrics.cache(namespace, tier === "disk" ? "second" : tier),
    onProblem: (message) => log.logger("cache").warn(message),
  });
  const http = createHttp({
    connections: settings.MAX_CONNECTIONS,
    timeout: settings.HTTP_TIMEOUT * 1000,
    userAgent: `dramabot/${version}`,
    onCall: ({ plugin, code, duration }) => metrics.upstream(plugin, code, duration),
  });
  const workers = createWorkers();
  const checks: HealthCheck[] = [
    { name: "store", required: true, check: () => store.check() },
    { name: "cache", check: () => cache.check() },
  ];

  const describe = (error: unknown) => redact(reasonOf(error));

  const health = createHealthMonitor({
    version,
    checks: () => [...checks, ...registry.items("health")],
    plugins: () => registry.plugins(),
    describe,
  });

  /** How often an external plugin was started. */
  let loads = 0;
  const services = (entry: PluginEntry): PluginServices => {
    const { id, permissions, tasks } = entry.definition;
    // A plugin in the plugins folder may stand within the program's; one of a bot.config.ts is known by its place alone.
    const isExternal = entry.files !== undefined || (tasks !== undefined && !isOwnModule(tasks));
    const load = isExternal ? ++loads : undefined;
    let texts: SharedTexts | undefined;
    const { operatorOrigins } = entry as ConfiguredPlugin;
    const sampled = options.samples?.[id];
    const at = sampled === undefined ? [] : [new URL(sampled).origin];
    const cached = cache.namespace(`plugin:${id}`);
    const namespace = `plugin:${id}`;
    return {
      http: externalHttp(
        http.forPlugin(id, { hosts: [...(permissions?.http ?? [])], operatorOrigins: [...operatorOrigins, ...at] }),
        { plugin: id, hosts: permissions?.http ?? [], files: entry.files, from: entry.from, samples: sampled },
      ),
      cache: { get: cached.get, set: cached.set, delete: cached.delete },
      store: {
        get: (key) => store.documents.get(namespace, key),
        set: (key, value) => store.documents.set(namespace, key, value),
        delete: (key) => store.documents.delete(namespace, key),
        keys: (prefix = "") => store.documents.keys(namespace, prefix),
      },
      log: log.logger(`plugin.${id}`),
      metrics: metrics.forPlugin(id),
      workers: {
        run: (task, input, options) => {
          if (!tasks) throw new TypeError(`Plugin "${id}" names no task module (definePlugin({ tasks })).`);
          texts ??= entry.stripped && shareTexts(entry.stripped);
          return workers.run(tasks, task, input, { ...options, load, texts });
        },
      },
    };
  };

  const onProblem = (message: string) => log.logger("plugins").warn(message);
  const quarantine = options.switchedOff
    ? memoryQuarantine(options.switchedOff)
    : createQuarantine({ settings: store.settings, onProblem });
  let listener: (record: QuarantineRecord) => void = () => undefined;
  const registry = createRegistry({
    services,
    report: () => health.report(),
    log: log.logger("plugins"),
    quarantine,
    describe,
    ownership: { run: withOwner, current: currentOwner },
    correlationId: () => currentCorrelation()?.correlationId,
    onFailure: (plugin, { code }) => metrics.pluginFailure(plugin, code),
    onQuarantine: (record) => listener(record),
  });
  metrics.watchPlugins(registry.plugins);
  // One that was not to be loaded, and was: its files were changed. What cannot be read is told at the plugins' start.
  for (const { id, file } of await quarantine.all().catch(() => []))
    if (file !== undefined && configuration.plugins.some((one) => one.definition.id === id && isLoadedFrom(one, file)))
      await quarantine.remove(id);
  for (const record of options.stalled ?? []) await quarantine.put(record);
  options.strays?.attribute(registry.stray);
  await registry.start(configuration.plugins);
  const lookup = createLookup({
    cache,
    onProblem: (message, error) => log.logger("lookup").warn(message, { error }),
  });

  return {
    configuration,
    log,
    metrics,
    http,
    cache,
    store,
    registry,
    lookup,
    health,
    quarantine,
    onQuarantine: (next) => {
      listener = next;
    },
    addCheck: (check) => void checks.push(check),
    async dispose() {
      await registry.dispose();
      await workers.dispose();
      await http.dispose();
      await cache.dispose();
      await store.dispose();
      metrics.dispose();
    },
  };
}

function isLoadedFrom({ heldBack, problem, files = [] }: ConfiguredPlugin, file: string): boolean {
  return !heldBack && problem === undefined && files.includes(file);
}

/** The client that fetches posters for uploads: only pictures' public hosts and what the operator set. */
export function posterClient(app: App): HttpClient {
  const origins = app.configuration.plugins.flatMap(({ operatorOrigins }) => operatorOrigins);
  return app.http.forPlugin("core", { hosts: ["*"], operatorOrigins: [...new Set(origins)] });
}
