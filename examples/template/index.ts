import {
  definePlugin,
  type Field,
  type LinkMatch,
  type PluginContext,
  type SearchHit,
  type Source,
} from "dramabot/plugin";
import * as v from "valibot";

/** A title as this plugin keeps it. It is cached as JSON. */
const record = v.object({
  id: v.string(),
  title: v.string(),
  year: v.optional(v.number()),
  summary: v.optional(v.string()),
  poster: v.optional(v.string()),
});
type Title = v.InferOutput<typeof record>;

/** The upstream's answers: check what comes from outside before it is used. */
const results = v.object({ results: v.array(record) });

const HOUR = 3_600_000;
const SITE = "https://shows.example";

export default definePlugin({
  id: "my-plugin",
  version: "1.0.0",
  api: 1,
  description: "Looks up shows on My plugin.",
  permissions: { http: ["api.shows.example"] },
  samples: () => import("./samples.ts"),
  setup(ctx) {
    ctx.sources.add(source(ctx));
    ctx.health.add({
      name: "my-plugin",
      check: (signal) => ctx.http.get("https://api.shows.example/search?q=harbour", { signal }),
    });
  },
});

function source({ http }: PluginContext): Source<Title> {
  return {
    command: "myplugin",
    name: "My plugin",
    description: "Look up a show on My plugin",
    example: "harbour",
    async search(query, { signal }) {
      const url = `https://api.shows.example/search?q=${encodeURIComponent(query.slice(0, 150).toWellFormed())}`;
      const answer = await http.get(url, { signal });
      return v.parse(results, answer.json()).results.slice(0, 10).map(hit);
    },
    async details(id, { signal }) {
      if (!/^\d{1,9}$/.test(id)) return undefined;
      // A title that does not exist is an answer, and no error.
      const answer = await http.get(`https://api.shows.example/shows/${id}`, { signal, accept: [404] });
      return answer.status === 404 ? undefined : v.parse(record, answer.json());
    },
    matchUrl,
    fields,
    defaultTemplate: () => '<b>{complete_title}</b>\n\n{summary}\n\n<a href="{link}">More on My plugin</a>',
    isRecord: (value): value is Title => v.is(record, value),
    title: completeTitle,
    url: ({ id }) => `${SITE}/${id}`,
    poster: ({ poster }) => poster,
    ttl: { search: HOUR, details: 24 * HOUR },
  };
}

const fields: readonly Field<Title>[] = [
  { name: "title", description: "Title", value: ({ title }) => title },
  { name: "complete_title", description: "Title with year", value: completeTitle },
  { name: "year", description: "Year", value: ({ year }) => year?.toString() },
  { name: "summary", description: "What it is about", value: ({ summary }) => summary },
  { name: "link", description: "Address of its page", value: ({ id }) => `${SITE}/${id}` },
];

/** "The Harbour (2021)". */
export function completeTitle({ title, year }: Title): string {
  return year === undefined ? title : `${title} (${year})`;
}

/** Recognises links such as https://shows.example/7. */
export function matchUrl(url: URL): LinkMatch | undefined {
  if (!/^https?:$/.test(url.protocol) || url.hostname !== "shows.example") return undefined;
  const [, id] = /^\/(\d{1,9})\/?$/.exec(url.pathname) ?? [];
  return id === undefined ? { kind: "other" } : { kind: "title", id };
}

function hit(title: Title): SearchHit {
  return {
    id: title.id,
    title: title.title,
    url: `${SITE}/${title.id}`,
    ...(title.year === undefined ? {} : { year: title.year }),
  };
}
