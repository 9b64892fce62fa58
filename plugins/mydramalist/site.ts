import {
  BotError,
  type HttpClient,
  type HttpResponse,
  type Logger,
  type PluginWorkers,
  type UpstreamCall,
} from "dramabot/plugin";
import { normaliseHits, normaliseTitle, type RawHit, type RawTitle } from "./normalise.ts";
import type { NoPage } from "./page/dom.ts";
import type { Provider } from "./provider.ts";
import type { CastMember } from "./record.ts";

/** Where the site answers, and how its pages are read. */
export interface SiteProviderOptions {
  readonly http: HttpClient;
  readonly workers: PluginWorkers;
  readonly log: Logger;
  /** In front of `/search?q=` and `/{slug}`. */
  readonly siteUrl: string;
  /** Also fetch the cast page: everybody instead of the six leads, for one more call. */
  readonly fullCast: boolean;
}

/** Largest page taken, in bytes; real ones have about 150 kB. */
const MAX_PAGE = 3 * 1024 * 1024;

/** The site's own pages, handed over to a worker as they came and parsed there. */
export function siteProvider(options: SiteProviderOptions): Provider {
  const base = options.siteUrl.replace(/\/+$/, "");

  async function page<T>(path: string, task: string, call: UpstreamCall): Promise<T | undefined> {
    const response = await get(options.http, `${base}${path}`, call);
    if (response === undefined) return undefined;
    const { bytes } = response;
    const read = await options.workers.run<T | NoPage>(task, bytes, { signal: call.signal, transfer: [bytes.buffer] });
    if (read === "challenge") {
      throw new BotError("http.blocked", "mydramalist.com wants a browser check. Choose another provider.");
    }
    if (read === "unreadable") {
      throw new BotError(
        "http.unexpected_answer",
        "mydramalist.com gave a page of an unknown form. Look for an update.",
      );
    }
    return read;
  }

  return {
    name: "site",
    async search(query, call) {
      const path = `/search?q=${encodeURIComponent(query.toWellFormed())}`;
      const hits = await page<readonly RawHit[]>(path, "parseSearchPage", call);
      if (hits === undefined) {
        throw new BotError("http.unexpected_answer", "There is no search at MYDRAMALIST_SITE_URL. Check that URL.");
      }
      return normaliseHits(hits);
    },
    async details(id, call) {
      const raw = await page<RawTitle>(`/${encodeURIComponent(id)}`, "parseTitlePage", call);
      if (raw === undefined) return undefined;
      if (!options.fullCast) return normaliseTitle(raw);
      const cast = await page<readonly CastMember[]>(`/${raw.slug}/cast`, "parseCastPage", call).catch((error) => {
        if (call.signal.aborted) throw error;
        options.log.warn("The cast page could not be read; the leads are shown", { slug: raw.slug, error });
        return undefined;
      });
      return normaliseTitle(cast === undefined || cast.length === 0 ? raw : { ...raw, cast });
    },
  };
}

async function get(http: HttpClient, url: string, call: UpstreamCall): Promise<HttpResponse | undefined> {
  try {
    return await http.get(url, { ...call, maxBytes: MAX_PAGE, headers: { accept: "text/html" } });
  } catch (error) {
    if (error instanceof BotError && error.code === "http.not_found") return undefined;
    throw error;
  }
}
