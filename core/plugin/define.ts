import type { GenericSchema, InferOutput } from "valibot";
import type { PluginContext } from "./context.ts";

/** The version of the plugin API this program speaks. */
export const API_VERSION = 1;

/** Stands in for a plugin's upstreams, in the playground and in tests. */
export interface Samples {
  /** Options that point the plugin at the samples (they count as set by the operator). */
  readonly options: Readonly<Record<string, unknown>>;
  /** Answers as the upstreams would. The path begins after the base URL that `open` was given. */
  fetch(request: Request): Response | Promise<Response>;
  /** Messages worth sending, for the playground's page; those with a command work in groups too. */
  readonly suggestions?: readonly string[];
}

/** What samples are opened with. */
export interface SamplesRequest {
  /** Where the samples will be served, without a slash at the end. */
  readonly base: string;
  /** A folder of captured answers to replay instead of the plugin's own samples. */
  readonly replay?: string;
  /** URL of a picture drawn for a title. */
  poster(title: string): string;
}

/** A module with a plugin's samples. */
export interface SamplesModule {
  openSamples(request: SamplesRequest): Samples | Promise<Samples>;
}

/** A plugin: what it is, what it needs, and how it starts. */
export interface PluginDefinition<S extends GenericSchema = GenericSchema> {
  /** `[a-z][a-z0-9-]{1,31}`. */
  readonly id: string;
  /** Semantic version. */
  readonly version: string;
  /** The plugin API it was written for: 1. */
  readonly api: number;
  /** One sentence for the operator. */
  readonly description?: string;
  /** Terms of the upstreams that the operator must know; logged at start. */
  readonly notice?: string;
  /** Checks the options of `bot.config.ts`. Default: none are taken. */
  readonly options?: S;
  /**
   * Environment variables that set options: option → variable, or several with the newest first. What is named
   * `…key`, `…token`, `…secret` or `…password` is a secret: it is masked wherever options are shown, and never logged.
   */
  readonly env?: Readonly<Record<string, string | readonly string[]>>;
  readonly permissions?: {
    /** Hosts that `ctx.http` may call; `*.example.org` stands for every host below it. */
    readonly http?: readonly string[];
  };
  /**
   * A module whose exported functions `ctx.workers` runs, in threads: `new URL("./tasks.ts", import.meta.url)`, or
   * `new URL(import.meta.url)` for the plugin's own file. It may import what the plugin may.
   */
  readonly tasks?: URL;
  /** Stands in for the upstreams in the playground. */
  readonly samples?: () => Promise<SamplesModule>;
  /** Registers what the plugin brings. What it returns is called on stop. */
  setup(ctx: PluginContext, options: InferOutput<S>): void | Promise<void>;
}

/** A definition whose option type is not known, as the registry keeps it. */
export type AnyPlugin = PluginDefinition<GenericSchema<unknown, never>> | PluginDefinition;

/**
 * Defines a plugin; it does nothing but give types.
 *
 * @example
 * export default definePlugin({
 *   id: "hello", version: "1.0.0", api: 1,
 *   setup(ctx) {
 *     ctx.commands.add({ name: "hello", description: "Say hello", run: (call) => call.reply("Hello!") });
 *   },
 * });
 */
export function definePlugin<const S extends GenericSchema>(definition: PluginDefinition<S>): PluginDefinition<S> {
  return definition;
}
