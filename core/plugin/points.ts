import { BotError } from "../domain/errors.ts";
import type { Condition } from "./condition.ts";
import type { ExtensionPoint, ExtensionPoints } from "./context.ts";
import { reasonOf } from "./reason.ts";
import { watchItem } from "./watched.ts";

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
  readonly item: unknown;
  readonly claims: readonly string[];
}

/** Throws a message when an item is not well formed; returns the names it claims. */
type Admit = (item: Record<string, unknown>) => readonly string[];

function text(item: Record<string, unknown>, key: string, pattern: RegExp): string {
  const value = item[key];
  if (typeof value !== "string" || !pattern.test(value)) {
    throw new Error(`"${key}" must match ${pattern.source}, but is ${JSON.stringify(value)}`);
  }
  return value;
}

/** An object, or a message that names what stands there instead. */
function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>; // as it was just checked
  throw new Error(`${what} must be an object, but is ${JSON.stringify(value) ?? typeof value}`);
}

function optionalFunctions(item: Record<string, unknown>, ...keys: string[]): void {
  functions(item, ...keys.filter((key) => item[key] !== undefined));
}

function functions(item: Record<string, unknown>, ...keys: string[]): void {
  for (const key of keys) if (typeof item[key] !== "function") throw new Error(`"${key}" must be a function`);
}

/** 1–256 characters (Bot API, BotCommand). */
const DESCRIPTION = /^.{1,256}$/s;

const admission: Record<string, Admit> = {
  sources(item) {
    const command = text(item, "command", /^[a-z][a-z0-9]{0,15}$/);
    text(item, "name", /\S/);
    text(item, "description", DESCRIPTION);
    text(item, "example", /\S/);
    functions(item, "search", "details", "matchUrl", "defaultTemplate", "isRecord", "title", "url", "poster");
    optionalFunctions(item, "matchId", "matchLegacyCallback");
    if (!Array.isArray(item.fields)) throw new Error('"fields" must be a list');
    const names = item.fields.map((value: unknown) => {
      const field = object(value, "a field");
      functions(field, "value");
      return text(field, "name", /^[a-z][a-z0-9_]*$/);
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
    const name = text(item, "name", /^[a-z][a-z0-9_]{0,31}$/);
    text(item, "description", DESCRIPTION);
    functions(item, "run");
    if (item.audience !== undefined) text(item, "audience", /^(?:everyone|members|owner)$/);
    return [`/${name}`];
  },
  formatters(item) {
    functions(item, "format");
    return [`formatter ${text(item, "name", /^[a-z][a-z0-9-]*$/)}`];
  },
  health(item) {
    functions(item, "check");
    if (item.required !== undefined && typeof item.required !== "boolean")
      throw new Error('"required" must be true or false');
    return [`health check ${text(item, "name", /\S/)}`];
  },
};

/** All extension points, with who added what. */
export interface Points {
  /** Items of a point, in the order of adding. */
  items<K extends keyof ExtensionPoints>(name: K): readonly ExtensionPoints[K][];
  /** What a plugin's items are called, over all points. */
  claims(plugin: string): readonly string[];
  forPlugin<K extends keyof ExtensionPoints>(name: K, options: PointOptions): ExtensionPoint<ExtensionPoints[K]>;
}

/** One plugin at an extension point. */
export interface PointOptions {
  readonly plugin: string;
  /** Watches the handlers of what it adds. */
  readonly condition?: Condition;
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
      snapshot = (entries.get(name) ?? []).map((entry) => entry.item);
      snapshots.set(name, snapshot);
    }
    // The list under a name holds only what `add` of that name let in.
    return snapshot as readonly ExtensionPoints[K][];
  };

  /** The id of the plugin that has a name, or that the core has it. */
  const claimant = (claim: string): string | typeof CORE | undefined => {
    if (RESERVED.includes(claim)) return CORE;
    for (const list of entries.values()) {
      for (const entry of list) if (entry.claims.includes(claim)) return entry.plugin;
    }
    return undefined;
  };

  return {
    items,
    claims: (plugin) =>
      [...entries].flatMap(([name, list]) =>
        list
          .filter((entry) => entry.plugin === plugin)
          .flatMap(({ claims }) =>
            claims.length > 0 ? claims.map((claim) => (claim.startsWith("/") ? `${name} ${claim}` : claim)) : [name],
          ),
      ),
    forPlugin: (name, { plugin, condition, onUndo }) => ({
      items: () => items(name),
      add(item) {
        let claims: readonly string[];
        try {
          claims = admission[name]?.(object(item, "an item")) ?? [];
        } catch (error) {
          throw new BotError("plugin.invalid", `Plugin "${plugin}" adds to ${name}: ${reasonOf(error)}.`, {
            plugin,
            cause: error,
          });
        }
        for (const claim of claims) {
          const other = claimant(claim);
          if (other !== undefined) throw new BotError("plugin.conflict", taken(claim, plugin, other), { plugin });
        }
        const watched = condition ? watchItem(name, item, condition) : { item, forget: () => undefined };
        const entry: Entry = { plugin, item: watched.item, claims };
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
