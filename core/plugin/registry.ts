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
  /** The file of an external plugin, for messages. */
  readonly from?: string;
  /** The external plugin's own files, absolute. */
  readonly files?: readonly string[];
  /** Why it cannot run: it is listed as failed. */
  readonly problem?: string;
}

export interface RegistryOptions {
  /** Makes a plugin's services; nothing may be opened before they are used. */
  services(entry: PluginEntry): PluginServices;
  /** Runs every health check. */
  report(): Promise<HealthReport>;
  readonly log: Logger;
  /** How long `setup` may take, in ms. Default 10,000. */
  readonly setupTimeout?: number;
  /** How long a plugin that was replaced may finish what is under way, in ms. Default 60,000. */
  readonly grace?: number;
}

/** The running plugins and what they brought. */
export interface Registry {
  /**
   * Starts plugins in order. One that fails is undone, noted and left out; the others run.
   */
  start(entries: readonly PluginEntry[]): Promise<void>;
  items<K extends keyof ExtensionPoints>(name: K): readonly ExtensionPoints[K][];
  plugins(): readonly PluginHealth[];
  /** What a plugin added, such as `sources /mdl`, `commands /health`, `health check imdb`. */
  brought(id: string): readonly string[];
  /**
   * Starts a plugin in the place of the one of its id. What the older one registered is undone at once; its services stay
   * open for a while, so that calls under way come to their end.
   */
  replace(entry: PluginEntry): Promise<void>;
  /** Takes away what a plugin registered at once, and stops it after a while. */
  retire(id: string): void;
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
  /** Takes away what it added to the extension points. */
  readonly registrations: Undo[];
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
  const grace = options.grace ?? 60_000;
  /** Plugins that were replaced and may still finish what is under way. */
  const leaving = new Map<Running, NodeJS.Timeout>();

  const enter = (plugin: Running, state: PluginState, detail?: string) => {
    plugin.state = state;
    plugin.since = Date.now();
    if (detail === undefined) delete plugin.detail;
    else plugin.detail = detail;
  };

  const undo = async (plugin: Running) => {
    plugin.abort.abort(disposed(plugin.id, "was stopped"));
    for (const step of [...plugin.undos.splice(0), ...plugin.registrations.splice(0)].reverse()) {
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
      if (plugin.abort.signal.aborted || leaving.has(plugin))
        throw disposed(plugin.id, "used its context after it was stopped");
      plugin.undos.push(step);
    };
    const point = <K extends keyof ExtensionPoints>(name: K) => {
      const inner = points.forPlugin(name, plugin.id, (step) => plugin.registrations.push(step));
      return {
        items: inner.items,
        add(item: ExtensionPoints[K]) {
          keep(() => undefined); // refuses when it was stopped
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
      registrations: [],
      closed: false,
    };
    const namesakes = running.filter((other) => other.id === plugin.id);
    if (entry.problem === undefined) forget(plugin.id);
    running.push(plugin);
    if (entry.problem !== undefined) {
      enter(plugin, "failed", entry.problem);
      options.log.error(`Plugin "${plugin.id}" was left out: ${entry.problem}`);
      return;
    }
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
      const place = entry.from === undefined ? "" : `${entry.from}: `;
      enter(plugin, "failed", place + reasonOf(error));
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

  const retireOne = (plugin: Running) => {
    for (const step of plugin.registrations.splice(0).reverse()) void step();
    enter(plugin, "disposed");
    leaving.set(plugin, setTimeout(() => void leave(plugin), grace).unref());
  };

  const leave = async (plugin: Running) => {
    clearTimeout(leaving.get(plugin));
    await undo(plugin);
    leaving.delete(plugin);
  };

  const retire = (id: string) => {
    for (const plugin of running) if (plugin.id === id && !isOver(plugin)) retireOne(plugin);
  };

  /** What is over is listed until something takes its place. */
  const forget = (id: string) => {
    for (const plugin of running.filter((one) => one.id === id && isOver(one)))
      running.splice(running.indexOf(plugin), 1);
  };

  return {
    items: points.items,
    retire,
    async replace(entry) {
      retire(entry.definition.id);
      forget(entry.definition.id);
      await startOne(entry);
    },
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
    brought: points.claims,
    async stop(id) {
      for (const plugin of running.filter((one) => one.id === id)) await stopOne(plugin);
    },
    async dispose() {
      for (const plugin of [...leaving.keys()]) await leave(plugin);
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
