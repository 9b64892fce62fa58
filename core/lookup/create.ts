import type { Cache, CacheNamespace } from "../cache/cache.ts";
import { BotError, errorCode } from "../domain/errors.ts";
import type { SearchHit, Source } from "../plugin/source.ts";
import { createFlights } from "./flights.ts";
import { cleanHits, isHits } from "./hits.ts";
import type { Answer, CacheTier, Fetched, Lookup } from "./lookup.ts";

export interface LookupOptions {
  readonly cache: Cache;
  /** How long a source may take, in ms. Default 20,000. */
  readonly deadline?: number;
  /** How long "no such title" and "nothing found" are remembered, in ms. Default 60,000. */
  readonly negativeTtl?: number;
}

/** How long after its time a record may stand in for a source that fails, in ms. */
const GRACE = 7 * 86_400_000;

/** Marks "no such title" in the cache. */
const NOTHING = "nothing";

interface Question<T> {
  readonly source: Source;
  readonly names: CacheNamespace;
  readonly key: string;
  readonly ttl: number;
  /** Whether a stored record is still readable. */
  accepts(record: unknown): record is T;
  ask(signal: AbortSignal, servedBy: (provider: string) => void): Promise<T | undefined>;
}

/** Queries that mean the same share a key: NFKC, case-folded, white space collapsed. */
function queryKey(query: string): string {
  return query.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();
}

function isFetched(value: unknown): value is Fetched<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "record" in value &&
    "fetchedAt" in value &&
    typeof value.fetchedAt === "number" &&
    "provider" in value &&
    typeof value.provider === "string"
  );
}

/** What a source threw, as a BotError with the source's name. */
function sourceError(error: unknown, source: Source): BotError {
  if (error instanceof BotError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new BotError(errorCode(error) ?? "plugin.failed", `${source.name} failed: ${reason}`, {
    cause: error,
    plugin: source.command,
  });
}

/** Makes the lookup: fresh from the cache, else from the source, else the last good answer. */
export function createLookup({ cache, deadline = 20_000, negativeTtl = 60_000 }: LookupOptions): Lookup {
  const flights = createFlights();

  const stored = async <T>({ names, key, accepts }: Question<T>) => {
    const found = await names.find(key);
    if (!found || !isFetched(found.value)) return undefined;
    const { record, fetchedAt, provider } = found.value;
    if (record === NOTHING) return { nothing: true as const, fetchedAt, provider, tier: found.tier };
    return accepts(record) ? { nothing: false as const, record, fetchedAt, provider, tier: found.tier } : undefined;
  };

  const fetch = async <T>(question: Question<T>, signal: AbortSignal): Promise<Fetched<T> | undefined> => {
    const { source, names, key, ttl } = question;
    let provider = source.command;
    const late = Promise.withResolvers<never>();
    const onAbort = () => late.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      signal.throwIfAborted();
      const asked = question.ask(signal, (name) => {
        provider = name;
      });
      const record = await Promise.race([asked, late.promise]);
      const fetched = { record, fetchedAt: Date.now(), provider };
      const empty = record === undefined || (Array.isArray(record) && record.length === 0);
      if (empty) await names.set(key, { ...fetched, record: record ?? NOTHING }, { ttl: negativeTtl });
      else await names.set(key, fetched, { ttl: ttl + GRACE });
      return record === undefined ? undefined : { ...fetched, record };
    } catch (error) {
      throw sourceError(error, source);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };

  const answer = async <T>(question: Question<T>, signal: AbortSignal): Promise<Answer<T> | undefined> => {
    signal.throwIfAborted();
    const known = await stored(question);
    const age = known ? Date.now() - known.fetchedAt : Number.POSITIVE_INFINITY;
    const empty = known && (known.nothing || (Array.isArray(known.record) && known.record.length === 0));
    if (known && age < (empty ? negativeTtl : question.ttl)) {
      if (known.nothing) return undefined;
      return {
        record: known.record,
        fetchedAt: known.fetchedAt,
        provider: known.provider,
        tier: known.tier,
        stale: false,
      };
    }
    const name = `${question.source.command}:${question.key}`;
    try {
      const work = (flight: AbortSignal) => fetch(question, flight);
      const timeout = () =>
        new BotError("lookup.timeout", `${question.source.name} did not answer within ${deadline / 1000} s.`);
      const fetched = await flights.join(name, { signal, deadline, timeout, work });
      const tier: CacheTier = "upstream";
      return fetched === undefined ? undefined : { ...fetched, tier, stale: false };
    } catch (error) {
      if (known && !known.nothing && !empty && !signal.aborted) {
        return {
          record: known.record,
          fetchedAt: known.fetchedAt,
          provider: known.provider,
          tier: known.tier,
          stale: true,
        };
      }
      throw error;
    }
  };

  return {
    async search(source, query, signal) {
      const found = await answer<readonly SearchHit[]>(
        {
          source,
          names: cache.namespace(`${source.command}_search`),
          key: `s:${queryKey(query)}`,
          ttl: source.ttl.search,
          accepts: isHits,
          ask: async (flight, servedBy) => cleanHits(await source.search(query, { signal: flight, servedBy })),
        },
        signal,
      );
      return found ?? { record: [], fetchedAt: Date.now(), provider: source.command, tier: "upstream", stale: false };
    },
    details(source, id, signal) {
      return answer<unknown>(
        {
          source,
          names: cache.namespace(`${source.command}_details`),
          key: `d:${id}`,
          ttl: source.ttl.details,
          accepts: (record): record is unknown => source.isRecord(record),
          ask: (flight, servedBy) => source.details(id, { signal: flight, servedBy }),
        },
        signal,
      );
    },
  };
}
