import * as v from "valibot";
import { all, decodeEntities, type Scope } from "./dom.ts";

const text = v.pipe(v.string(), v.transform(decodeEntities));
const softText = v.fallback(v.optional(text), undefined);
const named = v.fallback(v.optional(v.object({ name: text })), undefined);
const figure = v.fallback(
  v.optional(
    v.pipe(
      v.union([v.number(), v.string()]),
      v.transform((value) => String(value)),
    ),
  ),
  undefined,
);
const texts = v.fallback(v.array(text), []);

const schema = v.object({
  "@type": v.picklist(["TVSeries", "Movie", "TVEpisode", "CreativeWork"]),
  url: softText,
  name: text,
  image: softText,
  description: softText,
  countryOfOrigin: named,
  alternateName: softText,
  publisher: named,
  genre: texts,
  datePublished: softText,
  keywords: texts,
  aggregateRating: v.fallback(v.optional(v.object({ ratingValue: figure, ratingCount: figure })), undefined),
  actor: v.fallback(v.array(v.object({ name: text, url: softText })), []),
});

/** What a title page says of itself in JSON-LD. */
export type LinkedData = v.InferOutput<typeof schema>;

/** The page's JSON-LD; `undefined` when there is none, or when it is cut or of another kind. */
export function readLinkedData(page: Scope): LinkedData | undefined {
  for (const script of all('script[type="application/ld+json"]', page)) {
    const source = script.children.map((child) => ("data" in child ? child.data : "")).join("");
    const parsed = v.safeParse(schema, parseJson(source));
    if (parsed.success) return parsed.output;
  }
  return undefined;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined; // a cut page: its rows are read instead
  }
}
