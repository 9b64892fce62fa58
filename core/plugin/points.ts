import { BotError } from "../domain/errors.ts";
import type { ExtensionPoint, ExtensionPoints } from "./context.ts";

/** Commands the core keeps for itself. */
const RESERVED = ["start", "help"];

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

function functions(item: Record<string, unknown>, ...keys: string[]): void {
  for (const key of keys) if (typeof item[key] !== "function") throw new Error(`"${key}" must be a function`);
}

const admission: Record<string, Admit> = {
  sources(item) {
    const command = text(item, "command", /^[a-z][a-z0-9]{0,15}$/);
    text(item, "name", /\S/);
    text(item, "description", /^.{1,256}$/s);
    functions(item, "search", "details", "matchUrl", "defaultTemplate", "isRecord", "title", "url", "poster");
    const fields: unknown = item.fields;
    if (!Array.isArray(fields)) throw new Error('"fields" must be a list');
    for (const field of fields) {
      text(field as Record<string, unknown>, "name", /^[a-z][a-z0-9_]*$/);
      functions(field as Record<string, unknown>, "value");
    }
    const ttl = item.ttl as { search?: unknown; details?: unknown } | undefined;
    if (!(Number(ttl?.search) > 0 && Number(ttl?.details) > 0)) throw new Error('"ttl" needs search and details in ms');
    return [`/${command}`, `/${command}url`];
  },
  commands(item) {
    const name = text(item, "name", /^[a-z][a-z0-9_]{0,31}$/);
    text(item, "description", /^.{1,256}$/s);
    functions(item, "run");
    return [`/${name}`];
  },
  formatters(item) {
    functions(item, "format");
    return [`formatter ${text(item, "name", /^[a-z][a-z0-9-]*$/)}`];
  },
  health(item) {
    functions(item, "check");
    return [`health check ${text(item, "name", /\S/)}`];
  },
};

/** All extension points, with who added what. */
export interface Points {
  /** Items of a point, in the order of adding. */
  items<K extends keyof ExtensionPoints>(name: K): readonly ExtensionPoints[K][];
  /** A point for one plugin; `onUndo` receives what takes an item away. */
  forPlugin<K extends keyof ExtensionPoints>(
    name: K,
    plugin: string,
    onUndo: (undo: () => void) => void,
  ): ExtensionPoint<ExtensionPoints[K]>;
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

  const claimant = (claim: string): string | undefined => {
    if (RESERVED.some((name) => claim === `/${name}`)) return "the core";
    for (const list of entries.values()) {
      for (const entry of list) if (entry.claims.includes(claim)) return `plugin "${entry.plugin}"`;
    }
    return undefined;
  };

  return {
    items,
    forPlugin: (name, plugin, onUndo) => ({
      items: () => items(name),
      add(item) {
        let claims: readonly string[];
        try {
          claims = admission[name]?.(item as unknown as Record<string, unknown>) ?? [];
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          throw new BotError("plugin.invalid", `Plugin "${plugin}" adds to ${name}: ${reason}.`, {
            plugin,
            cause: error,
          });
        }
        for (const claim of claims) {
          const other = claimant(claim);
          if (other) {
            throw new BotError("plugin.conflict", `Plugin "${plugin}" claims ${claim}, which ${other} has already.`, {
              plugin,
            });
          }
        }
        const entry: Entry = { plugin, item, claims };
        entries.set(name, [...(entries.get(name) ?? []), entry]);
        snapshots.delete(name);
        const undo = () => {
          entries.set(
            name,
            (entries.get(name) ?? []).filter((other) => other !== entry),
          );
          snapshots.delete(name);
        };
        onUndo(undo);
        return undo;
      },
    }),
  };
}
