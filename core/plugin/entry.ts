import type { PluginContext } from "./context.ts";
import type { AnyPlugin } from "./define.ts";

/** The services behind a plugin's context, scoped to that plugin. */
export type PluginServices = Pick<PluginContext, "http" | "cache" | "store" | "log" | "metrics" | "workers">;

/** A plugin with validated options, ready to start. */
export interface PluginEntry {
  readonly definition: AnyPlugin;
  readonly options: unknown;
  /** The file of an external plugin, for messages. */
  readonly from?: string;
  /** The external plugin's own files, absolute, its module first. */
  readonly files?: readonly string[];
  /** The line of its `setup` there, beginning with 1. */
  readonly setupLine?: number;
  /** What its TypeScript is without types, by the SHA-256 of each file: for threads that run its tasks. */
  readonly stripped?: Readonly<Record<string, string>>;
  /** Why it cannot run: it is listed as failed. */
  readonly problem?: string;
  /** Whether it was not loaded, for it is switched off; its problem is how to load it once it is not. */
  readonly heldBack?: boolean;
}
