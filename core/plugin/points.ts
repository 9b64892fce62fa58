import { BotError } from "../domain/errors.ts";
import type { Condition } from "./condition.ts";
import type { ExtensionPoint, ExtensionPoints } from "./context.ts";
import { reasonOf } from "./reason.ts";
import { shownValue } from "./shown-value.ts";
import { isInTheWay, type Standing } from "./standing.ts";
import { type WatchedItem, watchItem } from "./watched.ts";

/** What the core keeps for itself. */
const RESERVED = [
  "/start",
  "/help",
  "health check store",
  "health check cache",
  "health check telegram",
  "health check webhook",
];

const CORE = Symbol("the core");

const shown = (): Standing => ({ is: "shown", instead: [] });

/** Says that a name is taken, and what to do. */
function taken(claim: string, plugin: string, other: string | typeof CORE): string {
  const what = /^(?:formatter|health check)/.exec(claim)?.[0] ?? "command";
  const rename = `Give the ${what} another name`;
  if (other === CORE) return `it claims ${claim}, which the core has already. ${rename}.`;
  if (other === plugin) return `it claims ${claim} twice. ${rename} the second time, or add it once.`;
  return `it claims ${claim}, which plugin "${other}" has already. ${rename}, or leave the other plugin out in bot.config.ts.`;
}

interface Entry {
  readonly plugin: string;
  readonly standing: Standing;
  /** Where it was added, when that may have to be told later. */
  readonly added?: Error;
  readonly item: unknown;
  readonly claims: readonly string[];
}

/** Throws a message when an item is not well formed; returns the names it claims. */
type Admit = (item: Record<string, unknown>) => readonly string[];

/** What a text must be like, and the same in words. */
type Form = readonly [pattern: RegExp, wanted: string];

function text(item: Record<string, unknown>, key: string, [pattern, wanted]: Form): string {
  const value = item[key];
  if (typeof value !== "string" || !pattern.test(value)) {
    throw new Error(`"${key}" must be ${wanted}, but is ${shownValue(value)}`);
  }
  return value;
}

/** An object, or a message that names what stands there instead. */
function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>; // as it was just checked
  throw new Error(`${what} must be an object, but is ${shownValue(value)}`);
}

function optionalFunctions(item: Record<string, unknown>, ...keys: string[]): void {
  functions(item, ...keys.filter((key) => item[key] !== undefined));
}

function functions(item: Record<string, unknown>, ...keys: string[]): void {
  for (const key of keys) if (typeof item[key] !== "function") throw new Error(`"${key}" must be a function`);
}

/** Bot API, BotCommand. */
const DESCRIPTION: Form = [/^.{1,256}$/s, "a text of 1–256 characters"];
const COMMAND: Form = [/^[a-z][a-z0-9_]{0,31}$/, "1–32 of a–z, 0–9 and _, a letter first"];
/** With what the core puts behind it, such as `url`, it must still be a command. */
const SOURCE_COMMAND: Form = [/^[a-z][a-z0-9]{0,15}$/, "1–16 of a–z and 0–9, a letter first"];
const FIELD: Form = [/^[a-z][a-z0-9_]*$/, "of a–z, 0–9 and _, a letter first"];
const FORMATTER: Form = [/^[a-z][a-z0-9-]*$/, "of a–z, 0–9 and -, a letter first"];
const AUDIENCE: Form = [/^(?:everyone|members|owner)$/, '"everyone", "members" or "owner"'];
const SOMETHING: Form = [/\S/, "a text that is not empty"];

const admission: Record<string, Admit> = {
  sources(item) {
    const command = text(item, "command", SOURCE_COMMAND);
    text(item, "name", SOMETHING);
    text(item, "description", DESCRIPTION);
    text(item, "example", SOMETHING);
    functions(item, "search", "details", "matchUrl", "defaultTemplate", "isRecord", "title", "url", "poster");
    optionalFunctions(item, "matchId", "matchLegacyCallback");
    if (!Array.isArray(item.fields)) throw new Error('"fields" must be a list');
    const names = item.fields.map((value: unknown) => {
      const field = object(value, "a field");
      functions(field, "value");
      return text(field, "name", FIELD);
    });
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new Error(`the field "${twice}" stands there twice`);
    const ttl = object(item.ttl, '"ttl"');
    for (const key of ["search", "details"]) {
      const time = ttl[key];
      if (!(typeof time === "number" && time > 0 && Number.isFinite(time)))
        throw new Error(`"ttl.${key}" must be a time in ms, but is ${String(time)}`);
    }
    return [`/${command}`, `/${command}url`];
  },
  commands(item) {
    const name = text(item, "name", COMMAND);
    text(item, "description", DESCRIPTION);
    functions(item, "run");
    if (item.audience !== undefined) text(item, "audience", AUDIENCE);
    return [`/${name}`];
  },
  formatters(item) {
    functions(item, "format");
    return [`formatter ${text(item, "name", FORMATTER)}`];
  },
  health(item) {
    functions(item, "check");
    if (item.required !== undefined && typeof item.required !== "boolean")
      throw new Error('"required" must be true or false');
    return [`health check ${text(item, "name", SOMETHING)}`];
  },
};

