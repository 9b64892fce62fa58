import { askInOrder, definePlugin, type PluginContext, type Source, upstreamHealth } from "dramabot/plugin";
import { completeTitle, fields, linkOf } from "./fields.ts";
import { jsonProvider } from "./json.ts";
import { matchId, matchLegacyCallback, matchUrl, readSlug } from "./links.ts";
import { options } from "./options.ts";
import type { Provider } from "./provider.ts";
import { type DramaRecord, isDramaRecord } from "./record.ts";
import { siteProvider } from "./site.ts";
import { defaultTemplate } from "./template.ts";

const HOUR = 3_600_000;

/** No title is longer, in code points; more would make URLs that servers refuse. */
const LONGEST_QUERY = 150;

/** Asian dramas and films from MyDramaList. */
export default definePlugin({
  id: "mydramalist",
  version: "1.0.0",
  api: 1,
  description: "Looks up Asian dramas and films on MyDramaList.",
  notice: "The contents belong to MyDramaList and its members; see plugins/mydramalist/README.md before public use.",
  options,
  env: {
    apiUrl: ["MYDRAMALIST_API_URL", "API_URL"],
    detailsUrl: ["MYDRAMALIST_DETAILS_URL", "DETAILS_API_URL"],
    siteUrl: "MYDRAMALIST_SITE_URL",
    providers: "MYDRAMALIST_PROVIDERS",
  },
  permissions: { http: ["kuryana.tbdh.app", "mydramalist.com", "*.mydramalist.com"] },
  tasks: new URL("./tasks.ts", import.meta.url),
  samples: () => import("./samples.ts"),
  setup(ctx, settings) {
    const { http, workers, log } = ctx;
    const known = {
      json: jsonProvider({ http, apiUrl: settings.apiUrl, detailsUrl: settings.detailsUrl }),
      site: siteProvider({ http, workers, log, siteUrl: settings.siteUrl, fullCast: settings.fullCast }),
    };
    const providers = settings.providers.map((name) => known[name]);
    ctx.sources.add(source(ctx, providers));
    ctx.health.add({
      name: "mydramalist",
      check: upstreamHealth(providers, { log: ctx.log, probe: (one, call) => one.search("sweet home", call) }),
    });
  },
});

function source({ log }: PluginContext, providers: readonly Provider[]): Source<DramaRecord> {
  return {
    command: "mdl",
    name: "MyDramaList",
    description: "Look up a drama on MyDramaList",
    example: "sweet home",
    async search(query, call) {
      if (!/[\p{L}\p{N}]/u.test(query)) return [];
      const words = Array.from(query).slice(0, LONGEST_QUERY).join("");
      return await askInOrder(providers, { call, log, ask: (provider, one) => provider.search(words, one) });
    },
    async details(id, call) {
      const slug = readSlug(id);
      if (slug === undefined) return undefined;
      return await askInOrder(providers, { call, log, ask: (provider, one) => provider.details(slug, one) });
    },
    matchUrl,
    matchId,
    matchLegacyCallback,
    fields,
    defaultTemplate,
    isRecord: isDramaRecord,
    title: completeTitle,
    url: linkOf,
    poster: (record) => record.poster,
    ttl: { search: HOUR, details: 24 * HOUR },
  };
}
