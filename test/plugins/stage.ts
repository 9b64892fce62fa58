import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type GenericSchema, parse } from "valibot";
import {
  BotError,
  type ErrorCode,
  type HealthCheck,
  type HttpClient,
  type HttpOptions,
  type PluginContext,
  type PluginDefinition,
  type Samples,
  type Source,
  type SourceCall,
  type TaskOptions,
} from "../../core/plugin/index.ts";

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

/** Samples, or a function that answers in the upstreams' place. */
export type Upstream = Samples | ((asked: Asked) => FakeAnswer);

/** A source plugin, set up in a context whose upstreams answer as the test says. */
export interface Stage<R> {
  readonly source: Source<R>;
  readonly health: HealthCheck;
  /** What was asked for, in order. */
  readonly asked: readonly Asked[];
  /** Its paths and queries. */
  readonly paths: readonly string[];
  /** Providers that answered, in order. */
  readonly served: readonly string[];
  /** Paths whose answers were decoded to text outside a worker, in order. */
  readonly decoded: readonly string[];
  readonly call: SourceCall;
}

/** A source plugin with what it is made of. */
export interface StagedPlugin<S extends GenericSchema> {
  readonly plugin: PluginDefinition<S>;
  /** The module whose functions run in the workers. */
  readonly tasks: object;
  /** Options that point the plugin at the fake upstreams. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Sets a plugin up against a function, or against samples. */
export async function setUp<R, S extends GenericSchema>(
  { plugin, tasks, options: own }: StagedPlugin<S>,
  upstream: Upstream,
  settings: Readonly<Record<string, unknown>>,
): Promise<Stage<R>> {
  const asked: Asked[] = [];
  const paths: string[] = [];
  const served: string[] = [];
  const decoded: string[] = [];
  const registered: { source?: Source<R>; health?: HealthCheck } = {};

  async function send(url: string | URL, body: unknown, options: HttpOptions = {}) {
    const one = { path: String(url).slice(BASE.length), body, options };
    asked.push(one);
    paths.push(one.path);
    options.signal?.throwIfAborted();
    const { status, body: answer = "", headers = {} } = await answerOf(upstream, one);
    const fine = (status >= 200 && status < 300) || options.accept?.includes(status);
    if (!fine) throw new BotError(codeOf(status), `status ${status}`, { status });
    const bytes = new TextEncoder().encode(answer);
    const text = () => {
      decoded.push(one.path);
      return new TextDecoder().decode(bytes);
    };
    const json = (): unknown => {
      try {
        return JSON.parse(answer);
      } catch (cause) {
        throw new BotError("http.unexpected_answer", "no JSON", { cause });
      }
    };
    return { status, headers, url: String(url), bytes, text, json };
  }

  const http: HttpClient = {
    get: (url, options) => send(url, undefined, options),
    post: (url, body, options) => send(url, body, options),
  };
  const context = {
    id: plugin.id,
    http,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    workers: {
      async run(task: string, input: unknown, { transfer = [] }: TaskOptions) {
        const run = (tasks as Record<string, (input: unknown) => unknown>)[task]; // a module of functions
        if (run === undefined) throw new BotError("worker.failed", `no task ${task}`);
        return structuredClone(run(structuredClone(input, { transfer: [...transfer] })));
      },
    },
    sources: { add: (item: Source<R>) => (registered.source = item) },
    health: { add: (item: HealthCheck) => (registered.health = item) },
  };
  const sampled = typeof upstream === "function" ? {} : upstream.options;
  if (!plugin.options) throw new Error("the plugin takes no options");
  const options = parse(plugin.options, { ...own, ...sampled, ...settings });
  await plugin.setup(context as unknown as PluginContext, options); // the parts that the plugin uses
  const { source, health } = registered;
  if (!source || !health) throw new Error("the plugin registered nothing");
  const call = { signal: new AbortController().signal, servedBy: (name: string) => void served.push(name) };
  return { source, health, asked, paths, served, decoded, call };
}

async function answerOf(upstream: Upstream, asked: Asked): Promise<Exclude<FakeAnswer, string | number>> {
  if (typeof upstream !== "function") {
    const init = asked.body === undefined ? {} : { method: "POST", body: JSON.stringify(asked.body) };
    const response = await upstream.fetch(new Request(`${BASE}${asked.path}`, init));
    return { status: response.status, body: await response.text() };
  }
  const given = upstream(asked);
  if (typeof given === "number") return { status: given };
  if (typeof given === "object") return given;
  if (/^(?:http|worker)\.[a-z_]+$/.test(given)) throw new BotError(given as ErrorCode, "made by the test");
  return { status: 200, body: given };
}

function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410) return "http.not_found";
  if (status === 429) return "http.rate_limited";
  return [401, 403, 451].includes(status) ? "http.blocked" : "http.unexpected_answer";
}

/** For `assert.rejects`. */
export function failsWith(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof BotError && error.code === code;
}

const folder = fileURLToPath(new URL("../../../shared/fixtures", import.meta.url));

/** The folder of captured answers, or `undefined` where it is not there. */
export const captures = existsSync(folder) ? folder : undefined;

/** Option of a test that needs the captured answers. */
export const needsCaptures = { skip: captures === undefined ? "the captured answers are not here" : false };

/** A captured answer, such as `imdb/title_tt0133093_20230526.html`. */
export function capturedAnswer(path: string): string {
  return readFileSync(`${captures}/${path}`, "utf8");
}
