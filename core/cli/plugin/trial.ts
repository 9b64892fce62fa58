import { setTimeout as sleep } from "node:timers/promises";
import type { PluginChoice } from "../../config/define.ts";
import { readEnvironment } from "../../config/environment.ts";
import { loadConfiguration } from "../../config/load.ts";
import { BotError } from "../../domain/errors.ts";
import type { AnyPlugin } from "../../plugin/define.ts";
import type { PluginEntry, PluginServices } from "../../plugin/entry.ts";
import { createRegistry } from "../../plugin/registry.ts";

/** How long a setup that waits for something is waited for, in ms: the bot itself knows what to do with it. */
const PATIENCE = 1_500;
/** How long a call to an upstream seems to take, in ms. */
const LATENCY = 20;

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Services that reach nothing: no upstream, no store. */
function nothing(): PluginServices {
  const unreached = async (): Promise<never> => {
    // Later, so that a plugin that tries again and again lets others have a turn.
    await sleep(LATENCY);
    throw new BotError("http.unreachable", "Nothing is called while a plugin is tried.");
  };
  return {
    http: { get: unreached, post: unreached },
    cache: { get: async () => undefined, set: async () => undefined, delete: async () => undefined },
    store: {
      get: async () => undefined,
      set: async () => undefined,
      delete: async () => undefined,
      keys: async () => [],
    },
    log: quiet,
    metrics: { count: () => undefined, observe: () => undefined },
    workers: { run: unreached },
  };
}

/** The plugin with these options and the environment's; `undefined` when it would not be set up with them. */
function entryOf(definition: AnyPlugin, options: PluginChoice["options"]): PluginEntry | undefined {
  try {
    const environment = readEnvironment(process.cwd(), process.env);
    const [entry] = loadConfiguration({ config: { plugins: [{ definition, options }] }, environment }).plugins;
    return entry?.problem === undefined ? entry : undefined;
  } catch {
    return undefined; // the bot tells what is wrong with its configuration
  }
}

/**
 * Runs a plugin's `setup` with a context that reaches nothing, in a process that is about to end. Whether it fails says
 * nothing, for the bot's own context reaches more: what counts is that it lets others have a turn, and leaves the
 * process alone. Never rejects.
 */
export async function trySetup(definition: AnyPlugin, options: PluginChoice["options"]): Promise<void> {
  const entry = entryOf(definition, options);
  if (entry === undefined) return;
  const registry = createRegistry({
    services: nothing,
    report: () => Promise.reject(new Error("There are no checks.")),
    log: quiet,
    setupTimeout: PATIENCE,
  });
  await registry.start([entry]);
}
