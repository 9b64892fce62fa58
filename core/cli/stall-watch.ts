import * as v from "valibot";
import type { Environment } from "../config/environment.ts";
import { variables } from "../config/variables.ts";
import { startHeartbeat } from "../platform/heartbeat.ts";
import { logFormat } from "../telemetry/log.ts";

/**
 * Watches that the event loop never stands still for longer than `STALL_TIMEOUT`; begun before a plugin or a
 * `bot.config.ts` is loaded, hence before the configuration was checked: a value that is none counts as unset here.
 *
 * @param destination where the log goes, in whose form the last line is.
 * @param notes file that keeps what ran, for the next start.
 */
export function watchStalls(environment: Environment, destination: "stdout" | "stderr", notes?: string): void {
  const { STALL_TIMEOUT: timeout, LOG_FORMAT: format } = variables;
  const limit = v.safeParse(timeout.schema, environment.STALL_TIMEOUT ?? timeout.fallback);
  const asked = v.safeParse(format.schema, environment.LOG_FORMAT);
  startHeartbeat({
    limit: (limit.success ? limit.output : Number(timeout.fallback)) * 1_000,
    json: logFormat(destination, asked.success ? asked.output : undefined) === "json",
    descriptor: destination === "stdout" ? 1 : 2,
    notes,
  });
}
