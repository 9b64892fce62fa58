import type { TestContext } from "node:test";
import { createCache } from "../../../core/cache/cache.ts";
import type { BotError } from "../../../core/domain/errors.ts";
import { createLookup, type LookupOptions } from "../../../core/lookup/create.ts";
import type { SearchHit, Source, SourceCall } from "../../../core/plugin/source.ts";

/** ms. */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** How long answers of the test's source stay fresh, in ms. */
export const ttl = { search: HOUR, details: DAY } as const;

export interface Film {
  readonly id: string;
  readonly title: string;
}

export interface StageOptions extends Partial<Omit<LookupOptions, "cache" | "onProblem">> {
  /** The cache's. Default: none. */
  readonly file?: string;
}

/** A caller who never leaves. */
export const patient = new AbortController().signal;

/** Lets everything happen that waits for nothing. */
export async function turn(): Promise<void> {
  for (let n = 0; n < 3; n++) await new Promise(setImmediate);
}

/** A hit of the title with that number. */
export const hit = (n: number): SearchHit => ({ id: `f${n}`, title: `Film ${n}`, url: `https://film.example/f${n}` });

/** A source of films that counts its calls; `change` makes it answer otherwise from then on. */
export function films(own: Partial<Source<Film>> = {}) {
  const calls: SourceCall[] = [];
  let now = own;
  const source: Source<Film> = {
    command: "film",
    name: "Films",
    description: "Look up a film",
    example: "matrix",
    fields: [],
    matchUrl: () => undefined,
    defaultTemplate: () => "{title}",
    isRecord: (value): value is Film => typeof value === "object" && value !== null && "title" in value,
    title: (film) => film.title,
    url: (film) => `https://film.example/${film.id}`,
    poster: () => undefined,
    ttl,
    ...own,
    async search(query, call) {
      calls.push(call);
      return now.search ? now.search(query, call) : [hit(1), hit(2)];
    },
    async details(id, call) {
      calls.push(call);
      return now.details ? now.details(id, call) : { id, title: `Film ${id}` };
    },
  };
  const change = (other: Partial<Source<Film>>) => {
    now = other;
  };
  return { source, calls, change };
}

/** A lookup with a cache of its own, and what both told. */
export function stage(t: TestContext, { file = ":memory:", ...options }: StageOptions = {}) {
  const problems: { readonly message: string; readonly error: BotError }[] = [];
  const cacheProblems: string[] = [];
  const cache = createCache({ file, onProblem: (message) => cacheProblems.push(message) });
  t.after(() => cache.dispose());
  const onProblem = (message: string, error: BotError) => void problems.push({ message, error });
  return { cache, problems, cacheProblems, ...createLookup({ cache, onProblem, ...options }) };
}
