/** What the Bot API says instead of a result (Bot API, "Making requests"). */
export class Refusal extends Error {
  readonly code: number;
  /** Seconds, with code 429. */
  readonly retryAfter: number | undefined;
  /** What was wrong, without the status in front of it. */
  readonly reason: string;

  constructor(code: number, description: string, options: { retryAfter?: number; reason?: string } = {}) {
    super(description);
    this.code = code;
    this.retryAfter = options.retryAfter;
    this.reason = options.reason ?? description;
  }
}

/** A reason as it stands behind the status: with a small letter, unless it is one of Telegram's codes. */
function lowered(reason: string): string {
  return /^.[A-Z_]/s.test(reason) ? reason : reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** A 400 in the Bot API's words. */
export function badRequest(reason: string): Refusal {
  return new Refusal(400, `Bad Request: ${lowered(reason)}`, { reason });
}

/** A 403 in the Bot API's words. */
export function forbidden(reason: string): Refusal {
  return new Refusal(403, `Forbidden: ${lowered(reason)}`, { reason });
}

/**
 * Says what a refusal was about, as the Bot API does for what stands inside of a parameter:
 * `can't parse InputMedia: Can't parse entities: …`.
 */
export function refusedWithin<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) throw badRequest(`${what}: ${error.reason}`);
    throw error;
  }
}
