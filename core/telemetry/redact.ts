import { BotError } from "../domain/errors.ts";
import { originOf } from "../plugin/origin.ts";
import { stackOf } from "../plugin/thrown.ts";

/** What stands in place of a secret. */
const REDACTED = "[redacted]";

/** Shorter values would take ordinary words out of messages. */
const SHORTEST_SECRET = 6;

/** Longest text taken, in UTF-16 code units; the rest is cut, so that no log line grows without bound. */
const LONGEST_TEXT = 8192;

/** Most array items, and object keys, that are kept. */
const MOST_ITEMS = 50;
const DEEPEST = 6;
const MOST_CAUSES = 8;

const registered = new Set<string>();

// Every quantifier is bounded: these run over texts that upstreams and users wrote.
const botToken = /\d{1,20}(?::|%3A)[A-Za-z0-9_-]{30,256}/gi;
const userInfo = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'<>]{1,512}@/gi;
const secretInQuery =
  /([?&;](?:api[_-]?key|key|access[_-]?token|auth[_-]?token|token|auth|secret|client[_-]?secret|password|passwd|pwd|signature|sig)=)[^&#\s"'<>]{1,2048}/gi;
/** A lone `…` stands for a value that is still to be given, as in advice. */
const secretInText =
  /\b((?:api[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret|password|passwd)["']?\s{0,4}[=:]\s{0,4}["']?)(?!…["']?(?:[\s,;.)\]}]|$))[^\s"'&#,;<>]{1,2048}/gi;
const credentials = /\b(Bearer|Basic)\s{1,4}[A-Za-z0-9._~+/=-]{8,2048}/gi;
const secretName =
  /^(?:authorization|proxy[-_]authorization|cookie|set-cookie|.*(?:api[-_]?key|token|password|passwd|secret))$/i;

/**
 * Registers values that must never be written, such as the bot's token and the passwords in
 * connection strings. Values under 6 characters are ignored.
 *
 * @returns a function that forgets them again.
 */
export function redactSecrets(values: Iterable<string | undefined>): () => void {
  const added: string[] = [];
  for (const value of values) {
    if (value === undefined || value.length < SHORTEST_SECRET) continue;
    for (const form of new Set([value, encodeURIComponent(value)])) {
      if (registered.has(form)) continue;
      registered.add(form);
      added.push(form);
    }
  }
  return () => {
    for (const value of added) registered.delete(value);
  };
}

/**
 * Takes secrets out of a text: bot tokens, user and password in URLs and connection strings, keys in
 * queries, `Authorization` values, and what {@link redactSecrets} was given.
 *
 * @returns the text, cut to 8,192 UTF-16 code units.
 * @example
 * redact("https://api.telegram.org/bot1:AAAA…/getMe"); // "https://api.telegram.org/bot[redacted]/getMe"
 */
export function redact(text: string): string {
  let out = text;
  for (const secret of registered) if (out.includes(secret)) out = out.replaceAll(secret, REDACTED);
  // Cut wide first, so that no expression runs over megabytes, and to size at the end, so that no half of a secret is left.
  out = cut(out, LONGEST_TEXT * 8)
    .replace(botToken, REDACTED)
    .replace(userInfo, `$1${REDACTED}@`)
    .replace(secretInQuery, `$1${REDACTED}`)
    .replace(secretInText, `$1${REDACTED}`)
    .replace(credentials, `$1 ${REDACTED}`);
  return cut(out, LONGEST_TEXT);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** An error as it is logged. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  /** Whose handler it came out of. */
  readonly plugin?: string;
  /** Where in that plugin's files, such as `plugins/hello.ts:7`. */
  readonly place?: string;
  readonly status?: number;
  /** Only where none is a BotError, whose code says what to do: all others are faults of a program. */
  readonly stack?: string;
  /** The errors that led to this one, nearest first. */
  readonly causes?: readonly ErrorRecord[];
}

/**
 * Renders an error with its chain of causes, without secrets.
 *
 * @param error anything that was thrown.
 */
export function redactError(error: unknown): ErrorRecord {
  const record = describe(error);
  const causes: ErrorRecord[] = [];
  const seen = new Set<unknown>([error]);
  for (let at = causeOf(error); at !== undefined && !seen.has(at) && causes.length < MOST_CAUSES; at = causeOf(at)) {
    seen.add(at);
    causes.push(describe(at));
  }
  const expected = [...seen].some((one) => one instanceof BotError);
  const stack = expected ? undefined : stackOf(error);
  return {
    ...record,
    ...(stack === undefined ? {} : { stack: redact(stack) }),
    ...(causes.length === 0 ? {} : { causes }),
  };
}

function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.cause === undefined) return error.errors[0];
  return error instanceof Error ? error.cause : undefined;
}

function describe(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) {
    return { name: typeof error, message: typeof error === "string" ? redact(error) : redact(stringify(error)) };
  }
  const { code, plugin, status } = error as { code?: unknown; plugin?: unknown; status?: unknown };
  const origin = originOf(error);
  const owner = typeof plugin === "string" ? plugin : origin?.plugin;
  return {
    name: redact(String(error.name)),
    message: redact(String(error.message)),
    ...(typeof code === "string" ? { code } : {}),
    ...(owner === undefined ? {} : { plugin: owner }),
    ...(origin?.place === undefined ? {} : { place: redact(origin.place) }),
    ...(typeof status === "number" ? { status } : {}),
  };
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(redactValue(value)) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/**
 * Renders any value as bounded JSON without secrets: errors as {@link redactError} does, cycles, what lies deeper than 6
 * levels and what throws when it is read as a word. Never throws.
 */
export function redactValue(value: unknown, depth = 0, path: readonly unknown[] = []): unknown {
  try {
    return readValue(value, depth, path);
  } catch {
    return "[unreadable]"; // a plugin logs whatever it likes
  }
}

function readValue(value: unknown, depth: number, path: readonly unknown[]): unknown {
  switch (typeof value) {
    case "string":
      return redact(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
    case "undefined":
      return value;
    case "bigint":
    case "symbol":
      return String(value);
    case "function":
      return "[function]";
  }
  if (value === null) return null;
  if (value instanceof Error) return redactError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (value instanceof URL) return redact(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (path.includes(value)) return "[cycle]";
  if (depth >= DEEPEST) return "[deeper]";
  const inside = [...path, value];
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => redactValue(item, depth + 1, inside));
  if (value instanceof Set) return redactValue([...value], depth, path);
  const entries: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value as object); // typeof has sorted out the rest
  const out: Record<string, unknown> = {};
  let kept = 0;
  for (const [key, item] of entries) {
    if (kept++ >= MOST_ITEMS) break;
    const name = redact(String(key));
    out[name] =
      secretName.test(name) && item !== undefined && item !== null ? REDACTED : redactValue(item, depth + 1, inside);
  }
  return out;
}
