import type { HandlerWatch } from "./condition.ts";
import { placeInStack } from "./loader/explain.ts";
import type { Running } from "./running.ts";
import { shownPlace } from "./shown-place.ts";

/** An error that nobody caught: thrown by a timer or an event, or what a promise was rejected with. */
export interface Stray {
  readonly kind: "error" | "rejection";
  readonly error: unknown;
}

/** Whose an error is that nobody caught: a plugin's, or that of a file that was loaded as one or as a `bot.config.ts`. */
export interface StrayOrigin {
  /** The plugin's id, unless no plugin came of the file. */
  readonly plugin?: string;
  /** File and line, as the operator writes it, such as `plugins/hello.ts:7`, or the file alone; where it is known. */
  readonly place?: string;
}

/** Whose is what a module begins outside of all functions: that of the plugin that will come of it. */
export interface LoadingModule {
  /** Absolute. */
  readonly module: string;
  /** As the operator writes it. */
  readonly shown: string;
}

/** What it is called among a plugin's handlers. */
const HANDLERS = { error: "a timer or event of its own", rejection: "a promise that it left alone" } as const;

export interface StrayOptions {
  /** The registry's own list. */
  readonly running: readonly Running[];
  /** Whose the running call is: a {@link Running}'s, also of one that is gone, or a {@link LoadingModule}'s. */
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
    const current = owner();
    const loading = isLoading(current) ? current : undefined;
    const threw = ({ entry: { files = [] } }: Running) => placeInStack(error, files) !== undefined;
    const begun = isRunning(current)
      ? current
      : all.find(({ entry: { files = [] } }) => loading !== undefined && files.includes(loading.module));
    // Who threw it counts before who began it, which a runtime may mistake; of several that share a file, whoever began it.
    const plugin = begun !== undefined && threw(begun) ? begun : (all.find(threw) ?? begun);
    if (plugin !== undefined) {
      watchesOf(plugin)[kind].failed(error, { always: kind === "error" });
      const place = shownPlace(plugin.entry, error) ?? loading?.shown;
      return { plugin: plugin.id, ...(place === undefined ? {} : { place }) };
    }
    if (loading === undefined) return undefined;
    // Left out, not begun yet, or a configuration.
    return { place: shownPlace({ files: [loading.module], from: loading.shown }, error) ?? loading.shown };
  };
}

/** Whether a call is a plugin's. */
export const isRunning = (owner: object | undefined): owner is Running => owner !== undefined && "condition" in owner;

/** Whether a call is that of a module outside of all functions, or was begun there. */
export const isLoading = (owner: object | undefined): owner is LoadingModule =>
  owner !== undefined && "module" in owner;
