import assert from "node:assert/strict";
import { defaultCaption } from "../../domain/card.ts";
import type { Source, SourceCall } from "../source.ts";
import {
  assertVisible,
  type ContractCase,
  type ContractOptions,
  endsWhenAborted,
  isAdmitted,
  refused,
  rubbish,
  settled,
} from "./case.ts";

/** What a source's contract is tried with; its upstreams must answer, e.g. from samples. */
export interface SourceContractOptions extends ContractOptions {
  readonly source: Source;
  /** A query that has hits. */
  readonly query: string;
  /** A query without hits. */
  readonly nothing: string;
  /** An id with details. */
  readonly id: string;
  /** An id that no title has. */
  readonly unknownId: string;
}

const foreignUrls = [
  "https://example.org/",
  "ftp://example.org/title",
  "mailto:a@example.org",
  "https://example.org/%ff",
];
const foreignCallbacks = ["close_search", "broadcast_confirm_1", "broadcast_cancel_1", "details_", "page:2"];
/** Markup, or text that was escaped already: it would be escaped once more in a card. */
const html = /<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?>|&(?:amp|lt|gt|quot|nbsp|#\d+);/i;

/** Rules every {@link Source} keeps. */
export function sourceContract(options: SourceContractOptions): readonly ContractCase[] {
  const { source, query, nothing, id, unknownId, deadline = 20_000 } = options;

  const call = (signal: AbortSignal = new AbortController().signal): SourceCall => ({
    signal,
    servedBy: (provider) => assert.ok(provider.trim(), "servedBy() was given no name"),
  });
  const search = (text: string) =>
    settled(`search(${JSON.stringify(text.slice(0, 20))})`, deadline, () => source.search(text, call()));
  const details = (of: string) =>
    settled(`details(${JSON.stringify(of.slice(0, 20))})`, deadline, () => source.details(of, call()));
  const known = async (): Promise<unknown> => {
    const record = await details(id);
    assert.ok(record !== undefined, `no details for ${id}`);
    return record;
  };
  /** The title that a link leads to. */
  const titleAt = async (url: string): Promise<string> => {
    const match = source.matchUrl(new URL(url));
    assert.equal(match?.kind, "title", `${url} is not known as a title's link`);
    const record = await details(match.kind === "title" ? match.id : "");
    assert.ok(record !== undefined, `no details behind ${url}`);
    return source.title(record);
  };

  return [
    isAdmitted("sources", source),
    {
      name: "finds titles with id, title and a link that leads back to them",
      async run() {
        const hits = await search(query);
        assert.ok(hits.length > 0, `nothing found for ${query}`);
        assert.equal(new Set(hits.map((hit) => hit.id)).size, hits.length, "a title is listed twice");
        for (const hit of hits) {
          assert.ok(typeof hit.id === "string" && hit.id && hit.title.trim(), JSON.stringify(hit));
          assert.doesNotMatch(hit.title, html, "a title is plain text");
          assert.equal(source.matchUrl(new URL(hit.url))?.kind, "title", hit.url);
          if (hit.year !== undefined) assert.ok(Number.isInteger(hit.year) && hit.year > 0, JSON.stringify(hit));
        }
        const [first] = hits;
        const record = await details(first?.id ?? "");
        assert.ok(record !== undefined, `no details for the hit ${first?.id}`);
        assert.equal(await titleAt(first?.url ?? ""), source.title(record), "a hit's link leads to another title");
      },
    },
    {
      name: "answers an empty list when nothing is found",
      run: async () => assert.deepEqual(await search(nothing), []),
    },
    {
      name: "gives a record that survives JSON and is known again",
      async run() {
        const record = await known();
        const copy: unknown = JSON.parse(JSON.stringify(record));
        assert.deepEqual(copy, record);
        assert.equal(source.isRecord(copy), true);
        assert.ok(source.title(record).trim());
        assert.equal(await titleAt(source.url(record)), source.title(record), "a record's link leads to another title");
        const poster = source.poster(record);
        if (poster !== undefined) assert.match(new URL(poster).protocol, /^https?:$/);
      },
    },
    {
      name: "names every field once and gives plain strings for them",
      async run() {
        const record = await known();
        for (const field of source.fields) {
          const value = field.value(record);
          assert.ok(value === undefined || typeof value === "string", `${field.name}: ${JSON.stringify(value)}`);
          assert.doesNotMatch(value ?? "", html, `${field.name} is plain text`);
          assert.ok(field.description.trim(), field.name);
        }
      },
    },
    {
      name: "uses only its own fields in the default template, and shows something",
      async run() {
        const record = await known();
        const names = new Set(source.fields.map((field) => field.name));
        const template = source.defaultTemplate(record).replaceAll("{{", "").replaceAll("}}", "");
        for (const [, name = ""] of template.matchAll(/\{([^{}]*)\}/g))
          assert.ok(names.has(name), `{${name}} is no field`);
        const untitled = {
          fields: source.fields,
          defaultTemplate: () => source.defaultTemplate(record),
          title: () => "",
          url: () => "",
        };
        // A template that shows nothing is replaced by the title, which there is none of here.
        assertVisible(defaultCaption(untitled, record).replace("Untitled", ""), "the default template");
      },
    },
    {
      name: "says undefined for a title that does not exist",
      run: async () => assert.equal(await details(unknownId), undefined),
    },
    {
      name: "takes no foreign or odd record from the cache",
      async run() {
        for (const value of [undefined, null, 0, "", "record", [], {}, { title: 1 }, [{}], new Date(0)])
          assert.equal(source.isRecord(value), false, JSON.stringify(value));
      },
    },
    {
      name: "leaves links of other sites alone and never throws on odd ones",
      async run() {
        for (const url of foreignUrls) assert.equal(source.matchUrl(new URL(url)), undefined, url);
      },
    },
    {
      name: "takes neither words nor rubbish for an id, nor other people's buttons for its own",
      async run() {
        for (const text of [query, nothing, ...rubbish])
          assert.equal(source.matchId?.(text), undefined, text.slice(0, 20));
        for (const data of [...foreignCallbacks, ...rubbish])
          assert.equal(source.matchLegacyCallback?.(data), undefined, data.slice(0, 20));
      },
    },
    {
      name: "survives rubbish as a query",
      async run() {
        for (const text of rubbish) assert.ok(Array.isArray(await search(text)), JSON.stringify(text.slice(0, 20)));
      },
    },
    {
      name: "says undefined for rubbish as an id",
      async run() {
        for (const text of rubbish) assert.equal(await details(text), undefined, JSON.stringify(text.slice(0, 20)));
      },
    },
    {
      name: "gives up when its signal aborts",
      async run() {
        const aborted = AbortSignal.abort();
        await refused("search()", deadline, () => source.search(query, call(aborted)));
        await refused("details()", deadline, () => source.details(id, call(aborted)));
        await endsWhenAborted("search()", deadline, (signal) => source.search(query, call(signal)));
        await endsWhenAborted("details()", deadline, (signal) => source.details(id, call(signal)));
      },
    },
  ];
}
