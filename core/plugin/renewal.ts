import { BotError } from "../domain/errors.ts";
import type { Logger } from "./context.ts";
import type { PluginEntry } from "./entry.ts";
import type { Points } from "./points.ts";
import { isOver, isUp, type Running } from "./running.ts";
import { logSetupFailure } from "./setup-failure.ts";

/** What came of an external plugin when all of them were looked at again. */
export interface Renewed {
  readonly entry: PluginEntry;
  /** `same`: nothing was to be done. `stays`: what ran in its place before runs on. `failed`: nothing runs in its place. */
  readonly outcome: "same" | "started" | "stays" | "failed";
  /** Why it does not run. */
  readonly problem?: string;
  /** What runs on in its place. */
  readonly older?: PluginEntry;
}

export interface Renewal {
  /** In the order in which they were given. */
  readonly renewed: readonly Renewed[];
  /** Ids of those that were taken away. */
  readonly gone: readonly string[];
}

export interface RenewalOptions {
  /** The registry's own list. */
  readonly running: Running[];
  readonly points: Pick<Points, "clash" | "isTaken">;
  readonly log: Logger;
  enlist(entry: PluginEntry, instead: readonly Running[]): Running;
  /** Its state says what it is when it was not set up. */
  setUp(plugin: Running): Promise<boolean>;
  begin(plugin: Running): void;
  fail(plugin: Running, thrown: unknown): Promise<void>;
  /** Tells of one that failed. */
  leaveOut(plugin: Running): void;
  /** Takes away what it registered at once, and stops it after a while. */
  retire(plugin: Running): void;
  /** Lists what was switched off as gone, and forgets that it was. */
  dismiss(plugin: Running): Promise<void>;
  /** Forgets that a plugin was switched off. */
  forgive(id: string): Promise<void>;
  isStopping(): boolean;
}

