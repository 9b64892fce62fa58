import { BotError } from "../domain/errors.ts";

/** An answer's status, headers and body, as {@link statusError} judges them. */
export interface JudgedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body. */
  readonly text: string;
  readonly label: string;
  readonly plugin: string;
  /** Statuses that the caller wants to look at. */
  readonly accept: readonly number[];
}

/** Longest wait an upstream can ask for: one hour, in ms. */
const LONGEST_WAIT = 3_600_000;

/** @returns the error for an answer, or `undefined` when it is one to use. */
export function statusError({ status, headers, text, label, plugin, accept }: JudgedAnswer): BotError | undefined {
  if (isChallenge(status, headers, text)) {
    return new BotError("http.blocked", `${label} was answered with a challenge for people.`, { plugin, status });
  }
  if ((status >= 200 && status < 300) || accept.includes(status)) return undefined;
  if (status === 429) {
    const retryAfter = parseRetryAfter(headers["retry-after"]);
    const wait = retryAfter === undefined ? {} : { retryAfter };
    return new BotError("http.rate_limited", `${label} was answered with 429.`, { plugin, status, ...wait });
  }
  if (status === 401 || status === 403 || status === 451) {
    return new BotError("http.blocked", `${label} was refused with ${status}.`, { plugin, status });
  }
  if (status === 404 || status === 410) {
    return new BotError("http.not_found", `${label} was answered with ${status}.`, { plugin, status });
  }
  const retryAfter = status === 503 ? parseRetryAfter(headers["retry-after"]) : undefined;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return new BotError("http.unexpected_answer", `${label} was answered with ${status}.`, { plugin, status, ...wait });
}

/** AWS WAF answers 202 (or 405) with a header, Cloudflare 403 or 503 with a page "Just a moment…". */
function isChallenge(status: number, headers: Readonly<Record<string, string>>, text: string): boolean {
  const action = headers["x-amzn-waf-action"];
  if (action === "challenge" || action === "captcha") return true;
  if (headers["cf-mitigated"] === "challenge") return true;
  return (status === 403 || status === 503) && text.includes("Just a moment");
}

/**
 * Reads a `Retry-After` header: seconds, or an HTTP date.
 *
 * @returns ms from `now`, between 0 and one hour; `undefined` when the header is missing or no such thing.
 */
export function parseRetryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const wait = /^\d{1,12}$/.test(text)
    ? Number(text) * 1000
    : /[a-z]/i.test(text)
      ? Date.parse(text) - now
      : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT);
}
