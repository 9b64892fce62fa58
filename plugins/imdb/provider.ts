import { BotError, type Logger, type SearchHit, type SourceCall } from "../../core/plugin/index.ts";
import type { TitleRecord } from "./record.ts";

/** Options of one call to an upstream. */
export interface ProviderCall {
  readonly signal: AbortSignal;
  /** ms; given while another upstream can still be asked, so that a slow one leaves it time. */
  readonly timeout?: number;
}

/** An upstream of hits. */
export interface SearchProvider {
  readonly name: "suggestion" | "graphql";
  search(query: string, call: ProviderCall): Promise<readonly SearchHit[]>;
}

/** An upstream of details, named as the `providers` option names it. */
export interface DetailsProvider {
  readonly name: "graphql" | "page";
  details(id: string, call: ProviderCall): Promise<TitleRecord | undefined>;
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
export interface Inquiry<P, T> {
  readonly call: SourceCall;
  readonly log: Logger;
  ask(provider: P, call: ProviderCall): Promise<T>;
}

/**
 * Asks the providers in order until one answers; "nothing found" and "no such title" are answers.
 *
 * @throws BotError the most telling of the failures when all fail.
 */
export async function askInOrder<P extends { readonly name: string }, T>(
  providers: readonly P[],
  { call, log, ask }: Inquiry<P, T>,
): Promise<T> {
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
  throw worst ?? new BotError("http.unexpected_answer", "No upstream of IMDb is configured.");
}

function rank(error: unknown): number {
  const place = error instanceof BotError ? TELLING.indexOf(error.code) : -1;
  return place < 0 ? TELLING.length : place;
}
