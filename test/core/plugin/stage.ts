import type { PluginEntry, PluginServices } from "../../../core/plugin/entry.ts";
import type { Command, Logger, PluginContext } from "../../../core/plugin/index.ts";
import { createRegistry, type Registry, type RegistryOptions } from "../../../core/plugin/registry.ts";

/** What was logged, one text a record; what only an author looks at is left out. */
export interface Stage {
  readonly registry: Registry;
  readonly logged: string[];
  /** Names of the services' methods that were called, in order. */
  readonly used: string[];
}

/** A registry whose services do nothing but note that they were used. */
export function stage(options: Partial<RegistryOptions> = {}): Stage {
  const logged: string[] = [];
  const used: string[] = [];
  const note = (message: string) => void logged.push(message);
  const log: Logger = { debug: () => undefined, info: note, warn: note, error: note };
  const use = (name: string) => async () => void used.push(name);
  const services = (): PluginServices => ({
    http: {
      get: () => Promise.reject(new Error("not used here")),
      post: () => Promise.reject(new Error("not used here")),
    },
    cache: { get: use("cache.get"), set: use("cache.set"), delete: use("cache.delete") },
    store: {
      get: use("store.get"),
      set: use("store.set"),
      delete: use("store.delete"),
      keys: async () => {
        used.push("store.keys");
        return [];
      },
    },
    log,
    metrics: { count() {}, observe() {} },
    workers: { run: () => Promise.reject(new Error("not used here")) },
  });
  const report = () => Promise.reject(new Error("not used here"));
  return { registry: createRegistry({ services, log, report, ...options }), logged, used };
}

/** A command that does nothing. */
export function command(name: string): Command {
  return { name, description: "Says something", run: async () => undefined };
}

/** A plugin of that setup. */
export function plugin(id: string, setup: (ctx: PluginContext) => unknown): PluginEntry {
  // A JavaScript plugin may give anything back.
  return { definition: { id, version: "1.0.0", api: 1, setup: setup as (ctx: PluginContext) => void }, options: {} };
}

/** A plugin of that setup from a file. */
export function external(from: string, id: string, setup: (ctx: PluginContext) => unknown): PluginEntry {
  return { ...plugin(id, setup), from, files: [`/${from}`] };
}
