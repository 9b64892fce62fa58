import { writeSync } from "node:fs";
import * as v from "valibot";
import type { Environment } from "../config/environment.ts";
import { variables } from "../config/variables.ts";
import { createLog, type Log, logFormat } from "../telemetry/log.ts";

/**
 * Makes a log for the process's last words on stdout: each line is written before the call returns, and no configuration
 * has to be there yet.
 */
export function createImmediateLog({ LOG_FORMAT }: Environment): Log {
  const asked = v.safeParse(variables.LOG_FORMAT.schema, LOG_FORMAT);
  const format = logFormat("stdout", asked.success ? asked.output : undefined);
  return createLog({ destination: { write }, format, level: "info" });
}

function write(line: string): void {
  try {
    writeSync(1, line);
  } catch {
    // Nobody reads, or the pipe is full.
  }
}
