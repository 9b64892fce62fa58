import type { Samples, SamplesRequest } from "dramabot/plugin";
import { mainSearchJson, referencePage, suggestionHits, suggestionJson, titleJson } from "./samples/answers.ts";
import { catalogue, type SampleTitle } from "./samples/catalogue.ts";
import { openReplay } from "./samples/replay.ts";
import { optionsFor, routeOf } from "./samples/routes.ts";

/** Stands in for the upstreams: a sample catalogue of the project's own, or captured answers to replay. */
export function openSamples(request: SamplesRequest): Samples | Promise<Samples> {
  if (request.replay !== undefined) return openReplay(request, request.replay);
  return {
    options: optionsFor(request.base),
    suggestions: ["/imdb matrix", "walking dead"],
    async fetch(asked) {
      const route = await routeOf(asked);
      if (route.kind === "search") {
        const hits = suggestionHits(find(route.query), request.poster);
        return Response.json(route.by === "graphql" ? mainSearchJson(hits) : suggestionJson(route.query, hits));
      }
      if (route.kind === "other") return new Response("", { status: 404 });
      const title = catalogue.find(({ id }) => id === route.id);
      if (route.kind === "graphql") {
        return Response.json({ data: { title: title ? titleJson(title, request.poster) : null } });
      }
      return title ? html(referencePage(title, request.poster)) : html("", 404);
    },
  };
}

function html(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Titles that have any word of the query, those with most words first. */
function find(query: string): SampleTitle[] {
  const wanted = wordsOf(query);
  return catalogue
    .map((title) => {
      const own = new Set([title.title, title.original ?? ""].flatMap(wordsOf));
      return { title, score: wanted.filter((word) => own.has(word)).length };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ title }) => title);
}

function wordsOf(text: string): string[] {
  const all =
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return all.filter((word) => word !== "the");
}
