import { BotError } from "../domain/errors.ts";
import type { ExtensionPoints, Logger, PluginContext, PluginSchedule } from "./context.ts";
import type { AnyPlugin } from "./define.ts";
import { definitionProblems } from "./definition.ts";
import { guardServices } from "./guard.ts";
import type { HealthReport, PluginHealth, PluginState } from "./health.ts";
import { createPoints } from "./points.ts";
import { reasonOf } from "./reason.ts";
import { createSchedule } from "./schedule.ts";
import { within } from "./within.ts";

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

type Undo = () => void | Promise<void>;

interface Running {
  readonly id: string;
  readonly version: string;
  state: PluginState;
  since: number;
  detail?: string;
  readonly abort: AbortController;
  readonly undos: Undo[];
  /** Whether everything is undone: until then it may still say goodbye, such as write to its store. */
  closed: boolean;
}

/**
 * Makes a registry; nothing runs before {@link Registry.start}.
 */
export function createRegistry(options: RegistryOptions): Registry {
  const points = createPoints();
  const running: Running[] = [];
  const setupTimeout = options.setupTimeout ?? 10_000;

  const enter = (plugin: Running, state: PluginState, detail?: string) => {
    plugin.state = state;
    plugin.since = Date.now();
    if (detail === undefined) delete plugin.detail;
    else plugin.detail = detail;
  };

  const undo = async (plugin: Running) => {
    plugin.abort.abort(disposed(plugin.id, "was stopped"));
    for (const step of plugin.undos.splice(0).reverse()) {
      try {
        const late = () => new Error("it did not finish in time");
        await within(async () => step(), setupTimeout, late);
      } catch (error) {
        options.log.error(`Plugin "${plugin.id}" failed while it was stopped.`, { error });
      }
    }
    plugin.closed = true;
  };

  const context = (plugin: Running, entry: PluginEntry): PluginContext => {
    const keep = (step: () => void | Promise<void>) => {
      if (plugin.abort.signal.aborted) throw disposed(plugin.id, "used its context after it was stopped");
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
    const services = guardServices(options.services(entry), () => {
      if (plugin.closed) throw disposed(plugin.id, "used its context after it was stopped");
    });
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
    const { id, version } = (definition ?? {}) as { id?: unknown; version?: unknown }; // checked below
    const plugin: Running = {
      id: typeof id === "string" ? id : "(nameless)",
      version: typeof version === "string" ? version : "?",
      state: "pending",
      since: Date.now(),
      abort: new AbortController(),
      undos: [],
      closed: false,
    };
    const namesakes = running.filter((other) => other.id === plugin.id);
    for (const other of namesakes) if (isOver(other)) running.splice(running.indexOf(other), 1);
    running.push(plugin);
    try {
      const problems = definitionProblems(definition);
      if (problems.length > 0) throw new BotError("plugin.invalid", `Plugin "${plugin.id}": ${problems.join("; ")}.`);
      if (!namesakes.every(isOver)) throw new BotError("plugin.conflict", `Two plugins have the id "${plugin.id}".`);
      enter(plugin, "loading");
      // Each definition's `setup` takes the type its own schema made; the pair was checked when options were read.
      const setup = definition.setup as (ctx: PluginContext, options: unknown) => unknown;
      const begun = (async () => setup(context(plugin, entry), entry.options))();
      begun.then(
        (result) => void (plugin.closed && typeof result === "function" && undoLate(plugin, result as Undo)),
        () => undefined, // told below, or nobody waits any more
      );
      const result = await within(
        () => begun,
        setupTimeout,
        () => {
          return new BotError(
            "plugin.timeout",
            `Plugin "${plugin.id}" did not finish setup within ${setupTimeout / 1000} s.`,
          );
        },
      );
      if (typeof result === "function") plugin.undos.push(result as Undo);
      enter(plugin, "active");
      if (definition.notice) options.log.info(`${plugin.id}: ${definition.notice}`);
    } catch (error) {
      await undo(plugin);
      enter(plugin, "failed", reasonOf(error));
      options.log.error(`Plugin "${plugin.id}" was left out: ${plugin.detail}`, { error });
    }
  };

  /** What a setup gave that was given up long ago. */
  const undoLate = async (plugin: Running, step: Undo) => {
    plugin.undos.push(step);
    await undo(plugin);
  };

  const stopOne = async (plugin: Running) => {
    if (isOver(plugin)) return;
    await undo(plugin);
    enter(plugin, "disposed");
  };

  return {
    items: points.items,
    async start(entries) {
      for (const entry of entries) await startOne(entry);
    },
    plugins: () =>
      running.map(({ id, version, state, since, detail }) => ({
        id,
        version,
        state,
        since: new Date(since).toISOString(),
        ...(detail === undefined ? {} : { detail }),
      })),
    async stop(id) {
      for (const plugin of running.filter((one) => one.id === id)) await stopOne(plugin);
    },
    async dispose() {
      for (const plugin of [...running].reverse()) await stopOne(plugin);
    },
  };
}

/** Whether a plugin has ended, so that another may have its id. */
function isOver({ state }: Running): boolean {
  return state === "disposed" || state === "failed";
}

function disposed(plugin: string, what: string): BotError {
  return new BotError("plugin.disposed", `Plugin "${plugin}" ${what}.`, { plugin });
}
