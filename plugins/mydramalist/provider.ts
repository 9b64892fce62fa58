import { BotError, type Logger, type SearchHit, type SourceCall } from "../../core/plugin/index.ts";
import type { DramaRecord } from "./record.ts";

/** The upstreams, by the names the `providers` option gives them. */
type ProviderName = "json" | "site";

/** Options of one call to an upstream. */
export interface ProviderCall {
  readonly signal: AbortSignal;
  /** ms; given while another upstream can still be asked, so that a slow one leaves it time. */
  readonly timeout?: number;
}

/** One of the interchangeable upstreams. */
export interface Provider {
  readonly name: ProviderName;
  search(query: string, call: ProviderCall): Promise<readonly SearchHit[]>;
  details(id: string, call: ProviderCall): Promise<DramaRecord | undefined>;
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

/** What is asked of the providers, and for whom. */
export interface Inquiry<T> {
  readonly call: SourceCall;
  readonly log: Logger;
  ask(provider: Provider, call: ProviderCall): Promise<T>;
}

/**
 * Asks the providers in order until one answers; "not found" is an answer.
 *
 * @throws BotError the most telling of the failures when all fail.
 */
export async function askInOrder<T>(providers: readonly Provider[], { call, log, ask }: Inquiry<T>): Promise<T> {
  const failures: unknown[] = [];
  for (const [index, provider] of providers.entries()) {
    const last = index === providers.length - 1;
    try {
      const answer = await ask(provider, { signal: call.signal, ...(last ? {} : { timeout: PATIENCE }) });
      call.servedBy(provider.name);
      return answer;
    } catch (error) {
      if (call.signal.aborted) throw error;
      failures.push(error);
      if (!last) log.warn("An upstream failed; the next one is asked", { provider: provider.name, error });
    }
  }
  const [worst] = failures.sort((a, b) => rank(a) - rank(b));
  throw worst ?? new BotError("http.unexpected_answer", "No upstream of MyDramaList is configured.");
}

function rank(error: unknown): number {
  const at = error instanceof BotError ? TELLING.indexOf(error.code) : -1;
  return at < 0 ? TELLING.length : at;
}
