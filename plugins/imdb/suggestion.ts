import * as v from "valibot";
import { BotError, type HttpClient, type SearchHit } from "../../core/plugin/index.ts";
import { PUBLIC_SITE } from "./links.ts";
import { cardSize } from "./text.ts";

const answer = v.object({ d: v.optional(v.nullable(v.array(v.unknown()))), v: v.optional(v.unknown()) });

/** People carry `nm` ids, and there are further kinds; only titles match. */
const title = v.object({
  id: v.pipe(v.string(), v.regex(/^tt\d{7,10}$/)),
  l: v.pipe(v.string(), v.trim(), v.minLength(1)),
  y: v.nullish(v.unknown()),
  q: v.nullish(v.unknown()),
  qid: v.nullish(v.unknown()),
  i: v.nullish(v.unknown()),
});

/** What a film is called in the answers, in the card's words. */
const KINDS: Readonly<Record<string, string>> = { feature: "Movie", short: "Short", video: "Video" };

/** Asks the suggestion API: at most 8 hits, best first. */
export async function suggest(
  query: string,
  { http, url, signal }: { readonly http: HttpClient; readonly url: string; readonly signal: AbortSignal },
): Promise<readonly SearchHit[]> {
  const words = encodeURIComponent(query.toWellFormed());
  // 400 is its answer to words it cannot search for: nothing is found then.
  const response = await http.get(`${url.replace(/\/+$/, "")}/x/${words}.json?includeVideos=0`, {
    signal,
    accept: [400],
    maxBytes: 512 * 1024,
  });
  if (response.status === 400) return [];
  const parsed = v.safeParse(answer, response.json());
  const known = parsed.success && (parsed.output.d !== undefined || parsed.output.v !== undefined);
  if (!known) {
    throw new BotError("http.unexpected_answer", "IMDb's search answered in an unknown form. Look for an update.");
  }
  const hits = (parsed.output.d ?? []).flatMap((item) => hitOf(item) ?? []);
  return [...new Map(hits.map((hit) => [hit.id, hit])).values()].slice(0, 10);
}

function hitOf(item: unknown): SearchHit | undefined {
  const parsed = v.safeParse(title, item);
  if (!parsed.success) return undefined;
  const { id, l, y, q, i } = parsed.output;
  const kind = typeof q === "string" && q !== "" ? (KINDS[q] ?? q) : undefined;
  const picture = v.safeParse(v.object({ imageUrl: v.pipe(v.string(), v.regex(/^https?:/)) }), i);
  return {
    id,
    title: l,
    ...(typeof y === "number" && Number.isInteger(y) && y > 1800 ? { year: y } : {}),
    url: `${PUBLIC_SITE}/title/${id}/`,
    ...(kind === undefined ? {} : { kind }),
    ...(picture.success ? { thumbnail: cardSize(picture.output.imageUrl) } : {}),
  };
}
