/** Options of {@link prettyLine}. */
export interface PrettyOptions {
  readonly color: boolean;
}

const colors: Readonly<Record<string, number>> = { DEBUG: 90, INFO: 32, WARN: 33, ERROR: 31 };
const gray = 90;

/**
 * Makes a line for people from a JSON record of `log.ts`: time of day, level, logger, message, then the
 * attributes. pino-pretty does the same, but costs each start the time to load it.
 *
 * @param line a JSON record; anything else is returned as it is.
 * @example
 * prettyLine('{"timestamp":"2026-01-02T03:04:05.678Z","level":"INFO","logger":"app","message":"Ready"}', { color: false });
 * // "03:04:05.678 INFO  app: Ready\n"
 */
export function prettyLine(line: string, { color }: PrettyOptions): string {
  const record = parse(line);
  if (record === undefined) return line;
  const { timestamp, level, logger, message, correlation_id, user_id, duration, error, ...attributes } = record;
  const paint = (code: number | undefined, text: string) =>
    color && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
  const details: string[] = [];
  for (const [key, value] of Object.entries(attributes)) details.push(`${key}=${inline(value)}`);
  if (typeof duration === "number") details.push(`duration=${duration}s`);
  if (typeof user_id === "number") details.push(`user=${user_id}`);
  if (typeof correlation_id === "string") details.push(`id=${correlation_id.slice(0, 8)}`);
  const head = `${paint(gray, String(timestamp).slice(11, 23))} ${paint(colors[String(level)], String(level).padEnd(5))}`;
  const tail = details.length === 0 ? "" : ` ${paint(gray, details.join(" "))}`;
  return `${head} ${printable(String(logger))}: ${printable(String(message))}${tail}\n${errorLines(error)}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function inline(value: unknown): string {
  return typeof value === "string" && /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
}

/** Texts of other people must not move the terminal's cursor. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "�");
}

function errorLines(error: unknown): string {
  if (error === undefined || error === null) return "";
  if (typeof error !== "object") return `    ${printable(String(error))}\n`;
  const { stack, causes, ...rest } = error as { stack?: unknown; causes?: unknown } & Record<string, unknown>;
  const lines = [typeof stack === "string" ? stack : summary(rest)];
  const where = (["plugin", "place"] as const).filter((key) => rest[key] !== undefined);
  if (where.length > 0) lines.push(where.map((key) => `${key}=${inline(rest[key])}`).join(" "));
  if (Array.isArray(causes)) for (const cause of causes) lines.push(`because: ${summary({ ...cause })}`);
  return lines.map((text) => `${printable(text).replace(/^/gm, "    ")}\n`).join("");
}

function summary({ name, code, message }: Record<string, unknown>): string {
  return `${String(code ?? name ?? "error")}: ${String(message ?? "")}`;
}
