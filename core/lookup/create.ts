import type { Cache, CacheNamespace } from "../cache/cache.ts";
import { BotError, errorCode } from "../domain/errors.ts";
import { isHits, readHits } from "../plugin/hits.ts";
import { originOf } from "../plugin/origin.ts";
import type { SearchHit, Source } from "../plugin/source.ts";
import { createFlights } from "./flights.ts";
import type { Answer, CacheTier, Fetched, Lookup } from "./lookup.ts";
import { queryKey } from "./query-key.ts";

export interface LookupOptions {
  readonly cache: Cache;
  /** How long a source may take, in ms. Default 20,000. */
  readonly deadline?: number;
  /**
   * How long a source may take when an older answer is known, in ms; then that one is given, and the source
   * goes on behind it. Default 1,000.
   */
  readonly softLimit?: number;
  /** How long "no such title" and "nothing found" are remembered, in ms. Default 60,000. */
  readonly negativeTtl?: number;
  /** Told of a source that failed where an older answer was known, which is all that the caller sees. */
  onProblem?(message: string, error: BotError): void;
}

/** How long after its time a record may stand in for a source that fails, in ms. */
const GRACE = 7 * 86_400_000;

interface Question<T> {
  readonly source: Source;
  readonly names: CacheNamespace;
  readonly key: string;
  readonly ttl: number;
  /** Whether a stored record is still readable. */
  accepts(record: unknown): record is T;
  ask(signal: AbortSignal, servedBy: (provider: string) => void): Promise<T | undefined>;
}

/** What is stored: `null` stands for "no such title". */
type Known<T> = Fetched<T | null> & { readonly tier: CacheTier };

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

/** Whether a record says that there is nothing. */
function isNothing(record: unknown): record is null | readonly [] {
  return record === null || (Array.isArray(record) && record.length === 0);
}

/** What a source threw, as a BotError with the source's name. */
function sourceError(error: unknown, source: Source): BotError {
  if (error instanceof BotError) return error;
  const thrown = typeof error === "string" ? error : `it threw a value of type ${typeof error}`;
  const reason = error instanceof Error ? error.message : thrown;
  return new BotError(errorCode(error) ?? "plugin.failed", `${source.name} failed: ${reason}`, {
    cause: error,
    plugin: (error instanceof Error ? originOf(error)?.plugin : undefined) ?? source.command,
  });
}

async function stored<T>({ names, key, accepts }: Question<T>): Promise<Known<T> | undefined> {
  const found = await names.find(key);
  if (!found || !isFetched(found.value)) return undefined;
  const { record, fetchedAt, provider } = found.value;
  try {
    return record === null || accepts(record) ? { record, fetchedAt, provider, tier: found.tier } : undefined;
  } catch {
    // A source's own check that stumbles over a record does not know it.
    return undefined;
  }
}

/** Makes the lookup: fresh from the cache, else from the source, else the last good answer. */
export function createLookup(options: LookupOptions): Lookup {
  const { cache, deadline = 20_000, softLimit = 1_000, negativeTtl = 60_000, onProblem } = options;
  const flights = createFlights();

  /** Asks the source and keeps what it says. */
  const fetch = async <T>(question: Question<T>, signal: AbortSignal): Promise<Fetched<T | null>> => {
    const { source, names, key, ttl } = question;
    let provider = source.command;
    const late = Promise.withResolvers<never>();
    const onAbort = () => late.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const asked = question.ask(signal, (name) => {
        if (typeof name === "string") provider = name;
      });
      const record = (await Promise.race([asked, late.promise])) ?? null;
      const fetched = { record, fetchedAt: Date.now(), provider };
      await names.set(key, fetched, { ttl: isNothing(record) ? negativeTtl : ttl + GRACE });
      return fetched;
    } catch (error) {
      throw sourceError(error, source);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };

  const answer = async <T>(question: Question<T>, signal: AbortSignal): Promise<Answer<T> | undefined> => {
    const { source, key } = question;
    const given = ({ record, ...rest }: Known<T>, stale: boolean): Answer<T> | undefined =>
      record === null ? undefined : { record, ...rest, stale };

    const isFresh = ({ record, fetchedAt }: Known<T>) =>
      Date.now() - fetchedAt < (isNothing(record) ? negativeTtl : question.ttl);

    signal.throwIfAborted();
    const { landed } = flights;
    let known = await stored(question);
    // An answer that arrived while the cache was read may have come too late to be seen in it.
    if (!(known && isFresh(known)) && landed !== flights.landed) known = await stored(question);
    if (known && isFresh(known)) return given(known, false);

    const older = known && !isNothing(known.record) ? known : undefined;
    const impatient = new AbortController();
    const timer = older && setTimeout(() => impatient.abort(), softLimit);
    try {
      const fetched = await flights.join(`${source.command}:${key}`, {
        signal: older ? AbortSignal.any([signal, impatient.signal]) : signal,
        goesOn: older !== undefined,
        deadline,
        timeout: () => new BotError("lookup.timeout", `${source.name} did not answer within ${deadline / 1000} s.`),
        work: async (flight) => {
          try {
            return await fetch(question, flight);
          } catch (error) {
            const failure = sourceError(error, source);
            if (older) onProblem?.(`${source.name} failed; its last good answer is given.`, failure);
            throw failure;
          }
        },
      });
      return given({ ...fetched, tier: "upstream" }, false);
    } catch (error) {
      signal.throwIfAborted();
      if (older) return given(older, true);
      throw error;
    } finally {
      clearTimeout(timer);
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
          async ask(flight, servedBy) {
            const found = await source.search(query, { signal: flight, servedBy });
            return readHits(found, `search() of source "${source.command}"`).hits;
          },
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
          // Whoever watches the source lets nothing through that is no record.
          ask: async (flight, servedBy) => (await source.details(id, { signal: flight, servedBy })) ?? undefined,
        },
        signal,
      );
    },
  };
}