/** Makes what puts a new set of external plugins in the place of the one that runs. */
export function createRenewal(options: RenewalOptions): (entries: readonly PluginEntry[]) => Promise<Renewal> {
  const { running, points, log } = options;

  const drop = (plugin: Running) => {
    const index = running.indexOf(plugin);
    if (index >= 0) running.splice(index, 1);
  };

  /** Never rejects, and is begun at once. */
  const goAway = (plugin: Running) => {
    if (!isOver(plugin)) options.retire(plugin);
    else if (plugin.state === "quarantined") void options.dismiss(plugin);
  };

  return async (entries) => {
    const before = running.filter(({ entry }) => entry.from !== undefined);
    const knownOf = (entry: PluginEntry) => before.find((one) => isSame(one.entry, entry));
    const fresh = entries.filter((entry) => !isSettled(knownOf(entry), entry));
    const leaving = before.filter((one) => !entries.some((entry) => isSame(one.entry, entry)));
    const heirs = new Map(leaving.map((one) => [one, heirOf(one, fresh)]));
    const oldsOf = (entry: PluginEntry) => leaving.filter((one) => heirs.get(one) === entry && !isOver(one));
    const orphans = leaving.filter((one) => heirs.get(one) === undefined);
    const gone = orphans.filter((one) => !isOver(one) || one.state === "quarantined");
    /** What came of each that was to be started. */
    const latest = new Map<PluginEntry, Running>();

    const keepOlds = ({ entry }: Running) => {
      for (const old of oldsOf(entry)) old.standing.is = "shown";
    };

    /** Sets these up, and lets all that could be set up take their places at once. */
    const round = async (todo: readonly PluginEntry[]) => {
      for (const entry of todo)
        if (entry.problem === undefined) for (const old of oldsOf(entry)) old.standing.is = "going";
      for (const one of orphans) one.standing.is = "going";
      const ready: Running[] = [];
      for (const entry of todo) {
        // A plugin that was changed gets another chance.
        if (knownOf(entry) === undefined && entry.problem === undefined) await options.forgive(entry.definition.id);
        if (options.isStopping()) return;
        const plugin = options.enlist(entry, oldsOf(entry));
        latest.set(entry, plugin);
        if (await options.setUp(plugin)) ready.push(plugin);
        else keepOlds(plugin);
      }
      // A name is not free when the one that was to give it up stays. Who loses one for that stays as it was, too.
      for (let at = 0; at < ready.length; ) {
        const [plugin] = ready.slice(at);
        const clash = plugin && points.clash(plugin.standing);
        if (plugin === undefined || clash === undefined) {
          at++;
          continue;
        }
        ready.splice(at, 1);
        await options.fail(plugin, clash);
        keepOlds(plugin);
        at = 0;
      }
      if (options.isStopping()) return;
      // Nobody sees half of it: nothing is waited for from here on.
      for (const plugin of ready) {
        options.begin(plugin);
        for (const old of leaving.filter((one) => heirs.get(one) === plugin.entry)) {
          goAway(old);
          drop(old);
        }
      }
      for (const one of orphans) goAway(one);
    };

    /** Those that were left out for a name which nobody has now. */
    const waiting = () =>
      entries.filter((entry) => {
        const plugin = latest.get(entry) ?? knownOf(entry);
        return plugin !== undefined && entry.problem === undefined && isRefused(plugin, points);
      });

    let todo = [...fresh].sort((a, b) => Number(oldsOf(a).length === 0) - Number(oldsOf(b).length === 0));
    let rounds = 0;
    do {
      await round(todo);
      todo = waiting();
    } while (todo.length > 0 && ++rounds <= entries.length && !options.isStopping());
    if (options.isStopping()) return { renewed: [], gone: [] };

    for (const one of leaving) {
      if (!isOver(one) || (heirs.get(one) === undefined && one.state !== "failed")) continue;
      goAway(one);
      drop(one);
    }
    for (const { id, entry } of gone) log.info(`Plugin "${id}" was taken away: ${entry.from} is gone.`);
    const renewed = entries.map((entry): Renewed => {
      const plugin = latest.get(entry);
      if (plugin === undefined) {
        const { problem } = entry;
        return { entry, outcome: "same", ...(problem === undefined ? {} : { problem }) };
      }
      const { id, version, detail = "" } = plugin;
      if (isUp(plugin)) {
        log.info(`Plugin "${id}" ${version} was loaded from ${entry.from}.`);
        return { entry, outcome: "started" };
      }
      const [old] = oldsOf(entry);
      if (old === undefined) {
        plugin.standing.is = "shown";
        if (plugin.state === "failed") options.leaveOut(plugin);
        return { entry, outcome: "failed", problem: detail };
      }
      drop(plugin);
      const moved = old.entry.from === entry.from ? "" : `, loaded from ${old.entry.from}`;
      logSetupFailure(log, `Plugin "${old.id}" stays as it was${moved}: ${detail}`, plugin);
      return { entry, outcome: "stays", problem: detail, older: old.entry };
    });
    return { renewed, gone: gone.map(({ id }) => id) };
  };
}

function isSame(a: PluginEntry, b: PluginEntry): boolean {
  if (a.from !== b.from) return false;
  // One that is held back has none of its own.
  return a.definition === b.definition || Boolean(a.heldBack && b.heldBack && a.definition.id === b.definition.id);
}

/** Whether nothing is to be done about a plugin that is known as it is. */
function isSettled(known: Running | undefined, entry: PluginEntry): boolean {
  if (known === undefined || known.state === "disposed") return false;
  return known.state !== "failed" || known.entry.problem === entry.problem;
}

/** What comes in a plugin's place: the one with its id, also from another file, or what is now in its file. */
function heirOf({ id, entry: { from } }: Running, fresh: readonly PluginEntry[]): PluginEntry | undefined {
  return (
    fresh.find(({ definition, problem }) => problem === undefined && definition.id === id) ??
    fresh.find((entry) => entry.from === from)
  );
}

/** Whether a plugin failed for a name alone, which is free now. */
function isRefused({ state, thrown, standing: { refused } }: Running, points: RenewalOptions["points"]): boolean {
  if (state !== "failed" || refused === undefined) return false;
  return thrown instanceof BotError && thrown.code === "plugin.conflict" && !points.isTaken(refused);
}
