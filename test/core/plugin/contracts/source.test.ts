import assert from "node:assert/strict";
import { test } from "node:test";
import { type SearchHit, type Source, sourceContract } from "../../../../core/plugin/index.ts";
import { broken, deadline, never, report } from "./broken.ts";
import { good, type Show } from "./shows.ts";

// A Source<Show> stands where any source is taken, as in the registry.
const sourceCases = (part: Partial<Source<Show>>) =>
  sourceContract({
    source: { ...good, ...part } as unknown as Source,
    query: "home",
    nothing: "qqqqq",
    id: "s1",
    unknownId: "s9",
    deadline,
  });

const hitsWith = (part: Partial<SearchHit>): Partial<Source<Show>> => ({
  search: async (...call) => (await good.search(...call)).map((hit) => ({ ...hit, ...part })),
});

const FINDS = "finds titles with id, title and a link that leads back to them";
const NOTHING = "answers an empty list when nothing is found";
const RECORD = "gives a record that survives JSON and is known again";
const FIELDS = "names every field once and gives plain strings for them";
const TEMPLATE = "uses only its own fields in the default template, and shows something";
const UNKNOWN = "says undefined for a title that does not exist";
const FOREIGN = "takes no foreign or odd record from the cache";
const LINKS = "leaves links of other sites alone and never throws on odd ones";
const IDS = "takes neither words nor rubbish for an id, nor other people's buttons for its own";
const QUERIES = "survives rubbish as a query";
const ODD_IDS = "says undefined for rubbish as an id";
const ABORT = "gives up when its signal aborts";

test("a good source breaks no rule", async () => {
  assert.deepEqual(await broken(sourceCases({})), []);
});

for (const [what, part, rule] of [
  ["has a command with capitals", { command: "TV" }, "is well formed"],
  ["has no example", { example: "" }, "is well formed"],
  ["finds nothing", { search: async () => [] }, FINDS],
  ["never answers a search", { search: never }, FINDS],
  ["finds a title without an id", hitsWith({ id: "" }), FINDS],
  ["finds a title without a name", hitsWith({ title: " " }), FINDS],
  ["gives HTML as a title", hitsWith({ title: "Tom &amp; Jerry" }), FINDS],
  ["gives a year that is none", hitsWith({ year: Number.NaN }), FINDS],
  ["gives a link to elsewhere", hitsWith({ url: "https://example.org/s1" }), FINDS],
  ["gives a link to another title", hitsWith({ url: "https://tv.example/s1" }), FINDS],
  ["gives a link that is none", hitsWith({ url: "s1" }), FINDS],
  [
    "lists a title twice",
    { search: async (...call) => [...(await good.search(...call)), ...(await good.search(...call))] },
    FINDS,
  ],
  ["finds titles it has no details of", hitsWith({ id: "s7" }), FINDS],
  [
    "says undefined when nothing is found",
    {
      search: async (...call) => {
        const hits = await good.search(...call);
        return hits.length > 0 ? hits : (undefined as unknown as SearchHit[]);
      },
    },
    NOTHING,
  ],
  [
    "rejects when nothing is found",
    {
      search: async (...call) => {
        const hits = await good.search(...call);
        if (hits.length === 0) throw new Error("404");
        return hits;
      },
    },
    NOTHING,
  ],
  ["finds something for everything", { search: async (_, call) => good.search("home", call) }, NOTHING],
  [
    "has a record that JSON changes",
    {
      details: async (...call) => {
        const show = await good.details(...call);
        return show && { ...show, seen: new Date(0) };
      },
    },
    RECORD,
  ],
  ["does not know its own record again", { isRecord: (_): _ is Show => false }, RECORD],
  ["has no title", { title: () => "" }, RECORD],
  ["has a link to elsewhere", { url: () => "https://example.org/" }, RECORD],
  ["has a poster without an address", { poster: () => "/poster.png" }, RECORD],
  ["has a poster that is a file", { poster: () => "file:///etc/passwd" }, RECORD],
  [
    "has numbers in a field",
    { fields: [{ ...good.fields[0], value: () => 7 as unknown as string }] as Source<Show>["fields"] },
    FIELDS,
  ],
  [
    "has HTML in a field",
    { fields: [{ name: "title", description: "The title", value: ({ title }: Show) => `<b>${title}</b>` }] },
    FIELDS,
  ],
  [
    "throws in a field",
    {
      fields: [
        {
          name: "title",
          description: "The title",
          value: () => {
            throw new Error("no");
          },
        },
      ],
    },
    FIELDS,
  ],
  [
    "does not describe a field",
    { fields: [{ name: "title", description: "", value: ({ title }: Show) => title }] },
    FIELDS,
  ],
  ["names a field twice", { fields: [...good.fields, ...good.fields] }, "is well formed"],
  ["uses a field it has not", { defaultTemplate: () => "{title} {rating}" }, TEMPLATE],
  ["shows nothing", { defaultTemplate: () => "<b></b>" }, TEMPLATE],
  ["invents titles", { details: async (id, call) => (await good.details(id, call)) ?? { id, title: id } }, UNKNOWN],
  [
    "rejects for an unknown title",
    {
      details: async (...call) => {
        const show = await good.details(...call);
        if (!show) throw new Error("404");
        return show;
      },
    },
    UNKNOWN,
  ],
  ["takes anything from the cache", { isRecord: (_): _ is Show => true }, FOREIGN],
  ["throws on odd records", { isRecord: (value): value is Show => "id" in (value as object) }, FOREIGN],
  ["takes any link for its own", { matchUrl: () => ({ kind: "other" }) }, LINKS],
  [
    "throws on odd links",
    {
      matchUrl: (url) => {
        decodeURIComponent(url.pathname);
        return good.matchUrl(url);
      },
    },
    LINKS,
  ],
  ["takes words for an id", { matchId: (text) => text }, IDS],
  [
    "throws on rubbish as an id",
    {
      matchId: (text) => {
        decodeURIComponent(text);
        return good.matchId?.(text);
      },
    },
    IDS,
  ],
  ["takes everybody's buttons for its own", { matchLegacyCallback: (data) => data.split("_")[1] }, IDS],
  [
    "throws on rubbish as a query",
    {
      search: (query, call) => {
        encodeURIComponent(query);
        return good.search(query, call);
      },
    },
    QUERIES,
  ],
  [
    "throws on rubbish as an id of details",
    {
      details: async (id, call) => {
        decodeURIComponent(id);
        return good.details(id, call);
      },
    },
    ODD_IDS,
  ],
  [
    "ignores its signal",
    { search: (query) => good.search(query, { signal: new AbortController().signal, servedBy() {} }) },
    ABORT,
  ],
  [
    "never ends when aborted",
    { details: (id, call) => (call.signal.aborted ? never() : good.details(id, call)) },
    ABORT,
  ],
  [
    "names no provider",
    {
      details: (id, call) => {
        call.servedBy("");
        return good.details(id, call);
      },
    },
    RECORD,
  ],
] as const satisfies readonly (readonly [string, Partial<Source<Show>>, string])[]) {
  test(`a source that ${what} is found out`, async () => {
    const rules = await broken(sourceCases(part));
    assert.ok(rules.includes(rule), report(rules));
  });
}
