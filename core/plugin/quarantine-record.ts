import type { PluginFailure } from "./condition.ts";
import type { QuarantineRecord } from "./quarantine.ts";
import type { Running } from "./running.ts";

/** What is kept of a plugin that is switched off. */
export function recordOf(
  { id, version }: Pick<Running, "id" | "version">,
  { failure, claims }: { readonly failure: PluginFailure; readonly claims: readonly string[] },
): QuarantineRecord {
  const commands = claims.flatMap((claim) => / \/(\w+)$/.exec(claim)?.[1] ?? []);
  return { id, version, since: Date.now(), ...failure, commands, told: false };
}

/** A failure as the operator reads it. */
export function shownFailure({ handler, code, reason, correlationId }: PluginFailure): string {
  const id = correlationId === undefined ? "" : ` (${correlationId.slice(0, 8)})`;
  return `last in ${handler}: ${code}, ${reason}${id}`;
}

/** Why a plugin is switched off, as the operator reads it. */
export function quarantineDetail({ correlationId, ...failure }: QuarantineRecord): string {
  const shown = shownFailure({ ...failure, ...(correlationId === undefined ? {} : { correlationId }) });
  return `Switched off after repeated failures, ${shown}. Enable it again with "dramabot plugin enable ${failure.id}"`;
}
