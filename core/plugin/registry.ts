import { BotError } from "../domain/errors.ts";
import type { ExtensionPoints, Logger, PluginContext, PluginSchedule } from "./context.ts";
import { type AnyPlugin, API_VERSION } from "./define.ts";
import type { HealthReport, PluginHealth, PluginState } from "./health.ts";
import { createPoints } from "./points.ts";
import { createSchedule } from "./schedule.ts";

/** The services behind a plugin's context, scoped to that plugin. */
export type PluginServices = Pick<PluginContext, "http" | "cache" | "store" | "log" | "metrics" | "workers">;

/** A plugin with validated options, ready to start. */
export interface PluginEntry {
  readonly definition: AnyPlugin;
  readonly options: unknown;
}

export interface RegistryOptions {
  /** Makes a plugin's services; nothing may be opened before they are used. */
  services(entry: PluginEntry): PluginServices;
  /** Runs every health check. */
  report(): Promise<HealthReport>;
  readonly log: Logger;
  /** How long `setup` may take, in ms. Default 10,000. */
  readonly setupTimeout?: number;
}

/** The running plugins and what they brought. */
export interface Registry {
  /**
   * Starts plugins in order. One that fails is undone, noted and left out; the others run.
   */
  start(entries: readonly PluginEntry[]): Promise<void>;
  items<K extends keyof ExtensionPoints>(name: K): readonly ExtensionPoints[K][];
  plugins(): readonly PluginHealth[];
  /** Stops one plugin; what it registered is undone. */
  stop(id: string): Promise<void>;
  /** Stops all plugins, latest first. */
  dispose(): Promise<void>;
}

interface Running {
  readonly id: string;
  readonly version: string;
  state: PluginState;
  since: number;
  detail?: string;
  readonly abort: AbortController;
  readonly undos: (() => void | Promise<void>)[];
}

/** Rejects when `work` takes longer than `timeout` ms. */
async function within<T>(work: Promise<T>, timeout: number, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(late()), timeout);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Makes a registry; nothing runs before {@link Registry.start}.
 */
export function createRegistry(options: RegistryOptions): Registry {
  const points = createPoints();
  const running = new Map<string, Running>();
  const setupTimeout = options.setupTimeout ?? 10_000;

  const enter = (plugin: Running, state: PluginState, detail?: string) => {
    plugin.state = state;
    plugin.since = Date.now();
    if (detail === undefined) delete plugin.detail;
    else plugin.detail = detail;
  };

  const undo = async (plugin: Running) => {
    plugin.abort.abort(new BotError("plugin.disposed", `Plugin "${plugin.id}" was stopped.`, { plugin: plugin.id }));
    for (const step of plugin.undos.splice(0).reverse()) {
      try {
        await within(Promise.resolve(step()), setupTimeout, () => new Error("it did not finish in time"));
      } catch (error) {
        options.log.error(`Plugin "${plugin.id}" failed while it was stopped.`, { error });
      }
    }
  };

  const context = (plugin: Running, entry: PluginEntry): PluginContext => {
    const keep = (step: () => void | Promise<void>) => {
      if (plugin.abort.signal.aborted) {
        throw new BotError("plugin.disposed", `Plugin "${plugin.id}" used its context after it was stopped.`, {
          plugin: plugin.id,
        });
      }
      plugin.undos.push(step);
    };
    const point = <K extends keyof ExtensionPoints>(name: K) => {
      const inner = points.forPlugin(name, plugin.id, (step) => plugin.undos.push(step));
      return {
        items: inner.items,
        add(item: ExtensionPoints[K]) {
          keep(() => undefined);
          return inner.add(item);
        },
      };
    };
    const services = options.services(entry);
    const schedule: PluginSchedule = createSchedule({ signal: plugin.abort.signal, log: services.log });
    return {
      ...services,
      id: plugin.id,
      signal: plugin.abort.signal,
      schedule,
      sources: point("sources"),
      formatters: point("formatters"),
      commands: point("commands"),
      health: { ...point("health"), report: options.report },
      point,
      onStop: keep,
    };
  };

  const startOne = async (entry: PluginEntry) => {
    const { definition } = entry;
    if (running.has(definition.id)) {
      throw new BotError("plugin.conflict", `Two plugins have the id "${definition.id}".`, { plugin: definition.id });
    }
    const plugin: Running = {
      id: definition.id,
      version: definition.version,
      state: "pending",
      since: Date.now(),
      abort: new AbortController(),
      undos: [],
    };
    running.set(plugin.id, plugin);
    try {
      if (definition.api !== API_VERSION) {
        throw new BotError(
          "plugin.invalid",
          `Plugin "${plugin.id}" speaks plugin API ${definition.api}, this program ${API_VERSION}.`,
        );
      }
      enter(plugin, "loading");
      // Each definition's `setup` takes the type its own schema made; the pair was checked when options were read.
      const setup = definition.setup as (ctx: PluginContext, options: unknown) => unknown;
      const result = await within(Promise.resolve(setup(context(plugin, entry), entry.options)), setupTimeout, () => {
        return new BotError(
          "plugin.timeout",
          `Plugin "${plugin.id}" did not finish setup within ${setupTimeout / 1000} s.`,
        );
      });
      if (typeof result === "function") plugin.undos.push(result as () => void);
      enter(plugin, "active");
      if (definition.notice) options.log.info(`${plugin.id}: ${definition.notice}`);
    } catch (error) {
      await undo(plugin);
      enter(plugin, "failed", error instanceof Error ? error.message : String(error));
      options.log.error(`Plugin "${plugin.id}" was left out: ${plugin.detail}`, { error });
    }
  };

  const stop = async (id: string) => {
    const plugin = running.get(id);
    if (!plugin || plugin.state === "disposed") return;
    await undo(plugin);
    enter(plugin, "disposed");
  };

  return {
    items: points.items,
    async start(entries) {
      for (const entry of entries) await startOne(entry);
    },
    plugins: () =>
      [...running.values()].map(({ id, version, state, since, detail }) => ({
        id,
        version,
        state,
        since: new Date(since).toISOString(),
        ...(detail === undefined ? {} : { detail }),
      })),
    stop,
    async dispose() {
      for (const id of [...running.keys()].reverse()) await stop(id);
    },
  };
}
