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
  readonly samples?: () => Promise<{
    openSamples(request: { base: string; replay?: string; poster(title: string): string }): Opened | Promise<Opened>;
  }>;
}

interface Opened {
  readonly options: Readonly<Record<string, unknown>>;
  readonly suggestions?: readonly string[];
  fetch(request: Request): Response | Promise<Response>;
}

/** How many drawn posters are kept. */
const POSTERS = 200;

export interface UpstreamsOptions {
  /** Folder of captured pages. */
  readonly replay?: string;
  /** Told of samples that cannot be opened, which are left out then. Default: that is thrown. */
  onProblem?(plugin: string, error: unknown): void;
}

/**
 * Serves each plugin's samples under `/upstream/<id>` and drawn posters under `/posters`.
 *
 * @returns the options that point the plugins there, by plugin id.
 */
export async function openUpstreams(
  mount: Mount,
  plugins: readonly SampledPlugin[],
  { onProblem, ...options }: UpstreamsOptions = {},
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
  const overrides: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const plugin of plugins) {
    const path = `/upstream/${plugin.id}`;
    try {
      const module = await plugin.samples?.();
      const opened = await module?.openSamples({ base: `${mount.url}${path}`, poster, ...options });
      if (opened === undefined) continue;
      mount.mount(path, (request) => opened.fetch(request));
      overrides[plugin.id] = opened.options;
      mount.suggest(opened.suggestions ?? []);
    } catch (error) {
      if (onProblem === undefined) throw error;
      onProblem(plugin.id, error);
    }
  }
  return overrides;
}
