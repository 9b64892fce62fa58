import assert from "node:assert/strict";
import type { Command, CommandCall } from "./command.ts";
import type { FormatRequest, Formatter } from "./formatter.ts";
import type { HealthCheck } from "./health.ts";
import type { Source, SourceCall } from "./source.ts";

/** One rule of a contract, for any test runner: it rejects when the rule is broken. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}

/** What a source's contract is tried with; its upstreams must answer, e.g. from samples. */
export interface SourceContractOptions {
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

function call(signal: AbortSignal = AbortSignal.timeout(20_000)): SourceCall & { readonly providers: string[] } {
  const providers: string[] = [];
  return { signal, providers, servedBy: (provider) => providers.push(provider) };
}

const rubbish = [
  "",
  " ",
  "\u0000",
  "‮\u200b",
  "👩‍👩‍👧‍👦".repeat(200),
  "<b>&amp;{}</b>",
  "x".repeat(4096),
  "../../etc/passwd",
  "%",
  "{}",
];

/** Rules every {@link Source} keeps. */
export function sourceContract({
  source,
  query,
  nothing,
  id,
  unknownId,
}: SourceContractOptions): readonly ContractCase[] {
  return [
    {
      name: "finds titles with id, title and a link that leads back to them",
      async run() {
        const hits = await source.search(query, call());
        assert.ok(hits.length > 0, `nothing found for ${query}`);
        for (const hit of hits) {
          assert.ok(hit.id && hit.title.trim(), JSON.stringify(hit));
          assert.equal(source.matchUrl(new URL(hit.url))?.kind, "title", hit.url);
          if (hit.year !== undefined) assert.ok(Number.isInteger(hit.year), JSON.stringify(hit));
        }
      },
    },
    {
      name: "answers an empty list when nothing is found",
      run: async () => assert.deepEqual(await source.search(nothing, call()), []),
    },
    {
      name: "gives a record that survives JSON and is known again",
      async run() {
        const record = await source.details(id, call());
        assert.ok(record !== undefined, `no details for ${id}`);
        const copy: unknown = JSON.parse(JSON.stringify(record));
        assert.deepEqual(copy, record);
        assert.ok(source.isRecord(copy));
        assert.ok(source.title(record).trim());
        assert.equal(source.matchUrl(new URL(source.url(record)))?.kind, "title");
        const poster = source.poster(record);
        if (poster !== undefined) assert.match(poster, /^https?:/);
      },
    },
    {
      name: "names every field once and gives plain strings for them",
      async run() {
        const names = source.fields.map((field) => field.name);
        assert.equal(new Set(names).size, names.length, "a field is named twice");
        const record = await source.details(id, call());
        for (const field of source.fields) {
          const value = field.value(record);
          assert.ok(value === undefined || typeof value === "string", `${field.name}: ${JSON.stringify(value)}`);
          assert.ok(field.description.trim(), field.name);
        }
      },
    },
    {
      name: "uses only its own fields in the default template",
      async run() {
        const template = source.defaultTemplate(await source.details(id, call()));
        const names = new Set(source.fields.map((field) => field.name));
        for (const [, name] of template
          .replaceAll("{{", "")
          .replaceAll("}}", "")
          .matchAll(/\{([^{}]*)\}/g)) {
          assert.ok(names.has(name ?? ""), `{${name}} is no field`);
        }
      },
    },
    {
      name: "says undefined for a title that does not exist",
      run: async () => assert.equal(await source.details(unknownId, call()), undefined),
    },
    {
      name: "takes no foreign or odd record from the cache",
      async run() {
        for (const value of [undefined, null, 0, "", "record", [], {}, { title: 1 }, [{}]])
          assert.equal(source.isRecord(value), false);
      },
    },
    {
      name: "leaves links of other sites alone and never throws on odd ones",
      async run() {
        for (const url of [
          "https://example.org/",
          "ftp://example.org/title",
          "mailto:a@example.org",
          "https://example.org/%ff",
        ]) {
          assert.equal(source.matchUrl(new URL(url)), undefined, url);
        }
        for (const text of rubbish) {
          source.matchId?.(text);
          source.matchLegacyCallback?.(text);
        }
      },
    },
    {
      name: "survives rubbish as a query",
      async run() {
        for (const text of rubbish)
          assert.ok(Array.isArray(await source.search(text, call())), JSON.stringify(text.slice(0, 20)));
      },
    },
    {
      name: "gives up when its signal aborts",
      async run() {
        await assert.rejects(source.search(query, call(AbortSignal.abort())));
        await assert.rejects(source.details(id, call(AbortSignal.abort())));
      },
    },
  ];
}

/** Rules every {@link Formatter} keeps. */
export function formatterContract(
  formatter: Formatter,
  request: Omit<FormatRequest, "signal">,
): readonly ContractCase[] {
  return [
    {
      name: "gives a caption, or leaves the card to others",
      async run() {
        const caption = await formatter.format({ ...request, signal: AbortSignal.timeout(5_000) });
        assert.ok(caption === undefined || (typeof caption === "string" && caption.trim() !== ""));
      },
    },
  ];
}

/** Rules every {@link HealthCheck} keeps while its service answers. */
export function healthContract(check: HealthCheck): readonly ContractCase[] {
  return [
    {
      name: "is well while its service answers",
      run: async () => void (await check.check(AbortSignal.timeout(10_000))),
    },
    {
      name: "gives up when its signal aborts",
      run: () => assert.rejects(async () => check.check(AbortSignal.abort())),
    },
  ];
}

/** Rules every {@link Command} keeps. */
export function commandContract(command: Command, user: CommandCall["user"]): readonly ContractCase[] {
  return [
    {
      name: "answers, whatever stands behind the command",
      async run() {
        for (const argument of ["", ...rubbish]) {
          const replies: string[] = [];
          await command.run({
            user,
            chat: { id: user.id, isPrivate: true },
            argument,
            signal: AbortSignal.timeout(20_000),
            reply: async (html) => void replies.push(html),
          });
          assert.ok(replies.length > 0 && replies.every((reply) => reply.trim() !== ""), JSON.stringify(argument));
        }
      },
    },
  ];
}
