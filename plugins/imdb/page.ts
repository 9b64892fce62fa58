import { BotError, type HttpClient, type PluginWorkers } from "dramabot/plugin";
import { challenged, refuseChallenge } from "./challenge.ts";
import type { DetailsProvider } from "./provider.ts";
import type { TitleRecord } from "./record.ts";
import type { NoPage } from "./tasks.ts";

/** Where the site answers, and how its pages are read. */
export interface PageProviderOptions {
  readonly http: HttpClient;
  readonly workers: PluginWorkers;
  /** In front of `/title/tt…/reference`. */
  readonly siteUrl: string;
}

/** Largest page taken, in bytes; the largest seen has about 3 MB. */
const MAX_PAGE = 8 * 1024 * 1024;

/** The site's own reference pages, handed over to a worker as they came: decoding 3 MB here would block the event loop. */
export function pageProvider({ http, workers, siteUrl }: PageProviderOptions): DetailsProvider {
  const base = siteUrl.replace(/\/+$/, "");
  return {
    name: "page",
    async details(id, call) {
      const response = await http.get(`${base}/title/${id}/reference`, {
        ...call,
        accept: [404, 410],
        maxBytes: MAX_PAGE,
        headers: { accept: "text/html" },
      });
      refuseChallenge(response, "imdb.com");
      if (response.status >= 400) return undefined; // no such title
      const { bytes } = response;
      const record = await workers.run<TitleRecord | NoPage>("parseTitlePage", bytes, {
        signal: call.signal,
        transfer: [bytes.buffer],
      });
      if (record === "challenge") throw challenged("imdb.com");
      if (record === "unreadable") {
        throw new BotError("http.unexpected_answer", "imdb.com gave a page of an unknown form. Look for an update.");
      }
      return record;
    },
  };
}
