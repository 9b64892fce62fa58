/** One title found by a search. */
export interface SearchHit {
  /** The source's own id or slug, as `details` takes it. */
  readonly id: string;
  readonly title: string;
  readonly year?: number;
  /** The page people would open. */
  readonly url: string;
  /** e.g. "Korean Drama", "TV series". */
  readonly kind?: string;
  /** A small picture. */
  readonly thumbnail?: string;
}

/** What a source is given with every call. */
export interface SourceCall {
  /** Aborts when the deadline has passed or nobody waits any more. Pass it on to `ctx.http`. */
  readonly signal: AbortSignal;
  /** Say which of several upstreams gave the answer; kept with the cached record and shown in logs. */
  servedBy(provider: string): void;
}

/** One placeholder that templates can use. */
export interface Field<R> {
  /** `[a-z][a-z0-9_]*`, as written between braces in a template. */
  readonly name: string;
  /** One short sentence for the list of placeholders. */
  readonly description: string;
  /**
   * The value as plain text (never HTML: it is escaped when it is put into a template).
   * `undefined` and the empty string mean "missing". What throws, or gives something else, costs the card that line.
   */
  value(record: R): string | undefined;
}

/** A link to one title, as told by {@link Source.matchUrl}. */
export type LinkMatch =
  /** A title's page. */
  | { readonly kind: "title"; readonly id: string }
  /** A page of this site that is no title (a person, a list, an article). */
  | { readonly kind: "other" };

/**
 * A place where titles are looked up. `R` is the source's own record; it must survive
 * `JSON.stringify`, because records are cached.
 */
export interface Source<R = unknown> {
  /** `[a-z][a-z0-9]{0,15}`: makes `/<command>` and `/<command>url`. */
  readonly command: string;
  /** Shown to people, e.g. "MyDramaList". */
  readonly name: string;
  /** One short sentence for `/help` and the command menu, e.g. "Look up a drama on MyDramaList". */
  readonly description: string;
  /** A title that has results, for hints like "Try /mdl sweet home". */
  readonly example: string;
  /** At most 10 hits are shown; those of a wrong form are left out. Nothing found is an empty list. */
  search(query: string, call: SourceCall): Promise<readonly SearchHit[]>;
  /** @returns the record, or `undefined` when there is no such title. */
  details(id: string, call: SourceCall): Promise<R | undefined>;
  /** Recognises links of this site; `undefined` for links of other sites. Never throws. */
  matchUrl(url: URL): LinkMatch | undefined;
  /** Recognises a bare id (`tt0133093`, `34064-sweet-home`), for the command line and messages. */
  matchId?(text: string): string | undefined;
  /** Every placeholder, in the order in which they are listed. */
  readonly fields: readonly Field<R>[];
  /**
   * Telegram HTML with `{placeholders}`. A line whose placeholders are all missing is left out;
   * `{{` and `}}` are literal braces.
   */
  defaultTemplate(record: R): string;
  /** Checks a record read back from the cache, which another version may have written. */
  isRecord(value: unknown): value is R;
  /** Bold heading for a record, e.g. "Sweet Home (2020)". Plain text. */
  title(record: R): string;
  /** The page people would open for a record. */
  url(record: R): string;
  /** The poster's URL, at most 5 MB and 10,000 pixels of width and height together. */
  poster(record: R): string | undefined;
  /** How long answers stay fresh, in ms. */
  readonly ttl: { readonly search: number; readonly details: number };
  /** Callback data of an older bot's keyboards: the id it stands for. */
  matchLegacyCallback?(data: string): string | undefined;
}
