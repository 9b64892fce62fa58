import { BotError, type HttpClient, type PluginWorkers } from "../../core/plugin/index.ts";
import type { Provider } from "./provider.ts";
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

/** The site's own reference pages, parsed in a worker. */
export function pageProvider({ http, workers, siteUrl }: PageProviderOptions): Provider {
  const base = siteUrl.replace(/\/+$/, "");
  return {
    name: "page",
    async details(id, call) {
      const response = await http
        .get(`${base}/title/${id}/reference`, { ...call, maxBytes: MAX_PAGE, headers: { accept: "text/html" } })
        .catch((error: unknown) => {
          if (error instanceof BotError && error.code === "http.not_found") return undefined;
          throw error;
        });
      if (response === undefined) return undefined;
      // Since 2026-03 a refused bot gets 202, an empty body and this header. It is not to be solved or evaded.
      if (response.status === 202 || response.headers["x-amzn-waf-action"] !== undefined) throw blocked();
      const record = await workers.run<TitleRecord | NoPage>("parseTitlePage", response.text(), {
        signal: call.signal,
      });
      if (record === "challenge") throw blocked();
      if (record === "unreadable") {
        throw new BotError("http.unexpected_answer", "imdb.com gave a page of an unknown form. Look for an update.");
      }
      return record;
    },
  };
}

function blocked(): BotError {
  return new BotError("http.blocked", "imdb.com wants a browser check. Choose another provider.");
}
