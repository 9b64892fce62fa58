import type { Samples, SamplesRequest } from "dramabot/plugin";

const titles = [
  { id: "7", title: "The Harbour", year: 2021, summary: "A pilot boat, five people, and a winter of fog." },
  { id: "8", title: "Harbour Lights", year: 2023, summary: "An electrician inherits a lighthouse." },
];

/** Answers as https://api.shows.example would: the playground and `plugin check` ask this and not the network. */
export function openSamples({ poster }: SamplesRequest): Samples {
  const drawn = titles.map((title) => ({ ...title, poster: poster(title.title) }));
  return {
    options: {},
    suggestions: ["/myplugin harbour"],
    fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.endsWith("/search")) {
        const query = searchParams.get("q")?.trim().toLowerCase() ?? "";
        const found = query === "" ? [] : drawn.filter(({ title }) => title.toLowerCase().includes(query));
        return Response.json({ results: found });
      }
      const title = drawn.find(({ id }) => pathname.endsWith(`/shows/${id}`));
      return title === undefined ? Response.json({ error: "Not found" }, { status: 404 }) : Response.json(title);
    },
  };
}
