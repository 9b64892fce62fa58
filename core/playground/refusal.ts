/** What the Bot API says instead of a result (Bot API, "Making requests"). */
export class Refusal extends Error {
  readonly code: number;
  readonly retryAfter: number | undefined;

  constructor(code: number, description: string, retryAfter?: number) {
    super(description);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** A 400 in the Bot API's words. */
export function badRequest(description: string): Refusal {
  return new Refusal(400, `Bad Request: ${description}`);
}
