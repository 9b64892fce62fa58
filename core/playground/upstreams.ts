import timers from "node:timers/promises";
import { drawPoster } from "./poster.ts";

/** Where sample upstreams and pictures are served: a part of the playground. */
export interface Mount {
  readonly url: string;
  /** Serves everything below a path. */
  mount(path: string, handler: (request: Request) => Response | Promise<Response>): void;
  suggest(queries: readonly string[]): void;
}

/** As much of a plugin as its samples need. */
export interface SampledPlugin {
  readonly id: string;
  readonly samples?: () => Promise<SampleModule>;
}

interface SamplesRequest {
  base: string;
  replay?: string;
  poster(title: string): string;
}

interface SampleModule {
  openSamples(request: SamplesRequest): Opened | Promise<Opened>;
}

interface Opened {
  readonly options: Readonly<Record<string, unknown>>;
  readonly suggestions?: readonly string[];
  fetch(request: Request): Response | Promise<Response>;
}

/** A request that samples gave no answer to. */
export interface SamplesFault {
  /** The plugin's id. */
  readonly plugin: string;
  /** Method and path, such as `GET /title/1`. */
  readonly request: string;
  /** What was thrown, or an error that says what was given in the place of a `Response`. */
  readonly error: unknown;
}

/** How many drawn posters are kept. */
const POSTERS = 200;

export interface UpstreamsOptions {
  /** Folder of captured pages. */
  readonly replay?: string;
  /** Told of samples that cannot be opened, which are left out then. Default: that is thrown. */
  onProblem?(plugin: string, error: unknown): void;
  /** Told of a request that a plugin's samples have no answer to, which is answered with 500 then. Default: nobody is. */
  onFault?(fault: SamplesFault): void;
  /** How long opening one plugin's samples may take, in ms. Default 5,000. */
  readonly timeout?: number;
}

const TIMEOUT = 5_000;

function typeName(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return `of type ${Array.isArray(value) ? "list" : typeof value}`;
}

/** What was given in the place of something else. */
function given(value: unknown): string {
  return value === undefined || value === null ? String(value) : `something ${typeName(value)}`;
}

/** A plugin in JavaScript may give anything. @throws an error that says what is wrong. */
function checkedOpened(value: unknown): Opened {
  if (typeof value !== "object" || value === null)
    throw new Error(`openSamples() must give an object, but gives ${given(value)}`);
  const { options, fetch, suggestions } = value as Record<keyof Opened, unknown>;
  if (typeof options !== "object" || options === null || Array.isArray(options))
    throw new Error(`"options" of openSamples() must be an object, but is ${typeName(options)}`);
  if (typeof fetch !== "function")
    throw new Error(`"fetch" of openSamples() must be a function, but is ${typeName(fetch)}`);
  if (suggestions !== undefined && !(Array.isArray(suggestions) && suggestions.every((one) => typeof one === "string")))
    throw new Error(
      `"suggestions" of openSamples() must be a list of texts, but ${Array.isArray(suggestions) ? "holds something else" : `is ${typeName(suggestions)}`}`,
    );
  return value as Opened; // as it was just checked
}

/** What a plugin's samples answered. @throws an error that says what they gave instead of a fresh `Response`. */
function checkedAnswer(value: unknown): Response {
  // Not by its class: the server brings one of its own, beside the runtime's.
  const { status, headers, body, bodyUsed } = (value ?? {}) as Partial<Record<keyof Response, unknown>>;
  const isResponse = typeof status === "number" && typeof headers === "object" && body !== undefined;
  if (!isResponse) throw new Error(`fetch() of openSamples() must give a Response, but gives ${given(value)}`);
  if (bodyUsed === true)
    throw new Error("fetch() of openSamples() gives a Response that was read already; make a new one for each request");
  return value as Response; // as it was just checked
}

/** Longest path that is shown of a request, in UTF-16 code units. */
const LONGEST_PATH = 100;

function shownRequest({ method, url }: Request): string {
  const { pathname, search } = new URL(url);
  const path = pathname + search;
  return `${method} ${path.length <= LONGEST_PATH ? path : `${path.slice(0, LONGEST_PATH)}…`}`;
}

/** What a plugin's samples are, `undefined` when it has none. */
async function openSamples({ samples }: SampledPlugin, request: SamplesRequest): Promise<Opened | undefined> {
  if (samples === undefined) return undefined;
  const module: unknown = await samples();
  if (typeof (module as Partial<SampleModule> | undefined)?.openSamples !== "function")
    throw new Error("samples() must give an object with a function openSamples");
  return checkedOpened(await (module as SampleModule).openSamples(request)); // as it was just checked
}

/**
 * Serves each plugin's samples under `/upstream/<id>` and drawn posters under `/posters`.
 *
 * @returns the options that point the plugins there, by plugin id.
 */
export async function openUpstreams(
  mount: Mount,
  plugins: readonly SampledPlugin[],
  { onProblem, onFault, timeout = TIMEOUT, ...options }: UpstreamsOptions = {},
): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  const drawn = new Map<string, Uint8Array<ArrayBuffer>>();
  mount.mount("/posters", (request) => {
    const title = new URL(request.url).searchParams.get("title")?.slice(0, 200) ?? "";
    let picture = drawn.get(title);
    if (!picture) {
      picture = new Uint8Array(drawPoster(title));
      if (drawn.size >= POSTERS) drawn.delete(drawn.keys().next().value ?? "");
      drawn.set(title, picture);
    }
    return new Response(picture, { headers: { "content-type": "image/png", "cache-control": "max-age=86400" } });
  });
  const poster = (title: string) => `${mount.url}/posters/poster.png?title=${encodeURIComponent(title.toWellFormed())}`;
  const answer = async (plugin: string, opened: Opened, request: Request): Promise<Response> => {
    try {
      return checkedAnswer(await opened.fetch(request));
    } catch (error) {
      // Whoever gave up does not get to see what came of it.
      if (!request.signal.aborted) onFault?.({ plugin, request: shownRequest(request), error });
      return new Response("The samples have no answer.\n", { status: 500 });
    }
  };
  const open = async (plugin: SampledPlugin, request: SamplesRequest): Promise<Opened | undefined> => {
    const ended = new AbortController();
    const { signal } = ended;
    const late = async () => {
      // Whoever waits serves the playground meanwhile.
      await timers.setTimeout(timeout, undefined, { signal, ref: false });
      throw new Error(`they were not open within ${timeout / 1000} s; look for what never settles`);
    };
    try {
      return await Promise.race([openSamples(plugin, request), late()]);
    } finally {
      ended.abort();
    }
  };
  // All at once: several that never settle keep nobody longer than one does.
  const openings = plugins.map((plugin) => {
    const path = `/upstream/${plugin.id}`;
    const request = { base: `${mount.url}${path}`, poster, ...options };
    return { id: plugin.id, path, opening: open(plugin, request) };
  });
  await Promise.allSettled(openings.map(({ opening }) => opening));
  const overrides: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const { id, path, opening } of openings) {
    try {
      const opened = await opening;
      if (opened === undefined) continue;
      mount.mount(path, (request) => answer(id, opened, request));
      overrides[id] = opened.options;
      mount.suggest(opened.suggestions ?? []);
    } catch (error) {
      if (onProblem === undefined) throw error;
      onProblem(id, error);
    }
  }
  return overrides;
}
