import { age } from "../domain/card.ts";
import { BotError, errorCode } from "../domain/errors.ts";
import { orNothing } from "../domain/or-nothing.ts";
import type { Lookup } from "../lookup/lookup.ts";
import type { Logger } from "../plugin/context.ts";
import type { SearchHit, Source } from "../plugin/source.ts";
import { within } from "../plugin/within.ts";
import type { Captions } from "./captions.ts";
import { texts } from "./texts.ts";

/** How long one lookup may take before an apology, in ms. */
const LOOKUP_DEADLINE = 30_000;

/** A card, ready to be sent. */
export interface Card {
  /** Telegram HTML of any length. */
  readonly caption: string;
  /** Telegram HTML that stays at the end. */
  readonly note: string | undefined;
  /** URL of the poster. */
  readonly poster: string | undefined;
}

/** Told of every lookup: a source's command, `ok`, `nothing` or an error code, and how long it took. */
export type LookupListener = (source: string, outcome: string, seconds: number) => void;

export interface LookupsOptions {
  readonly lookup: Lookup;
  readonly captions: Captions;
  readonly log: Logger;
  readonly onLookup?: LookupListener | undefined;
  /** For one lookup, in ms. Default 30,000. */
  readonly deadline?: number | undefined;
}

/** Lookups as chats need them: measured, logged, under a deadline. */
export interface Lookups {
  /** @throws BotError with the source's code. */
  search(source: Source, query: string): Promise<readonly SearchHit[]>;
  /** @returns `undefined` when there is no such title. @throws BotError with the source's code. */
  card(source: Source, id: string, userId: number): Promise<Card | undefined>;
}

/** Makes them from the {@link Lookup} and the chain of formatters. */
export function createLookups(options: LookupsOptions): Lookups {
  const { lookup, captions, log, onLookup, deadline = LOOKUP_DEADLINE } = options;

  const measured = async <T>(
    source: Source,
    kind: "search" | "details",
    run: (signal: AbortSignal) => Promise<T>,
    outcomeOf: (result: T) => "ok" | "nothing",
  ): Promise<T> => {
    const began = performance.now();
    const tell = (outcome: string, error?: unknown) => {
      const duration = (performance.now() - began) / 1000;
      onLookup?.(source.command, outcome, duration);
      const attributes = { source: source.command, kind, outcome, duration };
      if (error === undefined) log.info("A lookup was answered.", attributes);
      else log.warn("A lookup failed.", { ...attributes, error });
    };
    const late = () => new BotError("lookup.timeout", `${source.name} did not answer within ${deadline / 1000} s.`);
    try {
      const result = await within(run, deadline, late);
      tell(outcomeOf(result));
      return result;
    } catch (error) {
      if (errorCode(error) === "http.not_found" && kind === "details") tell("nothing");
      else tell(errorCode(error) ?? "failed", error);
      throw error;
    }
  };

  const poster = (source: Source, record: unknown) => {
    const url = orNothing(() => source.poster(record));
    return url !== undefined && /^https?:\/\/\S+$/.test(url) ? url : undefined;
  };

  return {
    async search(source, query) {
      const answer = await measured(
        source,
        "search",
        (signal) => lookup.search(source, query, signal),
        ({ record }) => (record.length > 0 ? "ok" : "nothing"),
      );
      return answer.record;
    },
    async card(source, id, userId) {
      try {
        const answer = await measured(
          source,
          "details",
          (signal) => lookup.details(source, id, signal),
          (found) => (found ? "ok" : "nothing"),
        );
        if (!answer) return undefined;
        return {
          caption: await captions.caption(source, answer.record, userId),
          note: answer.stale ? texts.stale(source.name, age(Date.now() - answer.fetchedAt)) : undefined,
          poster: poster(source, answer.record),
        };
      } catch (error) {
        if (errorCode(error) === "http.not_found") return undefined;
        throw error;
      }
    },
  };
}
