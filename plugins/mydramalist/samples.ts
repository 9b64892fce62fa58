import type { Samples, SamplesRequest } from "dramabot/plugin";
import { catalogue, type SampleTitle } from "./samples/catalogue.ts";
import { detailsJson, notFoundJson, searchJson } from "./samples/json.ts";
import { moreTitles } from "./samples/more.ts";
import { searchPage, titlePage } from "./samples/pages.ts";
import { openReplay } from "./samples/replay.ts";
import { answerHtml, answerJson, isSameTitle, optionsFor, routeOf } from "./samples/routes.ts";

const titles: readonly SampleTitle[] = [...catalogue, ...moreTitles];

/** Stands in for both upstreams: a sample catalogue of the project's own, or captured answers to replay. */
export function openSamples(request: SamplesRequest): Samples | Promise<Samples> {
  if (request.replay !== undefined) return openReplay(request, request.replay);
  const pages = { poster: request.poster, titleOf: (slug: string) => byId(slug)?.title ?? slug };
  return {
    options: optionsFor(request.base),
    suggestions: ["/mdl sweet home", "crash landing", "parasite"],
    fetch(asked) {
      const route = routeOf(asked);
      if (route.kind === "search") {
        const found = find(route.query);
        return route.json
          ? answerJson(searchJson(route.query, found, request.poster))
          : answerHtml(searchPage(route.query, found, pages));
      }
      const title = route.kind === "title" ? byId(route.id) : undefined;
      if (title === undefined) return route.json ? answerJson(notFoundJson, 404) : answerHtml("", 404);
      return route.json ? answerJson(detailsJson(title, request.poster)) : answerHtml(titlePage(title, pages));
    },
  };
}

function byId(id: string): SampleTitle | undefined {
  return titles.find(({ slug }) => isSameTitle(slug, id));
}

/** Titles that have any word of the query, those with most words first. */
function find(query: string): SampleTitle[] {
  const words = wordsOf(query);
  return titles
    .map((title) => {
      const own = new Set([title.title, title.native, ...title.others].flatMap(wordsOf));
      return { title, score: words.filter((word) => own.has(word)).length };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ title }) => title);
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
