import type { GenericSchema, InferInput } from "valibot";
import type { AnyPlugin, PluginDefinition } from "../plugin/define.ts";

/** A plugin with the options the operator gives it. */
export interface PluginChoice {
  readonly definition: AnyPlugin;
  readonly options: Readonly<Record<string, unknown>>;
  /** The file of an external plugin, as the operator would write its path. */
  readonly from?: string;
  /** The external plugin's own files, absolute. */
  readonly files?: readonly string[];
  /** The line of its `setup`, beginning with 1, where it is known. */
  readonly setupLine?: number;
  /** The line of its id, likewise. */
  readonly idLine?: number;
  /** How each of them was when it was loaded. */
  readonly stamps?: Readonly<Record<string, string>>;
  /** What the TypeScript of one with tasks is without types, by the SHA-256 of each file, as far as that is known. */
  readonly stripped?: Readonly<Record<string, string>>;
  /** Why an external plugin cannot run. */
  readonly problem?: string;
  /** Whether an external plugin was not loaded, for it is switched off. */
  readonly heldBack?: boolean;
}

/** What `bot.config.ts` exports. */
export interface BotConfig {
  readonly plugins: readonly PluginChoice[];
  /** Options for plugins of the plugins folder, by id; `false` leaves one out. */
  readonly external?: Readonly<Record<string, Readonly<Record<string, unknown>> | false>>;
}

/**
 * Chooses a plugin and gives it options, typed by the plugin's own schema.
 *
 * @example
 * use(mydramalist, { providers: ["site"] })
 */
export function use<S extends GenericSchema>(
  definition: PluginDefinition<S>,
  options?: Partial<InferInput<S>>,
): PluginChoice {
  return { definition: definition as unknown as AnyPlugin, options: { ...options } };
}

/** Says which plugins run, and with which options. */
export function defineConfig(config: BotConfig): BotConfig {
  return config;
}
