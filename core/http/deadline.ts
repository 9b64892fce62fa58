import { BotError, errorCode } from "../domain/errors.ts";

/** A signal that ends with the caller's signals or when time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether the time is up, and not a caller who gave up. */
  expired(): boolean;
  /** Forgets the timer and the callers' signals. */
  clear(): void;
}

/**
 * Starts a deadline. Unlike `AbortSignal.any` with `AbortSignal.timeout` it leaves nothing behind
 * on signals that live long.
 *
 * @param timeout ms.
 */
export function startDeadline(timeout: number, signals: readonly (AbortSignal | undefined)[]): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort();
  }, timeout);
  const abort = () => controller.abort();
  for (const signal of signals) {
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  }
  return {
    signal: controller.signal,
    expired: () => expired,
    clear() {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener("abort", abort);
    },
  };
}

/**
 * Waits for a call no longer than its deadline lasts. undici looks at a signal only once there is a connection, and to make
 * one takes as long as the name server and the other side like.
 */
export async function withinDeadline<T>(call: Promise<T>, { signal }: Deadline): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([call, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** What {@link callError} must know of a call. */
export interface FailedCall {
  /** What was called, without secrets: "GET https://example.org/x". */
  readonly label: string;
  readonly deadline: Deadline;
  readonly timeout: number;
  /** The caller's own signal. */
  readonly signal?: AbortSignal | undefined;
  readonly plugin?: string;
}

/** Turns what undici, DNS or the network threw into a {@link BotError}. */
export function callError(error: unknown, { label, deadline, timeout, signal, plugin }: FailedCall): BotError {
  const details = plugin === undefined ? { cause: error } : { cause: error, plugin };
  if (deadline.expired()) return timedOut(label, timeout, plugin);
  if (deadline.signal.aborted) {
    const reason: unknown = signal?.reason;
    // AbortSignal.timeout() of the caller: nobody gave up, it took too long.
    if (reason instanceof Error && reason.name === "TimeoutError") return timedOut(label, timeout, plugin);
    return new BotError("http.aborted", `${label} was given up.`, { ...details, cause: reason ?? error });
  }
  if (error instanceof BotError) return error;
  if (errorCode(error) === "http.private_address") {
    const message = error instanceof Error ? error.message : label;
    return new BotError("http.private_address", message, plugin === undefined ? {} : { plugin });
  }
  const code = systemCode(error);
  if (code.includes("TIMEOUT") || code === "ETIMEDOUT") {
    return new BotError("http.timeout", `${label} got no answer in time.`, details);
  }
  if (isParserError(error) || code === "UND_ERR_HEADERS_OVERFLOW") {
    return new BotError("http.unexpected_answer", `${label} was answered with something that is no HTTP.`, details);
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new BotError("http.too_large", `${label} was answered with more than is taken.`, details);
  }
  return new BotError("http.unreachable", `${label} failed${code === "" ? "" : ` (${code})`}.`, details);
}

function timedOut(label: string, timeout: number, plugin: string | undefined): BotError {
  const message = `${label} got no whole answer within ${timeout} ms.`;
  return new BotError("http.timeout", message, plugin === undefined ? {} : { plugin });
}

/** undici names its parser's error, but does not always give it a code. */
function isParserError(error: unknown): boolean {
  return error instanceof Error && (error.name === "HTTPParserError" || isParserError(error.cause));
}

/** The first `code` in an error's causes, e.g. `ECONNREFUSED`. */
export function systemCode(error: unknown): string {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; depth++) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string" && code !== "") return code;
    at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
  }
  return "";
}
