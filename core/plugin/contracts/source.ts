import assert from "node:assert/strict";
import { defaultCaption } from "../../domain/card.ts";
import { mistypedKeys } from "../keys.ts";
import { shownValue } from "../shown-value.ts";
import type { Field, SearchHit, Source, SourceCall } from "../source.ts";
import {
  assertList,
  assertText,
  assertVisible,
  type ContractCase,
  type ContractOptions,
  endsWhenAborted,
  hasNoMistypedKey,
  isAdmitted,
  keysOf,
  refused,
  rubbish,
  settled,
  urlFrom,
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

const KEYS = keysOf<Source>({
  command: true,
  name: true,
  description: true,
  example: true,
  search: true,
  details: true,
  matchUrl: true,
  matchId: true,
  fields: true,
  defaultTemplate: true,
  isRecord: true,
  title: true,
  url: true,
  poster: true,
  ttl: true,
  matchLegacyCallback: true,
});
const FIELD_KEYS = keysOf<Field<unknown>>({ name: true, description: true, value: true });

const foreignUrls = [
  "https://example.org/",
  "ftp://example.org/title",
  "mailto:a@example.org",
  "https://example.org/%ff",
];
const foreignCallbacks = ["close_search", "broadcast_confirm_1", "broadcast_cancel_1", "details_", "page:2"];
/** Markup, or text that was escaped already: it would be escaped once more in a card. */
const html = /<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?>|&(?:amp|lt|gt|quot|nbsp|#\d+);/i;

const PLAIN = "Wanted: texts, finite numbers, booleans, null, lists, and objects of these; leave out what is undefined";

/** Rules every {@link Source} keeps. */
export function sourceContract(options: SourceContractOptions): readonly ContractCase[] {
  const { source, query, nothing, id, unknownId, deadline = 20_000 } = options;

  const call = (signal: AbortSignal = new AbortController().signal): SourceCall => ({
    signal,
    servedBy: (provider) => assert.ok(provider.trim(), "servedBy() was given no name"),
  });
  const search = async (text: string): Promise<readonly SearchHit[]> => {
    const about = `search(${JSON.stringify(text.slice(0, 20))})`;
    const hits: unknown = await settled(about, deadline, () => source.search(text, call()));
    assertList(hits, `what ${about} gives`);
    return hits as readonly SearchHit[]; // each is looked at where they are used
  };
  const details = (of: string) =>
    settled(`details(${JSON.stringify(of.slice(0, 20))})`, deadline, () => source.details(of, call()));
  const known = async (): Promise<unknown> => {
    const record = await details(id);
    assert.ok(record !== undefined, `no details for ${id}`);
    return record;
  };
  const titleOf = (record: unknown): string => {
    const title: unknown = source.title(record);
    assertText(title, "what title() gives");
    return title;
  };
  /** The title that a link leads to. */
  const titleAt = async (url: URL): Promise<string> => {
    const match = source.matchUrl(url);
    assert.ok(match?.kind === "title", `${url.href} is not known as a title's link`);
    const record = await details(match.id);
    assert.ok(record !== undefined, `no details behind ${url.href}`);
    return titleOf(record);
  };

  return [
    isAdmitted("sources", source),
    hasNoMistypedKey(source, { known: KEYS, of: "a source" }),
    {
      name: "finds titles with id, title and a link that leads back to them",
      async run() {
        const hits = await search(query);
        assert.ok(hits.length > 0, `nothing found for ${query}`);
        for (const hit of hits) assertHit(hit, source);
        assert.ok(new Set(hits.map((hit) => hit.id)).size === hits.length, "a title is listed twice");
        const [first] = hits;
        const record = await details(first?.id ?? "");
        assert.ok(record !== undefined, `no details for the hit ${first?.id}`);
        const at = await titleAt(urlFrom(first?.url, `a hit's "url"`));
        assert.ok(at === titleOf(record), "a hit's link leads to another title");
      },
    },
    {
      name: "answers an empty list when nothing is found",
      async run() {
        const hits = await search(nothing);
        assert.ok(hits.length === 0, `search(${JSON.stringify(nothing)}) finds something: ${JSON.stringify(hits[0])}`);
      },
    },
    {
      name: "gives a record that survives JSON and is known again",
      async run() {
        const record = await known();
        const copy: unknown = JSON.parse(JSON.stringify(record));
        const lost = changedPart(record, copy);
        assert.ok(lost === undefined, `${lost} is another thing when the record comes back from JSON. ${PLAIN}`);
        assert.ok(source.isRecord(copy) === true, "isRecord() does not know the source's own record again");
        const title = titleOf(record);
        const url = urlFrom(source.url(record), "what url() gives");
        assert.ok((await titleAt(url)) === title, "a record's link leads to another title");
        const poster = source.poster(record);
        if (poster === undefined) return;
        const { protocol } = urlFrom(poster, "what poster() gives");
        assert.match(protocol, /^https?:$/, `what poster() gives must be an http or https URL, but is ${poster}`);
      },
    },
    {
      name: "names every field once and gives plain strings for them",
      async run() {
        const record = await known();
        for (const field of source.fields) {
          const about = `the field "${field.name}"`;
          for (const { what, todo } of mistypedKeys(field, { known: FIELD_KEYS, of: about }))
            assert.fail(`${what}. ${todo}`);
          assertText(field.description, `"description" of ${about}`);
          const value: unknown = field.value(record);
          const isPlain = value === undefined || typeof value === "string";
          assert.ok(isPlain, `${about} must give a text or undefined, but gives ${JSON.stringify(value)}`);
          assert.doesNotMatch(value ?? "", html, `${about} must give plain text, but gives HTML: ${value}`);
        }
      },
    },
    {
      name: "uses only its own fields in the default template, and shows something",
      async run() {
        const record = await known();
        const names = new Set(source.fields.map((field) => field.name));
        const given: unknown = source.defaultTemplate(record);
        assertText(given, "what defaultTemplate() gives");
        const template = given.replaceAll("{{", "").replaceAll("}}", "");
        for (const [, name = ""] of template.matchAll(/\{([^{}]*)\}/g))
          assert.ok(names.has(name), `{${name}} is no field`);
        const untitled = {
          fields: source.fields,
          defaultTemplate: () => given,
          title: () => "",
          url: () => "",
        };
        // A template that shows nothing is replaced by the title, which there is none of here.
        assertVisible(defaultCaption(untitled, record).replace("Untitled", ""), "the default template");
      },
    },
    {
      name: "says undefined for a title that does not exist",
      async run() {
        const record = await details(unknownId);
        const about = `details(${JSON.stringify(unknownId)})`;
        assert.ok(record === undefined, `${about} must give undefined, but gives ${JSON.stringify(record)}`);
      },
    },
    {
      name: "takes no foreign or odd record from the cache",
      async run() {
        for (const value of [undefined, null, 0, "", "record", [], {}, { title: 1 }, [{}], new Date(0)])
          assert.ok(source.isRecord(value) === false, `isRecord() takes ${JSON.stringify(value)} for a record`);
      },
    },
    {
      name: "leaves links of other sites alone and never throws on odd ones",
      async run() {
        for (const url of foreignUrls) {
          const match = source.matchUrl(new URL(url));
          assert.ok(
            match === undefined,
            `matchUrl() must give undefined for ${url}, but gives ${JSON.stringify(match)}`,
          );
        }
      },
    },
    {
      name: "takes neither words nor rubbish for an id, nor other people's buttons for its own",
      async run() {
        for (const text of [query, nothing, ...rubbish])
          assert.ok(source.matchId?.(text) === undefined, `matchId() takes ${shownValue(text)} for an id`);
        for (const data of [...foreignCallbacks, ...rubbish])
          assert.ok(
            source.matchLegacyCallback?.(data) === undefined,
            `matchLegacyCallback() takes ${shownValue(data)}`,
          );
      },
    },
    {
      name: "survives rubbish as a query",
      async run() {
        for (const text of rubbish) await search(text);
      },
    },
    {
      name: "says undefined for rubbish as an id",
      async run() {
        for (const text of rubbish)
          assert.ok((await details(text)) === undefined, `details(${shownValue(text)}) must give undefined`);
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

/** A hit with all that it needs. */
function assertHit(hit: SearchHit, source: Source): void {
  assert.ok(typeof hit === "object" && hit !== null, `a hit must be an object, but is ${shownValue(hit)}`);
  assertText(hit.title, `a hit's "title"`);
  const about = `of the hit "${hit.title}"`;
  assertText(hit.id, `"id" ${about}`);
  assert.doesNotMatch(hit.title, html, `a hit's title must be plain text, but is HTML: ${hit.title}`);
  const url = urlFrom(hit.url, `"url" ${about}`);
  assert.ok(source.matchUrl(url)?.kind === "title", `${url.href} is not known as a title's link`);
  const { year } = hit;
  const isYear = year === undefined || (Number.isInteger(year) && year > 0);
  assert.ok(isYear, `"year" ${about} must be a whole number above 0, but is ${shownValue(year)}`);
}

/** Where the copy of a value differs from it, such as `the record.cast[0]`; `undefined` when nowhere. */
function changedPart(value: unknown, copy: unknown, at = "the record"): string | undefined {
  if (Object.is(value, copy)) return undefined;
  const areLists = Array.isArray(value) && Array.isArray(copy);
  if (!(areLists || (isPlain(value) && isPlain(copy)))) return at;
  const copied = new Map<string, unknown>(Object.entries(copy));
  for (const [key, part] of Object.entries(value)) {
    const place = areLists ? `${at}[${key}]` : `${at}.${key}`;
    const changed = copied.has(key) ? changedPart(part, copied.get(key), place) : place;
    if (changed !== undefined) return changed;
  }
  return Object.keys(value).length === copied.size ? undefined : at;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
