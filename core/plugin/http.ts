/** Options of one call. */
export interface HttpOptions {
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Deadline of the whole call, in ms. Default, and longest: `HTTP_TIMEOUT`. */
  readonly timeout?: number;
  /** Largest answer taken, in bytes after decompression. Default 8 MiB. */
  readonly maxBytes?: number;
  /** Statuses that are answers to look at rather than errors, beside 200–299. */
  readonly accept?: readonly number[];
}

/** A whole answer. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The URL after redirects. */
  readonly url: string;
  /**
   * The body, decompressed, in a buffer of its own: `bytes.buffer` may be handed over to a worker, and everything
   * here is empty then.
   */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /**
   * The body as text in the charset it names (UTF-8 without one). A megabyte takes milliseconds of the event loop:
   * hand large bodies over to a worker as `bytes`.
   */
  text(): string;
  /** @throws BotError `http.unexpected_answer` when the body is no JSON. */
  json(): unknown;
}

/**
 * Calls to the hosts a plugin declared (and to base URLs the operator set).
 *
 * Every call throws a BotError: `http.timeout`, `http.unreachable`, `http.blocked` (401, 403, 451 and
 * challenge pages), `http.rate_limited` (429, with `retryAfter`), `http.not_found` (404, 410), `http.unexpected_answer`
 * (any other status that is no success), `http.too_large`, `http.host_denied`, `http.private_address`, `http.aborted`.
 */
export interface HttpClient {
  get(url: string | URL, options?: HttpOptions): Promise<HttpResponse>;
  /** Sends `body` as JSON. */
  post(url: string | URL, body: unknown, options?: HttpOptions): Promise<HttpResponse>;
}
