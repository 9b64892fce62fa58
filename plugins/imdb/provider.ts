import { BotError, type Logger, type SourceCall } from "../../core/plugin/index.ts";
import type { TitleRecord } from "./record.ts";

/** Options of one call to an upstream. */
export interface ProviderCall {
  readonly signal: AbortSignal;
  /** ms; given while another upstream can still be asked, so that a slow one leaves it time. */
  readonly timeout?: number;
}

/** One of the interchangeable upstreams of details. */
export interface Provider {
  /** As the `providers` option names it. */
  readonly name: "graphql" | "page";
  details(id: string, call: ProviderCall): Promise<TitleRecord | undefined>;
}

/** Time an upstream gets while another one is left, in ms. */
const PATIENCE = 6_000;

/** Which failure says most to a person, most telling first; a code that is not listed comes last. */
const TELLING = ["http.rate_limited", "http.blocked", "http.timeout", "http.too_large", "http.unexpected_answer"];

/**
 * Asks the providers in order until one answers; "no such title" is an answer.
 *
 * @throws BotError the most telling of the failures when all fail.
 */
export async function firstDetails(
  providers: readonly Provider[],
  { id, call, log }: { readonly id: string; readonly call: SourceCall; readonly log: Logger },
): Promise<TitleRecord | undefined> {
  const failures: unknown[] = [];
  for (const [index, provider] of providers.entries()) {
    const last = index === providers.length - 1;
    try {
      const record = await provider.details(id, { signal: call.signal, ...(last ? {} : { timeout: PATIENCE }) });
      call.servedBy(provider.name);
      return record;
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
