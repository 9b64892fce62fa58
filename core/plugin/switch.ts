import { createCondition, type PluginFailure } from "./condition.ts";
import type { PluginEntry } from "./entry.ts";
import type { PluginState } from "./health.ts";
import { noteOrigin } from "./origin.ts";
import { NOBODYS } from "./ownership.ts";
import type { Points } from "./points.ts";
import { memoryQuarantine, type QuarantineRecord } from "./quarantine.ts";
import { quarantineDetail, recordOf, shownFailure } from "./quarantine-record.ts";
import { reasonOf } from "./reason.ts";
import type { Enabled, RegistryOptions } from "./registry.ts";
import { isOver, isUp, type Running } from "./running.ts";
import { isRunning } from "./stray.ts";

/** Longest reason of a failure, in UTF-16 code units. */
const LONGEST_REASON = 300;

export interface SwitchOptions {
  readonly options: RegistryOptions;
  readonly points: Points;
  /** The registry's own list. */
  readonly running: Running[];
  enter(plugin: Running, state: PluginState, detail?: string): void;
  undo(plugin: Running): Promise<void>;
  start(entry: PluginEntry): Promise<void>;
}

/** A handler's name, at the beginning of a sentence. */
const sentence = (handler: string) => handler.charAt(0).toUpperCase() + handler.slice(1);

/** Makes what switches plugins off when they fail again and again, and on again when somebody says so. */
export function createSwitch({ options, points, running, enter, undo, start }: SwitchOptions) {
  const { log } = options;
  const ownership = options.ownership ?? NOBODYS;
  const quarantine = options.quarantine ?? memoryQuarantine();
  const describe = (error: unknown) => (options.describe ?? reasonOf)(error).slice(0, LONGEST_REASON).toWellFormed();
  /** Plugins that are switched off, until all of theirs is undone. */
  const ending = new Set<Promise<void>>();
  const enabling = new Map<string, Promise<Enabled>>();

  const settle = (plugin: Running, failure: PluginFailure | undefined) => {
    if (failure === undefined) return enter(plugin, "active");
    enter(plugin, "degraded", `It fails again and again, ${shownFailure(failure)}`);
    log.warn(`Plugin "${plugin.id}" is degraded. ${plugin.detail}`);
  };

  const keepOff = (plugin: Running, record: QuarantineRecord) => {
    enter(plugin, "quarantined", quarantineDetail(record));
    plugin.since = record.since;
    plugin.commands = record.commands;
  };

  const switchOff = (plugin: Running, failure: PluginFailure) => {
    const record = recordOf(plugin, { failure, claims: points.claims(plugin.id) });
    for (const step of plugin.registrations.splice(0).reverse()) void step();
    keepOff(plugin, record);
    log.error(`Plugin "${plugin.id}" was switched off. ${plugin.detail}`);
    const work = async () => {
      try {
        await quarantine.put(record);
      } catch (error) {
        log.error(`That "${plugin.id}" is switched off could not be kept: a restart starts it.`, { error });
      }
      options.onQuarantine?.(record);
      await undo(plugin);
    };
    const done = work().finally(() => ending.delete(done));
    ending.add(done);
  };

  const enableOne = async (id: string): Promise<Enabled> => {
    await quarantine.remove(id);
    const here = running.filter((one) => one.id === id);
    if (here.some((one) => !isOver(one))) return { outcome: "running" };
    const isOff = ({ state }: Running) => state === "quarantined";
    // Another file with that id may have been left out.
    const plugin = here.find(isOff) ?? here.findLast(({ state }) => state !== "disposed");
    if (plugin === undefined) return { outcome: "missing" };
    running.splice(running.indexOf(plugin), 1);
    await start(plugin.entry);
    const { state, detail = "" } = running.findLast((one) => one.id === id) ?? {};
    return state === "failed" ? { outcome: "failed", detail: describe(detail) } : { outcome: "started" };
  };

  /** One who asks while it starts waits for the same start. */
  const enable = (id: string): Promise<Enabled> => {
    const begun = enabling.get(id) ?? enableOne(id).finally(() => enabling.delete(id));
    enabling.set(id, begun);
    return begun;
  };

  return {
    /** Watches a plugin's handlers. */
    watch: (plugin: () => Running) =>
      createCondition({
        rules: options.rules,
        describe,
        run: (work) => ownership.run(plugin(), work),
        isForeign() {
          const owner = ownership.current();
          return isRunning(owner) && owner !== plugin();
        },
        ...(options.correlationId ? { correlationId: options.correlationId } : {}),
        onThrown: (error) => noteOrigin(error, plugin()),
        onPassedOver: (handler, error) => log.error(`Plugin "${plugin().id}" failed in ${handler}.`, { error }),
        onRemark: (handler, what) => log.warn(`${sentence(handler)} of plugin "${plugin().id}" ${what}.`),
        onFailure: (failure) => options.onFailure?.(plugin().id, failure),
        onChange: (failure) => void (isUp(plugin()) && settle(plugin(), failure)),
        onTrip: (failure) => void (isUp(plugin()) && switchOff(plugin(), failure)),
      }),

    /** Enters the state that a plugin's handlers make it be in. */
    settle: (plugin: Running) => settle(plugin, plugin.condition.ailment),

    /** Whether a plugin that is about to start stays switched off; its state says so then. */
    async stays(plugin: Running): Promise<boolean> {
      try {
        const { id, version } = plugin;
        const record = (await quarantine.all()).find((one) => one.id === id && one.version === version);
        if (record === undefined) return false;
        keepOff(plugin, record);
        log.warn(`Plugin "${id}" stays switched off. ${plugin.detail}`);
        return true;
      } catch (error) {
        log.error(`Whether "${plugin.id}" is switched off could not be read: it is started.`, { error });
        return false;
      }
    },

    /** A plugin was changed: it gets another chance. Never rejects. */
    async forget(id: string): Promise<void> {
      try {
        await quarantine.remove(id);
      } catch (error) {
        log.error(`That "${id}" is no longer switched off could not be kept.`, { error });
      }
    },

    enable,

    async revise(): Promise<readonly string[]> {
      // One that was not loaded is loaded first.
      const off = running.filter(({ state, entry }) => state === "quarantined" && !entry.heldBack);
      if (off.length === 0) return [];
      await Promise.all(ending);
      const kept = await quarantine.all();
      const free = off.map(({ id }) => id).filter((id) => !kept.some((record) => record.id === id));
      for (const id of free) await enable(id);
      return free;
    },

    whose: (command: string) =>
      running.find(({ state, commands }) => state === "quarantined" && commands?.includes(command))?.id,

    /** Resolves when all that was switched off is undone. */
    settled: () => Promise.all(ending),
  };
}
