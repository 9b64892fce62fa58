import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Samples, SamplesRequest } from "dramabot/plugin";
import { notFoundJson } from "./json.ts";
import { answerHtml, answerJson, isSameTitle, optionsFor, routeOf } from "./routes.ts";

/** Captured answers, by what they answer. */
interface Captured {
  /** Query in lower case, with the captured page. */
  readonly searches: ReadonlyMap<string, string>;
  /** Slug → page. */
  readonly titles: ReadonlyMap<string, string>;
  readonly jsonSearches: ReadonlyMap<string, string>;
  readonly jsonTitles: ReadonlyMap<string, string>;
  /** Cards of listings, for searches that were not captured. */
  readonly cards: readonly string[];
}

const CARD =
  /<div id="mdl-\d+" class="box">[\s\S]*?(?=<div id="mdl-\d+" class="box">|<ul class="pagination"|<div class="box">)/g;

/** Replays the captured answers in `<folder>/mydramalist`; pictures are drawn, because none were captured. */
export async function openReplay(request: SamplesRequest, folder: string): Promise<Samples> {
  const captured = await readCaptured(join(folder, "mydramalist"));
  return {
    options: { ...optionsFor(request.base), providers: ["site", "json"] },
    suggestions: ["/mdl sweet home", "the glory", "goblin"],
    fetch(asked) {
      const route = routeOf(asked);
      const found =
        route.kind === "search"
          ? bySearch(captured, route.query, route.json)
          : route.kind === "title"
            ? byId(route.json ? captured.jsonTitles : captured.titles, route.id)
            : undefined;
      if (route.json) return found === undefined ? answerJson(notFoundJson, 404) : jsonText(redraw(found, request));
      return found === undefined ? answerHtml("", 404) : answerHtml(redraw(found, request));
    },
  };
}

async function readCaptured(folder: string): Promise<Captured> {
  const captured = {
    searches: new Map<string, string>(),
    titles: new Map<string, string>(),
    jsonSearches: new Map<string, string>(),
    jsonTitles: new Map<string, string>(),
    cards: [] as string[],
  };
  for (const name of (await readdir(folder)).sort()) {
    const text = await readFile(join(folder, name), "utf8");
    const [, search] = name.match(/search_([a-z0-9-]+?)(?:_\d{4})?\.(?:html|json)$/) ?? [];
    const query = search?.replaceAll("-", " ");
    if (name.endsWith(".json")) {
      const [, slug] = name.match(/id_(\d+[a-z0-9-]*)\.json$/) ?? [];
      if (slug !== undefined) captured.jsonTitles.set(slug, text);
      else if (query !== undefined) captured.jsonSearches.set(query, text);
    } else if (query !== undefined) captured.searches.set(query, text);
    else if (name.startsWith("title_")) captured.titles.set(slugIn(text) ?? name, text);
    else captured.cards.push(...(text.match(CARD) ?? []));
  }
  for (const page of captured.titles.values()) captured.cards.push(cardFor(page));
  return captured;
}

/** A captured search when every word of the query is in its own, otherwise a page of matching cards. */
function bySearch(captured: Captured, query: string, json: boolean): string | undefined {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (text: string) => words.length > 0 && words.every((word) => text.toLowerCase().includes(word));
  for (const [own, text] of json ? captured.jsonSearches : captured.searches) if (matches(own)) return text;
  if (json) return JSON.stringify({ query, results: { dramas: [], people: [] } });
  const cards = captured.cards.filter((card) => matches(`${titleIn(card)} ${slugIn(card)?.replaceAll("-", " ")}`));
  return `<title>Search results</title><p>${cards.length} results found</p>${cards.join("\n")}`;
}

function byId(texts: ReadonlyMap<string, string>, id: string): string | undefined {
  return [...texts].find(([slug]) => isSameTitle(slug, id))?.[1];
}

/** The card that the site's own search would show for a captured title page. */
function cardFor(page: string): string {
  const slug = slugIn(page) ?? "";
  const title = titleIn(page);
  const year = page.match(/content="(\d{4})-/)?.[1] ?? "TBA";
  const thumb = page.match(/https:\/\/i\.mydramalist\.com\/\w+c\.jpg/)?.[0] ?? "";
  return `<div id="mdl-${slug.split("-")[0]}" class="box"><div class="cover"><img data-src="${thumb}" alt="${title}"/></div>
<h6 class="title"><a href="/${slug}">${title}</a></h6><span class="text-muted">Drama - ${year}</span></div>`;
}

function slugIn(html: string): string | undefined {
  return html.match(/href="\/(\d+-[a-z0-9-]+)(?:\/cast)?"/)?.[1];
}

function titleIn(html: string): string {
  const heading = html.match(/class="film-title">(.*?)<\/h1>/s)?.[1] ?? html.match(/alt="([^"]*)"/)?.[1] ?? "";
  return heading
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, " ")
    .replace(/\s*\(\d{4}\)\s*$/, "")
    .trim();
}

/** Puts drawn posters in the place of pictures on the site's picture host. */
function redraw(text: string, { poster }: SamplesRequest): string {
  if (text.includes("film-title")) {
    const drawn = attribute(poster(titleIn(text)));
    return text.replace(/https:\/\/i\.mydramalist\.com\/\w+[cf]\.jpg(?:\?v=\d+)?/g, () => drawn);
  }
  return text
    .replace(
      /(<img[^>]*data-src=")https:\/\/i\.mydramalist\.com\/[^"]*("[^>]*alt=")([^"]*)"/g,
      (_, before, between, title) => `${before}${attribute(poster(title))}${between}${title}"`,
    )
    .replace(
      /("thumb": ?")[^"]*("[^{}]*?"title": ?")([^"]*)"/g,
      (_, before, between, title) => `${before}${poster(title)}${between}${title}"`,
    );
}

function attribute(url: string): string {
  return url.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

function jsonText(text: string): Response {
  return new Response(text, { headers: { "content-type": "application/json" } });
}
