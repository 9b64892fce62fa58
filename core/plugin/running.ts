import { BotError } from "../domain/errors.ts";
import type { Condition } from "./condition.ts";
import type { ExtensionPoints, PluginContext } from "./context.ts";
import type { PluginEntry, PluginServices } from "./entry.ts";
import { guardServices } from "./guard.ts";
import type { PluginState } from "./health.ts";
import type { Points } from "./points.ts";
import type { RegistryOptions } from "./registry.ts";
import { createSchedule } from "./schedule.ts";
import type { Standing } from "./standing.ts";

/** Takes back something that a plugin did. */
export type Undo = () => void | Promise<void>;

/** One plugin in the registry, from its start to whatever takes its place. */
export interface Running {
  readonly id: string;
  readonly version: string;
  readonly entry: PluginEntry;
  state: PluginState;
  since: number;
  detail?: string;
  /** What kept it from being set up. */
  thrown?: unknown;
  /** Commands of one that was switched off. */
  commands?: readonly string[];
  readonly condition: Condition;
  readonly standing: Standing;
  readonly abort: AbortController;
  readonly undos: Undo[];
  /** Takes away what it added to the extension points. */
  readonly registrations: Undo[];
  /** Whether everything is undone: until then it may still say goodbye, such as write to its store. */
  closed: boolean;
}

export interface PendingOptions {
  readonly condition: Condition;
  /** How those stand in whose place it comes, when it is not seen before it is set up. */
  readonly instead?: readonly Standing[] | undefined;
}

/** A plugin before its start. What its definition holds was not checked yet. */
export function pending(entry: PluginEntry, { condition, instead }: PendingOptions): Running {
  const { id, version } = (entry.definition ?? {}) as { id?: unknown; version?: unknown };
  return {
    id: typeof id === "string" ? id : "(nameless)",
    version: typeof version === "string" ? version : "?",
    entry,
    state: "pending",
    since: Date.now(),
    condition,
    standing: { is: instead ? "staged" : "shown", instead: instead ?? [] },
    abort: new AbortController(),
    undos: [],
    registrations: [],
    closed: false,
  };
}

export interface ContextOptions extends Pick<RegistryOptions, "report"> {
  readonly points: Points;
  readonly services: PluginServices;
  /** Whether it was replaced, and only finishes what is under way. */
  isLeaving(): boolean;
}

/** Makes a plugin's `ctx`, whose registrations can be undone. */
export function createContext(plugin: Running, options: ContextOptions): PluginContext {
  const { points, isLeaving } = options;
  const late = () => disposed(plugin.id, "used its context after it was stopped");
  const keep = (step: Undo) => {
    if (plugin.abort.signal.aborted || isLeaving()) throw late();
    plugin.undos.push(step);
  };
  const point = <K extends keyof ExtensionPoints>(name: K) => {
    const { id, condition, standing, registrations } = plugin;
    const onUndo = (step: Undo) => void registrations.push(step);
    const inner = points.forPlugin(name, { plugin: id, condition, standing, onUndo });
    return {
      items: inner.items,
      add(item: ExtensionPoints[K]) {
        keep(() => undefined); // refuses when it was stopped
        return inner.add(item);
      },
    };
  };
  const services = guardServices(options.services, () => {
    if (plugin.closed) throw late();
  });
  return {
    ...services,
    id: plugin.id,
    signal: plugin.abort.signal,
    schedule: createSchedule({ signal: plugin.abort.signal, log: services.log, condition: plugin.condition }),
    sources: point("sources"),
    formatters: point("formatters"),
    commands: point("commands"),
    health: { ...point("health"), report: options.report },
    point,
    onStop: keep,
  };
}

/** Whether a plugin has ended, so that another may have its id. */
export function isOver({ state }: Running): boolean {
  return state === "disposed" || state === "failed" || state === "quarantined";
}

/** Whether a plugin works, well or not. */
export function isUp({ state }: Running): boolean {
  return state === "active" || state === "degraded";
}

/** What a plugin gets that was stopped. */
export function disposed(plugin: string, what: string): BotError {
  return new BotError("plugin.disposed", `Plugin "${plugin}" ${what}.`, { plugin });
}
