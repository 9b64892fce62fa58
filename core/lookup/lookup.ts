import type { SearchHit, Source } from "../plugin/source.ts";

/** An answer with where and when it came from; the shape that is cached. */
export interface Fetched<T> {
  readonly record: T;
  /** ms since 1970. */
  readonly fetchedAt: number;
  readonly provider: string;
}

/** How an answer was found, for logs and metrics. */
export type CacheTier = "memory" | "disk" | "upstream";

/** An answer; `stale` when the source failed or was slow, and the last good one was given. */
export type Answer<T> = Fetched<T> & { readonly tier: CacheTier; readonly stale: boolean };

/** Looks titles up, through the cache, one flight per key. */
export interface Lookup {
  /**
   * Queries are compared case-folded, NFKC, without invisible characters, with white space collapsed.
   * @throws BotError with the source's code.
   */
  search(source: Source, query: string, signal: AbortSignal): Promise<Answer<readonly SearchHit[]>>;
  /** `undefined` when there is no such title. @throws BotError with the source's code. */
  details(source: Source, id: string, signal: AbortSignal): Promise<Answer<unknown> | undefined>;
}
