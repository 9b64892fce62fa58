import { BotError } from "../domain/errors.ts";
import type { Logger } from "./context.ts";
import type { SourceCall } from "./source.ts";

/** Options of one call to one of several interchangeable upstreams. */
export interface UpstreamCall {
  readonly signal: AbortSignal;
  /** ms; given while another upstream can still be asked, so that a slow one leaves it time. */
  readonly timeout?: number;
}

/** One of several upstreams that answer the same. */
export interface Upstream {
  /** As logs and `servedBy` name it. */
  readonly name: string;
}

/** What is asked of the upstreams, and for whom. */
export interface Inquiry<U, T> {
  readonly call: SourceCall;
  readonly log: Logger;
  ask(upstream: U, call: UpstreamCall): Promise<T>;
}

/** Time an upstream gets while another one is left, in ms. */
const PATIENCE = 6_000;

/** Which failure says most to a person, most telling first; a code that is not listed comes last. */
const TELLING = [
  "http.rate_limited",
  "http.blocked",
  "http.timeout",
  "http.too_large",
  "http.unexpected_answer",
  "worker.timeout",
  "http.unreachable",
];

/**
 * Asks upstreams in order until one answers, and tells `servedBy` which one did; "nothing found" and "no such
 * title" are answers.
 *
 * @throws BotError the most telling of the failures when all fail.
 * @example
 * const record = await askInOrder([json, site], { call, log, ask: (upstream, one) => upstream.details(id, one) });
 */
export async function askInOrder<U extends Upstream, T>(
  upstreams: readonly U[],
  { call, log, ask }: Inquiry<U, T>,
): Promise<T> {
  const failures: unknown[] = [];
  for (const [index, upstream] of upstreams.entries()) {
    const last = index === upstreams.length - 1;
    try {
      const answer = await ask(upstream, { signal: call.signal, ...(last ? {} : { timeout: PATIENCE }) });
      call.servedBy(upstream.name);
      return answer;
    } catch (error) {
      if (call.signal.aborted) throw error;
      failures.push(error);
      if (!last) log.warn("An upstream failed; the next one is asked.", { upstream: upstream.name, error });
    }
  }
  const [worst] = failures.sort((a, b) => rank(a) - rank(b));
  throw worst ?? new BotError("http.unexpected_answer", "No upstream is configured.");
}

function rank(error: unknown): number {
  const at = error instanceof BotError ? TELLING.indexOf(error.code) : -1;
  return at < 0 ? TELLING.length : at;
}
