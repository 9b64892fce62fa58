import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import {
  BotError,
  type ErrorCode,
  type HealthCheck,
  type HttpClient,
  type HttpOptions,
  type PluginContext,
  type Samples,
  type Source,
  type SourceCall,
} from "../../../core/plugin/index.ts";
import plugin from "../../../plugins/imdb/index.ts";
import { options as schema } from "../../../plugins/imdb/options.ts";
import type { TitleRecord } from "../../../plugins/imdb/record.ts";
import * as tasks from "../../../plugins/imdb/tasks.ts";

/** Where the fake upstreams stand. */
export const BASE = "http://upstream.test";

/** What a fake upstream was asked. */
export interface Asked {
  /** Path and query, under the base. */
  readonly path: string;
  /** The body of a POST. */
  readonly body: unknown;
  readonly options: HttpOptions;
}

/** An answer of a fake upstream: a body (status 200), a status, an error code to fail with, or all of an answer. */
export type FakeAnswer =
  | string
  | number
  | ErrorCode
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

/** The plugin, set up in a context whose upstreams answer as the test says. */
export interface Stage {
  readonly source: Source<TitleRecord>;
  readonly health: HealthCheck;
  /** What was asked for, in order. */
  readonly asked: Asked[];
  readonly served: string[];
  readonly call: SourceCall;
}

/** Sets the plugin up against a function, or against samples. */
export async function stage(
  upstream: Samples | ((asked: Asked) => FakeAnswer),
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Stage> {
  const asked: Asked[] = [];
  const served: string[] = [];
  const registered: { source?: Source<TitleRecord>; health?: HealthCheck } = {};
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const answer = async (one: Asked) => {
    if (typeof upstream !== "function") {
      const body = one.body === undefined ? {} : { method: "POST", body: JSON.stringify(one.body) };
      const response = await upstream.fetch(new Request(`${BASE}${one.path}`, body));
      return { status: response.status, body: await response.text() };
    }
    const given = upstream(one);
    if (typeof given === "number") return { status: given };
    if (typeof given === "object") return given;
    if (/^(?:http|worker)\.[a-z_]+$/.test(given)) throw new BotError(given as ErrorCode, "made by the test");
    return { status: 200, body: given };
  };
  async function send(url: string | URL, body: unknown, options: HttpOptions = {}) {
    const one = { path: String(url).slice(BASE.length), body, options };
    asked.push(one);
    options.signal?.throwIfAborted();
    const { status, body: text = "", headers = {} }: Exclude<FakeAnswer, string | number> = await answer(one);
    const fine = (status >= 200 && status < 300) || options.accept?.includes(status);
    if (!fine) throw new BotError(codeOf(status), `status ${status}`, { status });
    const json = (): unknown => {
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw new BotError("http.unexpected_answer", "no JSON", { cause });
      }
    };
    return { status, headers, url: String(url), bytes: new TextEncoder().encode(text), text: () => text, json };
  }
  const http: HttpClient = {
    get: (url, options) => send(url, undefined, options),
    post: (url, body, options) => send(url, body, options),
  };
  const context = {
    id: "imdb",
    http,
    log,
    workers: {
      async run(task: string, input: string) {
        const run = (tasks as Record<string, (html: string) => unknown>)[task];
        if (run === undefined) throw new BotError("worker.failed", `no task ${task}`);
        return structuredClone(run(input));
      },
    },
    sources: { add: (item: Source<TitleRecord>) => (registered.source = item) },
    health: { add: (item: HealthCheck) => (registered.health = item) },
  };
  const own = { suggestionUrl: `${BASE}/suggestion`, siteUrl: BASE, graphqlUrl: `${BASE}/graphql` };
  const options = v.parse(schema, { ...own, ...(typeof upstream === "function" ? {} : upstream.options), ...settings });
  await plugin.setup(context as unknown as PluginContext, options); // the parts that the plugin uses
  const { source, health } = registered;
  if (!source || !health) throw new Error("the plugin registered nothing");
  const call = { signal: new AbortController().signal, servedBy: (name: string) => void served.push(name) };
  return { source, health, asked, served, call };
}

function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410) return "http.not_found";
  if (status === 429) return "http.rate_limited";
  return [401, 403, 451].includes(status) ? "http.blocked" : "http.unexpected_answer";
}

/** Each upstream answers for itself. */
export function upstreams(answers: {
  readonly suggestion?: FakeAnswer;
  readonly graphql?: FakeAnswer | ((asked: Asked) => FakeAnswer);
  readonly page?: FakeAnswer;
}): (asked: Asked) => FakeAnswer {
  const { suggestion = 500, graphql = 500, page = 500 } = answers;
  return (asked) => {
    if (asked.path.startsWith("/suggestion/")) return suggestion;
    if (asked.path === "/graphql") return typeof graphql === "function" ? graphql(asked) : graphql;
    return page;
  };
}

/** For `assert.rejects`. */
export function failsWith(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof BotError && error.code === code;
}

const folder = fileURLToPath(new URL("../../../../shared/fixtures", import.meta.url));

/** The folder of captured answers, or `undefined` where it is not there. */
export const captures = existsSync(folder) ? folder : undefined;

/** Option of a test that needs the captured answers. */
export const needsCaptures = { skip: captures === undefined ? "the captured answers are not here" : false };

/** A captured answer. */
export function captured(name: string): string {
  return readFileSync(`${captures}/imdb/${name}`, "utf8");
}

/** What IMDb answers to a bot that it refuses. */
export const challenge: FakeAnswer = { status: 202, body: "", headers: { "x-amzn-waf-action": "challenge" } };
