import { BotError } from "../domain/errors.ts";
import type { BreakerRules } from "./breaker.ts";
import type { PluginFailure } from "./condition.ts";
import type { ExtensionPoints, Logger, PluginContext } from "./context.ts";
import type { AnyPlugin } from "./define.ts";
import { definitionProblems } from "./definition.ts";
import type { HealthReport, PluginHealth, PluginState } from "./health.ts";
import { createPoints } from "./points.ts";
import type { Quarantine, QuarantineRecord } from "./quarantine.ts";
import { createContext, disposed, isOver, type Running, type Undo } from "./running.ts";
import { explainSetup } from "./setup-failure.ts";
import { createStrayBlame, type Stray, type StrayOrigin } from "./stray.ts";
import { createSwitch } from "./switch.ts";
import { within } from "./within.ts";

/** The services behind a plugin's context, scoped to that plugin. */
export type PluginServices = Pick<PluginContext, "http" | "cache" | "store" | "log" | "metrics" | "workers">;

/** A plugin with validated options, ready to start. */
export interface PluginEntry {
  readonly definition: AnyPlugin;
  readonly options: unknown;
  /** The file of an external plugin, for messages. */
  readonly from?: string;
  /** The external plugin's own files, absolute, its module first. */
  readonly files?: readonly string[];
  /** The line of its `setup` there, beginning with 1. */
  readonly setupLine?: number;
  /** What its TypeScript is without types, by the SHA-256 of each file: for threads that run its tasks. */
  readonly stripped?: Readonly<Record<string, string>>;
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
  /** Which plugins are switched off. Default: kept in memory. */
  readonly quarantine?: Quarantine;
  /** When a plugin ails, and when it is switched off. */
  readonly rules?: BreakerRules;
  /** Makes an error fit to be shown and kept: without secrets. Default: its message. */
  describe?(error: unknown): string;
  /** Tells whose an error is that nobody caught. Default: an external plugin is known by its files alone. */
  readonly ownership?: Ownership;
  /** The id under which the log tells of what is under way. */
  correlationId?(): string | undefined;
  /** Told of every failure that a plugin itself is to blame for. */
  onFailure?(plugin: string, failure: PluginFailure): void;
  /** Told when a plugin was switched off. */
  onQuarantine?(record: QuarantineRecord): void;
}

/** Ties what a plugin's code starts, such as timers and promises, to that plugin. */
export interface Ownership {
  run<T>(owner: object, work: () => T): T;
  /** Whose the running call is. */
  current(): object | undefined;
}

/** Ties nothing. */
export const NOBODYS: Ownership = { run: (_owner, work) => work(), current: () => undefined };

/** What came of enabling a plugin again. */
export interface Enabled {
  readonly outcome: "started" | "running" | "failed" | "missing";
  /** Why it failed. */
  readonly detail?: string;
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
  /**
   * Starts a plugin that was switched off, or that failed to start, and forgets why it was.
   *
   * @throws BotError `store.*` when that cannot be forgotten; it stays switched off then.
   */
  enable(id: string): Promise<Enabled>;
  /** Starts what was switched off and enabled by another process since. @returns the ids. */
  revise(): Promise<readonly string[]>;
  /**
   * Finds the plugin to which an error belongs that nobody caught, and counts it as that plugin's failure.
   *
   * @returns `undefined` when it is no plugin's.
   */
  stray(stray: Stray): StrayOrigin | undefined;
  /** The plugin whose command this was before it was switched off. */
  switchedOff(command: string): string | undefined;
  /** Stops one plugin; what it registered is undone. */
  stop(id: string): Promise<void>;
  /** Stops all plugins, latest first. */
  dispose(): Promise<void>;
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
  const ownership = options.ownership ?? NOBODYS;

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

  const off = createSwitch({ options, points, running, enter, undo, start: (entry) => startOne(entry) });

  const startOne = async (entry: PluginEntry) => {
    const { definition } = entry;
    const { id, version } = (definition ?? {}) as { id?: unknown; version?: unknown }; // checked below
    const plugin: Running = {
      id: typeof id === "string" ? id : "(nameless)",
      version: typeof version === "string" ? version : "?",
      entry,
      state: "pending",
      since: Date.now(),
      condition: off.watch(() => plugin),
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
      if (await off.stays(plugin)) return;
      enter(plugin, "loading");
      const ctx = createContext(plugin, {
        points,
        services: options.services(entry),
        report: options.report,
        isLeaving: () => leaving.has(plugin),
      });
      // Each definition's `setup` takes the type its own schema made; the pair was checked when options were read.
      const setup = definition.setup as (ctx: PluginContext, options: unknown) => unknown;
      const begun = ownership.run(plugin, async () => setup(ctx, entry.options));
      begun.then(
        (result) => void (plugin.closed && typeof result === "function" && undoLate(plugin, result as Undo)),
        () => undefined, // told below, or nobody waits any more
      );
      const result = await within(
        () => begun,
        setupTimeout,
        () => new BotError("plugin.timeout", `setup() did not finish within ${setupTimeout / 1000} s`),
      );
      if (typeof result === "function") plugin.undos.push(result as Undo);
      off.settle(plugin);
      if (definition.notice) options.log.info(`${plugin.id}: ${definition.notice}`);
    } catch (error) {
      await undo(plugin);
      enter(plugin, "failed", explainSetup(plugin, error));
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
    for (const plugin of running) {
      if (plugin.id !== id) continue;
      if (!isOver(plugin)) retireOne(plugin);
      // Its file is gone, or another: what comes after it begins anew.
      if (plugin.state !== "quarantined") continue;
      enter(plugin, "disposed");
      void off.forget(id);
    }
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
      const { id } = entry.definition;
      retire(id);
      forget(id);
      await off.forget(id);
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
    stray: createStrayBlame({ running, owner: ownership.current }),
    enable: off.enable,
    revise: off.revise,
    switchedOff: off.whose,
    async stop(id) {
      for (const plugin of running.filter((one) => one.id === id)) await stopOne(plugin);
    },
    async dispose() {
      await off.settled();
      for (const plugin of [...leaving.keys()]) await leave(plugin);
      for (const plugin of [...running].reverse()) await stopOne(plugin);
    },
  };
}