/** All extension points, with who added what. */
export interface Points {
  /** Items of a point, in the order of adding. */
  items<K extends keyof ExtensionPoints>(name: K): readonly ExtensionPoints[K][];
  /** What a plugin's items are called, over all points. */
  claims(plugin: string): readonly string[];
  /** Says which name of a plugin's somebody else has; `undefined` when all are its own. */
  clash(standing: Standing): BotError | undefined;
  /** Whether anybody has a name, such as `/mdl`. */
  isTaken(claim: string): boolean;
  /** To be called when a plugin stands otherwise than before. */
  refresh(): void;
  forPlugin<K extends keyof ExtensionPoints>(name: K, options: PointOptions): ExtensionPoint<ExtensionPoints[K]>;
}

/** One plugin at an extension point. */
export interface PointOptions {
  readonly plugin: string;
  /** Watches the handlers of what it adds. */
  readonly condition?: Condition;
  /** Default: what it adds is seen at once. */
  readonly standing?: Standing;
  /** Receives what takes an item away. */
  onUndo(undo: () => void): void;
}

/**
 * Makes the typed registry of extension points. Points that plugins bring by module augmentation need
 * no admission rule; their items are taken as they are.
 */
export function createPoints(): Points {
  const entries = new Map<string, Entry[]>();
  const snapshots = new Map<string, readonly unknown[]>();

  const items = <K extends keyof ExtensionPoints>(name: K): readonly ExtensionPoints[K][] => {
    let snapshot = snapshots.get(name);
    if (!snapshot) {
      const seen = (entries.get(name) ?? []).filter(({ standing }) => standing.is !== "staged");
      snapshot = seen.map((entry) => entry.item);
      snapshots.set(name, snapshot);
    }
    // The list under a name holds only what `add` of that name let in.
    return snapshot as readonly ExtensionPoints[K][];
  };

  const all = () => [...entries.values()].flat();

  /** The id of the plugin that keeps a name from this one, or that the core does. */
  const claimant = (claim: string, mine: Standing): string | typeof CORE | undefined => {
    if (RESERVED.includes(claim)) return CORE;
    const holders = all().filter(({ claims }) => claims.includes(claim));
    const hadIt = holders.some(({ standing }) => mine.instead.includes(standing));
    return holders.find(({ standing }) => isInTheWay(standing, { mine, hadIt }))?.plugin;
  };

  const clash = (mine: Standing): BotError | undefined => {
    for (const { standing, claims, plugin, added } of all()) {
      if (standing !== mine) continue;
      for (const claim of claims) {
        const other = claimant(claim, mine);
        if (other === undefined) continue;
        mine.refused = claim;
        const error = new BotError("plugin.conflict", taken(claim, plugin, other), { plugin });
        if (added?.stack !== undefined) error.stack = added.stack;
        return error;
      }
    }
    return undefined;
  };

  return {
    items,
    claims: (plugin) =>
      [...entries].flatMap(([name, list]) =>
        list
          .filter((entry) => entry.plugin === plugin && entry.standing.is !== "staged")
          .flatMap(({ claims }) =>
            claims.length > 0 ? claims.map((claim) => (claim.startsWith("/") ? `${name} ${claim}` : claim)) : [name],
          ),
      ),
    clash,
    isTaken: (claim) => claimant(claim, shown()) !== undefined,
    refresh: () => snapshots.clear(),
    forPlugin: (name, { plugin, condition, standing = shown(), onUndo }) => ({
      items: () => items(name),
      add(item) {
        let claims: readonly string[];
        let watched: WatchedItem = { item, forget: () => undefined };
        try {
          if (condition !== undefined) watched = watchItem(name, item, condition);
          claims = admission[name]?.(object(watched.item, "an item")) ?? [];
        } catch (error) {
          throw new BotError("plugin.invalid", `Plugin "${plugin}" adds to ${name}: ${reasonOf(error)}.`, {
            plugin,
            cause: error,
          });
        }
        for (const claim of claims) {
          const own = all().some((entry) => entry.standing === standing && entry.claims.includes(claim));
          const other = own ? plugin : claimant(claim, standing);
          if (other === undefined) continue;
          if (!own) standing.refused = claim;
          throw new BotError("plugin.conflict", taken(claim, plugin, other), { plugin });
        }
        const added = standing.is === "staged" ? { added: new Error("It was added here.") } : {};
        const entry: Entry = { plugin, standing, item: watched.item, claims, ...added };
        entries.set(name, [...(entries.get(name) ?? []), entry]);
        snapshots.delete(name);
        const undo = () => {
          entries.set(
            name,
            (entries.get(name) ?? []).filter((other) => other !== entry),
          );
          snapshots.delete(name);
          watched.forget();
        };
        onUndo(undo);
        return undo;
      },
    }),
  };
}
