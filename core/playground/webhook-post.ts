import type { Update } from "./updates.ts";

/** Why an update was not taken. */
export interface Failure {
  /** In the Bot API server's words. */
  readonly message: string;
  /** Seconds the bot asked for; 0 when it did not. */
  readonly retryAfter: number;
  /** Whether the bot answered at all. */
  readonly connected: boolean;
}

export interface PostOptions {
  readonly url: string;
  /** "" for none. */
  readonly secret: string;
  /** ms. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** What is said of a connection that failed. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  UND_ERR_SOCKET: "Connection reset by peer",
  ENOTFOUND: "Failed to resolve host: Name or service not known",
  TimeoutError: "Read timeout expired",
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "Connection failed";
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
  return words[code] ?? "Connection failed";
}

/** Posts one update; resolves to what was wrong. A call that the bot makes by its answer is not carried out. */
export function createPost({
  url,
  secret,
  timeout,
  signal,
}: PostOptions): (update: Update) => Promise<Failure | undefined> {
  const headers = {
    "content-type": "application/json",
    ...(secret ? { "x-telegram-bot-api-secret-token": secret } : {}),
  };
  return async (update) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers,
        body: JSON.stringify(update),
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      });
      await response.arrayBuffer();
      if (response.ok) return undefined;
      const retryAfter = Number(response.headers.get("retry-after"));
      return {
        message: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
        retryAfter: Number.isFinite(retryAfter) ? retryAfter : 0,
        connected: true,
      };
    } catch (error) {
      return { message: reasonOf(error), retryAfter: 0, connected: false };
    }
  };
}
