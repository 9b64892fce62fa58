import type { Source } from "../../../../core/plugin/index.ts";

/** The record of a source that keeps every rule. */
export interface Show {
  readonly id: string;
  readonly title: string;
}

const shows: readonly Show[] = [
  { id: "s1", title: "Tom & Jerry" },
  { id: "s2", title: "Sweet Home" },
];

/** A source that keeps every rule. */
export const good: Source<Show> = {
  command: "tv",
  name: "TV",
  description: "Look up a show",
  example: "home",
  async search(query, { signal }) {
    signal.throwIfAborted();
    const words = query.trim().toLowerCase();
    const found = shows.filter(({ title }) => words !== "" && title.toLowerCase().includes(words));
    return found.map(({ id, title }) => ({ id, title, year: 2020, url: `https://tv.example/${id}` }));
  },
  async details(id, { signal, servedBy }) {
    signal.throwIfAborted();
    servedBy("tv");
    return shows.find((show) => show.id === id);
  },
  matchUrl({ host, pathname }) {
    if (host !== "tv.example") return undefined;
    return /^\/s\d+$/.test(pathname) ? { kind: "title", id: pathname.slice(1) } : { kind: "other" };
  },
  matchId: (text) => (/^s\d+$/.test(text) ? text : undefined),
  matchLegacyCallback: (data) => /^tv_(s\d+)$/.exec(data)?.[1],
  fields: [{ name: "title", description: "The title", value: ({ title }) => title }],
  defaultTemplate: () => "<b>{title}</b>",
  isRecord: (value): value is Show => typeof value === "object" && value !== null && "id" in value && "title" in value,
  title: ({ title }) => title,
  url: ({ id }) => `https://tv.example/${id}`,
  poster: () => undefined,
  ttl: { search: 1_000, details: 1_000 },
};
