import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Samples, SamplesRequest } from "../../../core/plugin/index.ts";
import { at, bag, items } from "../json.ts";
import { wrapNextData } from "./answers.ts";
import { optionsFor, routeOf } from "./routes.ts";

/** One captured title: its page, and the hit that finds it. */
interface CapturedTitle {
  readonly page: string;
  readonly hit: Readonly<Record<string, unknown>>;
}

/** Pictures of titles and people, as pages and answers name them. */
const PICTURE = /https:\/\/m\.media-amazon\.com\/images\/[^"\\\s]+/g;

/** Replays the captured answers in `<folder>/imdb`; pictures are drawn, because none were captured. */
export async function openReplay(request: SamplesRequest, folder: string): Promise<Samples> {
  const { titles, hits, answers } = await readCaptured(join(folder, "imdb"));
  return {
    options: { ...optionsFor(request.base), providers: ["page", "graphql"] },
    suggestions: ["the matrix", "walking dead", "taken"],
    async fetch(asked) {
      const route = await routeOf(asked);
      if (route.kind === "search") {
        return Response.json({ d: search(hits, route.query).map((hit) => redraw(hit, request)), v: 1 });
      }
      if (route.kind === "graphql") {
        const answer = answers.get(route.id) ?? { data: { title: null } };
        const title = String(at(answer, "data.title.titleText.text") ?? "");
        return Response.json(JSON.parse(drawn(JSON.stringify(answer), request.poster(title))));
      }
      const found = route.kind === "page" ? titles.get(route.id) : undefined;
      // A captured answer of the other provider serves a title whose page was not captured.
      const status = route.kind === "page" && answers.has(route.id) ? 403 : 404;
      if (found === undefined) return new Response("", { status });
      const page = drawn(found.page, request.poster(String(found.hit.l)));
      return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
    },
  };
}

async function readCaptured(folder: string) {
  const titles = new Map<string, CapturedTitle>();
  const hits = new Map<string, Readonly<Record<string, unknown>>>();
  const answers = new Map<string, unknown>();
  for (const name of (await readdir(folder)).sort()) {
    const text = await readFile(join(folder, name), "utf8");
    if (/^(?:nextdata_(?:reference|title)|title)_.*\.(?:json|html)$/.test(name)) {
      const page = name.endsWith(".json") ? wrapNextData(text) : text;
      const top = at(nextData(page), "props.pageProps.aboveTheFoldData");
      const id = at(top, "id");
      // The reference page has more fields than the title page, and sorts before it.
      if (typeof id === "string" && !titles.has(id)) titles.set(id, { page, hit: hitOf(top) });
    } else if (name.startsWith("suggestion_") && name.endsWith(".json")) {
      for (const item of items(at(JSON.parse(text), "d"))) {
        const hit = bag(item);
        if (hit && !hits.has(String(hit.id))) hits.set(String(hit.id), hit);
      }
    } else if (name.startsWith("graphql_title_") && name.endsWith(".json")) {
      const answer: unknown = JSON.parse(text);
      const title = at(answer, "data.title");
      answers.set(String(at(title, "id")), answer);
      hits.set(String(at(title, "id")), hitOf(title));
    }
  }
  for (const [id, { hit }] of titles) if (!hits.has(id)) hits.set(id, hit);
  return { titles, hits: shownFirst([...hits.values()], titles), answers };
}

/** Hits whose page was captured come first. */
function shownFirst(hits: Readonly<Record<string, unknown>>[], titles: ReadonlyMap<string, CapturedTitle>) {
  return hits.sort((a, b) => Number(titles.has(String(b.id))) - Number(titles.has(String(a.id))));
}

function nextData(page: string): unknown {
  const start = page.indexOf(">", page.indexOf('id="__NEXT_DATA__"')) + 1;
  return JSON.parse(page.slice(start, page.indexOf("</script>", start)));
}

/** The hit that the search would give for a captured title. */
function hitOf(title: unknown): Readonly<Record<string, unknown>> {
  return {
    id: at(title, "id"),
    l: at(title, "originalTitleText.text") ?? at(title, "titleText.text"),
    y: at(title, "releaseYear.year"),
    q: at(title, "titleType.text"),
    i: { imageUrl: at(title, "primaryImage.url") },
  };
}

/** Captured hits that have every word of the query in title or year. */
function search(hits: readonly Readonly<Record<string, unknown>>[], query: string) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return hits.filter((hit) => words.every((word) => `${hit.l} ${hit.y}`.toLowerCase().includes(word))).slice(0, 8);
}

function redraw(hit: Readonly<Record<string, unknown>>, { poster }: SamplesRequest): unknown {
  return bag(hit.i)?.imageUrl ? { ...hit, i: { imageUrl: poster(String(hit.l)) } } : hit;
}

function drawn(text: string, url: string): string {
  const quoted = JSON.stringify(url).slice(1, -1);
  return text.replace(PICTURE, () => quoted);
}
