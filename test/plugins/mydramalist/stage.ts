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
import plugin from "../../../plugins/mydramalist/index.ts";
import { options as schema } from "../../../plugins/mydramalist/options.ts";
import type { DramaRecord } from "../../../plugins/mydramalist/record.ts";
import * as tasks from "../../../plugins/mydramalist/tasks.ts";

/** Where the fake upstreams stand. */
export const BASE = "http://upstream.test";

/** An answer of a fake upstream: a body (status 200), a status, or an error code to fail with. */
export type FakeAnswer = string | number | ErrorCode | { readonly status: number; readonly body: string };

/** The plugin, set up in a context whose upstreams answer as `fetch` says. */
export interface Stage {
  readonly source: Source<DramaRecord>;
  readonly health: HealthCheck;
  /** Paths and queries asked for, in order. */
  readonly asked: string[];
  readonly served: string[];
  readonly call: SourceCall;
}

/** Sets the plugin up against a function, or against samples. */
export async function stage(
  upstream: Samples | ((path: string) => FakeAnswer),
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Stage> {
  const asked: string[] = [];
  const served: string[] = [];
  const registered: { source?: Source<DramaRecord>; health?: HealthCheck } = {};
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const answer = async (path: string): Promise<{ status: number; body: string }> => {
    if (typeof upstream !== "function") {
      const response = await upstream.fetch(new Request(`${BASE}${path}`));
      return { status: response.status, body: await response.text() };
    }
    const given = upstream(path);
    if (typeof given === "number") return { status: given, body: "" };
    if (typeof given === "object") return given;
    if (/^(?:http|worker)\.[a-z_]+$/.test(given)) throw new BotError(given as ErrorCode, "made by the test");
    return { status: 200, body: given };
  };
  const http: Pick<HttpClient, "get"> = {
    async get(url, options: HttpOptions = {}) {
      const path = String(url).slice(BASE.length);
      asked.push(path);
      options.signal?.throwIfAborted();
      const { status, body } = await answer(path);
      const fine = (status >= 200 && status < 300) || options.accept?.includes(status);
      if (!fine) throw new BotError(codeOf(status), `status ${status}`, { status });
      const bytes = new TextEncoder().encode(body);
      const json = (): unknown => {
        try {
          return JSON.parse(body);
        } catch (cause) {
          throw new BotError("http.unexpected_answer", "no JSON", { cause });
        }
      };
      return { status, headers: {}, url: String(url), bytes, text: () => body, json };
    },
  };
  const context = {
    id: "mydramalist",
    http,
    log,
    workers: {
      async run(task: string, input: string) {
        const run = (tasks as Record<string, (html: string) => unknown>)[task];
        if (run === undefined) throw new BotError("worker.failed", `no task ${task}`);
        return structuredClone(run(input));
      },
    },
    sources: { add: (item: Source<DramaRecord>) => (registered.source = item) },
    health: { add: (item: HealthCheck) => (registered.health = item) },
  };
  const own = { apiUrl: `${BASE}/search/q/{}`, detailsUrl: `${BASE}/id/{}`, siteUrl: BASE };
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

const folder = fileURLToPath(new URL("../../../../shared/fixtures", import.meta.url));

/** The folder of captured answers, or `undefined` where it is not there. */
export const captures = existsSync(folder) ? folder : undefined;

/** Option of a test that needs the captured answers. */
export const needsCaptures = { skip: captures === undefined ? "the captured answers are not here" : false };

/** A captured answer. */
export function captured(name: string): string {
  return readFileSync(`${captures}/mydramalist/${name}`, "utf8");
}
