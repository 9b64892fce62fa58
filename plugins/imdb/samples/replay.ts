import { Buffer } from "node:buffer";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Samples, SamplesRequest } from "dramabot/plugin";
import { at, bag, items } from "../json.ts";
import { readNextData } from "../next-data.ts";
import { mainSearchJson, type SuggestionHit, suggestionJson, wrapNextData } from "./answers.ts";
import { optionsFor, routeOf } from "./routes.ts";

/** Pictures of titles and people, as pages and answers name them. */
const PICTURE = /https:\/\/m\.media-amazon\.com\/images\/[^"\\\s]+/g;

/** Replays the captured answers in `<folder>/imdb`; pictures are drawn, because none were captured. */
export async function openReplay(request: SamplesRequest, folder: string): Promise<Samples> {
  const { pages, hits, answers } = await readCaptured(join(folder, "imdb"));
  // Hits whose page was captured come first.
  const listed = [...hits.values()].sort((a, b) => Number(pages.has(String(b.id))) - Number(pages.has(String(a.id))));
  const poster = (id: string) => request.poster(String(hits.get(id)?.l ?? ""));
  // Once: looking for pictures in 3 MB takes the event loop longer than an answer may.
  const utf8 = new TextEncoder();
  const drawnPages = new Map([...pages].map(([id, page]) => [id, utf8.encode(drawn(page, poster(id)))]));
  return {
    options: { ...optionsFor(request.base), providers: ["page", "graphql"] },
    suggestions: ["/imdb the matrix", "walking dead", "taken"],
    async fetch(asked) {
      const route = await routeOf(asked);
      if (route.kind === "search") {
        const found = search(listed, route.query).map((hit) => redraw(hit, request));
        return Response.json(route.by === "graphql" ? mainSearchJson(found) : suggestionJson(route.query, found));
      }
      if (route.kind === "graphql") {
        const answer = answers.get(route.id) ?? (pages.has(route.id) ? undefined : { data: { title: null } });
        // A captured page serves a title whose answer of this kind was not captured.
        if (answer === undefined) return new Response("", { status: 403 });
        return Response.json(JSON.parse(drawn(JSON.stringify(answer), poster(route.id))));
      }
      if (route.kind === "other") return new Response("", { status: 404 });
      const page = drawnPages.get(route.id);
      // A captured answer of the other provider serves a title whose page was not captured.
      if (page === undefined) return new Response("", { status: answers.has(route.id) ? 403 : 404 });
      return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
    },
  };
}

async function readCaptured(folder: string) {
  const pages = new Map<string, string>();
  const hits = new Map<string, SuggestionHit>();
  const answers = new Map<string, unknown>();
  for (const name of (await readdir(folder)).sort()) {
    const text = await readFile(join(folder, name), "utf8");
    if (/^(?:nextdata_(?:reference|title)|title)_.*\.(?:json|html)$/.test(name)) {
      const page = name.endsWith(".json") ? wrapNextData(text) : text;
      const top = at(readNextData(Buffer.from(page)), "props.pageProps.aboveTheFoldData");
      const id = at(top, "id");
      // The reference page has more fields than the title page, and sorts before it. A captured hit of the search,
      // which sorts between them, stands in place of one made of the reference page.
      if (typeof id !== "string" || pages.has(id)) continue;
      pages.set(id, page);
      if (!hits.has(id)) hits.set(id, hitOf(top));
    } else if (name.startsWith("suggestion_") && name.endsWith(".json")) {
      for (const item of items(at(JSON.parse(text), "d"))) {
        const hit = bag(item);
        if (hit) hits.set(String(hit.id), hit);
      }
    } else if (name.startsWith("graphql_title_") && name.endsWith(".json")) {
      const answer: unknown = JSON.parse(text);
      const title = at(answer, "data.title");
      answers.set(String(at(title, "id")), answer);
      hits.set(String(at(title, "id")), hitOf(title));
    }
  }
  return { pages, hits, answers };
}

/** The hit that the search would give for a captured title. */
function hitOf(title: unknown): SuggestionHit {
  return {
    id: at(title, "id"),
    l: at(title, "titleText.text"),
    y: at(title, "releaseYear.year"),
    q: at(title, "titleType.text"),
    i: { imageUrl: at(title, "primaryImage.url") },
  };
}

/** Captured hits that have every word of the query in title or year. */
function search(hits: readonly SuggestionHit[], query: string) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return hits
    .filter((hit) => words.every((word) => `${hit.l} ${hit.y ?? ""}`.toLowerCase().includes(word)))
    .slice(0, 8);
}

function redraw(hit: SuggestionHit, { poster }: SamplesRequest): SuggestionHit {
  return bag(hit.i)?.imageUrl ? { ...hit, i: { imageUrl: poster(String(hit.l)) } } : hit;
}

function drawn(text: string, url: string): string {
  const quoted = JSON.stringify(url).slice(1, -1);
  return text.replace(PICTURE, () => quoted);
}
