import { BotError } from "../domain/errors.ts";
import type { Logger } from "./context.ts";
import { reasonOf } from "./reason.ts";
import type { Running } from "./running.ts";
import { shownPlace } from "./shown-place.ts";

/**
 * Logs that a plugin could not be set up. Of an external one the line says all: what was thrown comes behind it at
 * `LOG_LEVEL=debug`, for whoever writes the plugin.
 */
export function logSetupFailure(
  log: Logger,
  message: string,
  { entry, thrown }: Pick<Running, "entry" | "thrown">,
): void {
  const attributes = thrown === undefined ? [] : [{ error: thrown }];
  const isExternal = entry.from !== undefined;
  log.error(message, ...(isExternal ? [] : attributes));
  if (isExternal && thrown !== undefined) log.debug("What was thrown there.", ...attributes);
}

/** Says in one line why a plugin could not be set up; of an external one with file, line and what to do. */
export function explainSetup(plugin: Pick<Running, "entry">, error: unknown): string {
  const { from, setupLine } = plugin.entry;
  if (from === undefined) return reasonOf(error);
  const reason = reasonOf(error).replace(/[.\s]+$/, "");
  const begin = setupLine === undefined ? from : `${from}:${setupLine}`;
  const place = shownPlace(plugin.entry, error) ?? begin;
  if (error instanceof BotError && error.code === "plugin.timeout")
    return `${begin}: ${reason}. Look for something in it that is waited for and never comes.`;
  // It names the line that asked by itself.
  if (error instanceof BotError && error.code === "http.host_denied") return `${reason}.`;
  // What the plugin did against a rule says by itself what to do.
  if (error instanceof BotError && error.code.startsWith("plugin.")) return `${place}: ${reason}.`;
  return `${place}: setup threw: ${reason}. Mend it, or ask the plugin's author.`;
}
