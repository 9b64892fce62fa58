import type { HandlerWatch } from "./condition.ts";
import { placeInStack } from "./loader/explain.ts";
import type { Running } from "./running.ts";
import { shownPlace } from "./shown-place.ts";

/** An error that nobody caught: thrown by a timer or an event, or what a promise was rejected with. */
export interface Stray {
  readonly kind: "error" | "rejection";
  readonly error: unknown;
}

/** Whose an error is that nobody caught. */
export interface StrayOrigin {
  /** The plugin's id. */
  readonly plugin: string;
  /** File and line, as the operator writes it, such as `plugins/hello.ts:7`, where it is known. */
  readonly place?: string;
}

/** What it is called among a plugin's handlers. */
const HANDLERS = { error: "a timer or event of its own", rejection: "a promise that it left alone" } as const;

export interface StrayOptions {
  /** The registry's own list. */
  readonly running: readonly Running[];
  /** Whose the running call is. */
  owner(): object | undefined;
}

/** Makes what finds the plugin to which a stray error belongs, and counts it as one of that plugin's failures. */
export function createStrayBlame({ running, owner }: StrayOptions): (stray: Stray) => StrayOrigin | undefined {
  const watches = new WeakMap<Running, Record<Stray["kind"], HandlerWatch>>();
  const watchesOf = (plugin: Running) => {
    const known = watches.get(plugin) ?? {
      error: plugin.condition.handler(HANDLERS.error),
      rejection: plugin.condition.handler(HANDLERS.rejection),
    };
    watches.set(plugin, known);
    return known;
  };

  return ({ kind, error }) => {
    // The latest first: the file of one that was replaced is the file of what replaced it.
    const all = [...running].reverse();
    const inFile = all.find(({ entry }) => placeInStack(error, entry.files ?? []) !== undefined);
    const current = owner();
    const plugin = all.find((one) => one === current) ?? inFile;
    if (plugin === undefined) return undefined;
    watchesOf(plugin)[kind].failed(error, { always: kind === "error" });
    const place = shownPlace(plugin.entry, error);
    return { plugin: plugin.id, ...(place === undefined ? {} : { place }) };
  };
}
