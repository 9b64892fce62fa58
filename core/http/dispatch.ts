import { type Dispatcher, errors } from "undici";
import { BotError } from "../domain/errors.ts";
import { redact } from "../telemetry/redact.ts";
import { ACCEPT_ENCODING } from "./body.ts";
import { type Deadline, systemCode, withinDeadline } from "./deadline.ts";

/** Headers that may follow a redirect to another origin; the rest may be credentials. */
const harmless = new Set(["accept", "accept-encoding", "accept-language", "content-type", "user-agent"]);

/** One request, before redirects. */
export interface Dispatch {
  readonly method: "GET" | "POST";
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly deadline: Deadline;
}

/**
 * Sends one request. A GET whose kept connection turns out to be closed is sent once more: the upstream
 * ended it while it was idle, and has seen nothing of the request.
 */
export async function dispatch(agent: Dispatcher, url: URL, request: Dispatch): Promise<Dispatcher.ResponseData> {
  const { method, headers, body, deadline } = request;
  // undici would turn user and password into nothing; they are no part of what is sent.
  const options = { method, headers, body: body ?? null, signal: deadline.signal, path: url.pathname + url.search };
  const send = () => withinDeadline(agent.request({ ...options, origin: url.origin }), deadline);
  try {
    return await send();
  } catch (error) {
    if (method !== "GET" || deadline.signal.aborted || !isClosedConnection(error)) throw error;
    return await send();
  }
}

function isClosedConnection(error: unknown): boolean {
  return error instanceof errors.SocketError || ["ECONNRESET", "EPIPE"].includes(systemCode(error));
}

/** Lets go of an answer that nobody reads. */
export function discard(answer: Dispatcher.ResponseData): void {
  answer.body.on("error", () => undefined).destroy();
}

/** What is called, for messages: method, origin and path, without query or secrets. */
export function describeCall(method: string, url: URL): string {
  return `${method} ${redact(url.origin + url.pathname).slice(0, 200)}`;
}

/** The headers to send: the program's own, then the caller's. */
export function requestHeaders(
  given: Readonly<Record<string, string>> | undefined,
  { userAgent, json }: { readonly userAgent: string; readonly json: boolean },
): Record<string, string> {
  const headers: Record<string, string> = {
    accept: "*/*",
    "accept-encoding": ACCEPT_ENCODING,
    "user-agent": userAgent,
    ...(json ? { "content-type": "application/json" } : {}),
  };
  for (const [name, value] of Object.entries(given ?? {})) headers[name.toLowerCase()] = value;
  return headers;
}

/** The headers that may go to another origin. */
export function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name)));
}

/** One string per header; several are joined as RFC 9110, 5.2 says. */
export function flattenHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}

/** The same error, with the plugin's id. */
export function ownedBy(plugin: string, error: BotError): BotError {
  if (error.plugin !== undefined) return error;
  const { code, message, cause, retryAfter, status } = error;
  return new BotError(code, message, {
    plugin,
    ...(cause === undefined ? {} : { cause }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(status === undefined ? {} : { status }),
  });
}
