import { askInOrder, definePlugin, type PluginContext, type Source, upstreamHealth } from "dramabot/plugin";
import { fields, heading, linkOf } from "./fields.ts";
import { graphqlProvider } from "./graphql.ts";
import { matchId, matchLegacyCallback, matchUrl, readId } from "./links.ts";
import { options } from "./options.ts";
import { pageProvider } from "./page.ts";
import type { DetailsProvider, SearchProvider } from "./provider.ts";
import { isTitleRecord, type TitleRecord } from "./record.ts";
import { suggestionProvider } from "./suggestion.ts";
import { defaultTemplate } from "./template.ts";

const MINUTE = 60_000;

/** No title is longer, in code points; more would make URLs that servers refuse. */
const LONGEST_QUERY = 150;

/** Films and series from IMDb. */
export default definePlugin({
  id: "imdb",
  version: "1.0.0",
  api: 1,
  description: "Looks up films and series on IMDb.",
  notice:
    "IMDb says of the data it answers with: public, commercial and non-private use is not allowed. Choose its upstreams with IMDB_PROVIDERS; see plugins/imdb/README.md before public use.",
  options,
  env: {
    suggestionUrl: "IMDB_SUGGESTION_URL",
    siteUrl: "IMDB_SITE_URL",
    graphqlUrl: "IMDB_GRAPHQL_URL",
    providers: "IMDB_PROVIDERS",
  },
  permissions: { http: ["v3.sg.media-imdb.com", "www.imdb.com", "api.graphql.imdb.com"] },
  tasks: new URL("./tasks.ts", import.meta.url),
  samples: () => import("./samples.ts"),
  setup(ctx, settings) {
    const { http, workers } = ctx;
    const known = {
      graphql: graphqlProvider({ http, graphqlUrl: settings.graphqlUrl }),
      page: pageProvider({ http, workers, siteUrl: settings.siteUrl }),
    };
    const details = settings.providers.map((name) => known[name]);
    // The site's pages have no search of their own; GraphQL is asked only where the operator chose it.
    const search: SearchProvider[] = [suggestionProvider({ http, suggestionUrl: settings.suggestionUrl })];
    if (settings.providers.includes("graphql")) search.push(known.graphql);
    ctx.sources.add(source(ctx, { search, details }));
    ctx.health.add({
      name: "imdb",
      check: upstreamHealth(search, { log: ctx.log, probe: (one, call) => one.search("matrix", call) }),
    });
  },
});

interface Upstreams {
  readonly search: readonly SearchProvider[];
  readonly details: readonly DetailsProvider[];
}

function source({ log }: PluginContext, upstreams: Upstreams): Source<TitleRecord> {
  return {
    command: "imdb",
    name: "IMDb",
    description: "Look up a film or series on IMDb",
    example: "matrix",
    async search(query, call) {
      if (!/[\p{L}\p{N}]/u.test(query)) return [];
      const words = Array.from(query.trim()).slice(0, LONGEST_QUERY).join("");
      return await askInOrder(upstreams.search, { call, log, ask: (provider, one) => provider.search(words, one) });
    },
    async details(id, call) {
      const known = readId(id);
      if (known === undefined) return undefined;
      return await askInOrder(upstreams.details, { call, log, ask: (provider, one) => provider.details(known, one) });
    },
    matchUrl,
    matchId,
    matchLegacyCallback,
    fields,
    defaultTemplate,
    isRecord: isTitleRecord,
    title: heading,
    url: linkOf,
    poster: (record) => record.poster,
    ttl: { search: 30 * MINUTE, details: 24 * 60 * MINUTE },
  };
}
