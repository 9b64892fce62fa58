import type { GenericSchema, InferInput } from "valibot";
import type { AnyPlugin, PluginDefinition } from "../plugin/define.ts";

/** A plugin with the options the operator gives it. */
export interface PluginChoice {
  readonly definition: AnyPlugin;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What `bot.config.ts` exports. */
export interface BotConfig {
  readonly plugins: readonly PluginChoice[];
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
