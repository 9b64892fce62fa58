import { BotError } from "../domain/errors.ts";
import type { BreakerRules } from "./breaker.ts";
import type { PluginFailure } from "./condition.ts";
import type { ExtensionPoints, Logger, PluginContext } from "./context.ts";
import { definitionProblems } from "./definition.ts";
import type { PluginEntry, PluginServices } from "./entry.ts";
import type { HealthReport, PluginHealth, PluginState } from "./health.ts";
import { listed } from "./listed.ts";
import { NOBODYS, type Ownership } from "./ownership.ts";
import { createPoints } from "./points.ts";
import type { Quarantine, QuarantineRecord } from "./quarantine.ts";
import { createRenewal, type Renewal } from "./renewal.ts";
import { createContext, disposed, isOver, pending, type Running, type Undo } from "./running.ts";
import { explainSetup, logSetupFailure } from "./setup-failure.ts";
import { createStrayBlame, type Stray, type StrayOrigin } from "./stray.ts";
import { createSwitch } from "./switch.ts";
import { soundly } from "./thrown.ts";
import { within } from "./within.ts";

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
   * Makes these the external plugins that run: starts those that are new, changed, or were left out for a name that is
   * free now, and takes away those that are not among them. A new version is set up while the one before still serves, and
   * takes its place at once with all others of this call; one that cannot be set up leaves the one before as it was. Calls
   * under way are finished by those that go: their services stay open for a while.
   *
   * @param entries each with its file.
   * @returns what came of it; what failed, and what stays as it was, is logged.
   */
  renew(entries: readonly PluginEntry[]): Promise<Renewal>;
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
  let stopping = false;

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

  /** Puts a plugin into the list. @param instead those in whose place it comes, when it is not seen before it is set up. */
  const enlist = (entry: PluginEntry, instead?: readonly Running[]): Running => {
    const standings = instead?.map(({ standing }) => standing);
    const plugin: Running = pending(entry, { condition: off.watch(() => plugin), instead: standings });
    if (entry.problem === undefined) forget(plugin);
    running.push(plugin);
    return plugin;
  };

  const startOne = async (entry: PluginEntry) => {
    const plugin = enlist(entry);
    if (await setUp(plugin)) begin(plugin);
    else if (plugin.state === "failed") leaveOut(plugin);
  };

  /** Tells of one that failed. */
  const leaveOut = (plugin: Running) => {
    logSetupFailure(options.log, `Plugin "${plugin.id}" was left out: ${plugin.detail}`, plugin);
  };

  /** Lets one that was set up be seen. */
  const begin = (plugin: Running) => {
    plugin.standing.is = "shown";
    points.refresh();
    off.settle(plugin);
    const { notice } = plugin.entry.definition;
    if (notice) options.log.info(`${plugin.id}: ${notice}`);
  };

  const fail = async (plugin: Running, thrown: unknown) => {
    const error = soundly(thrown);
    await undo(plugin);
    plugin.thrown = error;
    enter(plugin, "failed", explainSetup(plugin, error));
  };

  /** @returns whether it was set up; its state says what it is otherwise. */
  const setUp = async (plugin: Running): Promise<boolean> => {
    const { entry } = plugin;
    const { definition } = entry;
    if (entry.heldBack && (await off.stays(plugin))) return false;
    if (entry.problem !== undefined) {
      enter(plugin, "failed", entry.problem);
      return false;
    }
    try {
      const problems = definitionProblems(definition);
      if (problems.length > 0) throw new BotError("plugin.invalid", `Plugin "${plugin.id}": ${problems.join("; ")}.`);
      const namesakes = running.filter((other) => other.id === plugin.id && other !== plugin && !isOver(other));
      if (!namesakes.every(({ standing }) => plugin.standing.instead.includes(standing)))
        throw new BotError("plugin.conflict", `Two plugins have the id "${plugin.id}".`);
      if (await off.stays(plugin)) return false;
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
      if (plugin.closed) throw disposed(plugin.id, "was stopped before it was set up");
      if (typeof result === "function") plugin.undos.push(result as Undo);
      return true;
    } catch (thrown) {
      await fail(plugin, thrown);
      return false;
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

  /** What is over is listed until something takes its place; a file that failed, until that very file does. */
  const forget = ({ id, entry: { from } }: Running) => {
    for (const one of running.filter((each) => each.id === id && isOver(each)))
      if (one.state !== "failed" || one.entry.from === from) running.splice(running.indexOf(one), 1);
  };

  const renew = createRenewal({
    running,
    points,
    log: options.log,
    enlist,
    setUp,
    begin,
    fail,
    leaveOut,
    retire: retireOne,
    isStopping: () => stopping,
    async dismiss(plugin) {
      enter(plugin, "disposed");
      await off.forget(plugin.id);
    },
    forgive: off.forget,
  });

  return {
    items: points.items,
    renew,
    async start(entries) {
      for (const entry of entries) await startOne(entry);
    },
    plugins: () => listed(running),
    brought: points.claims,
    stray: createStrayBlame({ running, owner: ownership.current }),
    enable: off.enable,
    revise: off.revise,
    switchedOff: off.whose,
    async stop(id) {
      for (const plugin of running.filter((one) => one.id === id)) await stopOne(plugin);
    },
    async dispose() {
      stopping = true;
      await off.settled();
      for (const plugin of [...leaving.keys()]) await leave(plugin);
      for (const plugin of [...running].reverse()) await stopOne(plugin);
    },
  };
}
