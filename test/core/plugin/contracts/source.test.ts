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

/** What each broken rule says, by its name. */
async function told(part: Partial<Source<Show>>): Promise<Readonly<Record<string, string>>> {
  const said: Record<string, string> = {};
  for (const { name, run } of sourceCases(part))
    await run().catch((error: unknown) => {
      said[name] = error instanceof Error ? error.message : String(error);
    });
  return said;
}

test("what is missing is named, with where", async () => {
  const odd = (part: object) => part as Partial<Source<Show>>; // as a source in JavaScript may be
  const fields = (part: object) => odd({ fields: [{ ...good.fields[0], ...part }] });
  const without = (key: keyof SearchHit) => hitsWith({ [key]: undefined });
  for (const [part, rule, message] of [
    [
      fields({ description: undefined }),
      FIELDS,
      /^"description" of the field "\w+" must be a text that is not empty, but is undefined$/,
    ],
    [
      odd({ fields: [{ name: "x", descripton: "x", value: () => "x" }] }),
      FIELDS,
      /^"descripton" is no key of the field "\w+", .* Write "description"/,
    ],
    [fields({ value: () => 7 }), FIELDS, /^the field "\w+" must give a text or undefined, but gives 7$/],
    [without("url"), FINDS, /^"url" of the hit ".+" must be a URL, but is undefined$/],
    [hitsWith({ url: "s1" }), FINDS, /^"url" of the hit ".+" must be a URL, but is "s1"$/],
    [without("id"), FINDS, /^"id" of the hit ".+" must be a text that is not empty, but is undefined$/],
    [without("title"), FINDS, /^a hit's "title" must be a text that is not empty, but is undefined$/],
    [hitsWith({ year: 1.5 }), FINDS, /^"year" of the hit ".+" must be a whole number above 0, but is 1\.5$/],
    [odd({ search: async () => undefined }), FINDS, /^what search\("home"\) gives must be a list, but is undefined$/],
    [odd({ search: async () => [null] }), FINDS, /^a hit must be an object, but is null$/],
    [
      odd({ title: () => undefined }),
      RECORD,
      /^what title\(\) gives must be a text that is not empty, but is undefined$/,
    ],
    [odd({ url: () => undefined }), RECORD, /^what url\(\) gives must be a URL, but is undefined$/],
    [odd({ poster: () => "none" }), RECORD, /^what poster\(\) gives must be a URL, but is "none"$/],
    [
      odd({ poster: () => "ftp://a.example/" }),
      RECORD,
      /^what poster\(\) gives must be an http or https URL, but is ftp:/,
    ],
    [
      odd({ defaultTemplate: () => undefined }),
      TEMPLATE,
      /^what defaultTemplate\(\) gives must be a text .*, but is undefined$/,
    ],
  ] as const) {
    assert.match((await told(part))[rule] ?? "nothing was said", message);
  }
});

test("a record that JSON changes is told with the part that is another one then", async () => {
  const changed = (part: object): Partial<Source<Show>> => ({
    details: async (...call) => {
      const record = await good.details(...call);
      return record && { ...record, ...part };
    },
  });
  for (const [part, place] of [
    [{ cast: [{ name: "x", born: new Date(0) }] }, "the record.cast[0].born"],
    [{ cast: undefined }, "the record.cast"],
    [{ rating: Number.NaN }, "the record.rating"],
    [{ cast: new Map() }, "the record.cast"],
  ] as const) {
    const said = (await told(changed(part)))[RECORD] ?? "nothing was said";
    assert.ok(said.startsWith(`${place} is another thing when the record comes back from JSON. Wanted: `), said);
  }
});

test("a mistyped key is told with the right one; one of the source's own is not", async () => {
  const { matchId, ...rest } = good;
  const options = { query: "home", nothing: "qqqqq", id: "s1", unknownId: "s9", deadline };
  const said = async (more: object) => {
    const source = { ...rest, ...more } as unknown as Source; // likewise
    const rule = sourceContract({ ...options, source }).find(({ name }) => name === "has no mistyped key");
    return rule?.run().catch((error: Error) => error.message);
  };
  assert.equal(
    await said({ matchIds: matchId }),
    '"matchIds" is no key of a source, and has no effect. Write "matchId", or take it out',
  );
  assert.equal(await said({ matchId, matchIds: matchId, pages: new Map() }), undefined);
});
