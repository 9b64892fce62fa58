import timers from "node:timers/promises";
import { pino } from "pino";
import type { Logger } from "../plugin/context.ts";
import { currentCorrelation } from "./correlation.ts";
import { openLogStream } from "./log-stream.ts";
import { type PrettyOptions, prettyLine } from "./pretty.ts";
import { redact, redactValue } from "./redact.ts";

/** How much is logged: this level and those above it. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Takes whole lines, each with its line feed. */
export interface LineSink {
  write(line: string): void;
}

/** Options of {@link createLog}. */
export interface LogOptions {
  /** Where lines go; a sink of one's own is for tests. */
  readonly destination: "stdout" | "stderr" | LineSink;
  /** `json`: one record a line. `pretty`: lines for people. */
  readonly format: "json" | "pretty";
  readonly level: LogLevel;
  /** Whether pretty lines are coloured. Default: when the destination is a terminal and `NO_COLOR` is unset. */
  readonly color?: boolean;
}

/** The log of the whole program. */
export interface Log {
  /** @param name where records come from, such as `telegram` or `plugin.imdb`. */
  logger(name: string): Logger;
  /**
   * Writes what is still held back; call it before the process ends. A reader that has gone, or that stands still for a
   * second, is waited for no longer, and whatever is logged afterwards is dropped. Never rejects.
   */
  flush(): Promise<void>;
}

/** How long what is held back may take when the process ends, in ms. */
const PATIENCE = 1_000;

const descriptors = { stdout: 1, stderr: 2 } as const;
const reserved = new Set(["timestamp", "level", "logger", "message", "correlation_id", "user_id", "duration"]);

/**
 * Makes the log. A record has `timestamp` (ISO 8601, UTC), `level` (a capital word), `logger`, `message`,
 * `correlation_id`, `user_id`, `duration` (seconds; `null` where a field does not apply) and the attributes.
 * An attribute with the name of a field sets it when it can (`duration`, `correlation_id`, `user_id`)
 * and is kept as `attribute_<name>` otherwise. Everything is redacted.
 *
 * @example
 * const log = createLog({ destination: "stdout", format: "json", level: "info" });
 * log.logger("telegram").info("Ready", { duration: 0.2 });
 */
export function createLog({ destination, format, level, color }: LogOptions): Log {
  const stream = typeof destination === "string" ? openLogStream(descriptors[destination]) : undefined;
  const sink: LineSink = stream ?? (destination as LineSink); // one of the two, as the line above decides
  const pretty: PrettyOptions = { color: color ?? (typeof destination === "string" && isColorful(destination)) };
  const root = pino(
    {
      level,
      base: null,
      messageKey: "message",
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    },
    format === "json" ? sink : { write: (line: string) => sink.write(prettyLine(line, pretty)) },
  );

  function logger(name: string): Logger {
    const write =
      (method: LogLevel) =>
      (message: string, attributes?: Record<string, unknown>): void => {
        if (root.isLevelEnabled(method)) root[method](fields(name, attributes), redact(message));
      };
    return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  }

  async function flush(): Promise<void> {
    if (stream === undefined) return;
    const ended = new AbortController();
    const late = timers.setTimeout(PATIENCE, false, { signal: ended.signal }).catch(() => false);
    if (!(await Promise.race([stream.flush().then(() => true), late]))) {
      stream.end();
      // The system call that writes cannot be given up: it would keep a process that has done all else.
      setTimeout(() => process.exit(), PATIENCE).unref();
    }
    ended.abort();
  }

  return { logger, flush };
}

/**
 * Chooses the form of records: what the operator set (`LOG_FORMAT`), otherwise lines for people on a terminal and JSON
 * everywhere else.
 */
export function logFormat(destination: "stdout" | "stderr", wanted?: "json" | "text"): LogOptions["format"] {
  return (wanted ?? (process[destination].isTTY ? "text" : "json")) === "json" ? "json" : "pretty";
}

function fields(logger: string, attributes: Record<string, unknown> = {}): Record<string, unknown> {
  const correlation = currentCorrelation();
  const { correlation_id, user_id, duration } = attributes;
  const record: Record<string, unknown> = {
    logger,
    correlation_id: typeof correlation_id === "string" ? redact(correlation_id) : (correlation?.correlationId ?? null),
    user_id: typeof user_id === "number" ? user_id : (correlation?.userId ?? null),
    duration: typeof duration === "number" && Number.isFinite(duration) ? Math.round(duration * 1e6) / 1e6 : null,
  };
  for (const [key, value] of Object.entries(redactValue(attributes) as Record<string, unknown>)) {
    if (!reserved.has(key)) record[key] = value;
    else if (key === "timestamp" || key === "level" || key === "logger" || key === "message") {
      record[`attribute_${key}`] = value;
    }
  }
  return record;
}

function isColorful(destination: "stdout" | "stderr"): boolean {
  return process[destination].isTTY === true && !process.env.NO_COLOR;
}
