import { BotError, type ErrorCode } from "../domain/errors.ts";

/** Codes that tell of the plugin's own code. All others tell of an upstream, the store, Telegram or a busy machine. */
const OWN: readonly ErrorCode[] = [
  "plugin.invalid",
  "plugin.failed",
  "plugin.timeout",
  "worker.failed",
  "worker.crashed",
];

/** System errors of a network, of which no plugin is to blame, however it made the call. */
const NETWORK = /^(?:ECONN\w+|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH|UND_ERR_\w+)$/;

/** Errors that are thrown by the language when code is wrong. */
const MISTAKES = [TypeError, ReferenceError, RangeError, SyntaxError] as const;

export interface FaultOptions {
  /** The handler's signal. */
  readonly signal?: AbortSignal | undefined;
  /** Whether rejecting is how the handler says something, as a health check does: then only mistakes count. */
  readonly mayReject?: boolean;
}

/** Errors of what a handler was given, such as Telegram's refusal of an answer. */
const foreign = new WeakSet<Error>();

/** Does work of others within a handler: the plugin is not to blame for its errors. */
export async function blameless<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) foreign.add(error);
    throw error;
  }
}

/** Whether a plugin itself is to blame for what its handler threw. */
export function isOwnFault(error: unknown, { signal, mayReject = false }: FaultOptions = {}): boolean {
  // Whoever passes a signal on gets an error of the platform's; why it was given up stands in the handler's own.
  if (isAbort(error)) return signal?.reason instanceof BotError && OWN.includes(signal.reason.code);
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    if (foreign.has(at)) return false;
    if (at instanceof BotError) return OWN.includes(at.code);
    if ("code" in at && typeof at.code === "string" && NETWORK.test(at.code)) return false;
  }
  return !mayReject || MISTAKES.some((mistake) => error instanceof mistake);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
