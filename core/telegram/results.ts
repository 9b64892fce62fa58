import * as v from "valibot";
import { cutText } from "../domain/caption.ts";
import type { SearchHit, Source } from "../plugin/source.ts";
import { cleanQuery } from "./commands.ts";
import { labels, texts } from "./texts.ts";

/** Results shown in one list. */
const RESULT_LIMIT = 10;

/** Longest label on a button, in UTF-16 code units; phones show less. */
const LABEL_LIMIT = 64;

const resultItem = v.object({ source: v.string(), id: v.string(), label: v.string() });

const resultsSchema = v.object({
  kind: v.literal("results"),
  chat: v.number(),
  asker: v.number(),
  query: v.string(),
  failed: v.array(v.string()),
  items: v.pipe(v.array(resultItem), v.minLength(1), v.maxLength(RESULT_LIMIT)),
});

/** A list of results, as it is stored under its keyboard's key. */
export type StoredResults = v.InferOutput<typeof resultsSchema>;

/** One result of a list. */
export type ResultItem = v.InferOutput<typeof resultItem>;

/** Reads a list back from the store; `undefined` for what this version does not understand. */
export function readResults(value: unknown): StoredResults | undefined {
  const result = v.safeParse(resultsSchema, value);
  return result.success ? result.output : undefined;
}

/** What one source found. */
export interface SourceHits {
  readonly source: Source;
  readonly hits: readonly SearchHit[];
}

/**
 * Makes one list of several sources' hits: the best of each first, then the second ones, up to
 * {@link RESULT_LIMIT}. The source is named when there are several.
 */
export function mixResults(found: readonly SourceHits[]): readonly ResultItem[] {
  const filled = found.filter(({ hits }) => hits.length > 0);
  const items: ResultItem[] = [];
  for (let rank = 0; items.length < RESULT_LIMIT; rank++) {
    const round = filled.filter(({ hits }) => hits.length > rank);
    if (round.length === 0) break;
    for (const { source, hits } of round) {
      const hit = hits[rank];
      if (hit && items.length < RESULT_LIMIT) items.push(resultOf(source, hit, filled.length > 1));
    }
  }
  return items;
}

function resultOf(source: Source, hit: SearchHit, named: boolean): ResultItem {
  const tail = `${hit.year === undefined ? "" : ` (${hit.year})`}${named ? ` · ${source.name}` : ""}`;
  const title = cleanQuery(String(hit.title)) || cleanQuery(hit.id) || labels.untitled;
  return { source: source.command, id: hit.id, label: cutText(title, Math.max(8, LABEL_LIMIT - tail.length)) + tail };
}

/** The text above a list's buttons: Telegram HTML that fits a caption. */
export function resultsText({ query, failed }: Pick<StoredResults, "query" | "failed">): string {
  const head = texts.results(cutText(query, 200));
  return failed.length === 0 ? head : `${head}\n\n${texts.partial(failed)}`;
}
